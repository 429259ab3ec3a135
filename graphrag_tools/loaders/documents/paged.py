"""The pages of a document, as PDF loaders give them: without running heads, in the sections that its contents lists.

Such pages are plain text: no type tells headings, so that a printed table of contents is believed, or Markdown's marks.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from langchain_core.documents import Document

from graphrag_tools.loaders.documents.elements import ELEMENT_PATH
from graphrag_tools.loaders.documents.metadata import source_of
from graphrag_tools.loaders.pdf.contents import contents_headings, contents_report, without_contents, without_index
from graphrag_tools.loaders.pdf.headings import Heading, without_numbers
from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.pages import Chunk, Piece
from graphrag_tools.manual.sections import Skipped
from graphrag_tools.text.listing import first_of
from graphrag_tools.text.normalise import tidy

_FEWEST_PAGES = 3
_OUTER_LINES = 4
_MAX_NAMED = 20
_SHARED = 0.4
"""So many of the pages have a running head: heads of left and of right pages differ."""
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_MARKED = re.compile(r"(?P<marks>#{1,6})[ \t]+(?P<title>\S.*)\Z")
_FENCES = ("```", "~~~")
_EMPHASIS = "*_ "
_PAGE_BREAK = "\f"
_SIZE = 10.0
_DISTANCE = 12.0
"""Lines of plain text have no places; these are as near each other as those of a paragraph."""


def with_contents_paths(
    documents: Sequence[Document], has_path: Callable[[Document], bool]
) -> tuple[list[Document], list[Skipped]]:
    """Return documents with those that are the pages of one source as its sections, and what was left out of these.

    Pages are believed where a source has three at least, each of them once, and none of them has a path: a splitter's
    pieces stay as they are. So does a document that holds pages apart by form feeds but lists no contents.
    """
    kept: list[Document] = []
    skipped: list[Skipped] = []
    for source, group in groupby(documents, key=source_of):
        of_source = list(group)
        pages = _pages_apart(of_source[0]) if len(of_source) == 1 else of_source
        numbers = [page.metadata.get("page") for page in pages]
        whole = all(isinstance(number, int) for number in numbers) and len(set(numbers)) == len(numbers)
        if not whole or len(pages) < _FEWEST_PAGES or any(map(has_path, of_source)):
            kept += of_source
            continue
        texts, dropped = _without_running_heads([page.page_content.splitlines() for page in pages])
        lines, contents = without_contents([line for at, text in enumerate(texts) for line in _text_lines(at, text)])
        headings = _as_printed(contents_headings(without_index(contents), lines), lines) or _marked_headings(lines)
        if not lines or (len(pages) > len(of_source) and not headings):
            kept += of_source
            continue
        kept += _parts(pages, lines, headings, {entry.stands_on for entry in contents})
        told = contents_report(contents, (heading.title for heading in headings)) if contents else ""
        skipped += _reports(f"{source}: " if source else "", pages, dropped, told)
    return kept, skipped


def _reports(where: str, pages: Sequence[Document], dropped: int, contents: str) -> Iterator[Skipped]:
    silent = [str(number) for number, page in enumerate(pages, 1) if not page.page_content.strip()]
    if silent:
        yield Skipped(f"{where}page {first_of(silent, _MAX_NAMED)}", "has no text")
    if dropped:
        yield Skipped(f"{where}heads and feet", f"{dropped} lines that repeat from page to page")
    if contents:
        yield Skipped(f"{where}table of contents", contents)


def _pages_apart(document: Document) -> list[Document]:
    """Return the pages of a document that a form feed ends each of, as loaders give it in one piece."""
    if "page" in document.metadata:
        return [document]
    return [
        Document(page_content=text, metadata={**document.metadata, "page": page})
        for page, text in enumerate(document.page_content.split(_PAGE_BREAK))
    ]


def _without_running_heads(pages: Sequence[Sequence[str]]) -> tuple[list[list[str]], int]:
    """Return the lines of pages without those at their edges that many share, page numbers apart; how many went."""
    counts: Counter[str] = Counter()
    for at, page in enumerate(pages):
        counts.update({key for line in _edges(page).values() for key in _keys(line, at)})
    fewest = max(_FEWEST_PAGES, _SHARED * len(pages))
    kept: list[list[str]] = []
    for at, page in enumerate(pages):
        gone = {place for place, line in _edges(page).items() if any(counts[key] >= fewest for key in _keys(line, at))}
        kept.append([line for place, line in enumerate(page) if place not in gone])
    return kept, sum(map(len, pages)) - sum(map(len, kept))


def _edges(page: Sequence[str]) -> dict[int, str]:
    """Return the first and the last lines with text, by their places."""
    places = [place for place, line in enumerate(page) if line.strip()]
    return {place: page[place] for place in (*places[:_OUTER_LINES], *places[-_OUTER_LINES:])}


def _keys(line: str, page: int) -> Iterator[str]:
    """Yield a line as it is, and with each of its numbers as how far that is from its page's place."""
    text = tidy(line).casefold()
    yield text
    for number in _NUMBER.finditer(text):
        yield f"{text[: number.start()]}#{int(number.group()) - page}{text[number.end() :]}"


def _text_lines(page: int, lines: Iterable[str]) -> Iterator[TextLine]:
    for row, line in enumerate(lines):
        text = line.strip()
        indent = float(len(line) - len(line.lstrip()))
        top = row * _DISTANCE
        if text:
            chunk = Chunk(indent, indent + len(text), top, _SIZE, (Piece(text),))
            yield TextLine(page, page, top, indent, 0.0, _SIZE, (chunk,))


def _as_printed(headings: Sequence[Heading], lines: Sequence[TextLine]) -> list[Heading]:
    """Return the headings as they stand in the text, which the contents may have in capitals, without numbers."""
    return without_numbers(
        [
            replace(heading, title=tidy(" ".join(line.text for line in lines[heading.first : heading.after])))
            for heading in headings
        ]
    )


def _marked_headings(lines: Sequence[TextLine]) -> list[Heading]:
    """Return the headings that pages of Markdown mark, each with an empty line above it and below."""
    found: list[Heading] = []
    fenced = False
    for at, line in enumerate(lines):
        mark = _MARKED.match(line.text)
        fenced = fenced != line.text.startswith(_FENCES)
        starts = at == 0 or _is_apart(lines[at - 1], line)
        ends = at + 1 == len(lines) or _is_apart(line, lines[at + 1])
        title = mark["title"].rstrip(" \t#").strip(_EMPHASIS) if mark else ""
        if mark and title and starts and ends and not fenced:
            found.append(Heading(title, len(mark["marks"]), at, at + 1, line.page, line.top))
    return found


def _is_apart(above: TextLine, line: TextLine) -> bool:
    """Whether an empty line or a page's end stands between two lines."""
    return line.page != above.page or line.top - above.top > 1.5 * _DISTANCE


def _raw(line: TextLine) -> str:
    return f"{' ' * int(line.indent)}{line.text}"


def _parts(
    pages: Sequence[Document], lines: Sequence[TextLine], headings: Sequence[Heading], contents: Container[int]
) -> Iterator[Document]:
    """Yield the pages, divided where a heading stands; what follows one has the path of titles down to it.

    A page of the contents, of which but a line is left, is its heading and goes with it.
    """
    starts = {heading.first: heading for heading in headings}
    open_titles: list[tuple[int, str]] = []
    texts: dict[tuple[tuple[str, ...], int], list[str]] = defaultdict(list)
    below = 0
    for at, line in enumerate(lines):
        heading = starts.get(at)
        if heading is not None:
            open_titles = [*(one for one in open_titles if one[0] < heading.level), (heading.level, heading.title)]
            below = heading.after
            texts[tuple(title for _, title in open_titles), line.page].append("")
        if at >= below:
            lines_here = texts[tuple(title for _, title in open_titles), line.page]
            lines_here += ["", _raw(line)] if at > below and _is_apart(lines[at - 1], line) else [_raw(line)]
    for (path, page), found in texts.items():
        if not path and page in contents and sum(map(bool, found)) == 1:
            continue
        text = "\n".join(found).strip()
        marked = text or (f"# {path[-1]}" if path else "")
        yield Document(page_content=marked, metadata={**pages[page].metadata, ELEMENT_PATH: path})
