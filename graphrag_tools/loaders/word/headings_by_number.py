"""Tell headings that no style names from their numbers, where these go on with those of headings by style."""

import re
from collections.abc import Mapping, Sequence

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.numbered_headings import Number, counts_on, heading_number, heading_numbers
from graphrag_tools.loaders.word.typed_headings import DEEPEST, FEWEST, Line, TypedLine
from graphrag_tools.text.normalise import tidy

_LONGEST = 100
_SENTENCE_END = (".", ";", ",", "!", "。")
_NAME = re.compile(r"\w+(?:\.\w+)*[\W_]*(?P<first>.)")
"""What follows a number, or the word and number of a chapter."""


def headings_that_count_on(lines: Sequence[Line], levels: Mapping[int, int]) -> dict[int, int]:
    """Return the level of each line whose number stands between those of the headings around it, by its place.

    Args:
        lines: All lines of a document, in order, the headings among them.
        levels: The levels of those that are known to be headings, by their places. Two of them need numbers.
    """
    headings = [line for line in lines if line.at in levels]
    known = _known(headings)
    if len(known) < FEWEST:
        return {}
    level_of = {len(known[line.at]): levels[line.at] for line in reversed(headings) if line.at in known}
    found: dict[int, int] = {}
    last: Number = ()
    for line, after, end in zip(lines, (*lines[1:], None), _ends(lines, known), strict=True):
        number = () if line.at in levels else _number_of(line, after)
        if line.at in known:
            last = known[line.at]
        elif number and counts_on(last, number) and (not end or number < end):
            last = number
            nearest = max((length for length in level_of if length <= len(number)), default=1)
            found[line.at] = min(level_of.get(nearest, 1) + len(number) - nearest, DEEPEST)
    return found


def _known(headings: Sequence[TypedLine]) -> dict[int, Number]:
    """Return the numbers of headings by their places; the first chapter may be one that no style names."""
    titles = [tidy(line.text) for line in headings]
    numbers = heading_numbers(titles)
    if not any(numbers):
        numbers = heading_numbers(["1. First", *titles])[1:]
    return {line.at: number for line, number in zip(headings, numbers, strict=True) if number}


def _ends(lines: Sequence[TypedLine], known: Mapping[int, Number]) -> list[Number]:
    """Return the number of the next known heading from each line on, () after the last one."""
    ends: list[Number] = []
    for line in reversed(lines):
        ends.append(known.get(line.at) or (ends[-1] if ends else ()))
    return ends[::-1]


def _number_of(line: TypedLine, after: TypedLine | None) -> Number:
    """Return the number of a line that may be a heading, () for steps and text: a chapter's heading stands out."""
    text = tidy(line.text)
    name = _NAME.match(text)
    if line.is_item or len(text) > _LONGEST or text.endswith(_SENTENCE_END) or not name or name["first"].islower():
        return ()
    if note_kind(text[name.start("first") :]) is not None:
        return ()
    number = heading_number(text)
    in_row = after is not None and len(heading_number(tidy(after.text))) == len(number)
    return number if line.bold or (len(number) > 1 and not in_row) else ()
