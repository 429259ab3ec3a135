"""What a first hit is held against: other places, of which those that say the same count once."""

import functools
from collections.abc import Callable, Mapping, Sequence

from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.keys import manual_of
from graphrag_tools.search.confidence import HitFigures
from graphrag_tools.text.words import words

_BACKGROUND, _FOLLOWING = 10, 5
"""Which section's cosine and which hit's score the first one is held against."""
_USUAL_BACKGROUND, _USUAL_FOLLOWING = 0.25, 1.3
"""What these have in manuals of 57 to 451 sections with everyday questions: .22 to .35 and 1.2 to 1.8."""
_USUAL_SECTIONS = 40
"""A manual with fewer sections has little that is near a question, whether it answers it or not."""
_NEARLY_ALL = 0.8
"""The share of the words of two sections that both have, where only a device's name tells them apart."""


def figures_of_first(
    by_score: Sequence[str],
    scores: Mapping[str, float],
    by_cosine: Sequence[str],
    cosines: Mapping[str, float],
    section_of: Callable[[str], MenuItem],
) -> HitFigures:
    """Return what a search tells of its first hit, from all sections found, best first by either figure."""
    cosine = cosines.get(by_score[0], min(cosines.values(), default=0.0))
    following = _nth_best(by_score, scores, _FOLLOWING, _USUAL_FOLLOWING, section_of)
    background = _nth_best(by_cosine, cosines, _BACKGROUND, _USUAL_BACKGROUND, section_of)
    # Of ten sections the tenth is the farthest, and what no section answers would stand out as if one did.
    lacking = 1 - min(1.0, len(by_cosine) / _USUAL_SECTIONS)
    background += lacking * max(0.0, _USUAL_BACKGROUND - background)
    return HitFigures(cosine=cosine, lead=cosine - background, margin=scores[by_score[0]] - following)


def say_the_same(one: MenuItem, other: MenuItem) -> bool:
    """Whether two sections have one title, the same numbers and nearly the same words, as pages of like devices do.

    Sections without words of their own say nothing.
    """
    if one.name != other.name:
        return False
    first, second = _words_of(one), _words_of(other)
    either = first | second
    return any(either) and _numbers(first) == _numbers(second) and len(first & second) >= _NEARLY_ALL * len(either)


def _nth_best(
    ranked: Sequence[str], figures: Mapping[str, float], n: int, usual: float, section_of: Callable[[str], MenuItem]
) -> float:
    """Return the figure of the n-th of the ranked sections, of those that say the same the first one only.

    Manuals of one brand have the same place in each, and a site of many devices the same text on each one's page.
    Where there are fewer, they are filled up with what the n-th usually has.
    """
    places: set[str] = set()
    titled: dict[str, list[str]] = {}
    last, count = usual, 0
    for section in ranked:
        place = section.removeprefix(manual_of(section))
        if place in places:
            continue
        places.add(place)
        alike = titled.setdefault(place.rpartition("/")[2].partition("~")[0], [])
        if any(say_the_same(section_of(other), section_of(section)) for other in alike):
            continue
        alike.append(section)
        last, count = figures[section], count + 1
        if count == n:
            return last
    return min(last, usual)


def _words_of(item: MenuItem) -> frozenset[str]:
    return _words_in("\n".join(block.text for block in item.blocks))


@functools.lru_cache(maxsize=1_000)
def _words_in(text: str) -> frozenset[str]:
    return frozenset(words(text))


def _numbers(spoken: frozenset[str]) -> set[str]:
    return {word for word in spoken if word.isdecimal()}
