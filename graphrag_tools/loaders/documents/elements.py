"""Documents of loaders that tell a tree in ways of their own, as documents with a path of titles.

unstructured gives each element a category, a depth and its parent's id; docling gives chunks the headings above them,
and repeats these in the text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from langchain_core.documents import Document
from selectolax.lexbor import LexborHTMLParser

from graphrag_tools.text.normalise import markdown_table, tidy

ELEMENT_PATH = "element_path"
"""The metadata that hold the path that was found."""
DOCLING_HEADINGS = "dl_meta.headings"
_NO_TEXT = frozenset({"Header", "Footer", "PageNumber", "PageBreak"})


def with_element_paths(documents: Sequence[Document]) -> list[Document]:
    """Return documents with the paths that unstructured's elements or docling's chunks have; others as they are."""
    if any("category" in document.metadata and "element_id" in document.metadata for document in documents):
        return list(_elements(documents))
    return [_with_signs(document) for document in documents]


def _elements(documents: Iterable[Document]) -> Iterator[Document]:
    paths: dict[str, tuple[str, ...]] = {}
    open_titles: list[tuple[int, str]] = []
    for document in documents:
        metadata, text = document.metadata, document.page_content
        category, parent = str(metadata.get("category", "")), str(metadata.get("parent_id") or "")
        if category in _NO_TEXT:
            continue
        title = tidy(text) if category == "Title" else ""
        if title:
            told = metadata.get("category_depth")
            depth = told if isinstance(told, int) else 0
            open_titles = [one for one in open_titles if one[0] < depth]
            above = tuple(one for _, one in open_titles)
            open_titles.append((depth, title))
            path = (*paths.get(parent, above), title)
            paths[str(metadata.get("element_id"))] = path
        else:
            path = paths.get(parent, tuple(one for _, one in open_titles))
        marked = f"# {title}" if title else _written(category, text, metadata)
        yield Document(page_content=marked, metadata={**metadata, ELEMENT_PATH: path})


def _written(category: str, text: str, metadata: Mapping[str, Any]) -> str:
    """Return an element's text as Markdown, apart from the ones around it."""
    if category == "ListItem":
        return f"- {text}"
    if category == "CodeSnippet":
        return f"\n```\n{text}\n```\n"
    rows = _rows(str(metadata.get("text_as_html") or "")) if category == "Table" else []
    return f"\n{markdown_table(rows)}\n" if len(rows) > 1 else f"\n{text}"


def _rows(markup: str) -> list[list[str]]:
    """Return the cells of each row of a table of HTML, for a table of Markdown."""
    found = LexborHTMLParser(markup).css("tr")
    cells = ([tidy(cell.text()).replace("|", "\\|") for cell in row.css("td,th")] for row in found)
    return [row for row in cells if row]


def _with_signs(document: Document) -> Document:
    """Return a document of Azure's with signs for the boxes that are ticked or empty (":selected:")."""
    text = document.page_content
    if "selected:" not in text:
        return document
    shown = text.replace(":unselected:", "☐").replace(":selected:", "☒")
    return Document(page_content=shown, metadata=document.metadata)
