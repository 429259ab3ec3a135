"""Say of the cells of tables of DocBook and DITA which head columns, and over how many columns and rows they reach."""

import re
from xml.etree import ElementTree

_HEADS = frozenset({"thead", "sthead", "chhead", "prophead"})
_NUMBER = re.compile(r"\d{1,3}\Z")


def cell_tag(element: ElementTree.Element) -> str:
    """Return the opening tag of a cell in HTML, as `mark_cells` has marked it."""
    spans = "".join(f' {name}="{span}"' for name in ("colspan", "rowspan") if (span := element.get(f"_{name}")))
    return ("th" if element.get("_heads") else "td") + spans


def mark_cells(part: ElementTree.Element) -> None:
    """Mark the cells below a part of a table that holds rows."""
    tag = part.tag.rpartition("}")[2]
    if tag in _HEADS:
        for cell in part.iter():
            cell.set("_heads", "1")
    elif tag == "tgroup":
        columns = [one.get("colname", "") for one in part if str(one.tag).rpartition("}")[2] == "colspec"]
        for cell in part.iter():
            if (across := _across(cell, columns)) > 1:
                cell.set("_colspan", str(across))
            if _NUMBER.match(more := cell.get("morerows", "")):
                cell.set("_rowspan", str(int(more) + 1))


def _across(cell: ElementTree.Element, columns: list[str]) -> int:
    first, last = cell.get("namest", ""), cell.get("nameend", "")
    if first in columns and last in columns:
        return columns.index(last) - columns.index(first) + 1
    numbers = [_NUMBER.search(name) for name in (first, last)]
    return int(numbers[1][0]) - int(numbers[0][0]) + 1 if numbers[0] and numbers[1] else 1
