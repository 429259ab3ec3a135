"""Files called `.txt` that are written in a markup."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.text_markup import markup_suffix
from graphrag_tools.manual.from_sections import build_graph

ASCIIDOC = (
    "// Kettle manual\n:icons:\n:toc:\n\nimage::kettle.png[Kettle]\n\n[[lid]]\n== The lid\n\nPull it, see <<lime>>.\n\n"
    "[[lime]]\n=== Lime\n\nUse *vinegar*.\n"
)
RST = "Kettle\n======\n\n.. _lid:\n\nThe lid\n-------\n\n.. warning:: It is hot.\n\nPull it.\n"


def paths(source: Path) -> list[str]:
    return [" > ".join(item.path) for item in build_graph(load_manual(source)).items]


@pytest.mark.parametrize("is_folder", [False, True])
@pytest.mark.parametrize(
    ("text", "expected", "warned"),
    [(ASCIIDOC, ["The lid", "The lid > Lime"], []), (RST, ["Kettle", "Kettle > The lid"], ["It is hot."])],
)
def test_text_in_a_markup_is_read_as_that(
    tmp_path: Path, text: str, expected: list[str], warned: list[str], *, is_folder: bool
) -> None:
    file = tmp_path / "kettle.txt"
    file.write_text(text)
    (tmp_path / "LICENSE.txt").write_text("Kettle\n======\n\nDo with it what you like.\n")
    found = paths(tmp_path if is_folder else file)
    assert [path.removeprefix("Kettle > ") for path in found if path.endswith(tuple(expected))] == [
        path.removeprefix("Kettle > ") for path in expected
    ]
    manual = load_manual(tmp_path if is_folder else file)
    assert not any("licence" in section.title.casefold() for section in manual.sections)
    blocks = [block for section in manual.sections for block in section.blocks]
    assert [block.text for block in blocks if block.kind == "warning"] == warned
    assert not any("<<" in block.text or ":icons:" in block.text for block in blocks)


def test_plain_text_stays_plain(tmp_path: Path) -> None:
    (tmp_path / "kettle.txt").write_text("Kettle\n======\n\nPress: = on, == off.\n\n:note: see http://a.example[1]\n")
    assert paths(tmp_path / "kettle.txt") == ["Kettle"]
    assert paths(tmp_path) == ["Kettle"]


@pytest.mark.parametrize("begin", ["\n", " \n", "// by us\n", "//\n\n"])
def test_many_empty_lines_before_a_text_are_passed_at_once(begin: str) -> None:
    assert markup_suffix(begin * 2000 + "Kettle\n======\n\nPull the lid.\n") == ""
    assert markup_suffix(begin * 2000 + "= Kettle\n:toc:\n\n== Lid\n\nPull it.\n") == ".adoc"


def test_plain_texts_are_the_pages_of_a_folder_that_has_no_others(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("Kettle\n======\n\nIt boils.\n")
    (tmp_path / "Makefile").write_text("all:\n")
    (tmp_path / "care.txt").write_text("CARE\n====\n\nWipe it.\n\nLIME\n====\n\nUse vinegar.\n")
    assert paths(tmp_path) == ["Kettle", "CARE", "CARE > LIME"]
    (tmp_path / "lid.md").write_text("# The lid\n\nPull it.\n")
    assert paths(tmp_path) == ["The lid"]
