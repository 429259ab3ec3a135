"""Parts of a generation: whole manuals in two indices of their own, which later generations search as they stand.

Words are weighed over all parts that are searched together, so that a score is the same whatever the parts are.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter

from graphrag_tools.stores.kept import places_beside

_SHARE, _FULL = 8, 20_000
"""A part has that share of all blocks, or so many: what one changed manual costs at most, unless it is larger."""
_MOST = 32
"""Each part takes some milliseconds of each question: of an index of more than so many full ones, they are larger."""


class Part(BaseModel):
    """Manuals, each with its place among all of the index and the number of its blocks."""

    model_config = ConfigDict(frozen=True)

    name: str
    places: dict[str, int]
    blocks: dict[str, int]

    @property
    def size(self) -> int:
        """How many blocks it has."""
        return sum(self.blocks.values())


PARTS = TypeAdapter(list[Part])


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The parts of a new generation: those of an earlier one that it keeps, and those that are to be written."""

    kept: Sequence[Part]
    written: Sequence[Part]


def arrange(name: str, before: Sequence[Part], same: AbstractSet[str], blocks: Mapping[str, int]) -> Arrangement:
    """Arrange manuals, which come in their order with the numbers of their blocks, in parts.

    Of the parts before, those stay in which all manuals are the same. Small ones are written again with what is to be
    written, as long as that fills no part: so there are never many. The parts that are written are called by `name`.
    """
    kept = sorted((part for part in before if part.places.keys() <= same), key=lambda part: part.size, reverse=True)
    places = places_beside(list(blocks), {manual: at for part in kept for manual, at in part.places.items()})
    if places is None:
        kept, places = [], places_beside(list(blocks), {}) or {}
    total = sum(blocks.values())
    full = max(min(total // _SHARE, _FULL), total // _MOST)
    left = total - sum(part.size for part in kept)
    while kept and 0 < left <= full - kept[-1].size:
        left += kept.pop().size
    there = {manual for part in kept for manual in part.places}
    runs = _filled({manual: size for manual, size in blocks.items() if manual not in there}, full)
    written = [
        Part(
            name=f"{name}-{number}",
            places={manual: places[manual] for manual in run},
            blocks={manual: blocks[manual] for manual in run},
        )
        for number, run in enumerate(runs)
    ]
    return Arrangement(kept, written)


def _filled(blocks: Mapping[str, int], full: int) -> list[list[str]]:
    runs: list[list[str]] = []
    size = 0
    for manual, more in blocks.items():
        if not runs or size + more > full:
            runs.append([])
            size = 0
        runs[-1].append(manual)
        size += more
    return runs
