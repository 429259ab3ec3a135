"""Nest headings by their numbers ("2", "2.1", "2.1.3", "Chapter 3:", "A.2") where the markup gives them no levels."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol, TypeVar

_NUMBER = re.compile(
    r"(?P<word>(?:chapter|section|part|appendix|kapitel|abschnitt|teil|anhang|chapitre|partie|annexe|cap[ií]tulo|"
    r"capitolo|hoofdstuk)\s+|§\s*|第\s*)?(?P<first>\d{1,3}|[A-Z](?=\.\d|[:.]?\s))(?P<others>(?:\.\d{1,3})*)"
    r"(?:[章节節条]|[.):]|(?=\s))(?:\s|(?<=[章节節条]))*\S",
    re.IGNORECASE,
)
_PARTS = ("part", "teil")
_DEEPEST = 9
Number = tuple[int, ...]


class _Heading(Protocol):
    @property
    def level(self) -> int: ...

    @property
    def title(self) -> str: ...


_Any = TypeVar("_Any", bound=_Heading)


def with_levels_of_numbers(headings: Sequence[_Any]) -> tuple[_Any, ...]:
    """Return headings, each a dataclass with a level and a title, at the levels that their numbers say.

    Only where the markup contradicts: where a heading is no deeper than the one whose number begins its own. Those
    without a number stay below the one before them, or beside it as the markup has it.
    """
    numbers = heading_numbers([heading.title for heading in headings])
    if not _is_contradicted(headings, numbers):
        return tuple(headings)
    base = min(heading.level for heading, number in zip(headings, numbers, strict=True) if number)
    following = _following(numbers)
    found: list[_Any] = []
    before: tuple[int, int, Number] | None = None
    for heading, number, after in zip(headings, numbers, following, strict=True):
        level = heading.level
        if number:
            level = base + len(number) - 1
            before = (heading.level, level, number)
        elif before is not None and heading.level > before[0]:
            level = before[1] + heading.level - before[0]
        elif before is not None and heading.level == before[0] and after and after[0] == before[2][0]:
            level = before[1] + 1  # within a chapter that goes on
        found.append(replace(heading, level=min(level, _DEEPEST)))  # type: ignore[type-var]
    return tuple(found)


def heading_numbers(titles: Sequence[str]) -> list[Number]:
    """Return the number of each title, () where it has none or one that does not count on: "5 GHz", "2024".

    >>> heading_numbers(["1. Use", "5 GHz", "1.1 Boil", "Chapter 2: Care", "Warranty"])
    [(1,), (), (1, 1), (2,), ()]
    """
    numbers: list[Number] = []
    last: Number = ()
    for title in titles:
        number = heading_number(title)
        if number and counts_on(last, number):
            last = number
            numbers.append(number)
        else:
            numbers.append(())
    return numbers


def heading_number(title: str) -> Number:
    """Return the number that a title begins with, () where it has none: letters of appendices come after chapters."""
    match = _NUMBER.match(title)
    if match is None:
        return ()
    first = match["first"]
    if first.isdecimal():
        top = int(first)
    elif (match["word"] or "").casefold().startswith(_PARTS):  # "Part I": chapters count on through all parts
        return ()
    elif first.isupper() and (match["word"] or match["others"]):
        top = 1_000 + ord(first)  # appendices come after all chapters
    else:
        return ()
    return (top, *(int(one) for one in match["others"].split(".")[1:]))


def counts_on(last: Number, number: Number) -> bool:
    """Whether a number comes next after the last one, () for none, or after one that is missing."""
    same = next((at for at, (one, two) in enumerate(zip(last, number, strict=False)) if one != two), None)
    at = min(len(last), len(number)) if same is None else same
    if at == len(number):
        return False
    begins = all(one <= 1 for one in number[at + 1 :])
    if at < len(last):
        is_appendix = at == 0 and number[0] >= 1_000 > last[0]
        return begins and (1 <= number[at] - last[at] <= 2 or is_appendix)
    return begins and (number[at] <= 1 or (at == 0 and number[0] >= 1_000))


def _is_contradicted(headings: Sequence[_Heading], numbers: Sequence[Number]) -> bool:
    levels = {number: heading.level for heading, number in zip(headings, numbers, strict=True) if number}
    above = ((levels.get(number[:-1]), level) for number, level in levels.items() if len(number) > 1)
    if any(parent is not None and level <= parent for parent, level in above):
        return True
    lengths = {(len(number), level) for number, level in levels.items()}
    # Chapters without a heading of their own: "1.1", "1.1.1" on one level.
    return any(one[0] != two[0] and one[1] == two[1] for one, two in pairwise(sorted(lengths)))


def _following(numbers: Sequence[Number]) -> list[Number]:
    """Return the next number after each place, () where there is none."""
    found: list[Number] = []
    after: Number = ()
    for number in reversed(numbers):
        found.append(after)
        after = number or after
    return found[::-1]
