"""Find where the sections of an outline begin, and the printed headings that its bookmarks leave out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphrag_tools.loaders.block_kinds import is_running_text
from graphrag_tools.loaders.heading_signs import LARGER
from graphrag_tools.loaders.pdf.headings import (
    MAX_HEADING_LINES,
    Heading,
    body_size,
    end_of_heading,
    font_headings,
    heading_at,
    stands_out,
)
from graphrag_tools.loaders.pdf.lines import LinesOfPages, TextLine, title_of
from graphrag_tools.loaders.pdf.pages import Destination, OutlineEntry
from graphrag_tools.loaders.pdf.titles import is_sentence, number_parts, title_key, without_number
from graphrag_tools.text.labels import PAGE_WORDS
from graphrag_tools.text.normalise import first_words, tidy

_PAGE = re.compile(
    rf"(?:(?:{PAGE_WORDS}|slide|folie|sheet|diapositiv[ae])\s*)?"
    r"(?:\d{1,4}|[ivxl]{1,8})(?:\s*(?:/|of|von|de|di|sur)\s*\d{1,4})?|(?-i:[a-z]{2}(?:[-_][A-Z]{2})?)",
    re.IGNORECASE,
)
"""A bookmark that says no more than which page it leads to ("Page 4", "iv"), or the code of the language from there."""
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_FILE = re.compile(r".*\w\.(?:pdf|indd?|qx[dp]|ai|cdr|eps|tiff?|docx?|fm|p65|pmd|pptx?)", re.IGNORECASE)
"""A bookmark that is the name of a file, where several were put together."""
_LONGEST_TITLE = 300
_POOR = 3
"""An outline is poor where larger type shows this many times as many headings."""
NEAR = 40.0
"""So close to a heading, in points, a bookmark or a link leads that means it."""


def outline_headings(entries: Sequence[OutlineEntry], lines: Sequence[TextLine]) -> tuple[list[Heading], list[str]]:
    """Return a heading per bookmark, and the titles of those left out because they lead nowhere.

    A bookmark's section begins at the line that says its title, near where it leads; else where it leads. One
    without a place of its own begins where its first branch does.
    """
    finder = _Finder(lines)
    headings: list[Heading] = []
    lost: list[str] = []
    place: Destination | None = None
    for entry in reversed(_without_leaps_back(entries, finder)):
        # Backwards: the branches of an entry without a place have theirs then.
        inherits = entry.place is None and bool(headings) and headings[-1].level > entry.level
        place = Destination(headings[-1].page, headings[-1].top) if inherits else entry.place
        title = _title(entry.title)
        if place is None or not title:
            lost.append(title or "(no title)")
            continue
        headings.append(finder.heading(title, entry.level, place))
    return headings[::-1], lost[::-1]


def _without_leaps_back(entries: Sequence[OutlineEntry], finder: "_Finder") -> list[OutlineEntry]:
    """Return the bookmarks, those that lead back before others to where their titles are printed as headings later.

    Where a program did not know a heading's page, all such bookmarks lead to one, of the contents as a rule.
    """
    found: list[OutlineEntry] = []
    reached = 0
    for entry in entries:
        leaps_back = entry.place is not None and entry.place.page < reached
        later = finder.printed_from(reached, _title(entry.title)) if leaps_back else None
        found.append(entry if later is None else replace(entry, place=later))
        place = found[-1].place
        reached = max(reached, place.page if place is not None else 0)
    return found


def without_sentences(named: Sequence[Heading]) -> list[Heading]:
    """Return the headings of an outline without those that are running text: it stays the text of the one before."""
    found: list[Heading] = []
    for heading, after in zip(named, (*named[1:], None), strict=False):
        alone = after is not None and after.first <= heading.after and after.level <= heading.level
        if not found or not is_running_text(heading.title, alone=alone):
            found.append(heading)
    return found


def without_page_names(named: Sequence[Heading], lines: Sequence[TextLine]) -> list[Heading]:
    """Return the headings of an outline without those that only name a page or a file, unless one is printed so.

    In other languages ("页 4") those name pages that say the same about several, each with its own number.
    """
    body = body_size(lines)
    said = Counter(_NUMBER.sub("", one.title) for one in named if _has_number_of_page(one))
    kept: list[Heading] = []
    for one in named:
        of_page = _PAGE.fullmatch(one.title) or (_has_number_of_page(one) and said[_NUMBER.sub("", one.title)] > 1)
        is_printed = one.after > one.first and stands_out(lines[one.first], body)
        if is_printed or not (of_page or _FILE.fullmatch(one.title)):
            kept.append(one)
    return kept


def _has_number_of_page(heading: Heading) -> bool:
    return _NUMBER.findall(heading.title) == [str(heading.page)]


def _title(text: str) -> str:
    return first_words(tidy(text), _LONGEST_TITLE)


class _Finder:
    """Finds the lines that say a title."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self._lines = lines
        self._places = LinesOfPages(lines)
        self._body = body_size(lines)
        self._used: set[int] = set()
        self._titles: dict[int, dict[str, list[tuple[int, int]]]] = {}

    def heading(self, title: str, level: int, place: Destination) -> Heading:
        for page in (place.page, place.page + 1, place.page - 1):
            found = self._titles_on(page).get(title_key(title), ())
            top = place.top if page == place.page else None
            if found:
                start, end = min(found, key=lambda span: self._unlikeliness(span[0], top))
                self._used.add(start)
                return heading_at(self._lines, title, level, start, end)
        start = self._places.at(place)
        return Heading(title, level, start, start, place.page, place.top or 0)

    def printed_from(self, page: int, title: str) -> Destination | None:
        """Return the first place from a page on where a title is printed in type that stands out."""
        for later in range(page, self._lines[-1].page + 1 if self._lines else 0):
            for start, _ in self._titles_on(later).get(title_key(title), ()):
                if stands_out(self._lines[start], self._body):
                    return Destination(later, self._lines[start].top - self._lines[start].size)
        return None

    def _unlikeliness(self, at: int, top: float | None) -> tuple[bool, float, float, int]:
        """Return how unlikely a line is: another's heading, far from the place, small, early on the page.

        Some programs write places that are far off: then the size of type decides.
        """
        line = self._lines[at]
        away = abs(line.top - line.size - top) if top is not None else NEAR
        return (at in self._used, min(away, NEAR), -line.size if away >= NEAR else 0.0, -at)

    def _titles_on(self, page: int) -> dict[str, list[tuple[int, int]]]:
        """Return the texts of one to four lines that could be headings of a page, with their places."""
        if page not in self._titles:
            titles: dict[str, list[tuple[int, int]]] = defaultdict(list)
            for start in self._places.on(page):
                for last in range(start + 1, end_of_heading(self._lines, start, MAX_HEADING_LINES) + 1):
                    titles[title_key(title_of(self._lines[start:last]))].append((start, last))
            self._titles[page] = titles
        return self._titles[page]


def with_printed(named: Sequence[Heading], lines: Sequence[TextLine]) -> list[Heading]:
    """Return the headings of an outline, and below them those that larger type shows where the outline is poor.

    Programs that put files together name bookmarks by those files: where no bookmark is printed, as many
    headings as bookmarks will do.
    """
    body = body_size(lines)
    taken = {at for one in named for at in range(one.first, one.after)}
    printed = [one for one in font_headings(lines) if lines[one.first].size >= LARGER * body]
    fewest = _POOR if any(one.after > one.first for one in named) else 1
    if len(printed) < fewest * len(named):
        return list(named)
    below = 1 + max((one.level for one in named), default=0)
    added = [replace(one, level=below + one.level) for one in printed if taken.isdisjoint(range(one.first, one.after))]
    return sorted([*named, *added], key=lambda heading: heading.first)


def with_deeper_numbers(named: Sequence[Heading], lines: Sequence[TextLine]) -> list[Heading]:
    """Return the headings of an outline, and those printed below with longer numbers ("3.4.1.2" below "3.4.1")."""
    body = body_size(lines)
    found: list[Heading] = []
    for heading, end in zip(named, (*(one.first for one in named[1:]), len(lines)), strict=True):
        found.append(heading)
        if heading.after > heading.first:
            found += _below(heading, number_parts(lines[heading.first].text), end, lines, body)
    return found


def _below(
    heading: Heading, number: tuple[str, ...], end: int, lines: Sequence[TextLine], body: float
) -> Iterator[Heading]:
    """Yield the headings between one and the next whose numbers begin with its number."""
    at = heading.after
    while number and at < end:
        parts = number_parts(lines[at].text)
        after = end_of_heading(lines, at, MAX_HEADING_LINES)
        title = title_of(lines[at:after])
        deeper = len(parts) > len(number) and parts[: len(number)] == number
        if deeper and stands_out(lines[at], body) and not is_sentence(title):
            shown = title if number_parts(heading.title) else without_number(title)
            yield heading_at(lines, shown, heading.level + len(parts) - len(number), at, after)
            at = after
        else:
            at += 1
