"""Titles of LangChain documents that their loaders give, and headings that splitters repeat in their text."""

import pytest
from langchain_core.documents import Document
from langchain_text_splitters import HTMLHeaderTextSplitter, MarkdownHeaderTextSplitter

from graphrag_tools.loaders.documents import load_documents
from graphrag_tools.manual.sections import Manual

Told = list[tuple[str, str, list[str]]]


def told(manual: Manual) -> Told:
    """Return each section's title, that of the one above it, and its texts."""
    titles = {section.key: section.title for section in manual.sections}
    return [
        (section.title, titles.get(section.parent or "", ""), [block.text for block in section.blocks])
        for section in manual.sections
    ]


TREE: Told = [("Lamp", "", ["It glows."]), ("Reset", "Lamp", ["Hold it."])]


@pytest.mark.parametrize("name", ["Header {}", "h{}", "H{}", "header_{}", "Heading {}"])
def test_the_usual_names_of_headers_are_known(name: str) -> None:
    names = [("#", name.format(1)), ("##", name.format(2))]
    pieces = MarkdownHeaderTextSplitter(names).split_text("# Lamp\n\nIt glows.\n\n## Reset\n\nHold it.\n")
    assert told(load_documents(pieces, "m")) == TREE


def test_headings_that_a_splitter_repeats_are_no_text() -> None:
    page = "<h1>Lamp</h1><p>It glows.</p><h2>Reset</h2><p>Hold it.</p>"
    pieces = HTMLHeaderTextSplitter([("h1", "Header 1"), ("h2", "Header 2")]).split_text(page)
    assert told(load_documents(pieces, "m")) == TREE
    kept = MarkdownHeaderTextSplitter([("#", "h1"), ("##", "h2")], strip_headers=False)
    assert told(load_documents(kept.split_text("# Lamp\n\nIt glows.\n\n## Reset\n\nHold it.\n"), "m")) == TREE
    chunks = [("Lamp\nIt glows.", ["Lamp"]), ("Reset\nHold it.", ["Lamp", "Reset"])]
    docling = [Document(page_content=text, metadata={"dl_meta": {"headings": above}}) for text, above in chunks]
    assert told(load_documents(docling, "m")) == TREE


def test_documents_of_wikis_and_web_sites_are_called_as_their_metadata_say() -> None:
    pages = [
        Document(page_content="Reset | Lumo help\n\nHold it.", metadata={"title": "Reset | Lumo help", "source": "a"}),
        Document(page_content="Then wait.", metadata={"title": "Reset | Lumo help", "source": "a"}),
        Document(page_content="Turn it.", metadata={"title": "Light | Lumo help", "source": "b"}),
    ]
    assert told(load_documents(pages, "m")) == [("Reset", "", ["Hold it.", "Then wait."]), ("Light", "", ["Turn it."])]


def test_one_title_of_all_documents_is_no_section() -> None:
    pieces = [Document(page_content=text, metadata={"title": "Lumo"}) for text in ("Hold it.", "Turn it.")]
    assert [title for title, _, _ in told(load_documents(pieces, "m"))] == ["Hold it.", "Turn it."]


def test_boxes_that_azure_reads_are_signs() -> None:
    text = "# Lamp\n\n:selected: Auto\n\n:unselected: Manual\n"
    assert told(load_documents([Document(page_content=text)], "m")) == [("Lamp", "", ["☒ Auto", "☐ Manual"])]
