"""Find the tables of which only the rows are ruled: lines across them, and none down."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise

from graphrag_tools.loaders.pdf.pages import TOUCHING, Cell, Chunk, RulingLine, joined_lines, merged_spans, rows

_FEWEST_RULES = 4
"""A table with fewer has them but above, below its header and at its end."""
_MOST_LINES = 6
"""Of text in one row; more are a page between lines."""
_MANY_LINES = 3
_MOSTLY = 0.6
_NARROW_GAP = 2.0
OPEN_ROW = 1.6
"""So many sizes of type from the first or last line stands the base line of a row that lies outside of them."""
_Span = tuple[float, float]


def row_ruled_cells(lines: Sequence[RulingLine], chunks: Sequence[Chunk]) -> Iterator[dict[int, Cell]]:
    """Yield, for each such table of a page, the cells of its texts by their place among the chunks."""
    ladders: dict[tuple[int, int], list[float]] = defaultdict(list)
    for line in joined_lines(lines):
        if line.is_across:
            ladders[round(line.left / TOUCHING), round(line.right / TOUCHING)].append(line.top)
    for (left, right), found in ladders.items():
        edges = (left * TOUCHING, right * TOUCHING)
        found.sort()
        tops = [*found[:1], *(top for above, top in pairwise(found) if top - above > TOUCHING)]
        if len(tops) >= _FEWEST_RULES and (cells := _cells(_with_open_rows(tops, edges, chunks), edges, chunks)):
            yield cells


def _with_open_rows(tops: Sequence[float], edges: _Span, chunks: Sequence[Chunk]) -> list[float]:
    """Add the edges of a row above the first line and of one below the last, where their texts begin as others do."""
    near = [chunk for chunk in chunks if is_within(chunk, edges)]
    starts = {round(chunk.x) for chunk in near if tops[0] < chunk.top <= tops[-1]}
    lines = [line[0] for line in rows(near) if len(line) > 1 and begin_at(starts, line)]
    above = [one.top - one.size for one in lines if 0 <= tops[0] - one.top < OPEN_ROW * one.size]
    below = [one.top + one.size / 3 for one in lines if 0 < one.top - tops[-1] < OPEN_ROW * one.size]
    return [*above[-1:], *tops, *below[:1]]


def _cells(tops: Sequence[float], edges: _Span, chunks: Sequence[Chunk]) -> dict[int, Cell]:
    inside = [at for at, chunk in enumerate(chunks) if tops[0] < chunk.top <= tops[-1] and is_within(chunk, edges)]
    columns = merged_spans([(chunks[at].x, chunks[at].end) for at in inside], _NARROW_GAP)
    by_row: dict[int, list[int]] = defaultdict(list)
    for at in inside:
        row = next(number for number, (above, below) in enumerate(pairwise(tops)) if above < chunks[at].top <= below)
        by_row[row].append(at)
    if len(columns) < 2 or any(chunks[at].cell for at in inside):
        return {}
    if not _are_rows([[chunks[at] for at in row] for row in by_row.values()]):
        return {}
    return {
        at: Cell(
            0,
            row,
            row,
            next(n for n, span in enumerate(columns) if chunks[at].x <= span[1]),
            len(columns),
            edges,
            False,
        )
        for row, places in by_row.items()
        for at in places
    }


def _are_rows(found: Sequence[Sequence[Chunk]]) -> bool:
    """Whether what stands between the lines is a row each: most with two texts, none with rows of its own."""
    lines = [rows(sorted(row, key=lambda chunk: chunk.top)) for row in found]
    beside = sum(any(len(line) > 1 for line in row) for row in lines)
    several = any(len(row) >= _MANY_LINES and all(len(line) > 1 for line in row) for row in lines)
    return beside >= max(2, _MOSTLY * len(lines)) and not several and all(len(row) <= _MOST_LINES for row in lines)


def begin_at(starts: Container[int], texts: Iterable[Chunk]) -> bool:
    """Whether each of some texts begins, to a point, where one of a table's begins."""
    return all(any(round(text.x) + step in starts for step in (-1, 0, 1)) for text in texts)


def is_within(chunk: Chunk, edges: _Span) -> bool:
    """Whether a text lies between the left and the right edge of a table."""
    return edges[0] - 2 * TOUCHING <= chunk.x and chunk.end <= edges[1] + 2 * TOUCHING
