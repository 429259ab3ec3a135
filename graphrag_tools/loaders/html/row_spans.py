"""Put cells that reach over several rows of a table into each of them: a row alone then says what it is of."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.html.dom import attribute

_MOST_ROWS = 100
_LONGEST_CELL = 300
"""Of what a longer cell says, each row would say too much."""
_MOST_COPIES = 20_000


def repeat_spanned_cells(parser: LexborHTMLParser, markup: str) -> None:
    """Copy each cell with a "rowspan" into the rows that it reaches into; `markup` is what was parsed."""
    if "rowspan" not in markup and "ROWSPAN" not in markup:
        return
    left = _MOST_COPIES
    seen: set[int] = set()
    for cell in parser.css("td[rowspan],th[rowspan]"):
        table = _group_of_rows(cell)
        if table is not None and table.mem_id not in seen and left > 0:
            seen.add(table.mem_id)
            left -= _repeat_in(table, left)


def _group_of_rows(cell: LexborNode) -> LexborNode | None:
    row = cell.parent
    return row.parent if row is not None else None


def _repeat_in(group: LexborNode, most: int) -> int:
    """Copy the cells of a group of rows, and return how many copies there are."""
    reaching: dict[int, tuple[int, LexborNode]] = {}
    copies = 0
    for row in group.iter():
        if row.tag != "tr":
            continue
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        spans: dict[int, tuple[int, LexborNode]] = {}
        column = 0
        for cell in [*cells, None]:
            while column in reaching:
                rows, above = reaching.pop(column)
                if copies < most and len(above.text()) <= _LONGEST_CELL:
                    copies += 1
                    if cell is None:
                        row.insert_child(above)
                    else:
                        cell.insert_before(above)
                if rows > 1:
                    spans[column] = (rows - 1, above)
                column += 1
            if cell is not None:
                rows = _number(cell, "rowspan", _MOST_ROWS) - 1
                if rows > 0:
                    spans[column] = (rows, cell)
                column += _number(cell, "colspan", _MOST_ROWS)
        ahead = {at: (rows - 1, cell) for at, (rows, cell) in reaching.items() if rows > 1}  # of columns it has not
        reaching = {**ahead, **spans}
    return copies


def _number(cell: LexborNode, name: str, most: int) -> int:
    written = attribute(cell, name).strip()
    return min(int(written), most) if written.isascii() and written.isdecimal() and len(written) <= 6 else 1
