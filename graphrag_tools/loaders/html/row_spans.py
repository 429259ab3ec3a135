"""Put cells that stand for several rows of a table into each of them: a row alone then says what it is of."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.html.dom import attribute, row_cells, table_around

_MOST_ROWS = 100
_LONGEST_CELL = 300
"""Of what a longer cell says, each row would say too much."""
_FEWEST_OTHERS = 2
_PHRASE = re.compile(r"\S\s+\S+\s+\S|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{4}")
"""Three words or more."""
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


def repeat_names_of_rows(parser: LexborHTMLParser) -> None:
    """Copy a first cell that says what happens ("Lamp does not light") into the rows below whose own is empty.

    Markdown has no cells that reach over rows: further causes and cures have the same fault as those above. Short
    first cells are left, because they may be what only some rows have.
    """
    left = _MOST_COPIES
    rows_of: dict[int, list[LexborNode]] = {}
    for row in parser.css("tr"):
        if table := table_around(row):
            rows_of.setdefault(table.mem_id, []).append(row)
    for rows in rows_of.values():
        cells = [row_cells(row) for row in rows[:1]]
        if not all(cell.tag == "th" for cell in cells[0]) or not any(map(_says, cells[0][:1])):
            continue
        above: LexborNode | None = None
        for row in rows[1:]:
            first, *others = row_cells(row) or [row]
            if sum(map(_says, others)) < _FEWEST_OTHERS:
                above = None
            elif _says(first):
                above = first if _PHRASE.search(first.text()) and len(first.text()) <= _LONGEST_CELL else None
            elif above is not None and not first.css("img,[colspan]") and left > 0:
                left -= 1
                first.insert_before(above)
                first.decompose()


def _says(cell: LexborNode) -> bool:
    return bool(cell.text().strip())


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
        spans: dict[int, tuple[int, LexborNode]] = {}
        column = 0
        for cell in [*row_cells(row), None]:
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
