"""Find where sections begin: by the outline, or by size and weight of type where there is none."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.heading_signs import LARGER, ends_as_text, usual_size, without_colon
from graphrag_tools.loaders.pdf.captions import is_caption
from graphrag_tools.loaders.pdf.lines import TextLine, in_runs, title_of
from graphrag_tools.loaders.pdf.list_marks import marked_line
from graphrag_tools.loaders.pdf.lone_headings import lone_headings
from graphrag_tools.loaders.pdf.titles import (
    has_ornament,
    is_sentence,
    number_depth,
    number_parts,
    plain_title,
    without_number,
)

_LABEL = re.compile(
    r"(?:chapter|part|appendix|annex|kapitel|teil|anhang|chapitre|partie|annexe|cap[ií]tulo|parte|anexo|ap[ée]ndice"
    r"|capitolo|appendice|hoofdstuk|deel|bijlage|rozdział|kapitola|глава|часть|приложение|bölüm)\s+"
    r"(?:\d{1,3}|[A-Z]|[IVX]{1,6})[.:]?|第\s?\d{1,3}\s?[章部]",
    re.IGNORECASE,
)
"""What a chapter is called above its title, in type of another size."""
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?")
_MOSTLY = 0.6
_MAX_HEADING = 160
MAX_HEADING_LINES = 4
_OF_BOLD = 0.98
_OF_NUMBERED = 0.85
"""So much of the text's size has the type of headings in bold, and of those with a number of parts ("7.1 Stop")."""
_FEWEST_WORDS = 5
"""Of a note whose label is no title."""
_FEWEST_HAZARDS = 3
_FEWEST_LATER = 2
_FEWEST_CHAPTERS = 3
_LONG_SECTION = 80
"""Lines; a page of print has some forty."""
_WORDS_OF_COVER = 60
_MOST_IN_A_ROW = 6
"""More lines of one look below each other are text in large type, a listing or a table of contents."""
_BELOW_NUMBERS = 9
"""Where a heading of the text's own size stands: deeper than "2.4.1.1 Name" of the same type."""
_PAGES_WITHOUT = 10
"""Headings in larger type stand on more than one page of so many after the first; else bold type shows them too."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's beginning. Its own lines are first..last; a section of the outline may have none.

    `level` orders depth and is no count: a greater one is deeper.
    """

    title: str
    level: int
    first: int
    """Where in the document's lines the section begins."""
    after: int
    """Where its text begins: the line after the heading's own."""
    page: int
    top: float
    x: float = 0.0


@dataclass(frozen=True, slots=True)
class _Style:
    """How a heading looks; styles sort from the highest to the lowest."""

    size: float
    bold: bool
    number_depth: int

    @property
    def rank(self) -> tuple[float, bool, int]:
        return (-self.size, not self.bold, self.number_depth)


_Styled = tuple[_Style, int, int]
"""A heading's look, its first line and the one after its last."""


def body_size(lines: Iterable[TextLine]) -> float:
    """Return the size of type that most characters have."""
    return usual_size((round(line.size * 2) / 2, len(line.text)) for line in lines)


def stands_out(line: TextLine, body: float) -> bool:
    """Whether a line's type is bold or larger than that of the text."""
    return line.bold or line.size >= LARGER * body


def font_headings(lines: Sequence[TextLine]) -> list[Heading]:
    """Return the headings that larger type shows; bold type shows them where they are numbered, or few are larger.

    It does so too in a section of pages, whose parts would else be one answer, and where bold lines, or capitals, stand
    alone above their text.
    Of headings of one size the bold ones stand higher, and "3.2 Title" stands below "3 Title". A title alone on
    the cover, larger than all others, is the document's and begins no section.
    """
    body = body_size(lines)
    found = list(_styled(lines, body))
    larger = [one for one in found if one[0].size >= LARGER * body]
    enough = _are_enough({lines[start].page for _, start, _ in larger}, {line.page for line in lines})
    chosen = _with_bold_in_long_sections(found, lines, body) if enough else found
    chosen = _with_lone(chosen, found, lines, body)
    ranks = sorted({style.rank if style.number_depth else replace(style, number_depth=1).rank for style, *_ in chosen})
    headings = [
        heading_at(
            lines, title_of(lines[start:end]), ranks.index((*style.rank[:2], style.number_depth or 1)), start, end
        )
        for style, start, end in chosen
    ]
    labelled = without_cover(list(_with_labels(headings)), lines)
    return _with_levels_of_numbers(labelled)


def _with_labels(headings: Sequence[Heading]) -> Iterator[Heading]:
    """Yield the headings, "Chapter 4" and the title that follows it at once as one, of the title's level."""
    label: Heading | None = None
    for heading in headings:
        if label is not None and label.after == heading.first and label.page == heading.page:
            title = f"{label.title} {heading.title}"
            yield replace(label, title=title, level=heading.level, after=heading.after)
            label = None
            continue
        if label is not None:
            yield label
        label = heading if _LABEL.fullmatch(heading.title) else None
        if label is None:
            yield heading
    if label is not None:
        yield label


def with_lines_of_labels(headings: Sequence[Heading], lines: Sequence[TextLine]) -> list[Heading]:
    """Return the headings, with the line right above that says a chapter's number where their titles lack it.

    Bookmarks and contents do: it would end the section before.
    """
    body = body_size(lines)
    found: list[Heading] = []
    for heading in headings:
        above = heading.first - 1
        printed = heading.first < heading.after and above >= (found[-1].after if found else 0)
        if printed and _is_label_line(lines[above], lines[heading.first], body):
            found.append(replace(heading, first=above))
        else:
            found.append(heading)
    return found


def _is_label_line(line: TextLine, title: TextLine, body: float) -> bool:
    says_number = _LABEL.fullmatch(line.text) or _NUMBER.fullmatch(line.text)
    return line.page == title.page and stands_out(line, body) and says_number is not None


def _are_enough(headed: set[int], pages: set[int]) -> bool:
    """Whether headings on these pages are those of a whole document, and not but of its cover."""
    later = pages - {min(pages, default=0)}
    return bool(headed) and (not later or len(headed & later) > len(later) / _PAGES_WITHOUT)


def _with_bold_in_long_sections(found: Sequence[_Styled], lines: Sequence[TextLine], body: float) -> list[_Styled]:
    """Return the headings in larger type or with a number, and the bold ones between them where they are far apart."""
    kept: list[_Styled] = []
    bold: list[_Styled] = []
    start = 0
    for one in (*found, None):
        if one is not None and one[0].size < LARGER * body and not one[0].number_depth:
            bold.append(one)
            continue
        end = len(lines) if one is None else one[1]
        long = end - start > _LONG_SECTION and len(bold) >= _FEWEST_CHAPTERS
        kept += bold if long else ()
        bold = []
        if one is not None:
            kept.append(one)
            start = one[2]
    return kept


def _with_lone(
    chosen: Sequence[_Styled], found: Sequence[_Styled], lines: Sequence[TextLine], body: float
) -> list[_Styled]:
    """Return the chosen headings, and below them those of the text's own size that stand alone."""
    taken = {start for _, start, _ in chosen}
    bold = [(start, end) for style, start, end in found if style.size < LARGER * body and start not in taken]
    added = (
        (replace(_style(lines[start], ""), number_depth=_BELOW_NUMBERS), start, end)
        for start, end in lone_headings(bold, lines, taken, body)
        if start not in taken
    )
    return sorted([*chosen, *added], key=lambda one: one[1])


def without_cover(headings: Sequence[Heading], lines: Sequence[TextLine]) -> list[Heading]:
    """Return the headings without those on a cover: one alone, or a page of a few words, above all that follow.

    The name of the device, the kind of document and an address begin no section; nor do they where they stand in a row
    above the first text.
    """
    if not headings or not lines or headings[0].first != 0:
        return list(headings)
    cover = sum(one.page == lines[0].page for one in headings)
    words = sum(len(line.text.split()) for line in lines if line.page == lines[0].page)
    if (cover == 1 or words <= _WORDS_OF_COVER) and _are_above(headings, cover, deepest=False):
        return list(headings[cover:])
    row = 1
    while row < len(headings) and headings[row].first == headings[row - 1].after:
        row += 1
    return list(headings[row:] if row > 1 and _are_above(headings, row, deepest=True) else headings)


def _are_above(headings: Sequence[Heading], count: int, *, deepest: bool) -> bool:
    """Whether so many first headings, the deepest or the highest of them, are above all later ones."""
    levels = [one.level for one in headings]
    first = (max if deepest else min)(levels[:count])
    return len(headings) - count >= _FEWEST_LATER and first < min(levels[count:])


def _with_levels_of_numbers(headings: Sequence[Heading]) -> list[Heading]:
    """Return the headings, those with a number ("3.2") at the level of the first that counts beside them ("3.1")."""
    levels: dict[tuple[str, ...], int] = {}
    found: list[Heading] = []
    for heading in headings:
        number = number_parts(heading.title)
        level = levels.setdefault(number[:-1], heading.level) if len(number) > 1 else heading.level
        found.append(replace(heading, level=level))
    return found


def _styled(lines: Sequence[TextLine], body: float) -> Iterator[_Styled]:
    """Yield each group of lines that looks like a heading: its style, its first line and the one after its last.

    None of a look that more running text has than headings do.
    """
    in_a_row = in_runs(lines, _MOST_IN_A_ROW)
    groups = list(_looks(lines, body))
    said: Counter[tuple[float, bool, bool]] = Counter()
    for style, is_text, _, _ in groups:
        said[style.size, style.bold, is_text] += 1
    for style, is_text, start, end in groups:
        heads = said[style.size, style.bold, False] >= said[style.size, style.bold, True]
        if heads and not is_text and start not in in_a_row:
            yield style, start, end


def _looks(lines: Sequence[TextLine], body: float) -> Iterator[tuple[_Style, bool, int, int]]:
    """Yield each group of lines whose type stands out: its style, whether it is text all the same, and its place.

    Not what stands below pictures, nor the labels of notes, in larger type only where it has several of one word: some
    are larger than titles.
    """
    labels = Counter((line.size, line.bold, line.text) for line in lines if _is_label(line.text))
    of_labels = {(size, bold) for (size, bold, _), times in labels.items() if times > 1}
    hazards = _hazards(lines)
    at = 0
    while at < len(lines):
        end = end_of_heading(lines, at)
        text = title_of(lines[at:end])
        style = _style(lines[at], text)
        larger = style.size >= LARGER * body
        bold = style.bold and style.size >= body * (_OF_NUMBERED if style.number_depth > 1 else _OF_BOLD)
        few = len(text) <= _MAX_HEADING and end - at <= MAX_HEADING_LINES
        alone = len(lines[at].chunks) <= 2 and not _is_in_table(lines[at], larger)
        said = without_colon(text) if larger else text
        is_text = is_sentence(said) or _begins_item(lines[at], larger) or _is_note(text) or not few
        is_text = is_text or (not larger and ends_as_text(text))
        is_label = _is_label(text) and (not larger or (lines[at].size, lines[at].bold) in of_labels)
        named = is_label or is_caption(text) or _hazard(lines[at]) in hazards
        if alone and not named and (larger or bold) and any(letter.isalpha() for letter in text):
            yield style, is_text, at, end
        at = end


def _is_in_table(line: TextLine, larger: bool) -> bool:
    """Whether a line stands in a cell; large type across the whole table is that of a heading, as in forms."""
    cell = line.chunks[0].cell
    return cell is not None and not (cell.wide and larger)


def _begins_item(line: TextLine, larger: bool) -> bool:
    """Whether a line begins with a bullet; in larger type some shapes set off titles."""
    mark = marked_line(line)
    return mark is not None and mark.number is None and not (larger and has_ornament(line.text))


def _is_note(text: str) -> bool:
    """Whether the text is a note with its label ("Note: hold the key until the light is green")."""
    return len(text.split()) >= _FEWEST_WORDS and ":" in text.split(maxsplit=1)[0] and note_kind(text) is not None


def _is_label(text: str) -> bool:
    """Whether the text is but the label of a note ("WARNING")."""
    return len(text.split()) == 1 and note_kind(text) is not None


def _hazards(lines: Iterable[TextLine]) -> set[tuple[float, bool, str]]:
    """Return the looks of labels that name a danger ("WARNING BURN RISK"): there are several, and one is said twice."""
    texts = Counter((look, line.text) for line in lines if (look := _hazard(line)))
    said: dict[tuple[float, bool, str], list[int]] = {}
    for (look, _), times in texts.items():
        said.setdefault(look, []).append(times)
    return {look for look, times in said.items() if sum(times) >= _FEWEST_HAZARDS and max(times) > 1}


def _hazard(line: TextLine) -> tuple[float, bool, str] | None:
    """Return the look and the label of a line in capitals that begins with the label of a warning, and names more."""
    first, _, rest = line.text.partition(" ")
    return (line.size, line.bold, first) if rest and line.text.isupper() and note_kind(line.text) == "warning" else None


def end_of_heading(lines: Sequence[TextLine], start: int, most: int | None = None) -> int:
    """Return the place after the lines, at most so many, that go on with the title in one."""
    end = start + 1
    last = len(lines) if most is None else min(start + most, len(lines))
    while end < last and lines[end - 1].wraps_into(lines[end]):
        end += 1
    return end


def _style(line: TextLine, text: str) -> _Style:
    return _Style(round(line.size * 2) / 2, line.bold, number_depth(text))


def heading_at(lines: Sequence[TextLine], title: str, level: int, start: int, end: int) -> Heading:
    """Return the heading that the lines from `start` up to `end` are."""
    line = lines[start]
    return Heading(title, level, start, end, line.page, line.top, line.chunks[0].x)


def _count_up(numbers: Sequence[int]) -> bool:
    """Whether numbers of chapters begin with 1 and go on without a gap, "2.1" and "2.2" being 2 and 2."""
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    return len(set(numbers)) >= _FEWEST_CHAPTERS and numbers[0] == 1 and steps <= {0, 1}


def without_numbers(headings: Sequence[Heading]) -> list[Heading]:
    """Return the headings without their section numbers ("3.2 Display"), which no menu of the device shows.

    Only where most are numbered, or their numbers count up: "5 GHz networks" is a title of its own. Ornaments and last
    colons go everywhere.
    """
    plain = [replace(heading, title=plain_title(heading.title)) for heading in headings]
    numbers = [int(parts[0]) for parts in (number_parts(heading.title) for heading in plain) if parts]
    if len(numbers) < _MOSTLY * len(plain) and not _count_up(numbers):
        return plain
    return [replace(heading, title=without_number(heading.title)) for heading in plain]
