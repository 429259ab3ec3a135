"""Find the titles that stand on a line: it parts the columns above from those below as a title across the page does."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphrag_tools.loaders.heading_signs import usual_size
from graphrag_tools.loaders.pdf.pages import TOUCHING, Chunk, PdfPage, RulingLine, joined_lines, rows

_LARGER = 1.15
_NEAR = 1.2
"""A title's base line is less than so many sizes of type above its line."""


def with_title_rules(pages: Iterable[PdfPage], kept: Iterable[Sequence[Chunk]]) -> list[tuple[Chunk, ...]]:
    """Return the chunks of each page, the titles larger than most text with where the line below them runs."""
    return [_with_rules(page, chunks) for page, chunks in zip(pages, kept, strict=True)]


def _with_rules(page: PdfPage, chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    across = [line for line in joined_lines(page.lines) if line.is_across]
    larger = _LARGER * usual_size((one.size, len(one.text)) for one in chunks)
    alone = {id(row[0]) for row in rows(chunks) if len(row) == 1 and not row[0].cell and row[0].size >= larger}
    return tuple(replace(one, rule=_rule(one, across)) if id(one) in alone else one for one in chunks)


def _rule(title: Chunk, across: Iterable[RulingLine]) -> tuple[float, float] | None:
    for line in across:
        is_below = 0 <= line.top - title.top < _NEAR * title.size
        if is_below and line.left - TOUCHING <= title.x and title.end <= line.right + TOUCHING:
            return (line.left, line.right)
    return None
