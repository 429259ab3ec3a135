"""Names near a text: held against the letters that both have, and compared only where these allow a likeness."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

_BINS = 32
"""Characters are counted by their number modulo this: small letters of Latin scripts each have a bin."""
_MOST_COUNTED = 255
_BATCH = 65_536
_COMPARED_FIRST = 256
"""So many of the likeliest tell from which ratio on a name can be among the nearest."""
_ROUNDING = 1e-9


class NearNames:
    """Folded names, in the order in which equally near ones are to come."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._ordered = [_with_words_in_order(name) for name in names]
        self._lengths = np.fromiter(map(len, self._ordered), dtype=np.int64, count=len(names))
        self._counts = _character_counts(self._ordered)

    def nearest(self, text: str, most: int, least: float) -> list[tuple[str, float]]:
        """Return the names nearest to a folded text with their token-sort ratio, 0 to 100, best first.

        There are at most so many, each of at least this ratio.
        """
        wanted = _with_words_in_order(text)
        highest = self._highest_ratios(wanted)
        likely = np.flatnonzero(highest >= least - _ROUNDING)
        if len(likely) > _COMPARED_FIRST:
            first = likely[np.argpartition(-highest[likely], _COMPARED_FIRST)[:_COMPARED_FIRST]]
            found = self._compared(wanted, first, most, least)
            reached = found[-1][1] if len(found) == most else least
            likely = likely[highest[likely] >= reached - _ROUNDING]
        return [(self._names[at], ratio) for at, ratio in self._compared(wanted, likely, most, least)]

    def _highest_ratios(self, wanted: str) -> NDArray[np.float64]:
        """Return what no ratio exceeds: the characters in common in place of the longest common subsequence."""
        if len(wanted) > _MOST_COUNTED:
            return np.full(len(self._names), 100.0)
        shared = np.minimum(self._counts, _character_counts([wanted])).sum(axis=1, dtype=np.int64)
        highest: NDArray[np.float64] = 200.0 * shared / np.maximum(self._lengths + len(wanted), 1)
        return highest

    def _compared(self, wanted: str, places: NDArray[np.intp], most: int, least: float) -> list[tuple[int, float]]:
        numbers = places.tolist()
        choices: Iterable[Any] = [self._ordered[at] for at in numbers]
        # Of two texts whose words are in order this is the token-sort ratio.
        found = process.extract(wanted, choices, scorer=fuzz.ratio, limit=most, score_cutoff=least)
        return [(numbers[at], ratio) for _, ratio, at in found]


def _with_words_in_order(text: str) -> str:
    return " ".join(sorted(text.split()))


def _character_counts(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Return how often each text has the characters of each bin, a row per text."""
    counts = np.empty((len(texts), _BINS), dtype=np.uint8)
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        characters = np.frombuffer("".join(batch).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        rows = np.repeat(np.arange(len(batch)), [len(text) for text in batch])
        found = np.bincount(rows * _BINS + characters % _BINS, minlength=len(batch) * _BINS)
        counts[start : start + len(batch)] = np.minimum(found, _MOST_COUNTED).reshape(-1, _BINS)
    return counts
