"""Make items of lines of plain text that say what a name means: in columns, as lists of keys are, or behind a dash.

MODE      Changes the mode.         E1 - No water
SET       Hold it to set            E2 - Too hot
          the clock.                E3 - No lid
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile

_NAMED = re.compile(
    r"(?P<indent> *)(?P<bullet>[-*•] +)?(?P<name>[^\s-]\S*(?: \S+){0,3}?)(?P<sign> {2,}| +[-–=] +)(?P<text>[^\s;,].*)"
)
_NO_NAME = re.compile(r".*[.!?;,]|\W+|\(?\w{1,2}\)|\d{1,2}")
_MOST_INDENT = 3
"""What stands further to the right is code."""
_FEWEST, _FEWEST_WITH_DASHES = 2, 3
_APART = 3
"""Blanks between a lone item's name and its meaning; two may be a slip."""


@dataclass(slots=True)
class _Row:
    """One name with the pieces of what it means, and where both begin."""

    name: str
    at: int
    meaning_at: int
    indent: str
    is_item: bool
    has_dash: bool
    pieces: list[str] = field(default_factory=list)

    def written(self, indent: str) -> str:
        """Return the row as an item of a list."""
        return f"{indent}- {self.name}: {' '.join(self.pieces)}"


def with_named_items(text: str) -> str:
    """Return a text, whose tabs are blanks, with such lines as items of a list, "- MODE: Changes the mode."."""
    shown: list[str] = []
    hanging: _Row | None = None
    for is_text, group in groupby(text.split("\n"), key=lambda line: bool(line.strip())):
        lines = list(group)
        if not is_text:
            shown.extend(lines)
            continue
        below = _below(hanging, lines)
        shown += below
        lines = lines[len(below) :]
        lead, rows = _rows(lines)
        written = [row.written(_margin(lead[0]) if lead else row.indent) for row in rows]
        shown += [*lead, "", *written] if rows else lines
        if lines:
            hanging = rows[-1] if rows and rows[-1].is_item else None
    return "\n".join(shown)


def _below(item: _Row | None, lines: Sequence[str]) -> list[str]:
    """Return the first lines that stand below an item's meaning, where Markdown has code, as its paragraphs."""
    if item is None:
        return []
    below = takewhile(lambda line: _indent(line) >= item.meaning_at, lines)
    return [f"{item.indent}  {line[item.meaning_at :]}" for line in below]


def _rows(lines: Sequence[str]) -> tuple[Sequence[str], list[_Row]]:
    """Return the line that leads to the rows of a paragraph, if any, and these; none where other lines are in it."""
    start = int(len(lines) > 1 and lines[0].rstrip().endswith(":"))
    is_led_to = bool(start) and _indent(lines[0]) <= _MOST_INDENT
    rows: list[_Row] = []
    for line, row in zip(lines[start:], _named(lines[start:], is_led_to=is_led_to), strict=True):
        first = rows[0] if rows else row
        if row and first and row.at == first.at and (row.has_dash or row.meaning_at == first.meaning_at):
            rows.append(row)
        elif rows and _indent(line) > rows[0].at:
            rows[-1].pieces.append(line.strip())
        else:
            return (), []
    fewest = _FEWEST_WITH_DASHES if not start and any(row.has_dash for row in rows) else _FEWEST
    is_apart = bool(rows) and rows[0].is_item and rows[0].meaning_at - rows[0].at - len(rows[0].name) >= _APART
    return (lines[:start], rows) if is_apart or len(rows) >= fewest else ((), [])


def _named(lines: Sequence[str], *, is_led_to: bool) -> Iterator[_Row | None]:
    for line in lines:
        match = _NAMED.fullmatch(line)
        is_named = match and not _NO_NAME.fullmatch(match["name"])
        if not (match and is_named and (match["bullet"] or is_led_to or len(match["indent"]) <= _MOST_INDENT)):
            yield None
            continue
        yield _Row(
            match["name"].rstrip(":"),
            match.start("name"),
            match.start("text"),
            match["indent"],
            is_item=bool(match["bullet"]),
            has_dash=bool(match["sign"].strip()),
            pieces=[match["text"]],
        )


def _indent(line: str) -> int:
    return len(_margin(line))


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]
