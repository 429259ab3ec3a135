"""What is long, or nested deep, takes time by its length and not by its square: the square would take minutes here."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual

LENGTH = 100_000
IN_MARKDOWN = {
    "a shortcode that is never closed": "{{< highlight" + " " * LENGTH,
    "dashes that are no row of a table": "|\n" + "-" * LENGTH + "x",
    "a labelled heading with tabs": "(lamp)=\n# Lamp" + "\t" * LENGTH + "x!",
    "an attribute that is never closed": "Press it. {.red data=" + "-" * LENGTH,
    "tabs in code": "```\n" + "\t" * LENGTH + "\n```",
    "boxes in fences, none of them closed": "```{note}\n" * 10_000,
    "tables in tables": "<table><tr><td>" * 2_000,
    "a cell with very many bold words": "<table><tr><td>" + "<b>Lamp</b> one " * 20_000 + "</td></tr></table>",
    "very many headings": "# Lamp\n" * 20_000,
    "one way of very many names": "Open Menu" + " then Menu-open Menu" * 5_000,
}


def loaded(file: Path, text: str) -> Manual:
    file.write_text(text, encoding="utf-8")
    manual = load_manual(file)
    build_graph(manual)
    return manual


def words(manual: Manual) -> str:
    return " ".join(block.text for section in manual.sections for block in section.blocks)


@pytest.mark.parametrize("text", IN_MARKDOWN.values(), ids=IN_MARKDOWN)
def test_page_with_something_long_is_read_to_its_end(tmp_path: Path, text: str) -> None:
    assert "Pull the plug." in words(loaded(tmp_path / "lamp.md", f"# Lamp\n\n{text}\n\nPull the plug.\n"))


def test_page_of_html_with_many_fences_that_are_never_closed_is_read_to_its_end(tmp_path: Path) -> None:
    text = "---\ntitle: Lamp\n---\n" + "~~~ a\n" * 20_000 + "<p>Pull the plug.</p>\n"
    (tmp_path / "a.md").write_text("# Lamp\n\nPress it.\n")
    (tmp_path / "b.md").write_text("# Bulb\n\nTurn it.\n")
    (tmp_path / "lamp.html").write_text(text)
    assert "Pull the plug." in words(load_manual(tmp_path))


def test_page_of_the_unix_manual_with_many_names_of_fonts_that_never_end_is_read_to_its_end(tmp_path: Path) -> None:
    text = ".TH LAMP 1\n.SH NAME\nlamp \\- a lamp\n.SH USE\n" + "\\f[" * 30_000 + "\nPull the plug.\n"
    assert "Pull the plug." in words(loaded(tmp_path / "lamp.1", text))


def test_box_in_a_fence_that_is_never_closed_keeps_its_last_line(tmp_path: Path) -> None:
    assert words(loaded(tmp_path / "lamp.md", "# Lamp\n\n```{note}\nPull the plug.")) == "Pull the plug."
