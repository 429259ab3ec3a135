"""Find the tables that ruling lines draw, and the cell of each text in them."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.pdf.pages import TOUCHING, Cell, Chunk, PdfPage, RulingLine, joined_lines, rows
from graphrag_tools.loaders.pdf.row_rules import OPEN_ROW, begin_at, is_within, row_ruled_cells
from graphrag_tools.loaders.pdf.table_pages import continued

_COVERED = 0.6
"""A line this long beside a cell divides it from the next one."""
_MOSTLY_FILLED = 0.3
_TIGHT = 1.35
_EDGES_OF_TWO = 3
_MAX_CELLS = 4_000
"""Of a grid; one with more is a drawing."""
_Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Lines that meet; `columns` and `rows` are the places of its edges, from left to right and from top to bottom."""

    across: tuple[RulingLine, ...]
    down: tuple[RulingLine, ...]
    columns: tuple[float, ...]
    rows: tuple[float, ...]

    def row(self, chunk: Chunk) -> int:
        return bisect_right(self.rows, chunk.top - chunk.size / 4) - 1

    def column(self, chunk: Chunk) -> int:
        at = bisect_right(self.columns, chunk.x + min(TOUCHING, (chunk.end - chunk.x) / 2)) - 1
        return max(at, 0)  # a narrow text that begins right before the left edge

    def holds(self, chunk: Chunk) -> bool:
        middle = (chunk.x + chunk.end) / 2
        inside = self.columns[0] - TOUCHING <= chunk.x and middle < self.columns[-1]
        return inside and 0 <= self.row(chunk) < len(self.rows) - 1


def with_cells(pages: Iterable[PdfPage], kept: Iterable[Sequence[Chunk]]) -> list[tuple[Chunk, ...]]:
    """Return the chunks of each page, those in a table of ruling lines with their cell.

    A table that goes on at the top of the next page is one, and a row that is broken there as well.
    """
    numbers = count()
    found: list[tuple[Chunk, ...]] = []
    for page, chunks in zip(pages, kept, strict=True):
        placed = list(chunks)
        for grid in grids(page.lines):
            _place(placed, grid, numbers)
        for cells in row_ruled_cells(page.lines, placed):
            table = next(numbers)
            for at, cell in cells.items():
                placed[at] = replace(placed[at], cell=replace(cell, table=table))
        found.append(continued(found[-1], placed) if found else tuple(placed))
    frames = _frames(chunk for chunks in found for chunk in chunks)
    return [tuple(replace(one, cell=None) if one.table in frames else one for one in chunks) for chunks in found]


def _frames(chunks: Iterable[Chunk]) -> set[int | None]:
    """Return the tables of a single row: columns within a frame, unless the first cell is the label of a note."""
    rows: dict[int, set[int]] = defaultdict(set)
    labels: dict[int, str] = {}
    for chunk in chunks:
        if chunk.cell:
            rows[chunk.cell.table].add(chunk.cell.row)
            labels.setdefault(chunk.cell.table, chunk.text)
    return {table for table, found in rows.items() if len(found) == 1 and not note_kind(labels[table])}


def _place(chunks: list[Chunk], grid: _Grid, numbers: Iterator[int]) -> None:
    """Give the chunks within a grid their cells, unless it is no table: a drawing, a line or two."""
    inside = [at for at, chunk in enumerate(chunks) if chunk.cell is None and grid.holds(chunk)]
    spans = _Spans(grid)
    cells = [spans.cell(grid.row(chunks[at]), grid.column(chunks[at])) for at in inside]
    if not _is_table({(cell.row, cell.column) for cell in cells}):
        return
    table = next(numbers)
    last = len(grid.rows) - 2
    unruled = spans.open_columns()
    below = _open_row(chunks, grid, {round(chunks[at].x) for at in inside}, 1 if unruled else 2)
    for at in below:
        cell = spans.cell(last, grid.column(chunks[at]))
        row = cell.row if cell.column in unruled else last + 1
        chunks[at] = replace(chunks[at], cell=replace(cell, table=table, row=row, last_row=last + 1))
    for at, cell in zip(inside, cells, strict=True):
        goes_on = bool(below) and cell.last_row == last and cell.column in unruled
        chunks[at] = replace(chunks[at], cell=replace(cell, table=table, last_row=cell.last_row + goes_on))


def _open_row(chunks: Sequence[Chunk], grid: _Grid, starts: set[int], fewest: int) -> list[int]:
    """Return the texts of a last row that no line ends: right below the table, so many or more where its texts begin.

    One is enough where a cell beside it goes on: the line above it ends none of that.
    """
    places = {id(chunk): at for at, chunk in enumerate(chunks)}
    edges = (grid.columns[0], grid.columns[-1])
    free = (chunk for chunk in chunks if chunk.cell is None and chunk.top > grid.rows[-1])
    below = [chunk for chunk in free if is_within(chunk, edges)]
    found: list[int] = []
    edge = grid.rows[-1]
    for line in rows(below):
        near = line[0].top - edge < (OPEN_ROW if not found else _TIGHT) * line[0].size
        if not near or not begin_at(starts, line) or (not found and len(line) < fewest):
            break
        found += [places[id(chunk)] for chunk in line]
        edge = line[0].top
    return found


def _is_table(filled: set[tuple[int, int]]) -> bool:
    """Whether cells with text, by row and column, are those of a table: two of them side by side, most not empty."""
    rows, columns = Counter(row for row, _ in filled), {column for _, column in filled}
    beside = max(rows.values(), default=0)
    return beside > 1 and len(filled) >= _MOSTLY_FILLED * len(rows) * len(columns)


class _Spans:
    """The cells of a grid: as large as the lines that divide it leave them."""

    def __init__(self, grid: _Grid) -> None:
        self._grid = grid
        self._across = _by_place(((line.top, line.left, line.right) for line in grid.across), grid.rows)
        self._down = _by_place(((line.left, line.top, line.bottom) for line in grid.down), grid.columns)
        self._known: dict[tuple[int, int], Cell] = {}

    def cell(self, row: int, column: int) -> Cell:
        known = self._known.get((row, column))
        if known is None:
            known = self._known[row, column] = self._cell(row, column)
        return known

    def _cell(self, row: int, column: int) -> Cell:
        first, last = row, row
        while first > 0 and not self._is_ruled(first, column):
            first -= 1
        while last < len(self._grid.rows) - 2 and not self._is_ruled(last + 1, column):
            last += 1
        left, right = column, column
        while left > 0 and not self._is_parted(row, left):
            left -= 1
        while right < len(self._grid.columns) - 2 and not self._is_parted(row, right + 1):
            right += 1
        columns = len(self._grid.columns) - 1
        edges = (self._grid.columns[0], self._grid.columns[-1])
        wide = columns > 1 and right - left == columns - 1
        return Cell(0, first, last, left, columns, edges, wide)

    def open_columns(self) -> set[int]:
        """Return the columns that no line ends below the last row."""
        return {at for at in range(len(self._grid.columns) - 1) if not self._is_ruled(len(self._grid.rows) - 1, at)}

    def _is_ruled(self, row: int, column: int) -> bool:
        """Whether a line divides a cell from the one above it."""
        start, end = self._grid.columns[column : column + 2]
        return _covered(self._across[row], start, end)

    def _is_parted(self, row: int, column: int) -> bool:
        """Whether a line divides a cell from the one left of it."""
        start, end = self._grid.rows[row : row + 2]
        return _covered(self._down[column], start, end)


def _by_place(spans: Iterable[tuple[float, float, float]], places: Sequence[float]) -> dict[int, list[_Span]]:
    """Gather spans, each with the place that it stands at, by the number of that place."""
    found: dict[int, list[_Span]] = defaultdict(list)
    for at, start, end in spans:
        found[bisect_right(places, at) - 1].append((start, end))
    return found


def _covered(spans: Iterable[_Span], start: float, end: float) -> bool:
    return any(min(right, end) - max(left, start) >= _COVERED * (end - start) for left, right in spans)


def grids(lines: Sequence[RulingLine]) -> list[_Grid]:
    """Return the grids of a page, from top to bottom."""
    found: list[_Grid] = []
    for group in _meeting(sorted(joined_lines(lines), key=lambda line: line.top)):
        ruled = tuple(line for line in group if line.is_across)
        barred = tuple(line for line in group if not line.is_across)
        rows, drawn = _places(line.top for line in ruled), _places(line.left for line in barred)
        columns = _with_ends(drawn, ruled) if ruled and drawn else ()
        if len(rows) > 1 and columns and len(rows) * len(columns) <= _MAX_CELLS:
            found.append(_Grid(ruled, barred, columns, rows))
    joined = _with_plain_rows(sorted(found, key=lambda grid: (grid.columns[0], grid.rows[0])))
    return [grid for grid in joined if _has_columns(grid)]


def _has_columns(grid: _Grid) -> bool:
    """Whether lines part columns: one line down with open sides does where it parts several rows."""
    several = len(_places(line.left for line in grid.down)) > 1
    return several or min(len(grid.columns), len(grid.rows)) >= _EDGES_OF_TWO


def _with_plain_rows(grids: Sequence[_Grid]) -> list[_Grid]:
    """Join grids that stand a row apart below each other: every other row of a table may have no lines of its own."""
    found: list[_Grid] = []
    for grid in grids:
        last = found[-1] if found else None
        if last is None or not _go_on(last, grid):
            found.append(grid)
            continue
        start, end = last.rows[-1], grid.rows[0]
        bars = tuple(RulingLine(column, start, column, end) for column in grid.columns) if end > start else ()
        places = _places([*last.rows, *grid.rows])
        found[-1] = _Grid((*last.across, *grid.across), (*last.down, *bars, *grid.down), last.columns, places)
    return sorted(found, key=lambda grid: grid.rows[0])


def _go_on(above: _Grid, below: _Grid) -> bool:
    highest = max(end - start for grid in (above, below) for start, end in pairwise(grid.rows))
    alike = len(above.columns) == len(below.columns) > 2 and all(
        abs(one - other) <= TOUCHING for one, other in zip(above.columns, below.columns, strict=True)
    )
    return alike and 0 < below.rows[0] - above.rows[-1] <= highest + TOUCHING


def _with_ends(columns: tuple[float, ...], across: Sequence[RulingLine]) -> tuple[float, ...]:
    """Add the edges that are not drawn: lines that only part the columns leave the sides open."""
    left, right = min(line.left for line in across), max(line.right for line in across)
    before = (left,) if columns[0] - left > 2 * TOUCHING else ()
    after = (right,) if right - columns[-1] > 2 * TOUCHING else ()
    return (*before, *columns, *after)


def _places(values: Iterable[float]) -> tuple[float, ...]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > TOUCHING:
            found.append(value)
    return tuple(found)


def _meeting(lines: Sequence[RulingLine]) -> list[list[RulingLine]]:
    """Gather lines, given from top to bottom, that meet directly or by others."""
    above = list(range(len(lines)))

    def root(at: int) -> int:
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    near: list[int] = []
    for at, line in enumerate(lines):
        near = [other for other in near if lines[other].bottom + TOUCHING >= line.top]
        for other in near:
            if _meet(line, lines[other]):
                above[root(at)] = root(other)
        near.append(at)
    groups: dict[int, list[RulingLine]] = defaultdict(list)
    for at, line in enumerate(lines):
        groups[root(at)].append(line)
    return list(groups.values())


def _meet(one: RulingLine, other: RulingLine) -> bool:
    return (
        one.left <= other.right + TOUCHING
        and other.left <= one.right + TOUCHING
        and one.top <= other.bottom + TOUCHING
        and other.top <= one.bottom + TOUCHING
    )
