"""Tell the columns of tables without lines down from lines across that are drawn cell by cell: they end at columns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from graphrag_tools.loaders.pdf.pages import TOUCHING, RulingLine

_APART = 4.0
"""Lines of neighbouring cells end this close to each other."""
_FEWEST = 3
"""Lines below each other that are parted at the same places: a header and a row have so many."""
_LOWEST = 8.0
_NARROWEST = 12.0
_WIDTH = 100.0
"""Rows, columns and tables are at least so high and so wide, what is smaller is drawn in a picture."""
_Edges = tuple[int, ...]


def with_cell_sides(lines: Sequence[RulingLine]) -> tuple[RulingLine, ...]:
    """Return the lines of a page, and lines down where those across are parted, as if the columns were drawn too."""
    across = [line for line in lines if line.is_across]
    down = [line for line in lines if not line.is_across]
    tops: dict[_Edges, list[float]] = defaultdict(list)
    for edges, top in _parted_lines(across):
        if not tops[edges] or top - tops[edges][-1] >= _LOWEST:
            tops[edges].append(top)
    sides = [
        RulingLine(edge, found[0], edge, _end(edges, found[-1], across))
        for edges, found in tops.items()
        if len(found) >= _FEWEST and not _has_sides(edges, found, down)
        for edge in edges
    ]
    return tuple(sorted((*lines, *sides), key=lambda line: (line.top, line.left, line.bottom, line.right)))


def _parted_lines(across: Iterable[RulingLine]) -> Iterator[tuple[_Edges, float]]:
    """Yield where each line that is drawn in parts begins, is parted and ends, and its top."""
    for top, level in groupby(across, key=lambda line: round(line.top)):
        line: list[RulingLine] = []
        for part in sorted(level, key=lambda one: one.left):
            if line and abs(part.left - line[-1].right) > _APART:
                yield from _edges(line, top)
                line = []
            line.append(part)
        yield from _edges(line, top)


def _edges(parts: Sequence[RulingLine], top: float) -> Iterator[tuple[_Edges, float]]:
    inner = [(one.right + other.left) / 2 for one, other in pairwise(parts)]
    edges = [parts[0].left, *inner, parts[-1].right]
    wide = all(right - left >= _NARROWEST for left, right in pairwise(edges))
    if inner and wide and edges[-1] - edges[0] >= _WIDTH:
        yield tuple(map(round, edges)), top


def _end(edges: _Edges, last: float, across: Iterable[RulingLine]) -> float:
    """Return where a table ends: at the next line that is as wide as all of it, else at the lowest of its last row."""
    below = [line for line in across if line.top > last + TOUCHING and _is_near(line.right, edges[-1])]
    whole = (line.top for line in below if _is_near(line.left, edges[0]))
    of_cells = (line.top for line in below if any(_is_near(line.left, edge) for edge in edges))
    return next(whole, max(of_cells, default=last))


def _has_sides(edges: _Edges, tops: Sequence[float], down: Iterable[RulingLine]) -> bool:
    within = (line for line in down if tops[0] - TOUCHING <= line.top < tops[-1])
    return any(_is_near(line.left, edge) for line in within for edge in edges)


def _is_near(one: float, other: float) -> bool:
    return abs(one - other) <= TOUCHING
