"""Tell headings that no style names from their type: larger or bold lines that are no text."""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from graphrag_tools.loaders.block_kinds import BULLET, note_kind
from graphrag_tools.loaders.heading_signs import LARGER, ends_as_text, reads_as_text, usual_size, without_colon
from graphrag_tools.text.normalise import tidy

DEEPEST = 6
"""The levels that HTML has."""
FEWEST = 2
"""One heading alone divides nothing."""
_FIELD = "___"
"""A line to write on, as of a form."""
_LONG = 25
"""Paragraphs under one heading that nobody reads to find a place."""
_POOR = 3
"""Headings by style are too few where type shows this many times as many."""
_MOST_IN_A_ROW = 6
_LONGEST = 100


@dataclass(slots=True)
class TypedLine:
    """A paragraph with text: its place in the document, its words, how it looks, whether a list has it."""

    at: int
    text: str
    size: float
    bold: bool
    is_item: bool


Line = TypeVar("Line", bound=TypedLine)


def look_of(line: TypedLine) -> tuple[float, bool]:
    """Return how a line looks; looks sort from the highest to the lowest."""
    return (-line.size, not line.bold)


def headings_by_type(lines: Sequence[Line], styled: int, end: int) -> list[Line]:
    """Return the lines that are headings by their type, none where the `styled` ones, which are not among them, do.

    `end` is the place of the document's last line.
    """
    body = _body_size(lines)
    found = [line for line in _standing_out(lines, body) if not line.is_item or line.size > body]
    larger = [line for line in found if line.size >= LARGER * body]
    few_styled = styled < FEWEST
    if larger and (not few_styled or larger[-1].at > end / 2):
        found = _with_bold_in_long_sections(larger, found, lines)
    return found if len(found) >= FEWEST and (few_styled or len(larger) >= _POOR * styled) else []


def headings_that_look_styled(lines: Sequence[Line], looks: Container[tuple[float, bool]]) -> list[Line]:
    """Return the lines in larger type than the text that look as headings by style do: people mix both.

    `looks` are those of the headings by style, which are not among the lines.
    """
    body = _body_size(lines)
    larger = (line for line in _standing_out(lines, body) if line.size >= LARGER * body)
    return [line for line in larger if look_of(line) in looks]


def title_among(headings: Sequence[Line], lines: Sequence[Line]) -> Line | None:
    """Return the first heading where it begins the document and looks higher than all others."""
    first, *others = headings
    return first if first is lines[0] and all(look_of(other) > look_of(first) for other in others) else None


def levels_by_look(headings: Sequence[TypedLine], above: int) -> list[int]:
    """Return the level of each heading: the higher it looks the less, from that `above` on."""
    ranks = sorted({look_of(line) for line in headings})
    return [min(above + 1 + ranks.index(look_of(line)), DEEPEST) for line in headings]


def _with_bold_in_long_sections(larger: Sequence[Line], found: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """Return the headings in larger type, with those in the text's size that divide what is long under one of them."""
    ends = [heading.at for heading in larger[1:]] + [lines[-1].at + 1]
    chosen: list[Line] = []
    for heading, end in zip(larger, ends, strict=True):
        below = [line for line in found if heading.at < line.at < end]
        length = sum(heading.at < line.at < end for line in lines)
        chosen += [heading, *(below if length > _LONG else ())]
    return chosen


def _body_size(lines: Sequence[TypedLine]) -> float:
    return usual_size((line.size, len(line.text)) for line in lines)


def _standing_out(lines: Sequence[Line], body: float) -> list[Line]:
    """Return the lines whose type stands out and that are no text: none of a look that more text has than headings."""
    shown = [line for line in lines if line.size >= LARGER * body or (line.bold and line.size >= 0.98 * body)]
    said = Counter((look_of(line), _is_text(line, body)) for line in shown)
    may_head = (line for line in shown if said[look_of(line), False] >= said[look_of(line), True])
    heads = {line.at for line in may_head if not _is_text(line, body)}
    found: list[Line] = []
    for is_head, run in groupby(lines, key=lambda line: line.at in heads):
        row = list(run)
        if is_head and len(row) <= _MOST_IN_A_ROW:
            found.extend(row)
    return found


def _is_text(line: TypedLine, body: float) -> bool:
    text = tidy(line.text)
    if len(text) > _LONGEST or not any(map(str.isalpha, text)) or BULLET.match(text) or _FIELD in text:
        return True
    if len(text.split()) == 1 and note_kind(text):
        return True
    return (
        (ends_as_text(text) or text[0].islower()) if line.size < LARGER * body else reads_as_text(without_colon(text))
    )
