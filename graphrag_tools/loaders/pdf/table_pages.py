"""Join a ruled table at the top of a page with the one at the foot of the page before that it goes on with."""

from collections.abc import Sequence
from dataclasses import replace

from graphrag_tools.loaders.pdf.pages import SENTENCE_ENDS, Cell, Chunk

_SAME_EDGE = 4.0
_Row = dict[int, str]
"""The text of each column."""


def continued(before: Sequence[Chunk], chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    """Return the chunks of a page, those of a table that goes on from the page before with their place in that.

    A header row that is said again is left out. The first row goes on with the last one of the page before where its
    first cell is empty, or where a sentence runs on in it.
    """
    above, below = _last(before), _first(chunks)
    if above is None or below is None or not _alike(above, below):
        return tuple(chunks)
    header = _rows(before, above.table)
    header_row, last_row = min(header), max(header)
    rows = _rows(chunks, below.table)
    repeated = {row for row in [min(rows)] if rows[row] == header[header_row] and len(rows) > 1}
    first = min(row for row in rows if row not in repeated)
    shift = last_row - first + (0 if _runs_on(header[last_row], rows[first]) else 1)
    return tuple(
        _moved(chunk, above.table, shift) if chunk.table == below.table else chunk
        for chunk in chunks
        if not (chunk.cell and chunk.cell.table == below.table and chunk.cell.row in repeated)
    )


def _last(chunks: Sequence[Chunk]) -> Cell | None:
    return max(chunks, key=lambda chunk: chunk.top).cell if chunks else None


def _first(chunks: Sequence[Chunk]) -> Cell | None:
    return min(chunks, key=lambda chunk: chunk.top).cell if chunks else None


def _alike(above: Cell, below: Cell) -> bool:
    same = all(abs(one - other) <= _SAME_EDGE for one, other in zip(above.edges, below.edges, strict=True))
    return same and above.columns == below.columns


def _rows(chunks: Sequence[Chunk], table: int) -> dict[int, _Row]:
    rows: dict[int, _Row] = {}
    for chunk in chunks:
        if chunk.cell and chunk.cell.table == table:
            row = rows.setdefault(chunk.cell.row, {})
            row[chunk.cell.column] = f"{row.get(chunk.cell.column, '')} {chunk.text}".strip()
    return rows


def _runs_on(last: _Row, row: _Row) -> bool:
    if min(last) < min(row):
        return True
    return any(text[:1].islower() and not last.get(at, ".").endswith(SENTENCE_ENDS) for at, text in row.items())


def _moved(chunk: Chunk, table: int, shift: int) -> Chunk:
    if chunk.cell is None:
        return chunk
    cell = replace(chunk.cell, table=table, row=chunk.cell.row + shift, last_row=chunk.cell.last_row + shift)
    return replace(chunk, cell=cell)
