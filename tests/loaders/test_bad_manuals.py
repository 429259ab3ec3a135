"""Files that are no manuals, or nasty ones, in every format: of each comes a manual or one clear error."""

import json
import os
import re
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.pdf_files import Sheet, drawn

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual

TEXT_FORMATS = (".json", ".md", ".csv", ".html", ".rst")
FORMATS = (*TEXT_FORMATS, ".docx", ".pdf")
LEVELS = 10_000
_QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_SLOW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)


def loaded(file: Path) -> Manual | None:
    """Return the manual in a file and see that a graph comes of it, None where it is refused with words."""
    try:
        manual = load_manual(file)
    except (ManualError, ConfigError) as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        assert 20 < len(refused) < 2_000
        return None
    graph = build_graph(manual)
    assert len(graph) >= len(manual.sections)
    return manual


@pytest.mark.parametrize("suffix", TEXT_FORMATS)
@_QUICK
@given(st.binary(max_size=400))
@example(b"")
@example(b"\x00" * 100)
@example(b"\xff\xfe\x00\x00")
@example("# Wi\u2011Fi".encode("utf-16"))
@example(b"\xef\xbb\xbf# Title\n\nText.")
def test_any_bytes_give_a_manual_or_an_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    file = tmp_path / f"manual{suffix}"
    file.write_bytes(content)
    loaded(file)


@pytest.mark.parametrize("suffix", [".docx", ".pdf"])
@_SLOW
@given(st.binary(max_size=400))
@example(b"")
@example(b"PK\x03\x04")
@example(b"%PDF-1.7\n")
def test_any_bytes_in_a_packed_format_give_a_manual_or_an_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    file = tmp_path / f"manual{suffix}"
    file.write_bytes(content)
    assert loaded(file) is None


_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(["title", "text", "html", "section_hierarchy", "section_url", "parent", "id"])


@_QUICK
@given(st.dictionaries(st.text(max_size=8), st.dictionaries(_FIELDS, _VALUES, max_size=5) | _VALUES, max_size=4))
def test_any_document_gives_a_manual_or_an_error(tmp_path: Path, document: object) -> None:
    file = tmp_path / "manual.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    loaded(file)


@_QUICK
@given(st.text(st.sampled_from("#-*_`>|<&![]():\n \t1.aé\u202e\u2028"), max_size=300))
def test_any_marks_of_markdown_give_a_manual_or_an_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "manual.md"
    file.write_text(text, encoding="utf-8")
    loaded(file)


@_QUICK
@given(st.lists(st.lists(st.text(st.sampled_from('>", \n\tab\x00'), max_size=12), max_size=4), max_size=6))
def test_any_rows_of_a_path_csv_give_a_manual_or_an_error(tmp_path: Path, rows: list[list[str]]) -> None:
    file = tmp_path / "manual.csv"
    file.write_text("path,text\n" + "\n".join(",".join(row) for row in rows), encoding="utf-8", newline="")
    loaded(file)


def deep_json() -> str:
    return "[" * LEVELS + "]" * LEVELS


def deep_hierarchy() -> str:
    path = [f"Level {number}" for number in range(LEVELS)]
    return json.dumps({"s": {"title": path[-1], "text": "Deep.", "section_hierarchy": path}})


def deep_lists() -> str:
    return "# Title\n\n" + "".join(f"{' ' * (2 * at)}- **Name {at}**: text\n" for at in range(1_000))


def deep_quotes() -> str:
    return "# Title\n\n" + ">" * LEVELS + " text\n"


def deep_rst() -> str:
    return "Title\n=====\n\n" + "".join(f"{' ' * (2 * at)}- item\n\n" for at in range(200))


def deep_path() -> str:
    return "path,text\n" + ">".join(f"L{number}" for number in range(LEVELS)) + ",Deep\n"


NASTY: list[tuple[str, Callable[[], str]]] = [
    (".json", deep_json),
    (".json", deep_hierarchy),
    (
        ".json",
        lambda: '{"a": {"title": "A", "text": "x", "parent": "b"}, "b": {"title": "B", "text": "y", "parent": "a"}}',
    ),
    (".json", lambda: '{"a": {"title": "' + "\\ud800" + '", "text": "half a character"}}'),
    (".json", lambda: '{"a": {"title": "A", "text": "x"'),
    (".md", deep_lists),
    (".md", deep_quotes),
    (".md", lambda: "# A\n\n[out](../../../../etc/passwd) [x](javascript:alert(1)) ![i](file:///etc/passwd)\n"),
    (".md", lambda: "# A\n\n" + "[" * LEVELS + "x" + "](" * LEVELS),
    (".md", lambda: "# Same\n\none\n\n# Same\n\ntwo\n"),
    (".html", lambda: BOMB + "<h1>A</h1><p>&d;</p>"),
    (".html", lambda: "<div>" * LEVELS + "text" + "</div>" * LEVELS),
    (".html", lambda: "<h1>A</h1><script>document.write('x')</script><p onclick='x()'>Text</p>"),
    (".rst", deep_rst),
    (".rst", lambda: "A\n=\n\n.. include:: /etc/passwd\n\n.. raw:: html\n   :file: /etc/passwd\n\nText.\n"),
    (".csv", deep_path),
    (".csv", lambda: 'path,text\n"never closed,text\n'),
]


@pytest.mark.parametrize(("suffix", "made"), NASTY, ids=range(len(NASTY)))
def test_nasty_file_gives_a_manual_or_an_error(tmp_path: Path, suffix: str, made: Callable[[], str]) -> None:
    file = tmp_path / f"manual{suffix}"
    file.write_text(made(), encoding="utf-8")
    manual = loaded(file)
    secret = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()[0]
    text = "\n".join(block.text for section in manual.sections for block in section.blocks) if manual else ""
    assert secret not in text
    assert "document.write" not in text


def test_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nThe word is swordfish.\n", encoding="utf-8")
    folder = tmp_path / "manual"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\nSee [it](../secret.md).\n", encoding="utf-8")
    (folder / "b.md").symlink_to(tmp_path / "secret.md")
    manual = loaded(folder)
    assert manual is not None
    assert "swordfish" not in "\n".join(block.text for section in manual.sections for block in section.blocks)


def test_packed_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "manual.docx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("word/document.xml", "w") as part:
            for _ in range(300):
                part.write(b" " * (1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert loaded(file) is None
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 1_000, f"reading it took {grown:.0f} MB"


@pytest.mark.parametrize(
    ("name", "start", "told"),
    [
        ("a.pdf", b"\n<!DOCTYPE html><html><body>Lamp", "it is an HTML page: call it a.html"),
        ("a.docx", b"%PDF-1.7", "it is a PDF: call it a.pdf"),
        ("a.txt", b"%PDF-1.7", "it is a PDF: call it a.pdf"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office, or one with a password: save it as .docx"),
        ("a.html", b"{\\rtf1 Lamp}", "it is rich text: save it as .docx"),
    ],
)
def test_a_file_that_is_something_else_than_its_name_says_is_refused_with_what_it_is(
    tmp_path: Path, name: str, start: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(start)
    with pytest.raises(ManualError, match=re.escape(told)):
        load_manual(tmp_path / name)


def one_section(sheet: Sheet) -> None:
    sheet.line("Wheel", size=20, bold=True, down=30)
    sheet.line("Turn the wheel.")


@pytest.mark.parametrize("name", [b"\xff\xfe.html", b"\xff/\xfe.html", b"\xff\xfe.md", b"\xff\xfe.pdf"])
def test_name_in_no_encoding_is_that_of_a_page_as_any_other(tmp_path: Path, name: bytes) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path / "manual") + b"/" + name))
    file.parent.mkdir(parents=True)
    if file.suffix == ".pdf":
        drawn(tmp_path / "a.pdf", one_section).rename(file)
    else:
        file.write_text(
            "<h1>Wheel</h1><p>Turn the wheel.</p>" if file.suffix == ".html" else "# Wheel\n\nTurn the wheel."
        )
    for path in (file, tmp_path / "manual"):
        if path == file or file.suffix != ".pdf":
            index = ManualIndex.build(path, tmp_path / "index")
            [hit] = index.search("wheel")
            assert "Turn the wheel." in "".join(block.text for block in index.item_of(hit).blocks)
            index.close()


def test_pages_that_are_damaged_are_told_of_first_and_empty_ones_with_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\nB.\n")
    (tmp_path / "none.md").write_text("")
    (tmp_path / "old.md").write_bytes("# Grün".encode("latin-1"))
    (tmp_path / "b.docx").write_text("no Word document")
    found = {one.where: one.why for one in load_manual(tmp_path).skipped}
    assert found["old.md"] == "NOT READ: line 1: byte 0xfc is not UTF-8. Save the file as UTF-8."
    assert found["b.docx"].startswith("NOT READ: ")
    assert str(tmp_path) not in found["b.docx"]
    assert found["none.md"] == "the file is empty; expected one with text."


def test_a_zip_that_holds_no_document_is_no_word_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as packed:
        packed.writestr("a.txt", "Text.")
    with pytest.raises(
        ManualError, match=r"a\.docx: is damaged, or no Word document \(.*\)\. Open it in Word and save"
    ):
        load_manual(tmp_path / "a.docx")
