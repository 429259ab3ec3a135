"""Documents of loaders that tell a tree in ways of their own, as documents with a path of titles.

unstructured gives each element a category, a depth and its parent's id; docling gives chunks the headings above them,
and repeats these in the text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from langchain_core.documents import Document

from graphrag_tools.text.normalise import tidy

ELEMENT_PATH = "element_path"
"""The metadata that hold the path that was found."""
DOCLING_HEADINGS = "dl_meta.headings"
_NO_TEXT = frozenset({"Header", "Footer", "PageNumber", "PageBreak"})


def metadata_value(metadata: Mapping[str, Any], key: str) -> Any:
    """Return what a key holds, "a.b" what "b" holds in "a" where no key is just that; None for nothing.

    >>> metadata_value({"dl_meta": {"headings": ["Sound"]}}, "dl_meta.headings")
    ['Sound']
    """
    if key in metadata or "." not in key:
        return metadata.get(key)
    first, _, rest = key.partition(".")
    inner = metadata.get(first)
    return metadata_value(inner, rest) if isinstance(inner, Mapping) else None


def with_element_paths(documents: Sequence[Document]) -> list[Document]:
    """Return documents with the paths that unstructured's elements or docling's chunks have; others as they are."""
    if any("category" in document.metadata and "element_id" in document.metadata for document in documents):
        return list(_elements(documents))
    return [_without_repeated_headings(document) for document in documents]


def _elements(documents: Iterable[Document]) -> Iterator[Document]:
    paths: dict[str, tuple[str, ...]] = {}
    open_titles: list[tuple[int, str]] = []
    for document in documents:
        metadata, text = document.metadata, document.page_content
        category, parent = metadata.get("category"), str(metadata.get("parent_id") or "")
        if category in _NO_TEXT:
            continue
        title = tidy(text) if category == "Title" else ""
        if title:
            depth = int(metadata.get("category_depth") or 0)
            open_titles = [one for one in open_titles if one[0] < depth]
            above = tuple(one for _, one in open_titles)
            open_titles.append((depth, title))
            path = (*paths.get(parent, above), title)
            paths[str(metadata.get("element_id"))] = path
        else:
            path = paths.get(parent, tuple(one for _, one in open_titles))
        marked = f"# {title}" if title else f"- {text}" if category == "ListItem" else text
        yield Document(page_content=marked, metadata={**metadata, ELEMENT_PATH: path})


def _without_repeated_headings(document: Document) -> Document:
    headings = metadata_value(document.metadata, DOCLING_HEADINGS)
    if not isinstance(headings, list | tuple):
        return document
    lines = document.page_content.splitlines(keepends=True)
    above = [tidy(str(heading)) for heading in headings]
    first = 0
    while first < len(lines) - 1 and above and tidy(lines[first]) == above[0]:
        first += 1
        above = above[1:]
    return Document(page_content="".join(lines[first:]), metadata=document.metadata) if first else document
