"""Leave out running heads, running feet and page numbers: lines that pages share at their edges."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.heading_signs import usual_size
from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.pages import Chunk, PdfPage, rows
from graphrag_tools.text.characters import ENDS_OF_STATEMENTS

_EDGE = 0.15
"""The part of a page's height, at each end, where heads and feet stand."""
_OUTER_LINES = 3
_LINES_OF_FEET = 6
"""Publishers set more lines below a page than above it: rights, address, notice and number."""
_TABS = 0.3
"""On so much of the pages at least a text beside all others is a tab."""
_LONGEST_TAB = 30
_MOVED = 4
"""So far from its usual place, in units of places, some pages have a head or foot."""
_LARGER = 1.2
_WRAPPED = 1.6
_SAID = re.compile(r"[:.!：。！]")
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
    inner: bool = False
    """Whether other lines of the foot stand below it: text may stand there on other pages."""


def without_running_heads(pages: Sequence[PdfPage]) -> tuple[list[tuple[Chunk, ...]], int]:
    """Return each page's chunks without running heads and feet, and how many lines were dropped.

    A line goes if it stands where, on most pages that have a line there, it repeats on the page next to it or
    the one after, numbers apart, or begins or ends with the page's number ("Display | 12"). A single page has none.
    """
    body = usual_size((chunk.size, len(chunk.text)) for page in pages for chunk in page.chunks)
    signs = _repeated_signs(pages)
    words: dict[_Slot, dict[int, str]] = defaultdict(dict)
    shifts: dict[_Slot, dict[int, set[int]]] = defaultdict(dict)
    for at, page in enumerate(pages):
        for slot, line in _edge_lines(page, signs):
            text = " ".join(chunk.text for chunk in line).casefold()
            # "Step 1", "Step 2" in large type at the top of pages are titles.
            large = slot.at_top and line[0].size > _LARGER * body
            words[slot][at] = text if large or slot.inner else _NUMBER.sub("#", text)
            if line[0].size <= _LARGER * body and not slot.inner:
                shifts[slot][at] = {int(number) - page.number for number in _OUTER_NUMBER.findall(text)}
    repeating = {
        slot
        for slot, found in words.items()
        if _is_shared(found, len(pages)) or _is_numbered(shifts[slot], len(found), len(pages))
    }
    titles = {slot: _usual_title(words[slot]) for slot in repeating if slot.at_top and slot.size > _LARGER * body}
    titles |= {slot: Counter(words[slot].values()).most_common(1)[0][0] for slot in repeating if slot.inner}
    repeating |= _moved_slots(words, repeating - titles.keys())
    kept: list[tuple[Chunk, ...]] = []
    dropped = 0
    for page in pages:
        found = _edge_lines(page, signs)
        heads = [line for slot, line in found if slot in repeating and _says(line, titles.get(slot))]
        gone = {id(chunk) for line in heads for chunk in line} | signs
        dropped += len(heads) + sum(id(chunk) in signs for chunk in page.chunks)
        kept.append(tuple(chunk for chunk in page.chunks if id(chunk) not in gone))
    return kept, dropped


def _moved_slots(words: dict[_Slot, dict[int, str]], repeating: set[_Slot]) -> set[_Slot]:
    """Return the places a little above or below a repeating one where some pages have what is said there."""
    said = [(slot, Counter(words[slot].values()).most_common(1)[0][0]) for slot in repeating]
    return {
        slot
        for slot, found in words.items()
        if slot not in repeating and any(_is_moved(slot, other) and {text} == {*found.values()} for other, text in said)
    }


def _is_moved(slot: _Slot, other: _Slot) -> bool:
    near = abs(slot.distance - other.distance) <= _MOVED
    return near and (slot.at_top, slot.size, slot.inner) == (other.at_top, other.size, other.inner)


def _usual_title(words: dict[int, str]) -> str:
    """Return what most lines of a place in large type say, "" where they say several things: titles of chapters.

    Titles of chapters are also said where another one is said on several pages, however many one of them has.
    """
    (text, times), *others = Counter(words.values()).most_common(2)
    return text if times >= _SHARED * len(words) and not any(count > 1 for _, count in others) else ""


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


def _repeated_signs(pages: Sequence[PdfPage]) -> set[int]:
    """Return the chunks, by identity, that stand in one place of many pages whatever stands beside them.

    The tab of a chapter or a language beside all other text, and the name of the maker beside the titles at the top.
    """
    tabs: dict[tuple[str, int, int], dict[int, int]] = defaultdict(dict)
    names: dict[tuple[str, int, int], dict[int, int]] = defaultdict(dict)
    accompanied: Counter[tuple[str, int, int]] = Counter()
    for page in pages:
        for row in rows(page.chunks):
            for chunk in row:
                place = (chunk.text.casefold(), round(chunk.top / 2), round(chunk.size))
                if chunk.top <= _EDGE * page.height:
                    names[place][page.number] = id(chunk)
                    accompanied[place] += len(row) > 1
                elif _is_beside_text(chunk, page):
                    tabs[place][page.number] = id(chunk)
    # A chapter's title that its pages say again stands alone.
    beside = {place: found for place, found in names.items() if accompanied[place] > 1}
    return {
        sign
        for places, share in ((tabs, _TABS), (beside, _SHARED))
        for found in places.values()
        if len(found) >= max(3, share * len(pages))
        for sign in found.values()
    }


def _is_beside_text(chunk: Chunk, page: PdfPage) -> bool:
    """Whether a short text stands left or right of all other text on its page."""
    if len(chunk.text) > _LONGEST_TAB:
        return False
    others = [one for one in page.chunks if one is not chunk]
    return bool(others) and (chunk.end < min(one.x for one in others) or chunk.x > max(one.end for one in others))


def _edge_lines(page: PdfPage, but: set[int]) -> Iterator[tuple[_Slot, list[Chunk]]]:
    lines = rows(chunk for chunk in page.chunks if id(chunk) not in but)
    near = _EDGE * page.height
    warnings = _lines_of_warnings(lines)
    for line in lines[:_OUTER_LINES]:
        if line[0].top <= near and id(line) not in warnings:
            yield _Slot(True, round(line[0].top / 2), round(line[0].size)), line
    for at, line in enumerate(reversed(lines[-_LINES_OF_FEET:])):
        below = page.height - line[0].top
        if below <= near and id(line) not in warnings:
            yield _Slot(False, round(below / 2), round(line[0].size), at >= _OUTER_LINES), line


def _lines_of_warnings(lines: Sequence[list[Chunk]]) -> set[int]:
    """Return the lines, by identity, of warnings up to their ends: one may stand at the same height of many pages.

    A label alone is none, nor are the titles of chapters about warnings.
    """
    found: set[int] = set()
    before: list[Chunk] | None = None
    for line in lines:
        text = " ".join(chunk.text for chunk in line).rstrip()
        goes_on = before is not None and line[0].top - before[0].top < _WRAPPED * before[0].size
        begins = note_kind(text) == "warning" and len(text.split()) > 1 and _SAID.search(text) is not None
        if begins or goes_on:
            found.add(id(line))
        before = line if (begins or goes_on) and not text.endswith(ENDS_OF_STATEMENTS) else None
    return found


def without_repeated_titles(lines: Sequence[TextLine], body: float) -> list[TextLine]:
    """Leave out a title at the top of a column that says at the same height what the column before it begins with.

    Or one at the top of a page that says again, whatever its height, the last title of its look. A chapter's title is
    said again on each of its pages in some manuals; it would begin a chapter each time. `body` is the text's size.
    """
    kept: list[TextLine] = []
    before: TextLine | None = None
    last: dict[tuple[int, bool], TextLine] = {}
    on_page: Counter[int] = Counter()
    for _, column in groupby(lines, key=lambda line: line.flow):
        first: TextLine | None = None
        for line in column:
            on_page[line.page] += 1
            known = last.get(_look(line)) if on_page[line.page] <= _OUTER_LINES and line.size > body else None
            again = known is not None and known.page < line.page and _says_again(line, known, level=False)
            if not again and not (first is None and before is not None and _says_again(line, before, level=True)):
                kept.append(line)
            first = first or line
            last[_look(line)] = line
        before = first
    return kept


def _look(line: TextLine) -> tuple[int, bool]:
    return round(line.size * 2), line.bold


def _says_again(line: TextLine, before: TextLine, *, level: bool) -> bool:
    same_height = not level or abs(line.top - before.top) < line.size
    title = note_kind(line.text) is None and len(line.chunks) == 1
    return line.looks_like(before) and same_height and title and line.text == before.text
