"""What is drawn around a menu item: the way down to it, the items beside and below it, those it refers to."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphrag_tools.graph import MenuGraph, MenuItem
from graphrag_tools.manual import Block

MOST_BESIDE = 9
MOST_BELOW = 8
_MOST_RELATED = 12


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The surroundings of an item, or the roots of a manual where `item` is None.

    `above` runs from the root to the parent. `level` holds the item and those beside it, in order; `below` and
    `related` (see also) hang from the item. The two figures say how many of level and below are left out.
    """

    graph: MenuGraph
    item: MenuItem | None
    above: tuple[MenuItem, ...]
    level: tuple[MenuItem, ...]
    below: tuple[MenuItem, ...] = ()
    related: tuple[MenuItem, ...] = ()
    more_beside: int = 0
    more_below: int = 0


def neighbourhood(graph: MenuGraph, item_id: str | None = None, *, whole: bool = False) -> Neighbourhood:
    """Return what is around an item, or the roots of the manual; cut for length unless the whole is wanted.

    Raises KeyError for an unknown id.
    """
    way = graph.ancestors(item_id) if item_id is not None else []
    parent = way[-2] if len(way) > 1 else None
    beside = graph.children(parent.id) if parent else graph.roots
    item = way[-1] if way else None
    at = next((at for at, one in enumerate(beside) if one.id == item_id), 0)
    below = graph.children(item.id) if item else []
    level = beside if whole else _window(beside, at, MOST_BESIDE)
    shown_below = below if whole else below[:MOST_BELOW]
    return Neighbourhood(
        graph=graph,
        item=item,
        above=tuple(way[:-1]),
        level=tuple(level),
        below=tuple(shown_below),
        related=tuple(graph.see_also(item.id)[:_MOST_RELATED]) if item else (),
        more_beside=len(beside) - len(level),
        more_below=len(below) - len(shown_below),
    )


def quoted_positions(blocks: Sequence[Block], quote: str) -> frozenset[int]:
    """Return the positions of the blocks that stand in a quote, whose lines are blocks or lines of them."""
    quoted = {line.strip() for line in quote.splitlines() if line.strip()}
    return frozenset(at for at, block in enumerate(blocks) if _lines(block) and _lines(block) <= quoted)


def _lines(block: Block) -> set[str]:
    return {line.strip() for line in block.text.splitlines() if line.strip()}


def _window(items: Sequence[MenuItem], at: int, most: int) -> Sequence[MenuItem]:
    """Return at most so many items around a position."""
    start = max(0, min(at - most // 2, len(items) - most))
    return items[start : start + most]
