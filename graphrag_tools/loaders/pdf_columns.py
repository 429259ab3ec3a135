"""Columns: the lines of a page in the order in which they are read, each with its place in its column."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from graphrag_tools.loaders.pdf_pages import Chunk, Piece

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
    columns: list[tuple[int, int, list[Chunk]]] = []
    gutter: float | None = None
    for number, chunks in pages:
        found, gutter = _columns(list(chunks), gutter, 0)
        columns += [(number, place, column) for place, column in found]
    margins = _margins(columns)
    lines: list[TextLine] = []
    for flow, (number, place, column) in enumerate(columns):
        left = min(chunk.x for chunk in column)
        usual = margins[place, number % 2]
        edge = usual if left - _MAX_MARGIN_SHIFT < usual <= left + 1 else left
        lines += _lines(number, flow, edge, column)
    return lines


def _margins(columns: Sequence[tuple[int, int, list[Chunk]]]) -> dict[tuple[int, int], float]:
    """The usual left edge of the first column, second column, …, on odd and on even pages.

    A page may hold nothing but the end of an indented list: its own left edge would then be the list's.
    """
    found: dict[tuple[int, int], Counter[float]] = defaultdict(Counter)
    for number, place, column in columns:
        found[place, number % 2][round(min(chunk.x for chunk in column))] += 1
    return {key: counts.most_common(1)[0][0] for key, counts in found.items()}


def _lines(number: int, flow: int, left: float, column: list[Chunk]) -> Iterator[TextLine]:
    right = max(chunk.end for chunk in column)
    for _, group in groupby(column, key=lambda chunk: round(chunk.top)):
        line = sorted(group, key=lambda chunk: chunk.x)
        main = max(line, key=lambda chunk: len(chunk.text))
        yield TextLine(
            number, flow, main.top, line[0].x - left, right - max(chunk.end for chunk in line), main.size, tuple(line)
        )


def _columns(
    chunks: list[Chunk], known: float | None, depth: int
) -> tuple[list[tuple[int, list[Chunk]]], float | None]:
    """Return columns, each with its number from the left, in reading order, and the gutter for the next page."""
    if not chunks:
        return [], known
    gutter = _gutter(chunks, known) if depth < _MAX_DEPTH else None
    if gutter is None:
        return [(depth, chunks)], known
    columns: list[tuple[int, list[Chunk]]] = []
    for band in _bands(chunks, gutter):
        if any(_crosses(chunk, gutter) for chunk in band):
            columns.append((0, band))
            continue
        for place, side in enumerate(_sides(band, gutter)):
            columns += [(10 * (depth + 1) + place, column) for _, column in _columns(side, None, depth + 1)[0]]
    return columns, gutter if depth == 0 else known


def _bands(chunks: list[Chunk], gutter: float) -> Iterator[list[Chunk]]:
    """Cut a page into bands of text beside the gutter and of text across it, from top to bottom."""
    crossing_tops = {round(chunk.top) for chunk in chunks if _crosses(chunk, gutter)}
    for _, band in groupby(chunks, key=lambda chunk: round(chunk.top) in crossing_tops):
        yield list(band)


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
        len(rows := _row_widths(side)) >= _MIN_LINES and median(rows) >= _MIN_FILL * width
        for side, width in zip(sides, widths, strict=True)
    )


def _row_widths(chunks: Iterable[Chunk]) -> list[float]:
    rows: dict[int, float] = defaultdict(float)
    for chunk in chunks:
        rows[round(chunk.top)] += chunk.end - chunk.x
    return list(rows.values())


def shifted(line: TextLine, chunks: tuple[Chunk, ...], by: float) -> TextLine:
    """Return a line that has other chunks and begins further right: what follows the mark of a list."""
    return replace(line, chunks=chunks, indent=line.indent + by)
