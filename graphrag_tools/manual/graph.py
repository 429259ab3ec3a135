"""One manual as a property graph of menu items: HAS_CHILD edges in order, SEE_ALSO edges across."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter

from graphrag_tools.manual.sections import Block, Link
from graphrag_tools.text.language import ENGLISH

# networkx loads when a graph is held whole, which search over a stored one never needs.
if TYPE_CHECKING:
    import networkx as nx

ItemKind = Literal["section", "option"]
LABEL = "MenuItem"
HAS_CHILD = "HAS_CHILD"
SEE_ALSO = "SEE_ALSO"
PATH_SEPARATOR = " > "
"""Between the names of a path in data and in what models read."""
SHOWN_SEPARATOR = " › "
"""Between them where people read it."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A node. `path` holds the titles from the root to this item, itself included.

    A section item carries all its blocks, those of its options included; an option item is a child of
    its section and carries its one block. `taps` is the way on the device that the text gives, or empty.
    A description is the item's first words, unless `described_by` names the model that wrote it. `questions`,
    by a model too, are for search alone. Neither is the manual's text: nothing of them is ever quoted.
    """

    id: str
    manual: str
    kind: ItemKind
    name: str
    path: tuple[str, ...]
    description: str = ""
    taps: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    url: str = ""
    page: int | None = None
    label: str = LABEL
    described_by: str = ""
    questions: tuple[str, ...] = ()

    @property
    def menu_path(self) -> str:
        """The titles joined by " > "."""
        return PATH_SEPARATOR.join(self.path)

    @property
    def whole_text(self) -> str:
        """The titles of its path and its blocks, a line each."""
        return "\n".join((*self.path, *(block.text for block in self.blocks)))


@dataclass(frozen=True, slots=True)
class UnresolvedLink:
    """A cross link that leads nowhere in its manual."""

    item: str
    link: Link


ITEM_DATA = TypeAdapter(MenuItem)
"""Reads and writes an item as JSON or plain data."""
UNRESOLVED_DATA = TypeAdapter(list[UnresolvedLink])


class MenuGraph(ABC):
    """The menu items of one manual, in reading order, and the edges between them.

    `MemoryGraph` holds them all; a graph store has one that reads only what is asked for.
    """

    manual_id: str
    title: str
    language: str = ENGLISH
    """The code of the language that it is written in."""
    held: object = None
    """What has to stay open while the graph is used."""

    @property
    @abstractmethod
    def unresolved(self) -> tuple[UnresolvedLink, ...]:
        """The cross links that lead nowhere."""

    @abstractmethod
    def __len__(self) -> int:
        """How many items there are."""

    @abstractmethod
    def __contains__(self, item_id: object) -> bool:
        """Whether an item of this manual has this id."""

    @property
    @abstractmethod
    def items(self) -> list[MenuItem]:
        """All items in reading order, every parent before its children."""

    @abstractmethod
    def item(self, item_id: str) -> MenuItem:
        """Return one item. Raises KeyError for an unknown id."""

    def name_of(self, item_id: str) -> str:
        """Return one item's name. Raises KeyError for an unknown id."""
        return self.item(item_id).name

    @abstractmethod
    def edges(self, kind: str) -> list[tuple[str, str]]:
        """All edges of one kind (HAS_CHILD or SEE_ALSO) as pairs of ids."""

    @abstractmethod
    def parent(self, item_id: str) -> MenuItem | None:
        """The item above, None for a root."""

    @abstractmethod
    def route(self, start: str, end: str) -> list[MenuItem]:
        """The shortest way between two items over tree and see-also edges, walked in either direction.

        Both ends included; empty where the two are not connected. Raises KeyError for an unknown id.
        """

    @abstractmethod
    def neighbours(self, item_id: str, kind: str) -> list[str]:
        """The ids that edges of one kind lead to from an item, in order."""

    @property
    def roots(self) -> list[MenuItem]:
        """The items that none is above, in order."""
        return [item for item in self.items if self.parent(item.id) is None]

    def children(self, item_id: str) -> list[MenuItem]:
        """The items below one item, in order."""
        return [self.item(end) for end in self.neighbours(item_id, HAS_CHILD)]

    def see_also(self, item_id: str) -> list[MenuItem]:
        """The items that one item's text refers to."""
        return [self.item(end) for end in self.neighbours(item_id, SEE_ALSO)]

    def section_of(self, item_id: str) -> MenuItem:
        """The item itself if it is a section, else the section that its option belongs to."""
        item = self.item(item_id)
        above = self.parent(item_id) if item.kind == "option" else None
        return above or item

    def option_at(self, section_id: str, position: int) -> str | None:
        """The id of the option item that carries a section's block, None where the block names no option."""
        blocks = self.item(section_id).blocks
        if not (0 <= position < len(blocks) and blocks[position].name):
            return None
        number = sum(1 for block in blocks[:position] if block.kind == "option" and block.name)
        options = [child.id for child in self.children(section_id) if child.kind == "option"]
        return options[number]

    def ancestors(self, item_id: str) -> list[MenuItem]:
        """The items from the root down to this one, itself included."""
        chain: list[MenuItem] = []
        current: MenuItem | None = self.item(item_id)
        while current is not None:
            chain.append(current)
            current = self.parent(current.id)
        return chain[::-1]


class MemoryGraph(MenuGraph):
    """A graph held whole; networkx, which takes long to load, finds its routes alone."""

    def __init__(  # noqa: PLR0913, PLR0917  # a graph is all of these
        self,
        manual_id: str,
        title: str,
        items: Iterable[MenuItem],
        child_edges: Iterable[tuple[str, str]],
        see_also_edges: Iterable[tuple[str, str]] = (),
        unresolved: Sequence[UnresolvedLink] = (),
        language: str = ENGLISH,
    ) -> None:
        self.manual_id = manual_id
        self.title = title
        self.language = language
        self._unresolved = tuple(unresolved)
        self._items = {item.id: item for item in items}
        self._kinds = dict.fromkeys(child_edges, HAS_CHILD)
        for edge in see_also_edges:
            self._kinds.setdefault(edge, SEE_ALSO)
        self._ends: dict[str, dict[str, list[str]]] = {HAS_CHILD: {}, SEE_ALSO: {}}
        self._parents: dict[str, str] = {}
        for (start, end), kind in self._kinds.items():
            self._ends[kind].setdefault(start, []).append(end)
            if kind == HAS_CHILD:
                self._parents.setdefault(end, start)

    @property
    def unresolved(self) -> tuple[UnresolvedLink, ...]:
        """The cross links that lead nowhere."""
        return self._unresolved

    def __len__(self) -> int:
        """How many items there are."""
        return len(self._items)

    def __contains__(self, item_id: object) -> bool:
        """Whether an item of this manual has this id."""
        return item_id in self._items

    @property
    def items(self) -> list[MenuItem]:
        """All items in reading order."""
        return list(self._items.values())

    def item(self, item_id: str) -> MenuItem:
        """Return one item. Raises KeyError for an unknown id."""
        return self._items[item_id]

    def edges(self, kind: str) -> list[tuple[str, str]]:
        """All edges of one kind."""
        return [(start, end) for start in self._items for end in self.neighbours(start, kind)]

    def parent(self, item_id: str) -> MenuItem | None:
        """The item above, None for a root."""
        above = self._parents.get(item_id)
        return None if above is None else self.item(above)

    def route(self, start: str, end: str) -> list[MenuItem]:
        """The shortest way between two items, found by networkx."""
        import networkx as nx

        self.item(start), self.item(end)
        try:
            return [self.item(item_id) for item_id in nx.shortest_path(self._undirected, start, end)]
        except nx.NetworkXNoPath:
            return []

    def neighbours(self, item_id: str, kind: str) -> list[str]:
        """The ids that edges of one kind lead to from an item, in order."""
        return list(self._ends[kind].get(item_id, ()))

    @cached_property
    def _undirected(self) -> "nx.Graph[str]":
        import networkx as nx

        directed: nx.DiGraph[str] = nx.DiGraph()
        directed.add_nodes_from(self._items)
        directed.add_edges_from(self._kinds)
        return directed.to_undirected(as_view=True)
