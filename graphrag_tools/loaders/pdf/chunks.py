"""Join the characters of a page into chunks: text on one base line without a wide gap in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import NamedTuple

from graphrag_tools.loaders.heading_signs import usual_size
from graphrag_tools.loaders.pdf.pages import SAME_LINE, Chunk, Destination, Piece, RulingLine, joined_lines
from graphrag_tools.loaders.raised import has_raised_form, raised
from graphrag_tools.text.unspaced import is_unspaced

LinkBox = tuple[float, float, float, float, str | Destination]
"""Left, top, right, bottom, target."""
_WORD_GAP = 0.15
_WIDE_GAP = 1.0
_FEWEST_GAPS = 10
"""Of a line that tells how far letters stand apart."""
_AROUND_KEY = 1.6
_PICTURE = 1.4
_SMALL = 0.75
_RAISED = 0.6
"""Base lines of small type less than this many sizes of type above those of the larger are theirs: "[1]", "2nd"."""
_MARK_SIZES = (0.45, 0.8)
_MARK_HEIGHTS = (0.2, 0.7)
_MARK_GAP = 0.12
"""A raised mark's size, its height over the base line, and how near it is to its word, each by the word's size."""
_AFTER_WORDS = (")", "]", "%", '"', "'", "”", "»", "°")
_TOUCHING = 0.5
_HIGH = 2.0
"""Lines down a page that part texts are at least this many sizes of type high: two rows of a table."""
_BULLET = "•"


class Glyph(NamedTuple):
    """One character in its place; a space has no place of its own."""

    text: str
    x: float = 0
    end: float = 0
    top: float = 0
    size: float = 0
    bold: bool = False
    marks: bool = False
    """Whether it is the mark of a list although it is a letter."""
    sign: bool = False
    """Whether it is a sign that its font, or its place in Unicode, makes one."""
    key: bool = False
    """Whether it is the sign of a key."""


@dataclass(slots=True)
class _Run:
    """Characters that follow each other in the file, on one base line, without a wide gap."""

    x: float
    end: float
    top: float
    size: float
    letters: list[tuple[str, bool, str | Destination | None]] = field(default_factory=list)
    sizes: dict[float, int] = field(default_factory=dict)
    spaced: bool = False
    """Whether a space comes next."""
    sign: bool = False
    """Whether it is nothing but signs."""
    key: bool = False
    """Whether it is nothing but signs of keys."""
    gaps: list[float] = field(default_factory=list)
    """How far each letter stands from the one before it."""
    places: list[int] = field(default_factory=list)
    """Where each letter stands among the letters and spaces."""
    raised: list[int] = field(default_factory=list)
    """Where the letters of raised marks stand among the letters and spaces."""

    def bears(self, glyph: Glyph) -> bool:
        """Whether a letter is a raised mark at the end of this text: small, set higher, and close to a word."""
        if not self.letters or not self.size:
            return False
        size, height, gap = (one / self.size for one in (glyph.size, self.top - glyph.top, glyph.x - self.end))
        fits = _MARK_SIZES[0] < size < _MARK_SIZES[1] and _MARK_HEIGHTS[0] < height < _MARK_HEIGHTS[1]
        last = self.letters[-1][0]
        follows = last.isalnum() or last.endswith(_AFTER_WORDS) or self.raised[-1:] == [len(self.letters) - 1]
        return fits and abs(gap) < _MARK_GAP and follows

    def write_raised(self) -> None:
        """Write raised digits and single letters with Unicode's raised characters; others stay as they are."""
        for _, mark in groupby(enumerate(self.raised), key=lambda one: one[1] - one[0]):
            at = [place for _, place in mark]
            if has_raised_form("".join(self.letters[place][0] for place in at)):
                for place in at:
                    letter, bold, link = self.letters[place]
                    self.letters[place] = (raised(letter), bold, link)

    def add_narrow_spaces(self) -> None:
        """Put spaces where a full line has drawn its words together: wider than its letters stand apart."""
        if len(self.gaps) < _FEWEST_GAPS:
            return
        widest = max(median(self.gaps[1:]), 0) + _WORD_GAP * max(self.size, 1)
        narrow = [at for gap, at in zip(self.gaps, self.places, strict=True) if gap > widest]
        for at in reversed(narrow):
            (before, bold, link), (after, other_bold, other_link) = self.letters[at - 1 : at + 1]
            if before[-1].isalnum() and after[0].isalnum() and not is_unspaced(before[-1]) and not is_unspaced(after):
                self.letters.insert(at, (" ", bold and other_bold, link if link == other_link else None))


def join_glyphs(
    glyphs: Iterable[Glyph], links: Sequence[LinkBox], lines: Sequence[RulingLine] = ()
) -> tuple[Chunk, ...]:
    """Return the chunks from top to bottom, those of one line from left to right; none reaches across a ruling line."""
    bars = _Bars(lines)
    runs = _runs(glyphs, links, bars)
    usual = usual_size((run.size, len(run.letters)) for run in runs)
    lines_of_text = _without_pictures(_run_lines(runs), usual)
    return tuple(chunk for line in lines_of_text for chunk in _joined(line, bars))


class _Bars:
    """The lines that are drawn down a page."""

    def __init__(self, lines: Sequence[RulingLine]) -> None:
        down = sorted((line.left, line.top, line.bottom) for line in joined_lines(lines) if not line.is_across)
        self._down, self._lefts = down, [left for left, *_ in down]

    def part(self, left: float, right: float, top: float, size: float) -> bool:
        """Whether one stands in the gap between two texts on a base line; the frame of a word in a line is none."""
        within = self._down[bisect_left(self._lefts, left - _TOUCHING) : bisect_right(self._lefts, right + _TOUCHING)]
        return right > left and any(
            above <= top <= below + _TOUCHING and below - above >= _HIGH * size for _, above, below in within
        )


def _runs(glyphs: Iterable[Glyph], links: Sequence[LinkBox], bars: _Bars) -> list[_Run]:
    runs: list[_Run] = []
    for glyph in glyphs:
        current = runs[-1] if runs else None
        if glyph.text == " ":
            if current:
                current.spaced = True
            continue
        is_raised = current is not None and current.bears(glyph)
        if current is None or not (is_raised or _follows(current, glyph, bars)):
            current = _Run(glyph.x, glyph.end, glyph.top, glyph.size, sign=glyph.sign, key=glyph.key)
            runs.append(current)
        target = _target(glyph, links) if links else None
        current.gaps.append(glyph.x - current.end)
        if current.spaced and current.letters and not is_raised:  # PDFium breaks the line before raised type
            _, bold, link = current.letters[-1]
            current.letters.append((" ", bold and glyph.bold, link if link == target else None))
        # A mark stands at the start: a letter of its font within a word is one.
        shown = _BULLET if glyph.marks and not current.letters else glyph.text
        if is_raised:
            current.raised.append(len(current.letters))
        current.places.append(len(current.letters))
        current.letters.append((shown, glyph.bold, target))
        current.sizes[glyph.size] = current.sizes.get(glyph.size, 0) + 1
        current.spaced = False
        current.sign, current.key = current.sign and glyph.sign, current.key and glyph.key
        current.x, current.end = min(current.x, glyph.x), max(current.end, glyph.end)
    for run in runs:
        run.size = max(run.sizes, key=lambda size: run.sizes[size])
        run.write_raised()
        run.add_narrow_spaces()
    return runs


def _without_pictures(lines: Iterable[list[_Run]], usual: float) -> Iterator[list[_Run]]:
    """Leave out signs that are much larger than the text and begin a line: beside a text they would part it."""
    for line in lines:
        is_picture = line[0].sign and line[0].size >= _PICTURE * usual
        if rest := line[is_picture:]:
            yield rest


def _follows(run: _Run, glyph: Glyph, bars: _Bars) -> bool:
    size, smaller = max(run.size, glyph.size, 1), min(run.size, glyph.size)
    apart = max(glyph.x - run.end, run.x - glyph.end)
    # A large sign that stands beside two lines of small type is level with one of them only.
    level = min(SAME_LINE * size, max(_RAISED * smaller, 1))
    # A key that is drawn after the words that it stands before would come last.
    other = (glyph.key and glyph.end <= run.x) or ((glyph.sign or run.sign) and size >= _PICTURE * smaller)
    near = abs(glyph.top - run.top) < level and apart < _WIDE_GAP * size and not other
    return near and not (apart > _WORD_GAP * size and bars.part(run.end, glyph.x, glyph.top, size))


def _target(glyph: Glyph, links: Sequence[LinkBox]) -> str | Destination | None:
    x, y = (glyph.x + glyph.end) / 2, glyph.top - glyph.size / 4
    return next((link[4] for link in links if link[0] <= x <= link[2] and link[1] <= y <= link[3]), None)


def _run_lines(runs: list[_Run]) -> list[list[_Run]]:
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: run.top):
        raised = bool(lines) and all(one.size < _SMALL * run.size for one in lines[-1])
        if lines and run.top - lines[-1][0].top < (_RAISED if raised else SAME_LINE) * max(run.size, 1):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda run: run.x) for line in lines]


def _joined(line: list[_Run], bars: _Bars) -> list[Chunk]:
    """Join the runs of a line that stand close together."""
    groups: list[list[_Run]] = [[line[0]]]
    for run in line[1:]:
        last = groups[-1][-1]
        size = max(run.size, last.size)
        # A key is drawn with a frame; one that begins a line may be the first cell of a row.
        wide = _AROUND_KEY if run.key or (last.key and last is not line[0]) else _WIDE_GAP
        near = run.x - last.end < wide * size and not bars.part(last.end, run.x, run.top, size)
        groups[-1].append(run) if near else groups.append([run])
    return [_chunk(group) for group in groups]


def _chunk(runs: list[_Run]) -> Chunk:
    letters: list[tuple[str, bool, str | Destination | None]] = []
    for before, run in zip([None, *runs], runs, strict=False):
        if before and (before.spaced or run.x - before.end > _WORD_GAP * run.size):
            letters.append((" ", letters[-1][1] and run.letters[0][1], None))
        letters.extend(run.letters)
    pieces = tuple(
        Piece("".join(letter[0] for letter in group), *look)
        for look, group in groupby(letters, key=lambda letter: letter[1:])
    )
    main = max(runs, key=lambda run: len(run.letters))
    return Chunk(
        x=round(runs[0].x, 1),
        end=round(max(run.end for run in runs), 1),
        top=round(main.top, 1),
        size=main.size,
        pieces=pieces,
    )
