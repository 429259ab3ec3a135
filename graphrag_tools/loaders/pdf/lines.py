"""Put the text of pages into lines, in the order in which columns are read, each with its place in its column."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median, median_high

from graphrag_tools.loaders.pdf.margin_heads import with_margin_heads
from graphrag_tools.loaders.pdf.pages import SAME_LINE, Chunk, Destination, Piece, rows
from graphrag_tools.loaders.pdf.side_boxes import boxes_behind_text
from graphrag_tools.loaders.pdf.side_by_side import in_bands
from graphrag_tools.text.normalise import tidy

_MIDDLE = (0.2, 0.8)
"""Where between a text's edges a gutter may be."""
_MIN_LINES = 4
_MIN_SHARE = 0.6
"""So much of a page's text must stand beside the gutter, not across it: less is a table in a text."""
_MIN_FILL = 0.55
"""So much of a column's width do its lines fill; cells of a table fill less."""
_MIN_LENGTH = 20
_LARGE = 1.5
"""Titles of so many times the usual size may be wider than their column."""
_CANDIDATES = 12
_SET_IN = 15
_CLEARER = 0.1
"""A gutter that so much more of the text stands beside is believed in place of that of the page before."""
_CLEAN = 0.9
"""So much of a page's text stands beside a gutter between columns that need not be filled."""
_MOST_LEVEL = 0.5
_NEAR = 0.16
"""Of the usual distance between lines."""
_NEXT_LINE = 1.35
_SAME_SIZE = 0.3
_TITLE = 1.1
_ABOVE = 2.5
"""Titles are so many times larger than their text, and less than so many sizes of type above it."""
_MAX_DEPTH = 3
_MAX_MARGIN_SHIFT = 100
_WRAPPED = 1.5
"""Lines of one heading stand closer than this many sizes of type."""
_USUALLY = 0.6
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

    def looks_like(self, other: "TextLine") -> bool:
        """Whether another line has its size and weight of type."""
        return abs(self.size - other.size) < _SAME_SIZE and self.bold == other.bold

    def wraps_into(self, following: "TextLine") -> bool:
        """Whether a heading would go on from this line to another: that looks like it and stands right below."""
        near = self.flow == following.flow and 0 < following.top - self.top < _WRAPPED * self.size
        return near and self.looks_like(following)


class LinesOfPages:
    """Finds the lines of a page, and those at a place on it, by their positions in the document."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self._lines = lines
        self._pages = [line.page for line in lines]

    def on(self, page: int) -> range:
        """Return the lines of a page."""
        return range(bisect_left(self._pages, page), bisect_right(self._pages, page))

    def at(self, place: Destination) -> int:
        """Return the first line at or below a place, the one after its page's last where there is none."""
        here = self.on(place.page)
        below = (at for at in here if place.top is None or self._lines[at].top >= place.top)
        return next(below, here.stop)


def title_of(lines: Iterable[TextLine]) -> str:
    """Return the title that lines say together."""
    return tidy(" ".join(line.text for line in lines))


def lines_in_order(pages: Iterable[tuple[int, Sequence[Chunk]]]) -> list[TextLine]:
    """Return the lines of all pages, given by number and chunks, column by column."""
    columns: list[tuple[int, str, list[Chunk]]] = []
    gutter: float | None = None
    for number, chunks in pages:
        found, gutter = _columns([chunk for chunk in chunks if chunk.box is None], gutter)
        placed = boxes_behind_text(found, (chunk for chunk in chunks if chunk.box is not None))
        columns += [(number, place, column) for place, column in placed]
    usual = _usual_edges(columns)
    return [
        line
        for flow, (number, place, column) in enumerate(columns)
        for line in _lines(number, flow, _edges(column, usual[place, number % 2]), column)
    ]


def without_usual_bold(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines as they are, or without bold type where most of the text is bold, which then says nothing."""
    bold = sum(len(piece.text) for line in lines for piece in line.pieces if piece.bold)
    if bold <= _USUALLY * sum(len(line.text) for line in lines):
        return list(lines)
    return [
        replace(
            line,
            chunks=tuple(
                replace(chunk, pieces=tuple(replace(piece, bold=False) for piece in chunk.pieces))
                for chunk in line.chunks
            ),
        )
        for line in lines
    ]


def in_runs(lines: Sequence[TextLine], most: int) -> set[int]:
    """Return the places of lines that stand among more than `most` of one size and weight, one below the other."""
    found: set[int] = set()
    start = 0
    for _, run in groupby(lines, key=lambda line: (line.page, line.flow, round(line.size * 2), line.bold)):
        end = start + len(list(run))
        if end - start > most:
            found.update(range(start, end))
        start = end
    return found


def shifted(line: TextLine, chunks: tuple[Chunk, ...], by: float) -> TextLine:
    """Return a line that has other chunks and begins further right: what follows the mark of a list."""
    return replace(line, chunks=chunks, indent=line.indent + by)


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
    for line in _with_whole_tables(_apart(row) for row in rows(column)):
        main = max(line, key=lambda chunk: len(chunk.text))
        room = edges[1] - max(chunk.end for chunk in line)
        yield TextLine(number, flow, main.top, line[0].x - edges[0], room, main.size, tuple(line))


def _apart(row: Iterable[Chunk]) -> list[list[Chunk]]:
    """Divide what stands on one base line by the tables that it stands in, from left to right."""
    found: dict[int | None, list[Chunk]] = {}
    for chunk in sorted(row, key=lambda chunk: chunk.x):
        found.setdefault(chunk.table, []).append(chunk)
    return list(found.values())


def _with_whole_tables(apart: Iterable[list[list[Chunk]]]) -> Iterator[list[Chunk]]:
    """Yield lines, those of a ruled table after its first one, whatever stands beside it."""
    lines = [line for row in apart for line in row]
    tables: dict[int, list[list[Chunk]]] = defaultdict(list)
    for line in lines:
        if line[0].cell:
            tables[line[0].cell.table].append(line)
    for line in lines:
        if line[0].cell is None:
            yield line
        else:
            yield from tables.pop(line[0].cell.table, ())


def _columns(chunks: list[Chunk], known: float | None, place: str = "") -> tuple[list[_Column], float | None]:
    """Return columns in reading order, each with its place ("RL": left in the right half), and the gutter."""
    if not chunks:
        return [], known
    gutter = _gutter(chunks, known) if len(place) < _MAX_DEPTH else None
    if gutter is None:
        alone = known is not None and all(chunk.end <= known for chunk in chunks)
        return [("L" if alone else place, band) for band in in_bands(chunks)], known
    columns: list[_Column] = []
    for band in _bands(chunks, gutter):
        if any(_crosses(chunk, gutter) for chunk in band):
            columns.append((place, band))
            continue
        left, right = _sides(band, gutter)
        columns += [(place + side, part) for side, part in with_margin_heads(left, right)] or [
            column for side, part in (("L", left), ("R", right)) for column in _columns(part, None, place + side)[0]
        ]
    return columns, known if place else gutter


def _bands(chunks: list[Chunk], gutter: float) -> Iterator[list[Chunk]]:
    """Cut a page into bands of text beside the gutter and of text across it, from top to bottom."""
    lines = rows(chunks)
    across: list[bool] = []
    for at, row in enumerate(lines):
        ends = bool(at) and across[-1] and row[0].cell is None and _ends_text(lines[at - 1][0], row, gutter)
        across.append(ends or any(_crosses(chunk, gutter) for chunk in row))
    for at, (row, below) in enumerate(pairwise(lines)):
        across[at] = across[at] or (across[at + 1] and _heads_text(row, below[0], gutter))
    for _, band in groupby(zip(across, lines, strict=True), key=lambda one: one[0]):
        yield [chunk for _, row in band for chunk in row]


def _ends_text(above: Chunk, row: Sequence[Chunk], gutter: float) -> bool:
    """Whether a row is the short last line of a text that goes across the gutter."""
    near = 0 < row[0].top - above.top < _NEXT_LINE * above.size and abs(row[0].x - above.x) < _SET_IN
    alike = above.cell is None and abs(row[0].size - above.size) < _SAME_SIZE
    return near and alike and all(chunk.end <= gutter for chunk in row)


def _heads_text(row: Sequence[Chunk], below: Chunk, gutter: float) -> bool:
    """Whether a row is the title of a text right below it that goes across the gutter."""
    title = row[0]
    larger = title.size >= _TITLE * below.size and title.cell is None and below.cell is None
    near = below.top - title.top < _ABOVE * title.size and abs(title.x - below.x) < _SET_IN
    return larger and near and len(row) == 1 and title.end <= gutter


def _sides(chunks: Iterable[Chunk], gutter: float) -> tuple[list[Chunk], list[Chunk]]:
    left: list[Chunk] = []
    right: list[Chunk] = []
    for chunk in chunks:
        (left if chunk.end <= gutter else right).append(chunk)
    return left, right


def _crosses(chunk: Chunk, gutter: float) -> bool:
    """Whether a gutter would cut a text, or the table that it stands in, or the line that it stands on as a title."""
    left, right = chunk.cell.edges if chunk.cell else chunk.rule or (chunk.x, chunk.end)
    return left < gutter < right


def _gutter(chunks: Sequence[Chunk], known: float | None, depth: int = 0) -> float | None:
    """Return where the right column begins, less a point; None if the text has one column."""
    left, right = min(chunk.x for chunk in chunks), max(chunk.end for chunk in chunks)
    low, high = (left + share * (right - left) for share in _MIDDLE)
    fitting = _gutters([chunk.x for chunk in chunks if low < chunk.x < high], chunks)
    if known is not None and _divides(chunks, known, depth, expected=True):
        clearer = (gutter for gutter, beside in fitting if beside > _share_beside(chunks, known) + _CLEARER)
        return next((gutter for gutter in clearer if _divides(chunks, gutter, depth, expected=False)), known)
    return next((gutter for gutter, _ in fitting if _divides(chunks, gutter, depth, expected=False)), None)


def _gutters(lefts: Sequence[float], chunks: Sequence[Chunk]) -> list[tuple[float, float]]:
    """Return where gutters may be and how much of the text stands beside each, the clearest first.

    Enough lines begin there or a little further right: items of a list are set in.
    """
    starts = sorted(round(left, 1) - 1 for left in lefts)
    near = {at: bisect_right(starts, at + _SET_IN) - bisect_left(starts, at) for at in starts}
    usual = [gutter for gutter, count in Counter(near).most_common(_CANDIDATES) if count >= _MIN_LINES]
    found = [(gutter, _share_beside(chunks, gutter)) for gutter in usual]
    return sorted(found, key=lambda one: -round(one[1], 2))


def _share_beside(chunks: Sequence[Chunk], gutter: float) -> float:
    """Return how much of the text stands beside a gutter, not across it."""
    beside = sum(len(chunk.text) for chunk in chunks if not _crosses(chunk, gutter))
    return beside / (sum(len(chunk.text) for chunk in chunks) or 1)


def _divides(chunks: Sequence[Chunk], gutter: float, depth: int, *, expected: bool) -> bool:
    """Whether the text stands in columns left and right of the gutter; less proof is asked where it is expected."""
    sides = _sides((chunk for chunk in chunks if not _crosses(chunk, gutter)), gutter)
    beside = _share_beside(chunks, gutter)
    if not all(sides) or beside < _MIN_SHARE:
        return False
    if expected or (beside >= _CLEAN and _are_apart(*sides)):
        return True
    usual = _LARGE * median(chunk.size for chunk in chunks)
    ends = (max((chunk.end for chunk in part if chunk.size < usual), default=0.0) for part in (sides[0], chunks))
    return all(
        _is_text(side, end - min(chunk.x for chunk in side), depth) for side, end in zip(sides, ends, strict=True)
    )


def _are_apart(left: Sequence[Chunk], right: Sequence[Chunk]) -> bool:
    """Whether few lines left of a clean gutter are level with lines right of it, unlike the cells of a table.

    Level is what stands nearer than lines do by chance: several columns on one side have lines at all heights.
    """
    fewer, more = sorted((sorted({round(chunk.top) for chunk in side}) for side in (left, right)), key=len)
    near = min(_NEAR * (more[-1] - more[0]) / len(more), SAME_LINE * median(chunk.size for chunk in (*left, *right)))
    level = sum(bisect_left(more, top - near) < bisect_right(more, top + near) for top in fewer)
    return len(fewer) >= _MIN_LINES and level <= _MOST_LEVEL * len(fewer)


def _is_text(chunks: Sequence[Chunk], width: float, depth: int) -> bool:
    """Whether lines fill a column, or columns that stand beside each other in it, as those of a leaflet do.

    Lines of a leaflet are long ones, unlike cells of a table.
    """
    widths = [sum(chunk.end - chunk.x for chunk in row) for row in rows(chunks)]
    if len(widths) < _MIN_LINES:
        return False
    if median(widths) >= _MIN_FILL * width:
        return True
    is_leaflet = depth < _MAX_DEPTH - 1 and median(len(chunk.text) for chunk in chunks) >= _MIN_LENGTH
    return is_leaflet and _gutter(chunks, None, depth + 1) is not None
