"""LangChain documents: the output of any loader or splitter, made a tree by what their metadata say.

Headers as metadata ("Header 1", "Header 2", … of MarkdownHeaderTextSplitter), pages (PDF loaders), a source
(file loaders), or nothing at all.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from langchain_core.documents import Document

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.document_links import linked
from graphrag_tools.loaders.document_text import joined, overlap, text_blocks
from graphrag_tools.manual import Manual, Section, Skipped, slug, tidy

DEFAULT_PATH_KEYS = tuple(f"Header {level}" for level in range(1, 7))
_PAGE_KEYS = ("page", "page_number")
_URL_KEYS = ("url", "source")
_MAX_TITLE = 80
_MARKS = re.compile(r"^[\s#>*_`-]+|[\s#*_`:]+$")


@dataclass(slots=True)
class _Gathered:
    """The texts of one section, in order."""

    path: tuple[str, ...]
    source: str = ""
    texts: list[tuple[str, bool]] = field(default_factory=list)
    """Each with whether it goes on right where the one before it ended."""
    page: int | None = None
    url: str = ""


def load_documents(
    documents: Iterable[Document],
    manual_id: str,
    title: str | None = None,
    *,
    path_keys: Sequence[str] = DEFAULT_PATH_KEYS,
) -> Manual:
    """Make a manual of LangChain documents, in their order.

    `path_keys` are the metadata that give a section's titles, from the root down; one that is missing or empty
    is passed over, and one that holds a list gives several. Documents of one path are one section, unless
    the path was left in between: then it is another of the same title. A document without a path is a section
    of its own: called by its page (or page label) under its source where there are several sources, else by
    its first line. Text that a splitter repeats at the seam of two documents, of one section and one source, is
    taken once. `page` (counted from 0, as LangChain's PDF loaders do) becomes a page counted from 1.

    Raises:
        ConfigError: No documents, something else among them, or no usable `manual_id` or `path_keys`.
        ManualError: No document has text.
    """
    checked = _checked(documents, manual_id, path_keys)
    if not any(document.page_content.strip() for document in checked):
        raise ManualError(f"{manual_id}: {len(checked)} document(s), and no text in any of them.")
    gathered, skipped = _gathered(checked, path_keys)
    sources = list(dict.fromkeys(found.source for found in gathered if found.source))
    sections = linked(list(_sections(gathered)))
    return Manual(slug(manual_id), title or manual_id, sections, ", ".join(sources[:3]) or "documents", skipped)


def metadata_path(metadata: Mapping[str, Any], path_keys: Sequence[str]) -> tuple[str, ...]:
    """Return the titles that a document's metadata give, from the root down.

    >>> metadata_path({"Header 1": "Settings", "Header 3": "Dim"}, ("Header 1", "Header 2", "Header 3"))
    ('Settings', 'Dim')
    """
    found: list[str] = []
    for key in path_keys:
        value = metadata.get(key)
        pieces = value if isinstance(value, list | tuple) else [value]
        found += [tidy(_MARKS.sub("", str(piece))) for piece in pieces if piece is not None]
    return tuple(piece for piece in found if piece)


def _checked(documents: Iterable[Document], manual_id: str, path_keys: Sequence[str]) -> list[Document]:
    if isinstance(documents, Document | str | bytes | Mapping) or not isinstance(documents, Iterable):
        raise ConfigError(f"documents is a {type(documents).__name__}; expected a list of LangChain documents.")
    if not isinstance(manual_id, str) or not manual_id.strip():
        raise ConfigError(f"manual_id is {manual_id!r}; expected a name for the manual.")
    if isinstance(path_keys, str):
        raise ConfigError(f'path_keys is the text {path_keys!r}; expected a list of keys, such as ["Header 1"].')
    checked = list(documents)
    if not checked:
        raise ConfigError("no documents given; expected at least one. Did the loader find its files?")
    for position, document in enumerate(checked):
        if not isinstance(document, Document):
            raise ConfigError(
                f"documents[{position}] is a {type(document).__name__}; expected a LangChain Document "
                "(langchain_core.documents.Document)."
            )
    return checked


def _gathered(documents: Sequence[Document], path_keys: Sequence[str]) -> tuple[list[_Gathered], tuple[Skipped, ...]]:
    several = len({_source(document) for document in documents}) > 1
    gathered: list[_Gathered] = []
    skipped: list[Skipped] = []
    before: Document | None = None
    for number, document in enumerate(documents):
        same_source = before is not None and _source(before) == _source(document)
        repeated = overlap(before.page_content, document.page_content) if before is not None and same_source else 0
        text = document.page_content[repeated:]
        if not text.strip():
            skipped.append(Skipped(f"documents[{number}]", "repeats the one before" if repeated else "has no text"))
            continue
        path = metadata_path(document.metadata, path_keys)
        own = path or (*(_source_path(document) if several else ()), _own_title(document, text))
        last = gathered[-1] if gathered else None
        joins = last is not None and bool(path) and same_source and last.path == own
        if last is None or not joins:
            last = _Gathered(own, _source(document), page=_page(document.metadata), url=_url(document.metadata))
            gathered.append(last)
        last.texts.append((text, joins and repeated > 0))
        before = document
    return gathered, tuple(skipped)


def _sections(gathered: Iterable[_Gathered]) -> Iterable[Section]:
    """Yield a section per piece gathered, and one without text for each title above that has none of its own.

    A title above is the last one of that path, so that what a splitter took apart hangs together again.
    """
    last_of_path: dict[tuple[str, ...], str] = {}
    for number, found in enumerate(gathered):
        for length in range(1, len(found.path)):
            above = found.path[:length]
            if above not in last_of_path:
                last_of_path[above] = key = f"{number}.{length}"
                yield Section(key, above[-1], parent=last_of_path.get(above[:-1]), anchors=(found.source,))
        last_of_path[found.path] = key = str(number)
        yield Section(
            key=key,
            title=found.path[-1],
            blocks=text_blocks(joined(found.texts), found.path[-1]),
            parent=last_of_path.get(found.path[:-1]),
            anchors=(found.source,),
            url=found.url,
            page=found.page,
        )


def _source_path(document: Document) -> tuple[str, ...]:
    """Return the title that a source gives its pages."""
    source = _source(document)
    paged = _page(document.metadata) is not None or document.metadata.get("page_label")
    return (PurePath(source).stem or source,) if source and paged else ()


def _own_title(document: Document, text: str) -> str:
    """Return the title of a document that has no path: its page, its first line if that is short, or its source."""
    metadata = document.metadata
    page, label = _page(metadata), metadata.get("page_label")
    if page is not None or label:
        return f"Page {label or page}"
    lines = (tidy(_MARKS.sub("", line)) for line in text.splitlines())
    first = next((line for line in lines if line), "")
    if first and len(first) <= _MAX_TITLE:
        return first
    named = tidy(str(metadata.get("title") or "")) or PurePath(_source(document)).stem
    return named or f"{first[:_MAX_TITLE].rsplit(' ', 1)[0]} …"


def _source(document: Document) -> str:
    return str(document.metadata.get("source") or "")


def _url(metadata: Mapping[str, Any]) -> str:
    found = (str(metadata.get(key) or "") for key in _URL_KEYS)
    return next((value for value in found if value.startswith(("https://", "http://"))), "")


def _page(metadata: Mapping[str, Any]) -> int | None:
    """Return the page counted from 1: `page` counts from 0, `page_number` from 1."""
    for key, first in zip(_PAGE_KEYS, (0, 1), strict=True):
        value = metadata.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value + 1 - first
    return None
