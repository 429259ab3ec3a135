"""Gather lines into the rows of a table: by the cells that ruling lines draw, else by what stands below each other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.pages import SAME_LINE, Cell, Chunk, merged_spans

_TIGHT = 1.35
"""Lines of one cell stand closer than this many sizes of type, rows further apart."""
_FAR = 6.0
"""A row further below than this many sizes of type is another table's."""
_FEWEST_FULL = 3
"""Columns: of two, both often go on in the next line."""
Cells = list[list[Chunk]]
"""A row: for each column, the chunks of its cell from top to bottom."""
_RuledRow = dict[int, tuple[Cell, list[Chunk]]]


@dataclass(slots=True)
class _Table:
    columns: list[tuple[float, float]]
    lines: list[TextLine] = field(default_factory=list)

    def takes(self, line: TextLine) -> bool:
        """Whether the columns stay apart with this line in them; if so they now hold it."""
        last = self.lines[-1]
        if line.flow != last.flow or line.top - last.top > _FAR * last.size:
            return False
        alone = len(line.chunks) == 1
        if alone and (line.chunks[0].x < self.columns[0][1] and not _is_tight(last, line)):
            return False
        merged = merged_spans([*self.columns, *((chunk.x, chunk.end) for chunk in line.chunks)], 1)
        if len(merged) < len(self.columns) or (alone and len(merged) > len(self.columns)):
            return False
        self.columns = merged
        self.lines.append(line)
        return True


def ruled_table_at(lines: Sequence[TextLine], start: int) -> tuple[list[Cells], int]:
    """Return the rows of the ruled table that a line stands in, and the position after it; no rows if in none.

    The text of a cell as high as several rows is said in each of them. A row that is one wide cell has one cell.
    """
    table = lines[start].chunks[0].table
    if table is None:
        return [], start
    end = start
    rows: dict[int, _RuledRow] = defaultdict(dict)
    while end < len(lines) and lines[end].chunks[0].table == table:
        for cell, chunk in ((chunk.cell, chunk) for chunk in lines[end].chunks if chunk.cell):
            rows[cell.row].setdefault(cell.column, (cell, []))[1].append(chunk)
        end += 1
    return _ruled_rows(rows), end


def _ruled_rows(rows: dict[int, _RuledRow]) -> list[Cells]:
    columns = sorted({column for row in rows.values() for column in row})
    open_cells: _RuledRow = {}
    found: list[Cells] = []
    for number, row in sorted(rows.items()):
        open_cells = {at: one for at, one in open_cells.items() if one[0].last_row >= number} | row
        cells = [open_cells[column][1] if column in open_cells else [] for column in columns]
        (cell, chunks), *others = open_cells.values()
        found += [[chunks]] if cell.wide and not others else _counted_rows(cells)
    return found


def _counted_rows(cells: Cells) -> list[Cells]:
    """Return the rows of a ruled row: one for each line where nothing but numbers stands level with the others."""
    first, *others = cells
    lines = list(zip(*cells, strict=False))
    whole = len(lines) > 1 and all(len(cell) == len(lines) for cell in cells)
    level = all(abs(chunk.top - line[0].top) < SAME_LINE * chunk.size for line in lines for chunk in line)
    counted = any(not any(letter.isalpha() for chunk in cell for letter in chunk.text) for cell in others)
    return [[[chunk] for chunk in line] for line in lines] if first and whole and level and counted else [cells]


def table_at(lines: Sequence[TextLine], start: int) -> tuple[list[Cells], int]:
    """Return the rows of the table that begins at a line and the position after it; no rows if none does."""
    first = lines[start]
    if len(first.chunks) < 2:
        return [], start
    table = _Table([(chunk.x, chunk.end) for chunk in first.chunks], [first])
    for line in lines[start + 1 :]:
        if not table.takes(line):
            break
    while len(table.lines[-1].chunks) < 2 and not _is_tight(table.lines[-2], table.lines[-1]):
        table.lines.pop()
    if sum(len(line.chunks) > 1 for line in table.lines) < 2:
        return [], start
    return _rows(table), start + len(table.lines)


def _rows(table: _Table) -> list[Cells]:
    """Gather lines into rows: by the white between rows where cells have several lines, else by the first column.

    Lines that fill all of three columns or more are a row each, however close they stand: cells do not all go on.
    """
    pairs = list(pairwise(table.lines))
    spaced = any(not _is_tight(above, line) for above, line in pairs)
    cells = [_cells(line, table.columns) for line in table.lines]
    full = _full_to_the_end(table.lines, cells)
    rows: list[Cells] = [cells[0]]
    for at, (above, line) in enumerate(pairs, 1):
        alone = full[at] and full[at - 1]
        if not _is_tight(above, line) or alone or (cells[at][0] and not spaced):
            rows.append(cells[at])
            continue
        for cell, more in zip(rows[-1], cells[at], strict=True):
            cell.extend(more)
    return rows


def _full_to_the_end(lines: Sequence[TextLine], cells: Sequence[Cells]) -> list[bool]:
    """Return for each line whether it and those that follow close upon each other fill all their columns."""
    full = [len(row) >= _FEWEST_FULL and all(row) for row in cells]
    for at in range(len(lines) - 2, -1, -1):
        full[at] = full[at] and (full[at + 1] or not _is_tight(lines[at], lines[at + 1]))
    return full


def _cells(line: TextLine, columns: Sequence[tuple[float, float]]) -> Cells:
    return [[chunk for chunk in line.chunks if start <= chunk.x < max(end, start + 1)] for start, end in columns]


def _is_tight(above: TextLine, line: TextLine) -> bool:
    return 0 <= line.top - above.top < _TIGHT * max(line.size, above.size)
