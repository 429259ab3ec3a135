"""Columns: the lines of a page in the order in which they are read, each with its place in its column."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from statistics import median, median_high
from typing import NamedTuple

from graphrag_tools.loaders.pdf.pages import SAME_LINE, Chunk, Piece, Place, rows

_MIDDLE = (0.2, 0.8)
"""Where between a text's edges a gutter may be."""
_MIN_LINES = 4
_MIN_SHARE = 0.6
"""So much of a page's text must stand beside the gutter, not across it: less is a table in a text."""
_MIN_FILL = 0.55
"""So much of a column's width do its lines fill; cells of a table fill less."""
_CANDIDATES = 12
_MAX_DEPTH = 3
_MAX_MARGIN_SHIFT = 100
_Column = tuple[str, list[Chunk]]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of one column, and so of one flow of text; cells of a table are its chunks.

    `indent` is from the column's left edge, `room` is what is left of the line up to the column's right edge.
    """

    page: int
    flow: int
    """The same for the lines that stand below each other in a column: a new one starts at its top."""
    top: float
    indent: float
    room: float
    size: float
    chunks: tuple[Chunk, ...]

    @property
    def text(self) -> str:
        """The words, cells apart by a space."""
        return " ".join(chunk.text for chunk in self.chunks)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(chunk.bold for chunk in self.chunks)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces, cells apart by a space."""
        first, *rest = self.chunks
        return (*first.pieces, *(piece for chunk in rest for piece in (Piece(" "), *chunk.pieces)))


def lines_in_order(pages: Iterable[tuple[int, Sequence[Chunk]]]) -> list[TextLine]:
    """Return the lines of all pages, given by number and chunks, column by column."""
    columns: list[tuple[int, str, list[Chunk]]] = []
    gutter: float | None = None
    for number, chunks in pages:
        found, gutter = _columns(list(chunks), gutter)
        columns += [(number, place, column) for place, column in found]
    usual = _usual_edges(columns)
    return [
        line
        for flow, (number, place, column) in enumerate(columns)
        for line in _lines(number, flow, _edges(column, usual[place, number % 2]), column)
    ]


def _usual_edges(columns: Sequence[tuple[int, str, list[Chunk]]]) -> dict[tuple[str, int], tuple[float, float]]:
    """Where the first column, the second, … usually begin and end, on odd and on even pages.

    A page may hold nothing but the end of an indented list, or short lines: its own edges would then be theirs.
    """
    found: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for number, place, column in columns:
        found[place, number % 2].append((min(chunk.x for chunk in column), max(chunk.end for chunk in column)))
    return {
        key: (Counter(round(left) for left, _ in edges).most_common(1)[0][0], median_high(right for _, right in edges))
        for key, edges in found.items()
    }


def _edges(column: Sequence[Chunk], usual: tuple[float, float]) -> tuple[float, float]:
    left, right = min(chunk.x for chunk in column), max(chunk.end for chunk in column)
    begins = usual[0] if left - _MAX_MARGIN_SHIFT < usual[0] <= left + 1 else left
    return begins, max(right, usual[1])


def _lines(number: int, flow: int, edges: tuple[float, float], column: Sequence[Chunk]) -> Iterator[TextLine]:
    for row in rows(column):
        line = sorted(row, key=lambda chunk: chunk.x)
        main = max(line, key=lambda chunk: len(chunk.text))
        room = edges[1] - max(chunk.end for chunk in line)
        yield TextLine(number, flow, main.top, line[0].x - edges[0], room, main.size, tuple(line))


def _columns(chunks: list[Chunk], known: float | None, place: str = "") -> tuple[list[_Column], float | None]:
    """Return columns in reading order, each with its place ("RL": left in the right half), and the gutter."""
    if not chunks:
        return [], known
    gutter = _gutter(chunks, known) if len(place) < _MAX_DEPTH else None
    if gutter is None:
        alone = known is not None and all(chunk.end <= known for chunk in chunks)
        return [("L" if alone else place, chunks)], known
    columns: list[_Column] = []
    for band in _bands(chunks, gutter):
        if any(_crosses(chunk, gutter) for chunk in band):
            columns.append((place, band))
            continue
        for side, part in zip("LR", _sides(band, gutter), strict=True):
            columns += _columns(part, None, place + side)[0]
    return columns, known if place else gutter


def _bands(chunks: list[Chunk], gutter: float) -> Iterator[list[Chunk]]:
    """Cut a page into bands of text beside the gutter and of text across it, from top to bottom."""
    lines = groupby(rows(chunks), key=lambda row: any(_crosses(chunk, gutter) for chunk in row))
    for _, band in lines:
        yield [chunk for row in band for chunk in row]


def _sides(chunks: Iterable[Chunk], gutter: float) -> tuple[list[Chunk], list[Chunk]]:
    left: list[Chunk] = []
    right: list[Chunk] = []
    for chunk in chunks:
        (left if chunk.end <= gutter else right).append(chunk)
    return left, right


def _crosses(chunk: Chunk, gutter: float) -> bool:
    return chunk.x < gutter < chunk.end


def _gutter(chunks: Sequence[Chunk], known: float | None) -> float | None:
    """Return where the right column begins, less a point; None if the text has one column."""
    left, right = min(chunk.x for chunk in chunks), max(chunk.end for chunk in chunks)
    low, high = (left + share * (right - left) for share in _MIDDLE)
    if known is not None and _divides(chunks, known, (left, right), expected=True):
        return known
    starts = Counter(round(chunk.x, 1) - 1 for chunk in chunks if low < chunk.x < high)
    fitting = (
        gutter
        for gutter, count in starts.most_common(_CANDIDATES)
        if count >= _MIN_LINES and _divides(chunks, gutter, (left, right), expected=False)
    )
    return next(fitting, None)


def _divides(chunks: Sequence[Chunk], gutter: float, edges: tuple[float, float], *, expected: bool) -> bool:
    """Whether the text stands in columns left and right of the gutter; less proof is asked where it is expected."""
    sides = _sides((chunk for chunk in chunks if not _crosses(chunk, gutter)), gutter)
    beside = sum(len(chunk.text) for side in sides for chunk in side)
    if not all(sides) or beside < _MIN_SHARE * sum(len(chunk.text) for chunk in chunks):
        return False
    if expected:
        return True
    start = min(chunk.x for chunk in sides[1])
    widths = (max(chunk.end for chunk in sides[0]) - edges[0], edges[1] - start)
    return all(
        len(filled := _row_widths(side)) >= _MIN_LINES and median(filled) >= _MIN_FILL * width
        for side, width in zip(sides, widths, strict=True)
    )


def _row_widths(chunks: Iterable[Chunk]) -> list[float]:
    return [sum(chunk.end - chunk.x for chunk in row) for row in rows(chunks)]


def shifted(line: TextLine, chunks: tuple[Chunk, ...], by: float) -> TextLine:
    """Return a line that has other chunks and begins further right: what follows the mark of a list."""
    return replace(line, chunks=chunks, indent=line.indent + by)


LinkBox = tuple[float, float, float, float, str | Place]
"""Left, top, right, bottom, target."""
_WORD_GAP = 0.15
_WIDE_GAP = 1.0
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
    """Whether its font holds shapes in place of letters: "l" is a bullet there."""


@dataclass(slots=True)
class _Run:
    """Characters that follow each other in the file, on one base line, without a wide gap."""

    x: float
    end: float
    top: float
    size: float
    letters: list[tuple[str, bool, str | Place | None]] = field(default_factory=list)
    sizes: dict[float, int] = field(default_factory=dict)
    spaced: bool = False
    """Whether a space comes next."""


def chunks_of(glyphs: Iterable[Glyph], links: Sequence[LinkBox]) -> tuple[Chunk, ...]:
    """Return the chunks from top to bottom, those of one line from left to right."""
    return tuple(chunk for line in _run_lines(_runs(glyphs, links)) for chunk in _joined(line))


def _runs(glyphs: Iterable[Glyph], links: Sequence[LinkBox]) -> list[_Run]:
    runs: list[_Run] = []
    for glyph in glyphs:
        current = runs[-1] if runs else None
        if glyph.text == " ":
            if current:
                current.spaced = True
            continue
        if current is None or not _follows(current, glyph):
            current = _Run(glyph.x, glyph.end, glyph.top, glyph.size)
            runs.append(current)
        target = _target(glyph, links) if links else None
        if current.spaced and current.letters:
            _, bold, link = current.letters[-1]
            current.letters.append((" ", bold and glyph.bold, link if link == target else None))
        # A shape that stands alone at the start is the mark of a list, whatever letter it has in its font.
        shown = _BULLET if glyph.marks and not current.letters else glyph.text
        current.letters.append((shown, glyph.bold, target))
        current.sizes[glyph.size] = current.sizes.get(glyph.size, 0) + 1
        current.spaced = False
        current.x, current.end = min(current.x, glyph.x), max(current.end, glyph.end)
    for run in runs:
        run.size = max(run.sizes, key=lambda size: run.sizes[size])
    return runs


def _follows(run: _Run, glyph: Glyph) -> bool:
    size = max(run.size, glyph.size, 1)
    apart = max(glyph.x - run.end, run.x - glyph.end)
    return abs(glyph.top - run.top) < SAME_LINE * size and apart < _WIDE_GAP * size


def _target(glyph: Glyph, links: Sequence[LinkBox]) -> str | Place | None:
    x, y = (glyph.x + glyph.end) / 2, glyph.top - glyph.size / 4
    return next((link[4] for link in links if link[0] <= x <= link[2] and link[1] <= y <= link[3]), None)


def _run_lines(runs: list[_Run]) -> list[list[_Run]]:
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: run.top):
        if lines and run.top - lines[-1][0].top < SAME_LINE * max(run.size, 1):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda run: run.x) for line in lines]


def _joined(line: list[_Run]) -> list[Chunk]:
    """Join the runs of a line that stand close together."""
    groups: list[list[_Run]] = [[line[0]]]
    for run in line[1:]:
        near = run.x - groups[-1][-1].end < _WIDE_GAP * max(run.size, groups[-1][-1].size)
        groups[-1].append(run) if near else groups.append([run])
    return [_chunk(group) for group in groups]


def _chunk(runs: list[_Run]) -> Chunk:
    letters: list[tuple[str, bool, str | Place | None]] = []
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
