"""The printed table of contents: its lines are no text, its entries are sections where nothing else tells as many."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from graphrag_tools.loaders.pdf.captions import is_caption_or_table
from graphrag_tools.loaders.pdf.headings import Heading, body_size, stands_out
from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.outline import outline_headings
from graphrag_tools.loaders.pdf.pages import Destination, OutlineEntry
from graphrag_tools.loaders.pdf.titles import number_depth, title_key
from graphrag_tools.text.listing import some_of

_LEADERS = re.compile(
    r"(?:(?:\s?[.·…_-]){4,}|…{2,})\s{0,3}(?P<page>[\divxlc]{1,7})(?:\s?[-–]\s?\d{1,4})?\Z", re.IGNORECASE
)
_LEADERS_END = 40
"""So many characters at a line's end are looked at: a line may be of any length."""
_TRAILING_LEADERS = " .·…_-\t"
_SAME_INDENT = 3.0
_LARGER = 1.05
_WRAPPED = 1.8
"""Lines of one entry stand closer than this many sizes of type."""
_FULL = 0.65
"""So much of the way to the page numbers does a line fill that goes on below."""
_MAX_HEADING = 40
_MOSTLY = 0.8
"""So many of the entries must stand in the text as they are printed, for the others to be believed."""
_MANY = 0.6
_IN_ORDER = 0.95
_BACK = 0.2
"""More of the page numbers than these are smaller than the one above them in an index."""
_FEWEST = 5
_MOST_DIGITS = 4
_MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the table of contents; `page` is the printed number, None for a Roman one, `stands_on` its own page."""

    title: str
    indent: float
    page: int | None
    stands_on: int


def without_contents(lines: Sequence[TextLine]) -> tuple[list[TextLine], list[ContentsEntry]]:
    """Divide the lines of a document from those of its contents: a title, dots or a gap, and a page number.

    A heading right above the first of them ("Contents", "Inhalt", "目次") goes with them.
    """
    kept: list[TextLine] = []
    entries: list[ContentsEntry] = []
    dotted = {at: entry for at, line in enumerate(lines) if (entry := _dotted_entry(line))}
    found = {**_plain_entries(lines, dotted), **dotted}
    for at, line in enumerate(lines):
        if at not in found:
            kept.append(line)
            continue
        entry, start = found[at], at
        while start and kept and kept[-1] is lines[start - 1] and _is_begun_by(lines[start], kept[-1], line):
            start -= 1
            entry = replace(entry, title=f"{kept.pop().text} {entry.title}", indent=lines[start].indent)
        if not entries and len(kept) > 1 and _heads(kept[-1], lines[start]):
            kept.pop()
        entries.append(entry)
    return kept, entries


def _is_begun_by(line: TextLine, above: TextLine, last: TextLine) -> bool:
    """Whether a line goes on from the full one above it, in an entry whose last line ends at its page number."""
    alike = line.looks_like(above) and line.flow == above.flow
    near = 0 < line.top - above.top < _WRAPPED * line.size and above.indent <= line.indent + _SAME_INDENT
    start, end = above.chunks[0].x, above.chunks[-1].end
    return alike and near and end - start >= _FULL * (last.chunks[-1].end - start)


def _dotted_entry(line: TextLine) -> ContentsEntry | None:
    text = line.text.rstrip()
    leaders = _LEADERS.search(text[-_LEADERS_END:])
    if leaders is None:
        return None
    title = text[: len(text) - len(leaders.group())].rstrip(_TRAILING_LEADERS)
    return ContentsEntry(title, line.indent, int(leaders["page"]) if leaders["page"].isdecimal() else None, line.page)


def _plain_entries(lines: Sequence[TextLine], dotted: Collection[int]) -> dict[int, ContentsEntry]:
    """Return the entries without dots by their lines: a title, a gap, and a page number below those of the others.

    On pages without dots they count where most lines, of the page or of one of its columns, are such entries, and most
    of their titles stand on later pages.
    """
    ends: dict[int, set[int]] = defaultdict(set)
    for at in dotted:
        ends[lines[at].page].add(round(lines[at].chunks[-1].end))
    last_page: dict[str, int] = {title_key(line.text): line.page for line in lines}
    found: dict[int, ContentsEntry] = {}
    for page, group in groupby(enumerate(lines), key=lambda one: one[1].page):
        on_page = list(group)
        entries = {at: entry for at, line in on_page if at not in dotted and (entry := _plain_entry(line))}
        if page in ends:
            found |= _below_each_other(entries, lines, ends[page])
            continue
        columns = (list(column) for _, column in groupby(on_page, key=lambda one: one[1].flow))
        for part in ([at for at, _ in some] for some in (on_page, *columns)):
            plain = {at: entries[at] for at in part if at in entries}
            if _is_contents(list(plain.values()), len(part), last_page):
                found |= _below_each_other(plain, lines, {round(lines[at].chunks[-1].end) for at in plain})
    return found


def _below_each_other(
    entries: dict[int, ContentsEntry], lines: Sequence[TextLine], ends: Collection[int]
) -> dict[int, ContentsEntry]:
    """Return the entries whose page numbers end where others do."""
    return {at: entry for at, entry in entries.items() if _is_near(lines[at].chunks[-1].end, ends)}


def _is_contents(entries: Sequence[ContentsEntry], lines: int, last_page: dict[str, int]) -> bool:
    """Whether most lines are entries, whose numbers count up and whose titles mostly stand on later pages."""
    counted = [entry.page or 0 for entry in entries]
    if len(entries) < max(_FEWEST, _MANY * lines) or counted != sorted(counted):
        return False
    repeated = sum(last_page.get(title_key(entry.title), 0) > entry.stands_on for entry in entries)
    return repeated >= _MANY * len(entries)


def _plain_entry(line: TextLine) -> ContentsEntry | None:
    number = line.chunks[-1].text.strip()
    title = " ".join(chunk.text for chunk in line.chunks[:-1]).strip()
    is_page = number.isdecimal() and len(number) <= _MOST_DIGITS
    if not is_page or any(chunk.cell for chunk in line.chunks) or not any(map(str.isalpha, title)):
        return None
    return ContentsEntry(title, line.indent, int(number), line.page)


def _is_near(place: float, places: Iterable[int]) -> bool:
    return any(abs(place - one) <= _SAME_INDENT for one in places)


def _heads(line: TextLine, entry: TextLine) -> bool:
    """Whether a line is the heading of the contents that begin with an entry."""
    stands_out = line.size > _LARGER * entry.size or (line.bold and not entry.bold)
    return line.page == entry.page and stands_out and len(line.text) <= _MAX_HEADING


def without_index(entries: Sequence[ContentsEntry]) -> list[ContentsEntry]:
    """Return the entries of the contents, each once: chapters may begin with a contents of their own.

    None of an index, on whose pages the page numbers go to and fro, nor of a list of pictures and tables.
    """
    kept: list[ContentsEntry] = []
    known: set[tuple[str, int | None]] = set()
    titled = (entry for entry in entries if not is_caption_or_table(entry.title))
    for _, group in groupby(titled, key=lambda entry: entry.stands_on):
        on_page = list(group)
        pages = [entry.page for entry in on_page if entry.page is not None]
        if sum(one > other for one, other in pairwise(pages)) <= _BACK * len(pages):
            kept += [entry for entry in on_page if (title_key(entry.title), entry.page) not in known]
            known.update((title_key(entry.title), entry.page) for entry in on_page)
    return kept


def missing_titles(entries: Iterable[ContentsEntry], titles: Iterable[str]) -> list[str]:
    """Return the titles of the contents that are not among these, each as often as it is lacking."""
    known = Counter(map(title_key, titles))
    lacking: list[str] = []
    for entry in entries:
        key = title_key(entry.title)
        if known[key] <= 0:
            lacking.append(entry.title)
        known[key] -= 1
    return lacking


def contents_headings(
    entries: Sequence[ContentsEntry], lines: Sequence[TextLine], known: Iterable[Heading] = ()
) -> list[Heading]:
    """Return a heading for each entry of the contents; none where most of them stand nowhere in the text.

    An entry that no line says may be one that is known, as a bookmark is. Levels are the entries' numbers ("2.1") where
    most have one, else their indents.
    """
    printed = _printed(entries, lines, known)
    in_order = all(one.after <= other.first for one, other in pairwise(printed))
    return printed if in_order and len(printed) >= _MOSTLY * len(entries) else []


def with_entries_that_stand_out(
    found: Sequence[Heading], entries: Sequence[ContentsEntry], lines: Sequence[TextLine]
) -> list[Heading]:
    """Return the headings found and those entries of the contents whose lines stand out, at the levels of the contents.

    For contents that list names which are printed within the text too ("Volume - how loud it is"). The headings as they
    are where fewer entries than they stand out, few of them are entries, or the entries are in another order, as those
    of an index.
    """
    body = body_size(lines)
    printed = [heading for heading in _printed(entries, lines) if stands_out(lines[heading.first], body)]
    named = {heading.first: heading for heading in _in_order(printed)}
    both = [heading for heading in found if heading.first in named]
    if len(named) <= len(found) or len(named) < _IN_ORDER * len(printed) or len(both) < _MANY * len(found):
        return list(found)
    levels: dict[int, Counter[int]] = defaultdict(Counter)
    for heading in both:
        levels[heading.level][named[heading.first].level] += 1
    below = 1 + max(heading.level for heading in named.values())
    added = [
        replace(one, level=levels[one.level].most_common(1)[0][0] if one.level in levels else below + one.level)
        for one in found
        if one.first not in named
    ]
    return sorted([*named.values(), *added], key=lambda heading: heading.first)


def _printed(
    entries: Sequence[ContentsEntry], lines: Sequence[TextLine], known: Iterable[Heading] = ()
) -> list[Heading]:
    """Return a heading for each entry whose title stands, or is known to stand, near the page that the entry names."""
    shift = _page_shift(entries, lines)
    if shift is None:
        return []
    outline = [
        OutlineEntry(entry.title, level, Destination(entry.page + shift))
        for entry, level in zip(entries, _levels(entries), strict=True)
        if entry.page is not None
    ]
    headings, _ = outline_headings(outline, lines)
    places = {(title_key(one.title), one.page + near): one for one in known for near in (-1, 0, 1)}
    found: list[Heading] = []
    for heading in headings:
        other = places.get((title_key(heading.title), heading.page))
        if heading.after > heading.first:
            found.append(heading)
        elif other is not None:
            found.append(replace(other, title=heading.title, level=heading.level))
    return found


def _in_order(headings: Sequence[Heading]) -> list[Heading]:
    """Return the most headings that stand in the order of their lines, each below the one before it."""
    ends: list[int] = []
    last_of: list[int] = []
    before: list[int] = []
    for number, heading in enumerate(headings):
        at = bisect_left(ends, heading.first)
        before.append(last_of[at - 1] if at else -1)
        ends[at : at + 1] = [heading.first]
        last_of[at : at + 1] = [number]
    chain: list[Heading] = []
    at = last_of[-1] if last_of else -1
    while at >= 0:
        chain.append(headings[at])
        at = before[at]
    return chain[::-1]


def with_other_matter(printed: Sequence[Heading], found: Sequence[Heading]) -> list[Heading]:
    """Return the contents' headings between those found before the first of them and after the last.

    No contents lists the first of them; one that stood above the contents' first heading, as a document's own title
    does, stands above them all. Of the last ones those count that stand as high as chapters.
    """
    first = next((one for one in found if title_key(one.title) == title_key(printed[0].title)), None)
    before = [one for one in found if one.first < printed[0].first]
    front = [replace(one, level=-1 if first is not None and one.level < first.level else 0) for one in before]
    titles = {title_key(one.title) for one in printed}
    after = [one for one in found if one.first > printed[-1].first and title_key(one.title) not in titles]
    back = [replace(one, level=0) for one in after if first is not None and one.level <= first.level]
    return [*front, *printed, *back]


def contents_report(entries: Sequence[ContentsEntry], titles: Iterable[str]) -> str:
    """Return what became of the contents' lines: how many, and which of them are no section."""
    entries = [entry for entry in entries if not is_caption_or_table(entry.title)]
    listed = without_index(entries)
    lines = f"{len(entries)} line{'' if len(entries) == 1 else 's'}"
    if len(listed) < len(entries):
        lines = f"{lines}, {len(entries) - len(listed)} of them of an index or listed before"
    lacking = missing_titles(listed, titles)
    if not lacking:
        return f"{lines}: the tree says the same"
    missing = "1 is no section of its own" if len(lacking) == 1 else f"{len(lacking)} are no section of their own"
    return f"{lines}, of which {missing}: {some_of(list(map(repr, lacking)), _MAX_NAMED)}"


def _page_shift(entries: Sequence[ContentsEntry], lines: Sequence[TextLine]) -> int | None:
    """Return how far the pages' places in the file are from their printed numbers, by the titles found."""
    pages: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        pages[title_key(line.text)].append(line.page)
    shifts = Counter(
        page - entry.page for entry in entries if entry.page is not None for page in pages[title_key(entry.title)]
    )
    return shifts.most_common(1)[0][0] if shifts else None


def _levels(entries: Sequence[ContentsEntry]) -> list[int]:
    depths = [number_depth(entry.title) for entry in entries]
    if sum(map(bool, depths)) >= _MOSTLY * len(entries):
        return [max(depth - 1, 0) for depth in depths]
    indents: list[float] = []
    for indent in sorted(entry.indent for entry in entries):
        if not indents or indent - indents[-1] > _SAME_INDENT:
            indents.append(indent)
    return [max(at for at, indent in enumerate(indents) if entry.indent >= indent) for entry in entries]
