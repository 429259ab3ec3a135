"""A graph of which only what is asked for is read: an index of many manuals opens at once and stays small."""

from collections.abc import Iterable
from typing import Protocol

from graphrag_tools.manual.graph import HAS_CHILD, MemoryGraph, MenuGraph, MenuItem, UnresolvedLink
from graphrag_tools.manual.keys import manual_of


class GraphReader(Protocol):
    """What a stored graph is read from."""

    def whole(self, manual: str) -> MemoryGraph:
        """Return one manual's graph held whole. Raises KeyError for an unknown manual."""

    def item(self, item_id: str) -> MenuItem | None:
        """Return one item, None where there is none."""

    def name(self, item_id: str) -> str | None:
        """Return the name of one item, None where there is none."""

    def read_ahead(self, ids: Iterable[str]) -> None:
        """Read some items in one call, so that they are at hand when they are asked for."""

    def parent(self, item_id: str) -> str | None:
        """Return the id of the item above, None for a root."""

    def neighbours(self, item_id: str, kind: str) -> list[str]:
        """Return the ids that edges of one kind lead to from an item, in order."""

    def count(self, manual: str | None = None) -> int:
        """Return how many items there are, in one manual or in all."""


class StoredGraph(MenuGraph):
    """One manual's graph, read as it is asked for."""

    def __init__(self, store: GraphReader, manual: str, title: str, language: str) -> None:
        self.manual_id = manual
        self.title = title
        self.language = language
        self._store = store

    @property
    def unresolved(self) -> tuple[UnresolvedLink, ...]:
        """The cross links that lead nowhere."""
        return self._store.whole(self.manual_id).unresolved

    def __len__(self) -> int:
        """How many items there are."""
        return self._store.count(self.manual_id)

    def __contains__(self, item_id: object) -> bool:
        """Whether an item of this manual has this id."""
        return isinstance(item_id, str) and self._own(item_id) is not None

    @property
    def items(self) -> list[MenuItem]:
        """All items in reading order."""
        return self._store.whole(self.manual_id).items

    def item(self, item_id: str) -> MenuItem:
        """Return one item. Raises KeyError for an unknown id."""
        found = self._own(item_id)
        if found is None:
            raise KeyError(item_id)
        return found

    def name_of(self, item_id: str) -> str:
        """Return one item's name. Raises KeyError for an unknown id."""
        name = self._store.name(item_id)
        if name is None or manual_of(item_id) != self.manual_id:
            raise KeyError(item_id)
        return name

    def edges(self, kind: str) -> list[tuple[str, str]]:
        """All edges of one kind."""
        return self._store.whole(self.manual_id).edges(kind)

    @property
    def roots(self) -> list[MenuItem]:
        """The items that none is above, in order."""
        return self._store.whole(self.manual_id).roots

    def parent(self, item_id: str) -> MenuItem | None:
        """The item above, None for a root."""
        above = self._store.parent(item_id)
        return self.item(above) if above is not None else None

    def route(self, start: str, end: str) -> list[MenuItem]:
        """The shortest way between two items, found in the whole graph."""
        return self._store.whole(self.manual_id).route(start, end)

    def neighbours(self, item_id: str, kind: str) -> list[str]:
        """The ids that edges of one kind lead to from an item, in order."""
        return self._store.neighbours(item_id, kind)

    def children(self, item_id: str) -> list[MenuItem]:
        """The items below one item, in order."""
        ends = self.neighbours(item_id, HAS_CHILD)
        self._store.read_ahead(ends)
        return [self.item(end) for end in ends]

    def _own(self, item_id: str) -> MenuItem | None:
        found = self._store.item(item_id)
        return found if found is not None and found.manual == self.manual_id else None
