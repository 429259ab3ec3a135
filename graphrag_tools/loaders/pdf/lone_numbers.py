"""Numbers that stand alone on a line: large ones count steps or name a chapter, small ones are of no text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphrag_tools.loaders.pdf.line_groups import LineGroup
from graphrag_tools.loaders.pdf.lines import TextLine

_CALL_OUT = re.compile(r"(?:\(\d{1,2}\)\s*)+")
_SMALL = 0.75
_MOST_DIGITS = 2


def without_small_numbers(lines: Iterable[TextLine], body_size: float) -> list[TextLine]:
    """Return the lines without those that are a number in small type, or numbers in brackets, outside of tables.

    Those stand in pictures, beside what the text names by them: "press Quit (5)".
    """
    return [line for line in lines if not (_is_small_number(line, body_size) or _are_call_outs(line))]


def with_counted_steps(groups: Sequence[LineGroup]) -> list[LineGroup]:
    """Return the groups with numbers in large type as the marks of what they stand before, where they count from 1 on.

    One that counts nothing, as a chapter's on its first page, is left out.
    """
    numbers = {at: int(group.text) for at, group in enumerate(groups) if _is_large_number(group)}
    counted = list(numbers.values())
    counts = len(counted) > 1 and counted == list(range(1, len(counted) + 1))
    shown: list[LineGroup] = []
    for at, group in enumerate(groups):
        if at in numbers:
            continue
        number = numbers.get(at - 1) if counts else None
        if number is not None and group.kind in ("heading", "paragraph"):
            shown.append(replace(group, kind="item", number=number))
        else:
            shown.append(group)
    return shown


def _is_small_number(line: TextLine, body_size: float) -> bool:
    return _is_number(line.text) and line.size < _SMALL * body_size and _is_free(line)


def _are_call_outs(line: TextLine) -> bool:
    return all(chunk.cell is None and _CALL_OUT.fullmatch(chunk.text.strip()) for chunk in line.chunks)


def _is_large_number(group: LineGroup) -> bool:
    text = group.text.strip()
    return group.kind == "heading" and _is_number(text) and len(text) <= _MOST_DIGITS


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii()


def _is_free(line: TextLine) -> bool:
    return len(line.chunks) == 1 and line.chunks[0].cell is None
