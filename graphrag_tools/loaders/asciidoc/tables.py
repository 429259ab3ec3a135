"""Read tables of AsciiDoc: cells that reach over several columns, one a line, of several lines, or of a CSV."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

_SPEC = re.compile(
    r"(?:(?<=\s)|^)(?:(?P<across>\d{1,3})?(?:\.(?P<down>\d{1,3}))?(?P<kind>[+*]))?(?P<align>[<^>]?(?:\.[<^>])?)"
    r"(?P<style>[adehlmsv])?\||(?<!\\)\|"
)
_COLUMNS = re.compile(r"\bcols=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^,\]]*))")
_TIMES = re.compile(r"^(\d{1,3})\*")
_HEADER = re.compile(r"%(?:[\w%]{0,99}%)?header\b|\b(?:options|opts)=\"?[^\"\]]{0,99}\bheader\b")
_SEPARATED = re.compile(r"\bformat=\"?(csv|tsv|dsv)\b")
_SEPARATOR = re.compile(r"\bseparator=\"?(.)")
_NO_TEXT = re.compile(r"^(?://(?!//)|(?:ifdef|ifndef|ifeval|endif|image|video|toc)::|--$|={4,}$|\[[^\[\]]*\]$|!===)")
_CODE = re.compile(r"-{4,}|\.{4,}")
_ITEM = re.compile(r"^\s*(?:\*{1,5}|-|\.{1,5}|\d{1,3}\.)\s+(?=\S)")
_TERM = re.compile(r"(?P<term>\S.*?):?(?P<bold>[*_]{0,2})(?::{2,4}|;;)\s+(?P<meaning>\S.*)")
_ITALIC = re.compile(r"(?<![\w`])_(?=\S)([^_`\n]{1,400}+)(?<=\S)_(?![\w`])")
"""Markdown would leave it as it is within a table of HTML."""
_MOST_COPIES = 50
_STARTS = {",===": "csv", ":===": "dsv"}


@dataclass(slots=True)
class _Cell:
    text: list[str] = field(default_factory=list)
    across: int = 1
    down: int = 1
    style: str = ""


def table_start(line: str) -> bool:
    """Whether a line begins or ends a table."""
    return re.fullmatch(r"[|,:]={3,}", line.rstrip()) is not None


def table_html(delimiter: str, attributes: str, lines: Sequence[str], inline: Callable[[str], str]) -> str:
    """Return a table as HTML on one line; `attributes` stand in brackets above it, `inline` reads a cell's text."""
    separated = _SEPARATED.search(attributes)
    kind = separated[1] if separated else _STARTS.get(delimiter[:4], "")
    if kind:
        rows = [[_Cell([value]) for value in row] for row in _separated_rows(lines, kind, attributes) if row]
    else:
        cells, first = _cells(lines)
        rows = list(_rows(cells, _width(attributes) or first or 1))
    has_header = _HEADER.search(attributes) is not None or (not kind and _has_header_line(lines, rows))
    body = "".join(
        f"<tr>{''.join(_written(cell, inline, 'th' if has_header and not at else 'td') for cell in row)}</tr>"
        for at, row in enumerate(rows)
    )
    return f"<table>{body}</table>"


def _separated_rows(lines: Sequence[str], kind: str, attributes: str) -> list[list[str]]:
    named = _SEPARATOR.search(attributes)
    between = named[1] if named else {"csv": ",", "tsv": "\t", "dsv": ":"}[kind]
    written = [line for line in lines if line.strip()]
    try:
        return list(csv.reader(written, delimiter=between, skipinitialspace=True))
    except csv.Error:  # a value longer than the module takes
        return [line.split(between) for line in written]


def _has_header_line(lines: Sequence[str], rows: Sequence[Sequence[_Cell]]) -> bool:
    """Whether the first line holds the first row, with a blank line below it."""
    parted = len(lines) > 2 and bool(lines[0].strip()) and not lines[1].strip()
    return parted and len(rows) > 1 and len(rows[0]) == len(_cells(lines[:1])[0])


def _width(attributes: str) -> int:
    """Return how many columns a table says that it has, 0 where it is silent."""
    if not (match := _COLUMNS.search(attributes)):
        return 0
    named = match["quoted"] if match["quoted"] is not None else match["bare"]
    if re.fullmatch(r"\s*\d{1,3}\s*", named):
        return int(named)
    return sum(int(times[1]) if (times := _TIMES.match(one.strip())) else 1 for one in re.split("[,;]", named))


def _cells(lines: Sequence[str]) -> tuple[list[_Cell], int]:
    """Return the cells in order, and how many columns those of the first line with cells fill."""
    cells: list[_Cell] = []
    first = 0
    for line in lines:
        before = len(cells)
        _take_line(line, cells)
        if len(cells) > before and not first:
            first = sum(cell.across for cell in cells)
    return cells, first


def _take_line(line: str, cells: list[_Cell]) -> None:
    at, copies = 0, 1
    for spec in _SPEC.finditer(line):
        _add_text(line[at : spec.start()], cells, copies)
        across = int(spec["across"] or 1)
        copies = min(across, _MOST_COPIES) if spec["kind"] == "*" else 1
        wide = across if spec["kind"] == "+" else 1
        cells += [_Cell([], wide, int(spec["down"] or 1), spec["style"] or "") for _ in range(copies)]
        at = spec.end()
    _add_text(line[at:], cells, copies)


def _add_text(text: str, cells: list[_Cell], copies: int) -> None:
    if cells and not _NO_TEXT.match(text.strip()):
        for cell in cells[-copies:]:
            cell.text.append(text.replace("\\|", "|"))


def _rows(cells: Sequence[_Cell], width: int) -> Iterator[list[_Cell]]:
    """Yield rows of as many columns as the table has; cells that reach down fill theirs in the rows below."""
    row: list[_Cell] = []
    filled = 0
    ahead: list[int] = []
    for cell in cells:
        if not row:
            filled = ahead.pop(0) if ahead else 0
        row.append(cell)
        filled += cell.across
        for below in range(cell.down - 1):
            ahead += [0] * (below + 1 - len(ahead))
            ahead[below] += cell.across
        if filled >= width:
            yield row
            row = []
    if row:
        yield row


def _written(cell: _Cell, inline: Callable[[str], str], tag: str) -> str:
    spans = "".join(f' {name}="{n}"' for name, n in (("colspan", cell.across), ("rowspan", cell.down)) if n > 1)
    name = "th" if cell.style == "h" else tag
    return f"<{name}{spans}>{_content(cell.text, inline)}</{name}>"


def _content(lines: Sequence[str], inline: Callable[[str], str]) -> str:
    """Return the text of a cell, its paragraphs and the items of its lists each on a line."""
    parts: list[str] = []
    ends = True
    fence = ""
    is_long = sum(1 for line in lines if line.strip()) > 1
    for line in lines:
        text = line.strip()
        if _CODE.fullmatch(text):
            fence, ends = "" if text == fence else fence or text, True
            continue
        if fence:
            parts.append(f"`{text}`" if text else "")
            continue
        if not text or (text == "+" and is_long):
            ends = True
            continue
        item = _ITEM.match(line)
        term = _TERM.fullmatch(text) if is_long else None
        if term:
            parts.append(f"{term['term']}{term['bold']}: {term['meaning']}")
        elif ends or item:
            parts.append(line[item.end() :].strip() if item and is_long else text)
        else:
            parts[-1] += f" {text}"
        ends = parts[-1].endswith(" +")
        parts[-1] = parts[-1].removesuffix(" +").rstrip()
    return "<br>".join(_ITALIC.sub(r"<em>\1</em>", inline(part)) for part in parts)
