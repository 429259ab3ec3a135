"""Tell the row of a table that says what its columns hold from those that say something."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from graphrag_tools.manual.sections import CELL_BREAK, Block

_FEWEST = 3
"""Rows of a table, the header's included."""
_MOST_WORDS = 4
"""Of a cell of a header."""
_MANY = 0.6
_PAIR = 2
"""Columns of a table of names and values."""


def header_rows(blocks: Sequence[Block]) -> dict[int, int]:
    """Return the positions of table rows with that of the header above them, which is none of them itself."""
    found: dict[int, int] = {}
    for header, *rows in _tables(blocks):
        texts = [blocks[at].text.split(CELL_BREAK) for at in (header, *rows)]
        marked = bool(rows) and _is_set_apart(blocks[header]) and not _is_set_apart(blocks[rows[0]])
        if marked or (len(texts) >= _FEWEST and _may_head(blocks[header], *texts)):
            found |= dict.fromkeys(rows, header)
    return found


def _is_set_apart(row: Block) -> bool:
    """Whether all of a row is in bold, as headers are."""
    cells = row.text.split(CELL_BREAK)
    return len(cells) > 1 and set(cells) <= set(row.emphasis)


def _may_head(row: Block, cells: Sequence[str], *others: Sequence[str]) -> bool:
    return (may_name_columns(row) and _is_header(cells, others)) or _has_empty_corner(cells, others)


def may_name_columns(row: Block) -> bool:
    """Whether a row has two cells or more, and a value in none of them."""
    cells = row.text.split(CELL_BREAK)
    return len(cells) > 1 and not any(map(_is_value, cells))


def _tables(blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Yield the positions of rows that follow each other at one depth."""
    for (is_row, _), run in groupby(range(len(blocks)), key=lambda at: (blocks[at].kind == "table", blocks[at].depth)):
        if is_row:
            yield list(run)


def _is_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row has a cell for each column; one of it may be as wide as two.

    Of two columns, the second ones of the other rows have to be values.
    """
    usual = Counter(map(len, rows)).most_common(1)[0][0]
    if not _PAIR <= len(first) <= usual:
        return False
    return usual > _PAIR or sum(_is_value(row[-1]) for row in rows) >= _MANY * len(rows)


def _has_empty_corner(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row has a cell for each column but the one that names the rows: "Pedal 1 | Pedal 2"."""
    columns = len(first) + 1
    return columns > _PAIR and all(len(row) == columns for row in rows)


def _is_value(cell: str) -> bool:
    return any(map(str.isdigit, cell)) or len(cell.split()) > _MOST_WORDS or cell.endswith(".")
