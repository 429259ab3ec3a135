"""Tell the rows of an HTML table apart: what names a group of others, what holds data, what stands alone."""

from itertools import islice

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.code import has_code_lines
from graphrag_tools.loaders.html.dom import attribute, nearest, row_cells, table_around
from graphrag_tools.text.normalise import tidy

_MAX_NAME_LENGTH = 80
_MOST_GROUPS = 4
_LONGEST_WITH_BULLETS = 800
_IN_GROUP_CELLS = "h1,h2,h3,h4,h5,h6,ul,ol,table,pre,p + p"


def is_group_row(row: LexborNode) -> bool:
    """Whether a table row names the group of the data rows after it, as few others in between as groups are nested."""
    following: LexborNode | None = row
    for _ in range(_MOST_GROUPS):
        if following is None or not _names_group(following):
            return False
        following = _row_after(following)
        if following is not None and is_data_row(following):
            return True
    return False


def _names_group(row: LexborNode) -> bool:
    """Whether a row has one cell with a few words: a header, a wide one, or one in italics or bold."""
    if row.tag != "tr" or is_data_row(row):
        return False
    cells = _cells_with_text(row)
    if len(cells) != 1 or not (cells[0].tag == "th" or _is_wide(cells[0]) or _is_emphasised(cells[0])):
        return False
    name = tidy(cells[0].text())
    return (
        len(name) <= _MAX_NAME_LENGTH and not name.endswith((".", "。")) and cells[0].css_first(_IN_GROUP_CELLS) is None
    )


def _cells_with_text(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row_cells(row) if cell.text().strip()]


def _is_wide(cell: LexborNode) -> bool:
    return attribute(cell, "colspan") not in ("", "1")


def _is_emphasised(cell: LexborNode) -> bool:
    whole = tidy(cell.text())
    return any(tidy(run.text()) == whole for run in cell.css("em,i,strong,b"))


def _row_after(row: LexborNode) -> LexborNode | None:
    following = row.next
    while following is not None and following.tag != "tr":
        following = following.next
    return following


def is_data_row(row: LexborNode) -> bool:
    """Whether a table row holds data: two or more cells with text, and no headings, steps or tables in them.

    Bullets may stand in all cells but the first, where the table has a header and the cell is short: elsewhere it lays
    out a page.
    """
    if row.css_first("h1,h2,h3,h4,h5,h6,ol,table") is not None or has_code_lines(row):
        return False
    if (bullets := row.css_first("ul")) is not None and not _may_hold_bullets(row, bullets):
        return False
    return len(_cells_with_text(row)) >= 2


def _may_hold_bullets(row: LexborNode, bullets: LexborNode) -> bool:
    table, cell = table_around(bullets), nearest(bullets, ("td", "th")) or bullets
    first_row = table.css_first("tr") if table is not None else None
    has_header = first_row is not None and any(one.tag == "th" for one in first_row.iter())
    is_short = len(cell.text()) <= _LONGEST_WITH_BULLETS
    return has_header and is_short and cell.mem_id in [other.mem_id for other in row_cells(row)[1:]]


def is_header_row(row: LexborNode) -> bool:
    """Whether all cells with text are headers."""
    return all(cell.tag == "th" for cell in _cells_with_text(row))


def is_only_row(row: LexborNode) -> bool:
    """Whether a table has no other row."""
    table = table_around(row)
    # Not all rows are counted, because this is asked of each.
    return table is not None and len(list(islice((one for one in table.traverse() if one.tag == "tr"), 2))) == 1
