"""Tell the text of boxes that stand beside other text, as notes in a margin do, and read it after that text.

Line by line across the page, the sentences of both would be mixed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count, pairwise

from graphrag_tools.loaders.pdf.pages import PARAGRAPHS_APART, Chunk, PdfPage, rows
from graphrag_tools.loaders.pdf.ruled_tables import grids

_FEWEST_WORDS = 2.5
"""In a line, on the average, in a box and beside it: fewer are those of a drawing."""
_FEWEST_LINES = 2
_LARGER = 1.15
_Column = tuple[str, list[Chunk]]


def with_boxes(pages: Iterable[PdfPage], kept: Iterable[Sequence[Chunk]]) -> list[tuple[Chunk, ...]]:
    """Return the chunks of each page, those in a box beside other text with the number of their box."""
    numbers = count()
    found: list[tuple[Chunk, ...]] = []
    for page, chunks in zip(pages, kept, strict=True):
        placed = list(chunks)
        for grid in grids(page.lines):
            free = [at for at, chunk in enumerate(placed) if chunk.cell is None and chunk.box is None]
            inside = {at for at in free if grid.holds(placed[at])}
            beside = [at for at in free if at not in inside and grid.rows[0] < placed[at].top < grid.rows[-1]]
            if _is_text(placed[at] for at in inside) and _is_text(placed[at] for at in beside):
                box = next(numbers)
                for at in inside:
                    placed[at] = replace(placed[at], box=box)
        found.append(tuple(placed))
    return found


def _is_text(chunks: Iterable[Chunk]) -> bool:
    lines = rows(chunks)
    words = sum(len(chunk.text.split()) for line in lines for chunk in line)
    return len(lines) >= _FEWEST_LINES and words >= _FEWEST_WORDS * len(lines)


def boxes_behind_text(columns: Sequence[_Column], boxed: Iterable[Chunk]) -> list[_Column]:
    """Return the columns of a page with each box as one of its own, behind the paragraphs that it stands beside."""
    boxes: dict[int | None, list[Chunk]] = {}
    for chunk in boxed:
        boxes.setdefault(chunk.box, []).append(chunk)
    found = list(columns)
    for number, box in boxes.items():
        first, last = box[0].top, box[-1].top
        beside = (at for at, (_, column) in enumerate(found) if any(first <= one.top <= last for one in column))
        at = next(beside, len(found) - 1)
        place, column = found[at] if found else ("", [])
        before, after = _parted(column, last)
        parts = [(place, before), (f"box {number}", box), (place, after)]
        found[at : at + 1] = [(name, part) for name, part in parts if part]
    return found


def _parted(column: Sequence[Chunk], below: float) -> tuple[list[Chunk], list[Chunk]]:
    """Part a column where a paragraph or heading begins below a place."""
    lines = rows(column)
    for above, line in pairwise(lines):
        begins = line[0].top - above[0].top > PARAGRAPHS_APART * above[0].size or line[0].size > _LARGER * above[0].size
        if line[0].top > below and begins:
            return [one for one in column if one.top < line[0].top], [one for one in column if one.top >= line[0].top]
    return list(column), []
