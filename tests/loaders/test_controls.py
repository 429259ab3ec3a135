"""Text that a terminal would obey, or that turns writing round, is gone from a manual in whatever format it came."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from langchain_core.documents import Document

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.documents import load_documents
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual

CLEAR = "\x1b[2J"
TITLE = "\x1b]0;owned\x07"
LINK = "\x1b]8;;file:///etc/passwd\x1b\\here\x1b]8;;\x1b\\"
TURNED = "\u202egnp.exe\u202c"
HARM = f"Tap OK {CLEAR}now{TITLE} {LINK} {TURNED}."
HARMLESS = "Tap OK now here gnp.exe."


def texts(manual: Manual) -> Iterator[str]:
    """All that a manual can show."""
    yield from (manual.title, manual.source)
    for section in manual.sections:
        yield from (section.title, section.url, *section.anchors)
        for block in section.blocks:
            yield from (block.text, block.name, *block.emphasis)
            for link in block.links:
                yield from (link.text, link.target)
    for left_out in manual.skipped:
        yield from (left_out.where, left_out.why)


def write_markdown(folder: Path) -> Path:
    (folder / "m.md").write_text(f"# Wi-Fi{CLEAR}\n\n{HARM}\n\n- **Dim{TURNED}**: It is dim.\n", encoding="utf-8")
    return folder / "m.md"


def write_csv(folder: Path) -> Path:
    (folder / "m.csv").write_text(f'path,text\nSettings>Wi-Fi{CLEAR},"{HARM}"\n', encoding="utf-8")
    return folder / "m.csv"


def write_json(folder: Path) -> Path:
    # As escapes, as JSON has them: what is cleaned is the text and not the file.
    sections = {"a": {"title": f"Wi-Fi{CLEAR}", "text": [HARM], "section_url": f"https://larkfield.example/{CLEAR}a"}}
    (folder / "m.json").write_text(json.dumps(sections), encoding="utf-8")
    return folder / "m.json"


def write_html(folder: Path) -> Path:
    written = "".join(f"&#{ord(character)};" if ord(character) < 32 else character for character in HARM)
    page = f"<h1>Wi-Fi&#x1b;[2J</h1><p>{written}</p><p><a href='b.html&#x1b;[2J'>Next</a></p>"
    (folder / "m.html").write_text(page, encoding="utf-8")
    return folder / "m.html"


def write_raw_html(folder: Path) -> Path:
    (folder / "m.html").write_text(f"<h1>Wi-Fi{CLEAR}</h1><p>{HARM}<p>{'Wait. ' * 40}", encoding="utf-8")
    return folder / "m.html"


def write_rst(folder: Path) -> Path:
    pytest.importorskip("docutils")
    (folder / "m.rst").write_text(f"Wi-Fi{CLEAR}\n==========\n\n{HARM}\n", encoding="utf-8")
    return folder / "m.rst"


def write_docx(folder: Path) -> Path:
    docx = pytest.importorskip("docx")
    pytest.importorskip("mammoth")
    document = docx.Document()
    document.add_heading(f"Wi-Fi{TURNED[0]}", 1)
    document.add_paragraph("Tap OK now here \u202egnp.exe\u202c\x9b31m.")  # XML has no room for the escape character
    document.save(str(folder / "m.docx"))
    return folder / "m.docx"


WRITERS = (write_markdown, write_csv, write_json, write_html, write_raw_html, write_rst, write_docx)


@pytest.mark.parametrize("write", WRITERS)
def test_what_a_terminal_obeys_is_gone_from_every_format(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    manual = load_manual(write(tmp_path), "m")
    assert all(text.isprintable() for text in texts(manual)), [text for text in texts(manual) if not text.isprintable()]
    blocks = [block.text for section in manual.sections for block in section.blocks]
    assert blocks[0] == HARMLESS
    assert any(section.title == "Wi-Fi" for section in manual.sections)


def test_documents_of_other_loaders_are_cleaned_too() -> None:
    harmful = [Document(HARM, metadata={"Header 1": f"Wi-Fi{CLEAR}", "source": f"a{TITLE}.md"})]
    manual = load_documents(harmful, "m", f"Guide{TITLE}")
    assert all(text.isprintable() for text in texts(manual))
    assert [block.text for block in manual.sections[0].blocks] == [HARMLESS]
    assert manual.title == "Guide"


def test_a_block_of_nothing_else_is_gone_and_a_title_of_nothing_else_says_so(tmp_path: Path) -> None:
    (tmp_path / "m.md").write_text(f"# {TURNED[0]}\n\n{CLEAR}{TITLE}\n\nTap OK.\n", encoding="utf-8")
    [section] = load_manual(tmp_path / "m.md").sections
    assert (section.title, [block.text for block in section.blocks]) == ("Untitled", ["Tap OK."])


def test_links_lead_where_they_led(tmp_path: Path) -> None:
    text = f"# Wi-Fi\n\nSee [sound](#so{TURNED[0]}und).\n\n# So{TURNED[0]}und\n\nLoud.\n"
    (tmp_path / "m.md").write_text(text, encoding="utf-8")
    graph = build_graph(load_manual(tmp_path / "m.md", "m"))
    assert [item.id for item in graph.see_also("m/wi-fi")] == ["m/sound"]
