"""Leave out running heads, running feet and page numbers: lines that pages share at their edges."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.pages import Chunk, PdfPage, rows

_EDGE = 0.15
"""The part of a page's height, at each end, where heads and feet stand."""
_SAME_SIZE = 0.3
_OUTER_LINES = 3
_LARGER = 1.2
_SHARED = 0.6
"""So much of the pages that have a line in a place must share its words with a page next to them."""
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_OUTER_NUMBER = re.compile(r"\A\d{1,4}(?=\s)|(?<=\s)\d{1,4}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place at the edge of pages, by its distance from the edge and its size of type."""

    at_top: bool
    distance: int
    size: int


def without_running_heads(pages: Sequence[PdfPage]) -> tuple[list[tuple[Chunk, ...]], int]:
    """Return each page's chunks without running heads and feet, and how many lines were dropped.

    A line goes if it stands where, on most pages that have a line there, it repeats on the page next to it or
    the one after, numbers apart, or begins or ends with the page's number ("Display | 12"). A single page has none.
    """
    body = _body_size(pages)
    words: dict[_Slot, dict[int, str]] = defaultdict(dict)
    shifts: dict[_Slot, dict[int, set[int]]] = defaultdict(dict)
    for at, page in enumerate(pages):
        for slot, line in _edge_lines(page):
            text = " ".join(chunk.text for chunk in line).casefold()
            # "Step 1", "Step 2" in large type at the top of pages are titles.
            words[slot][at] = text if line[0].size > _LARGER * body else _NUMBER.sub("#", text)
            if line[0].size <= _LARGER * body:
                shifts[slot][at] = {int(number) - page.number for number in _OUTER_NUMBER.findall(text)}
    repeating = {
        slot
        for slot, found in words.items()
        if _is_shared(found, len(pages)) or _is_numbered(shifts[slot], len(found), len(pages))
    }
    titles = {slot: _usual_title(words[slot]) for slot in repeating if slot.size > _LARGER * body}
    kept: list[tuple[Chunk, ...]] = []
    dropped = 0
    for page in pages:
        heads = [line for slot, line in _edge_lines(page) if slot in repeating and _says(line, titles.get(slot))]
        gone = {id(chunk) for line in heads for chunk in line}
        dropped += len(heads)
        kept.append(tuple(chunk for chunk in page.chunks if id(chunk) not in gone))
    return kept, dropped


def _body_size(pages: Iterable[PdfPage]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for chunk in page.chunks:
            sizes[chunk.size] += len(chunk.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _usual_title(words: dict[int, str]) -> str:
    """Return what most lines of a place in large type say, "" where they say several things: titles of chapters."""
    text, times = Counter(words.values()).most_common(1)[0]
    return text if times >= _SHARED * len(words) else ""


def _says(line: Sequence[Chunk], title: str | None) -> bool:
    return title is None or " ".join(chunk.text for chunk in line).casefold() == title


def _is_shared(words: dict[int, str], pages: int) -> bool:
    if len(words) < min(3, pages) or pages < 2:
        return False
    sharing = sum(any(words.get(at + step) == text for step in (-2, -1, 1, 2)) for at, text in words.items())
    return sharing >= _SHARED * len(words)


def _is_numbered(shifts: dict[int, set[int]], lines: int, pages: int) -> bool:
    """Whether most lines of a place begin or end with a number that is as far from their page's everywhere."""
    if lines < min(3, pages):
        return False
    counts = Counter(shift for found in shifts.values() for shift in found)
    return bool(counts) and max(counts.values()) >= max(2, _SHARED * lines)


def _edge_lines(page: PdfPage) -> Iterator[tuple[_Slot, list[Chunk]]]:
    lines = rows(page.chunks)
    near = _EDGE * page.height
    for line in lines[:_OUTER_LINES]:
        if line[0].top <= near:
            yield _Slot(True, round(line[0].top / 2), round(line[0].size)), line
    for line in lines[-_OUTER_LINES:]:
        below = page.height - line[0].top
        if below <= near:
            yield _Slot(False, round(below / 2), round(line[0].size)), line


def without_repeated_titles(lines: Sequence[TextLine]) -> list[TextLine]:
    """Leave out a title at the top of a column that says at the same height what the column before it begins with.

    A chapter's title is said again on each of its pages in some manuals; it would begin a chapter each time.
    """
    kept: list[TextLine] = []
    before: TextLine | None = None
    for _, column in groupby(lines, key=lambda line: line.flow):
        first, *rest = column
        if before is None or not _says_again(first, before):
            kept.append(first)
        kept += rest
        before = first
    return kept


def _says_again(line: TextLine, before: TextLine) -> bool:
    alike = abs(line.size - before.size) < _SAME_SIZE and line.bold == before.bold
    level = abs(line.top - before.top) < line.size
    return alike and level and line.text == before.text and note_kind(line.text) is None and len(line.chunks) == 1
