"""Tables of Markdown whose line below the header has other columns than the header: made whole, they stay tables."""

import re
from itertools import takewhile

_DELIMITER = re.compile(r"[ \t]*+\|?+(?:[ \t]*+:?+-++:?+[ \t]*+(?:\||\Z))+[ \t]*+")
_BARS = re.compile(r"(?<!\\)\|")


def with_whole_headers(text: str) -> str:
    """Return Markdown, whose code is apart, in which each table's header has as many cells as its longest row.

    CommonMark's tables are none where the line below the header has more or fewer cells than it: their bars and dashes
    were text.
    """
    lines = text.split("\n")
    at = 1
    while at < len(lines):
        header, delimiter = lines[at - 1], lines[at]
        if "|" not in header or "|" not in delimiter or not _DELIMITER.fullmatch(delimiter):
            at += 1
            continue
        rows = list(takewhile(lambda row: "|" in lines[row], range(at + 1, len(lines))))
        cells = _cells(header)
        if cells > 1 and cells != _cells(delimiter):
            most = max([cells, *(_cells(lines[row]) for row in rows)])
            indent = header[: len(header) - len(header.lstrip())]
            lines[at - 1] = header.rstrip().removesuffix("|") + "|" + " |" * (most - cells)
            lines[at] = indent + "|" + "---|" * most
        at += len(rows) + 2
    return "\n".join(lines)


def _cells(row: str) -> int:
    return len(_BARS.findall(row.strip().removeprefix("|").removesuffix("|"))) + 1
