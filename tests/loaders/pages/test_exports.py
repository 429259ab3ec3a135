"""What a folder holds twice, as source and as what was made of it, is read once."""

from pathlib import Path

import pytest
from support.page_folders import load

from graphrag_tools.loaders import FileChoice

CARE = ("Turn the wheel until the light is on.", "Wipe the lens with a dry cloth, and never with water.")
OTHER = ("The box holds a lamp, a cable and this leaflet.", "Recycle it where old devices are taken back.")


def _files(text: tuple[str, ...]) -> dict[str, str]:
    return {
        "guide.md": "# Lamp\n\n" + "\n\n".join(CARE) + "\n",
        "parts.md": "# Parts\n\nA bulb.\n",
        "guide.html": "<h1>Lamp</h1>" + "".join(f"<p>{line}</p>" for line in text),
    }


def _write_docx(path: Path, lines: tuple[str, ...]) -> None:
    document = pytest.importorskip("docx").Document()
    document.add_heading("Lamp", 1)
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))


def test_html_and_documents_made_of_the_pages_are_left_out(tmp_path: Path) -> None:
    _write_docx(tmp_path / "whole manual.docx", CARE)
    manual = load(tmp_path, _files(CARE))
    assert {section.key.partition("#")[0] for section in manual.sections} == {"guide.md", "parts.md"}
    assert [one.why for one in manual.skipped] == [
        "left out: exports of pages that are read (guide.html, whole manual.docx)"
    ]


def test_what_says_something_else_is_read(tmp_path: Path) -> None:
    _write_docx(tmp_path / "guide.docx", OTHER)
    manual = load(tmp_path, _files(OTHER))
    assert {section.key.partition("#")[0] for section in manual.sections} >= {"guide.md", "guide.html"}
    assert not [one for one in manual.skipped if "exports" in one.why]


def test_an_export_that_is_asked_for_is_read(tmp_path: Path) -> None:
    manual = load(tmp_path, _files(CARE), FileChoice(include=("guide.*",)))
    assert {section.key.partition("#")[0] for section in manual.sections} == {"guide.md", "guide.html"}


def test_a_copy_of_the_whole_folder_within_it_is_left_out(tmp_path: Path) -> None:
    pages = {"guide.md": _files(CARE)["guide.md"], "parts.md": "# Parts\n\nOne bulb of 5 W, and one fuse.\n"}
    pages["whole.md"] = "# All of it\n\n" + "\n\n".join(OTHER) + "\n"
    contents = {"SUMMARY.md": "# Contents\n\n- [Guide](guide.md)\n- [Parts](parts.md)\n"}
    copies = {f"site/content/{name}": text for name, text in pages.items()}
    manual = load(tmp_path, {**pages, **contents, **copies})
    assert not any("site/" in section.key for section in manual.sections)
    assert {section.key.partition("#")[0] for section in manual.sections} == {"guide.md", "parts.md", "whole.md"}


@pytest.mark.parametrize(
    ("summary", "text", "is_read"),
    [
        ("- [Guide](guide.md)\n- [Parts](parts.md)\n", CARE, False),
        ("- [Guide](guide.md)\n- [Parts](parts.md)\n", OTHER, True),
        ("- [Guide](guide.md)\n- [Parts](parts.md)\n- [Old](old/lamp.md)\n", CARE, True),
        ("- [Parts](parts.md)\n", CARE, True),
    ],
)
def test_copies_beyond_a_navigation_that_places_most_pages_are_left_out(
    tmp_path: Path, summary: str, text: tuple[str, ...], is_read: bool
) -> None:
    files = {name: said for name, said in _files(CARE).items() if name.endswith(".md")}
    files |= {"SUMMARY.md": f"# Contents\n\n{summary}", "old/lamp.md": "# Lamp\n\n" + "\n\n".join(text) + "\n"}
    manual = load(tmp_path, files)
    assert any(section.key.startswith("old/") for section in manual.sections) == is_read
    assert any("copies of pages" in one.why for one in manual.skipped) != is_read


@pytest.mark.parametrize("folder", ["_site", "docs/_book"])
def test_what_a_generator_wrote_into_its_own_folder_is_left_out_whatever_it_says(tmp_path: Path, folder: str) -> None:
    files = {name: said for name, said in _files(CARE).items() if name.endswith(".md")}
    manual = load(tmp_path, files | {f"{folder}/old.html": _files(OTHER)["guide.html"]})
    assert [section.title for section in manual.sections] == ["Lamp", "Parts"]
