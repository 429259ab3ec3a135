"""Read a LangChain document that is a whole page of Markdown or HTML as that page: a section for each heading."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from langchain_core.documents import Document

from graphrag_tools.loaders.documents.metadata import source_of
from graphrag_tools.loaders.html.page import read_page
from graphrag_tools.loaders.markdown_text.parser import markdown_page
from graphrag_tools.loaders.markdown_text.partials import Partials
from graphrag_tools.loaders.pages.front_matter import FrontMatter
from graphrag_tools.loaders.pages.page import SourcePage, readable_name
from graphrag_tools.loaders.pages.sections import page_sections
from graphrag_tools.manual.sections import Block
from graphrag_tools.text.normalise import tidy

_CODE = re.compile(r"^(`{3,}|~{3,})[\s\S]*?(?:^\1|\Z)", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S|^[^\s#>|-][^\n]*\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n[\s\S]*?^---[ \t]*$\n*", re.MULTILINE)
_HTML_PAGE = re.compile(
    r"\A\s*(?:<!--[\s\S]*?-->\s*)?(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_HTML_PART = re.compile(r"\A\s*<(?:main|article|section|div|header|h[1-6])\b[\s\S]*</h[1-6]>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PagePart:
    """What stands under one heading of a page: the titles from the page's down, and its blocks."""

    path: tuple[str, ...]
    blocks: tuple[Block, ...]


def whole_pages(documents: Sequence[Document]) -> set[int]:
    """Return the numbers of the documents that are whole pages: the only one of its source, with headings in it.

    Where there is no source, one of several is a page that begins with a heading of the first level.
    """
    counts = Counter(source_of(document) for document in documents)
    found: set[int] = set()
    for number, document in enumerate(documents):
        is_alone = counts[source_of(document)] == 1
        text = document.page_content
        is_page = is_alone or (not source_of(document) and text.lstrip().startswith("# "))
        if is_page and (_is_html(text) or _is_markdown(text)):
            found.add(number)
    return found


def page_parts(document: Document, *, several: bool) -> list[PagePart]:
    """Return the parts of a document that is a page, [] for one without text.

    `several` says that there are others, among which a page without a title of its own is called by its source.
    """
    name = PurePath(source_of(document).rpartition("?")[0] or source_of(document)).name or "page.md"
    named = tidy(str(document.metadata.get("title") or "")) or readable_name(PurePath(name).stem)
    page = _page(name, document.page_content)
    if not page.parts and not page.title:
        return []
    tops = [part.level for part in page.parts if part.level]
    is_headed = bool(tops) and tops.count(min(tops)) == 1
    title = page.title or (named if several and not is_headed else "")
    paths: dict[str, tuple[str, ...]] = {}
    parts: list[PagePart] = []
    for section in page_sections(page, title, named, lambda target: target):
        above = paths[section.parent] if section.parent is not None else ()
        paths[section.key] = path = (*above, section.title)
        parts.append(PagePart(path, section.blocks))
    return parts


def _page(name: str, text: str) -> SourcePage:
    if _is_html(text):
        read = read_page(name, text)
        return SourcePage(name, read.sections, FrontMatter({"title": read.title} if read.title else {}))
    return markdown_page(name, text, Partials({}), {})


def _is_html(text: str) -> bool:
    return _HTML_PAGE.match(text) is not None or _HTML_PART.match(text) is not None


def _is_markdown(text: str) -> bool:
    bare = _CODE.sub("", _FRONT_MATTER.sub("", text, count=1)).lstrip()
    headings = [match.start() for match in _HEADING.finditer(bare)]
    return len(headings) > 1 or headings == [0]
