"""The graph store on OpenSearch: a document for each menu item, with its edges and its options."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from pydantic import ValidationError

from graphrag_tools.errors import StoreError
from graphrag_tools.manual.graph import (
    HAS_CHILD,
    ITEM_DATA,
    SEE_ALSO,
    UNRESOLVED_DATA,
    MemoryGraph,
    MenuGraph,
    MenuItem,
)
from graphrag_tools.manual.keys import manual_of
from graphrag_tools.manual.names import NamedItem, NamesHeld
from graphrag_tools.stores.opensearch.indices import Document, GenerationIndex, hits_of
from graphrag_tools.stores.stored_graph import StoredGraph
from graphrag_tools.text.normalise import folded

_NODES_KEPT = 20_000
_GRAPHS_KEPT = 4
_MANUALS_KEPT = 10_000
_AT_ONCE = 500
_LONGEST_NAME = 8_000
"""Of a keyword, in characters: Lucene takes 32,766 bytes."""
_NAMED = ["id", "manual", "name", "menu_path"]


@dataclass(frozen=True, slots=True)
class Node:
    """An item with the ids of its neighbours, in order, as a document holds it; `parent` is None for a root."""

    item: MenuItem
    children: Sequence[str]
    see_also: Sequence[str]
    parent: str | None

    @classmethod
    def of(cls, graph: MenuGraph, item: MenuItem) -> "Node":
        """Return an item with its neighbours in a graph."""
        above = graph.parent(item.id)
        children, see_also = (graph.neighbours(item.id, kind) for kind in (HAS_CHILD, SEE_ALSO))
        return cls(item, children, see_also, above.id if above else None)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Node":
        """Return what a document holds. Raises KeyError or ValidationError for one that holds none."""
        item = ITEM_DATA.validate_json(document["item"])
        return cls(item, document["children"], document["see_also"], document["parent"])

    def document(self) -> dict[str, Any]:
        """Return it as a document holds it."""
        return {
            "item": ITEM_DATA.dump_json(self.item, exclude_defaults=True).decode(),
            "children": list(self.children),
            "see_also": list(self.see_also),
            "parent": self.parent,
        }


class OpenSearchGraphStore:
    """Menu items in the section index. What was read is kept, because nothing of a generation changes."""

    def __init__(self, index: GenerationIndex) -> None:
        self._index = index
        self._nodes: dict[str, Node | None] = {}
        self._manual = lru_cache(_MANUALS_KEPT)(self._read_manual)
        self._counts: dict[str, int] = {}
        self.whole = lru_cache(_GRAPHS_KEPT)(self._read_whole)
        """Return one manual's graph held whole; the last few are kept."""

    def write(self, graph: MenuGraph) -> None:
        """Add one manual's graph."""
        self._index.load(_documents(graph, partial(self._index.number, "item", graph.manual_id)))
        self._nodes.clear()
        self._counts.clear()

    def graph(self, manual: str) -> MenuGraph:
        """Return one manual's graph, which reads items as they are asked for. Raises KeyError for an unknown one."""
        told = self._manual(manual)
        return StoredGraph(self, manual, told["title"], told["language"])

    def item(self, item_id: str) -> MenuItem | None:
        """Return one item, None where there is none."""
        node = self._node(item_id)
        return node.item if node else None

    def name(self, item_id: str) -> str | None:
        """Return the name of one item, None where there is none."""
        node = self._node(item_id)
        return node.item.name if node else None

    def read_ahead(self, ids: Iterable[str]) -> None:
        """Read some items in one call, and their options, so that they are at hand when they are asked for."""
        wanted = [item_id for item_id in dict.fromkeys(ids) if item_id and item_id not in self._nodes]
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            for item_id, source in zip(some, self._sources(some), strict=True):
                self._keep(item_id, source)

    def neighbours(self, item_id: str, kind: str) -> list[str]:
        """Return the ids that edges of one kind lead to from an item, in order."""
        node = self._node(item_id)
        if node is None:
            return []
        return list(node.children if kind == HAS_CHILD else node.see_also)

    def parent(self, item_id: str) -> str | None:
        """Return the id of the item above, None for a root."""
        node = self._node(item_id)
        return node.parent if node else None

    def named_items(self) -> list[NamedItem]:
        """Return every item's id, manual, name and path, in reading order."""
        return [_named(source) for source in self._index.all_sources({"term": {"kind": "item"}}, None, _NAMED)]

    def items_called(self, text: str) -> NamesHeld | None:
        """Return the items whose path and whose name are a text, both folded."""
        by_path, by_name = (
            {"query": {"term": {field: text[:_LONGEST_NAME]}}, "sort": "number", "size": 10_000, "_source": _NAMED}
            for field in ("folded_path", "folded_name")
        )
        answers = self._index.search(by_path, by_name)
        paths, names = ([_named(hit["_source"]) for hit in hits_of(answer)] for answer in answers)
        return NamesHeld(paths, names)

    def folded_names(self, manual: str | None = None) -> list[str] | None:
        """Return the distinct folded names, by the first item of each in all manuals."""
        everywhere = list(dict.fromkeys(self._folded_names(None)))
        if manual is None:
            return everywhere
        within = set(self._folded_names(manual))
        return [name for name in everywhere if name in within]

    def count(self, manual: str | None = None) -> int:
        """Return how many items there are, in one manual or in all."""
        if manual is None:
            return self._index.count("item")
        if manual not in self._counts:
            found = {"bool": {"filter": [{"term": {"kind": "item"}}, {"term": {"manual": manual}}]}}
            (answer,) = self._index.search({"size": 0, "track_total_hits": True, "query": found}, manual=manual)
            self._counts[manual] = int(answer["hits"]["total"]["value"])
        return self._counts[manual]

    def close(self) -> None:
        """Make visible to all what was written, and let go of what was read; the connections are the cluster's."""
        self._index.make_visible()
        self._nodes.clear()

    def _folded_names(self, manual: str | None) -> Iterator[str]:
        within = [{"term": {"manual": manual}}] if manual is not None else []
        query = {"bool": {"filter": [{"term": {"kind": "item"}}, *within]}}
        for source in self._index.all_sources(query, manual, ["name"]):
            yield folded(source["name"])

    def _node(self, item_id: str) -> Node | None:
        try:
            return self._nodes[item_id]
        except KeyError:
            (source,) = self._sources([item_id])
            # Not by what is kept, which another thread may have let go of.
            return self._keep(item_id, source)

    def _sources(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        return self._index.sources([(f"i:{item_id}", manual_of(item_id) or item_id) for item_id in ids])

    def _keep(self, item_id: str, source: Mapping[str, Any]) -> Node | None:
        """Keep what was read of an item, and return it.

        At once, because other threads look meanwhile: to them None says that there is no such item.
        """
        nodes = {node.item.id: node for node in self._read_nodes(source)}
        if len(self._nodes) > _NODES_KEPT:
            self._nodes.clear()
        self._nodes.update({item_id: None, **nodes})
        return nodes.get(item_id)

    def _read_nodes(self, source: Mapping[str, Any]) -> list[Node]:
        if not source:
            return []
        try:
            return [Node.read(one) for one in (source["graph"], *source["graph"]["options"])]
        except (KeyError, ValidationError) as error:
            raise StoreError(f"{self._index.name}: an item is not as it was written ({error}). Build again.") from error

    def _read_manual(self, manual: str) -> Mapping[str, Any]:
        (source,) = self._index.sources([(f"m:{manual}", manual)]) if manual else [{}]
        if not source:
            raise KeyError(manual)
        told: Mapping[str, Any] = source["graph"]
        return told

    def _read_whole(self, manual: str) -> MemoryGraph:
        told = self._manual(manual)
        query = {"bool": {"filter": [{"term": {"kind": "item"}}, {"term": {"manual": manual}}]}}
        sources = self._index.all_sources(query, manual, ["graph"])
        nodes = [self._read_nodes(source)[0] for source in sources]
        return MemoryGraph(
            manual,
            told["title"],
            (node.item for node in nodes),
            [(node.item.id, end) for node in nodes for end in node.children],
            [(node.item.id, end) for node in nodes for end in node.see_also],
            UNRESOLVED_DATA.validate_json(told["unresolved"]),
            told["language"],
        )


def _documents(graph: MenuGraph, next_number: Callable[[], int]) -> Iterator[Document]:
    manual = graph.manual_id
    unresolved = UNRESOLVED_DATA.dump_json(list(graph.unresolved)).decode()
    told = {"title": graph.title, "unresolved": unresolved, "language": graph.language}
    yield Document(f"m:{manual}", manual, {"kind": "manual", "manual": manual, "graph": told})
    for item in graph.items:
        node = Node.of(graph, item)
        options = [Node.of(graph, child) for child in graph.children(item.id) if child.kind == "option"]
        source = {
            "kind": "item",
            "id": item.id,
            "manual": manual,
            "number": next_number(),
            "name": item.name,
            "menu_path": item.menu_path,
            "folded_name": folded(item.name)[:_LONGEST_NAME],
            "folded_path": folded(item.menu_path)[:_LONGEST_NAME],
            # With its options, which are asked for wherever an item is.
            "graph": {**node.document(), "options": [option.document() for option in options]},
        }
        yield Document(f"i:{item.id}", manual, source)


def _named(source: Mapping[str, str]) -> NamedItem:
    return NamedItem(*(source[field] for field in _NAMED))
