"""Read what the metadata of a LangChain document say of it: its source, its title, its page, its address."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.documents import Document

from graphrag_tools.text.normalise import tidy

_TITLE_KEYS = ("title", "Title", "name", "Name")
_PAGED = ("page", "page_number", "page_label")
_BEFORE_SITE = re.compile(r"\s[|–—·•»:-]\s(?!.*\s[|–—·•»:-]\s)")
_PAGE_KEYS = ("page", "page_number")
_URL_KEYS = ("url", "source")


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


def document_title(metadata: Mapping[str, Any]) -> str:
    """Return the title that a document's metadata give it, "" for a page of a file."""
    if any(metadata.get(key) not in (None, "") for key in _PAGED):
        return ""
    return next(
        (tidy(value) for key in _TITLE_KEYS if isinstance(value := metadata.get(key), str) and value.strip()), ""
    )


def metadata_value(metadata: Mapping[str, Any], key: str) -> Any:
    """Return what a key holds, "a.b" what "b" holds in "a" where no key is just that; None for nothing.

    >>> metadata_value({"dl_meta": {"headings": ["Sound"]}}, "dl_meta.headings")
    ['Sound']
    """
    if key in metadata or "." not in key:
        return metadata.get(key)
    first, _, rest = key.partition(".")
    inner = metadata.get(first)
    if isinstance(inner, str) and inner.startswith("{"):  # as stores of vectors keep it
        try:
            inner = json.loads(inner)
        except ValueError:
            return None
    return metadata_value(inner, rest) if isinstance(inner, Mapping) else None


def source_of(document: Document) -> str:
    """Return the file or address that a document is of, "" where it names none."""
    return str(document.metadata.get("source") or "")


def url_of(metadata: Mapping[str, Any]) -> str:
    """Return the web address of a document, "" where it has none."""
    found = (str(metadata.get(key) or "") for key in _URL_KEYS)
    return next((value for value in found if value.startswith(("https://", "http://"))), "")


def page_of(metadata: Mapping[str, Any]) -> int | None:
    """Return the page counted from 1: `page` counts from 0, `page_number` from 1."""
    for key, first in zip(_PAGE_KEYS, (0, 1), strict=True):
        value = metadata.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value + 1 - first
    return None
