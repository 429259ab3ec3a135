"""A menu item with the ids of its neighbours, as a document holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO, MenuGraph, MenuItem

_ITEM = TypeAdapter(MenuItem)


@dataclass(frozen=True, slots=True)
class Node:
    """An item and where edges lead from it, in order; `parent` is None for a root."""

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
        item = _ITEM.validate_json(document["item"])
        return cls(item, document["children"], document["see_also"], document["parent"])

    def document(self) -> dict[str, Any]:
        """Return it as a document holds it."""
        return {
            "item": _ITEM.dump_json(self.item, exclude_defaults=True).decode(),
            "children": list(self.children),
            "see_also": list(self.see_also),
            "parent": self.parent,
        }
