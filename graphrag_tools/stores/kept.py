"""Kept: the manuals that a new generation takes over from another as they stand there."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

GAP = 1 << 10
"""Between the places of two manuals, for those that may come between them."""
NUMBERS_OF_A_MANUAL = 1 << 32
"""For what one manual has of a kind, from its place times as many on: thus one is replaced without its neighbours."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Manuals that are taken over from what is in a folder.

    `places` has all manuals of the new generation in their order, each with a number that is higher than that of the
    one before: those that are kept have the numbers that they have in the folder.
    """

    folder: Path
    manuals: AbstractSet[str]
    places: Mapping[str, int]

    def below(self, name: str) -> "Kept":
        """Return the same of what is in a folder, or a file, within that one."""
        return replace(self, folder=self.folder / name)


def places_beside(order: Sequence[str], known: Mapping[str, int]) -> dict[str, int] | None:
    """Return a number for each manual of an order, for those that are known their own; None where they do not fit."""
    numbers = [known[manual] for manual in order if manual in known]
    if numbers != sorted(numbers):
        return None
    places: dict[str, int] = {}
    last, used = -GAP, 0
    for is_known, group in groupby(order, key=known.__contains__):
        run = list(group)
        if is_known:
            places |= {manual: known[manual] for manual in run}
            used += len(run)
        else:
            step = (numbers[used] - last) // (len(run) + 1) if used < len(numbers) else GAP
            if step < 1:
                return None
            places |= {manual: last + step * at for at, manual in enumerate(run, 1)}
        last = places[run[-1]]
    return places
