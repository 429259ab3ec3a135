"""TreeView: the part of a graph that is shown at a time, level by level from an item down, within a limit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphrag_tools.manual.graph import MenuGraph, MenuItem


@dataclass(frozen=True, slots=True)
class Branch:
    """An item in a view. `level` is 0 for the items that the view starts with."""

    item: MenuItem
    level: int
    sections_below: int
    """At any depth, shown or not."""
    options: int
    """Of the item itself, shown or not."""
    hidden: int
    """How many items right below it the view leaves out for its limits."""


@dataclass(frozen=True, slots=True)
class TreeView:
    """Branches in reading order, each right before those below it; `left_out` items in all did not fit."""

    branches: tuple[Branch, ...]
    left_out: int

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of the items shown."""
        return tuple(branch.item.id for branch in self.branches)


def tree_view(
    graph: MenuGraph,
    item_id: str | None = None,
    *,
    depth: int | None = None,
    options: bool = True,
    own_options: bool = False,
    most: int = 500,
) -> TreeView:
    """Return the view from one item down, or from all roots: at most `most` items, `depth` levels below the first.

    Where not all fit, higher levels come before lower ones. Options are left out, and only counted, unless
    wanted; `own_options` wants those of the item that the view starts with. Raises KeyError for an unknown id.
    """
    roots = graph.roots if item_id is None else [graph.item(item_id)]
    below = _below(graph, options, item_id if own_options else None)
    levels = _levels(roots, below, depth, most)
    sections = _sections_below(graph)
    shown = [item for item in _in_reading_order(roots, below) if item.id in levels]
    branches = tuple(
        Branch(
            item=item,
            level=levels[item.id],
            sections_below=sections[item.id],
            options=sum(child.kind == "option" for child in graph.children(item.id)),
            hidden=sum(child.id not in levels for child in below[item.id]),
        )
        for item in shown
    )
    return TreeView(branches, sum(1 for _ in _in_reading_order(roots, below)) - len(branches))


def _below(graph: MenuGraph, options: bool, opened: str | None) -> dict[str, list[MenuItem]]:
    return {
        item.id: [child for child in graph.children(item.id) if options or item.id == opened or child.kind == "section"]
        for item in graph.items
    }


def _levels(
    roots: Iterable[MenuItem], below: dict[str, list[MenuItem]], depth: int | None, most: int
) -> dict[str, int]:
    """Return the level of each item that is within the limits, the highest levels first."""
    levels: dict[str, int] = {}
    level, waiting = 0, list(roots)
    while waiting and len(levels) < most and (depth is None or level <= depth):
        waiting = waiting[: most - len(levels)]
        levels.update((item.id, level) for item in waiting)
        waiting = [child for item in waiting for child in below[item.id]]
        level += 1
    return levels


def _in_reading_order(roots: Iterable[MenuItem], below: dict[str, list[MenuItem]]) -> Iterator[MenuItem]:
    waiting = list(roots)[::-1]
    while waiting:
        item = waiting.pop()
        yield item
        waiting.extend(reversed(below[item.id]))


def _sections_below(graph: MenuGraph) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in reversed(graph.items):  # every item after all that hang below it
        counts.setdefault(item.id, 0)
        above = graph.parent(item.id)
        if above is not None and item.kind == "section":
            counts[above.id] = counts.get(above.id, 0) + counts[item.id] + 1
    return counts
