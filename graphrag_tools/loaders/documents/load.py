"""Load LangChain documents, the output of any loader or splitter, as a tree that their metadata give.

Headers as metadata ("Header 1", "Header 2", … of MarkdownHeaderTextSplitter, docling's headings, unstructured's
elements), pages (PDF loaders), a source (file loaders), or nothing at all.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote

from langchain_core.documents import Document

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.documents.elements import DOCLING_HEADINGS, ELEMENT_PATH, with_element_paths
from graphrag_tools.loaders.documents.metadata import (
    document_title,
    document_titles,
    metadata_value,
    page_of,
    source_of,
    url_of,
)
from graphrag_tools.loaders.documents.paged import with_contents_paths
from graphrag_tools.loaders.documents.pages import page_parts, whole_pages
from graphrag_tools.loaders.documents.texts import joined_pieces, overlap, text_blocks, without_headings
from graphrag_tools.loaders.markdown_text.parser import heading_anchor
from graphrag_tools.loaders.pages.link_titles import with_titles_of_links
from graphrag_tools.loaders.section_tree import make_manual, retargeted
from graphrag_tools.manual.sections import Block, Manual, Section, Skipped, is_external
from graphrag_tools.text.normalise import slug, tidy

_HEADERS = ("Header {}", "header {}", "Header_{}", "header_{}", "Heading {}", "heading_{}", "H{}", "h{}")
DEFAULT_PATH_KEYS = (
    *(named.format(level) for named in _HEADERS for level in range(1, 7)),
    *("#" * level for level in range(1, 7)),
    "headings",
    DOCLING_HEADINGS,
    ELEMENT_PATH,
)
_MAX_TITLE = 80
_MARKS_BEFORE, _MARKS_BEHIND = re.compile(r"^[\s#>*_`-]+"), re.compile(r"(?<![\s#*_`:])[\s#*_`:]+$")


def load_documents(
    documents: Iterable[Document],
    manual_id: str,
    title: str | None = None,
    *,
    path_keys: Sequence[str] = DEFAULT_PATH_KEYS,
) -> Manual:
    """Make a manual of LangChain documents, in their order.

    `path_keys` are the metadata that give a section's titles, from the root down; one that is missing or empty
    is passed over, one that holds a list gives several, and "a.b" is what "b" holds in "a". What docling and
    unstructured's elements tell of their tree is known without any. A document that has none and is a whole page of
    Markdown or HTML is read as one, with a section for each of its headings. Documents of one path are one section,
    unless the path was left in between: then it is another of the same title. A document without a path is a section
    of its own: called by its page (or page label) under its source where there are several sources, else by
    its first line. The pages of a PDF are the sections that its printed contents lists, without running heads. Text
    that a splitter repeats at the seam of two documents, of one section and one source, is taken once. `page` (counted
    from 0, as LangChain's PDF loaders do) becomes a page counted from 1.

    Raises:
        ConfigError: No documents, something else among them, or no usable `manual_id` or `path_keys`.
        ManualError: No document has text.
    """
    checked = with_element_paths(_checked(documents, manual_id, path_keys))
    if not any(document.page_content.strip() for document in checked):
        raise ManualError(f"{manual_id}: {len(checked)} document(s), and no text in any of them.")
    parted, left_out = checked, list[Skipped]()
    if ELEMENT_PATH in path_keys:
        parted, left_out = with_contents_paths(checked, lambda one: bool(metadata_path(one.metadata, path_keys)))
    gathered, skipped = _gathered(parted, path_keys)
    if not gathered:
        raise ManualError(f"{manual_id}: {len(checked)} document(s), and no heading and no text in any of them.")
    sources = list(dict.fromkeys(found.source for found in gathered if found.source))
    sections = with_titles_of_links(_linked(list(_sections(gathered))))
    named = ", ".join(sources[:3]) or "documents"
    return make_manual(slug(manual_id), sections, named, (*left_out, *skipped), title or manual_id)


def metadata_path(metadata: Mapping[str, Any], path_keys: Sequence[str]) -> tuple[str, ...]:
    """Return the titles that a document's metadata give, from the root down.

    >>> metadata_path({"Header 1": "Settings", "Header 3": "Dim"}, ("Header 1", "Header 2", "Header 3"))
    ('Settings', 'Dim')
    """
    found: list[str] = []
    for key in path_keys:
        value = metadata_value(metadata, key)
        pieces = value if isinstance(value, list | tuple) else [value]
        found += [_bare(str(piece)) for piece in pieces if piece is not None]
    return tuple(piece for piece in found if piece)


@dataclass(slots=True)
class _Gathered:
    """The texts of one section, in order."""

    path: tuple[str, ...]
    source: str = ""
    texts: list[tuple[str, bool]] = field(default_factory=list)
    """Each with whether it goes on right where the one before it ended."""
    page: int | None = None
    url: str = ""
    blocks: tuple[Block, ...] | None = None
    """Those of a part of a page, which is read whole."""


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
    several = len({source_of(document) for document in documents}) > 1
    gathered: list[_Gathered] = []
    skipped: list[Skipped] = []
    before: Document | None = None
    pages = whole_pages(documents)
    titles = document_titles(documents)
    for number, document in enumerate(documents):
        if number in pages and not metadata_path(document.metadata, path_keys):
            parts = list(_page_gathered(document, several=len(documents) > 1))
            gathered.extend(parts)
            skipped += [] if parts else [Skipped(f"documents[{number}]", "has no text")]
            before = document
            continue
        same_source = before is not None and source_of(before) == source_of(document)
        repeated = overlap(before.page_content, document.page_content) if before is not None and same_source else 0
        text = document.page_content[repeated:]
        if not text.strip():
            skipped.append(Skipped(f"documents[{number}]", "repeats the one before" if repeated else "has no text"))
            continue
        path = metadata_path(document.metadata, path_keys) or ((titles[number],) if titles[number] else ())
        text = without_headings(without_headings(text, path), [document_title(document.metadata)] if path else ())
        own = path or (*(_source_path(document) if several else ()), _own_title(document, text))
        last = gathered[-1] if gathered else None
        joins = last is not None and bool(path) and same_source and last.path == own
        if last is None or not joins:
            last = _Gathered(own, source_of(document), page=page_of(document.metadata), url=url_of(document.metadata))
            gathered.append(last)
        if text.strip():
            last.texts.append((text, joins and repeated > 0))
        before = document
    return gathered, tuple(skipped)


def _page_gathered(document: Document, *, several: bool) -> Iterator[_Gathered]:
    """Yield a piece for each part of a document that is a page."""
    metadata = document.metadata
    for part in page_parts(document, several=several):
        yield _Gathered(
            part.path, source_of(document), page=page_of(metadata), url=url_of(metadata), blocks=part.blocks
        )


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
            blocks=text_blocks(joined_pieces(found.texts), found.path[-1]) if found.blocks is None else found.blocks,
            parent=last_of_path.get(found.path[:-1]),
            anchors=(found.source,),
            url=found.url,
            page=found.page,
        )


def _source_path(document: Document) -> tuple[str, ...]:
    """Return the title that a source gives its pages."""
    source = source_of(document)
    paged = page_of(document.metadata) is not None or document.metadata.get("page_label")
    return (PurePath(source).stem or source,) if source and paged else ()


def _own_title(document: Document, text: str) -> str:
    """Return the title of a document that has no path: its page, its first line if that is short, or its source."""
    metadata = document.metadata
    page, label = page_of(metadata), metadata.get("page_label")
    if page is not None or label:
        return f"Page {label or page}"
    lines = (_bare(line) for line in text.splitlines())
    first = next((line for line in lines if line), "")
    if first and len(first) <= _MAX_TITLE:
        return first
    named = tidy(str(metadata.get("title") or "")) or PurePath(source_of(document)).stem
    return named or f"{first[:_MAX_TITLE].rsplit(' ', 1)[0]} …"


def _bare(text: str) -> str:
    """Return a title without marks of Markdown around it."""
    return tidy(_MARKS_BEHIND.sub("", _MARKS_BEFORE.sub("", text)))


def _linked(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections with the anchors that links may name, and their links with the anchors they mean.

    Each section comes with its source as its only anchor. "guide/settings.md#wi-fi" means the heading of that
    file, whatever its folder; where no source has the name, the one section with such a heading. A link to a
    file means its first section.
    """
    files = [posixpath.basename(section.anchors[0].replace("\\", "/")) for section in sections]
    headings = [heading_anchor(section.title) for section in sections]
    counts = Counter(headings)
    first_of_file = {file: at for at, file in reversed(list(enumerate(files))) if file}
    anchors = {f"{file}#{heading}" for file, heading in zip(files, headings, strict=True)}
    anchors |= {f"#{heading}" for heading, number in counts.items() if number == 1}
    anchors |= first_of_file.keys()

    def meant(target: str, file: str) -> str:
        if is_external(target):
            return target
        page, _, heading = unquote(target).partition("#")
        name = posixpath.basename(page) or file
        named = (f"{name}#{heading}", f"#{heading}") if heading else (name,)
        return next((anchor for anchor in named if anchor in anchors), target)

    return tuple(
        replace(
            section,
            anchors=(f"{file}#{heading}", f"#{heading}", *([file] if first_of_file.get(file) == at else [])),
            blocks=tuple(retargeted(block, partial(meant, file=file)) for block in section.blocks),
        )
        for at, (section, file, heading) in enumerate(zip(sections, files, headings, strict=True))
    )
