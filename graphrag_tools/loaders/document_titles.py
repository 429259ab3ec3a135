"""Titles that loaders of wikis and web sites give their documents, and headings that splitters repeat in the text."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.documents import Document

from graphrag_tools.text.normalise import tidy

_TITLE_KEYS = ("title", "Title", "name", "Name")
_PAGED = ("page", "page_number", "page_label")
_BEFORE_SITE = re.compile(r"\s[|–—·•»:-]\s(?!.*\s[|–—·•»:-]\s)")
_MARKS = "#*_ \t"


def document_titles(documents: Sequence[Document]) -> tuple[str, ...]:
    """Return the title of each document as its metadata give it, without the name of the site that all end with.

    "" for pages of a file, whose title is the file's, and for all where there is but one title: it is the manual's.
    """
    titles = [document_title(document.metadata) for document in documents]
    different = set(filter(None, titles))
    if len(different) < 2:
        return ("",) * len(titles)
    ends = Counter(end[0] + one[end.end() :] if (end := _BEFORE_SITE.search(one)) else "" for one in different)
    site, count = ends.most_common(1)[0]
    return tuple(one.removesuffix(site) if site and count == len(different) else one for one in titles)


def without_headings(text: str, path: Sequence[str]) -> str:
    """Return the text of a document without lines at its beginning that say its path, or the end of it, once more.

    That may be all of it.

    >>> without_headings("Care\\nReset\\nHold it.", ("Lamp", "Care", "Reset"))
    'Hold it.'
    """
    lines = text.lstrip().splitlines(keepends=True)
    for start in range(len(path)):
        above = [tidy(title) for title in path[start:]]
        said = [tidy(line.strip().strip(_MARKS)) for line in lines[: len(above)]]
        if said == above:
            return "".join(lines[len(above) :])
    return text


def document_title(metadata: Mapping[str, Any]) -> str:
    """Return the title that a document's metadata give it, "" for a page of a file."""
    if any(metadata.get(key) not in (None, "") for key in _PAGED):
        return ""
    return next(
        (tidy(value) for key in _TITLE_KEYS if isinstance(value := metadata.get(key), str) and value.strip()), ""
    )
