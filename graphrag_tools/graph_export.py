"""A graph for other programs: networkx, GraphML and node-link JSON, nothing left out, and back from JSON."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import networkx as nx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from graphrag_tools.errors import ManualError
from graphrag_tools.graph import HAS_CHILD, SEE_ALSO, MemoryGraph, MenuGraph, MenuItem, UnresolvedLink
from graphrag_tools.mermaid import MOST_ITEMS, chart, view_chart
from graphrag_tools.tree_view import tree_view

ExportFormat = Literal["mermaid", "graphml", "json"]
_ITEM = TypeAdapter(MenuItem)
# What XML 1.0 cannot hold in any way, and what its readers turn into a line feed.
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Facts(BaseModel):
    """What a document says of its graph as a whole."""

    model_config = ConfigDict(frozen=True)

    manual: str
    title: str
    unresolved: tuple[UnresolvedLink, ...] = ()


class _Edge(BaseModel):
    model_config = ConfigDict(frozen=True)

    source: str
    target: str
    type: str


class _Document(BaseModel):
    """The node-link form of networkx, its edges under "edges"."""

    model_config = ConfigDict(frozen=True)

    facts: _Facts = Field(alias="graph")
    nodes: tuple[MenuItem, ...]
    edges: tuple[_Edge, ...]


def node_link_document(graph: MenuGraph, item_ids: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the graph, or the given items and the edges among them, as `networkx.node_link_graph` reads it.

    Each node is a `MenuItem` with all its fields, each edge has a type, HAS_CHILD or SEE_ALSO. Nodes are in
    reading order. A part of a graph keeps the unresolved links of its own items.
    """
    chosen = _chosen(graph, item_ids)
    unresolved = [found for found in graph.unresolved if found.item in chosen]
    facts = _Facts(manual=graph.manual_id, title=graph.title, unresolved=tuple(unresolved))
    return {
        "directed": True,
        "multigraph": False,
        "graph": facts.model_dump(mode="json"),
        "nodes": [_ITEM.dump_python(item, mode="json") for item in chosen.values()],
        "edges": [{"source": start, "target": end, "type": kind} for start, end, kind in _edges(graph, chosen)],
    }


def graph_of_document(document: dict[str, Any] | str) -> MenuGraph:
    """Return the graph of a node-link document or its JSON text.

    Raises:
        ManualError: It is no such document, or an edge names a node that it lacks.
    """
    try:
        read = _Document.model_validate(json.loads(document) if isinstance(document, str) else document)
    except (ValidationError, ValueError, RecursionError) as error:
        raise ManualError(f"not the node-link JSON of a manual's graph: {str(error).splitlines()[0]}.") from error
    known = {item.id for item in read.nodes}
    for edge in read.edges:
        if missing := {edge.source, edge.target} - known:
            raise ManualError(f"an edge names {min(missing)!r}, and no node has that id.")
    children = [(edge.source, edge.target) for edge in read.edges if edge.type == HAS_CHILD]
    see_also = [(edge.source, edge.target) for edge in read.edges if edge.type == SEE_ALSO]
    return MemoryGraph(read.facts.manual, read.facts.title, read.nodes, children, see_also, read.facts.unresolved)


def networkx_graph(graph: MenuGraph, item_ids: Iterable[str] | None = None) -> "nx.DiGraph[str]":
    """Return the graph, or the given items and the edges among them, with plain text as attributes.

    Nodes: label, kind, name, menu_path and taps (joined by " > "), path (a JSON list), description, text, url,
    page (absent where there is none). Edges: type. This is what GraphML, and most graph programs, can hold.
    """
    chosen = _chosen(graph, item_ids)
    plain: nx.DiGraph[str] = nx.DiGraph(manual=graph.manual_id, title=graph.title)
    for item_id, item in chosen.items():
        plain.add_node(item_id, **_attributes(item))
    for start, end, kind in _edges(graph, chosen):
        plain.add_edge(start, end, type=kind)
    return plain


def graphml(graph: MenuGraph, item_ids: Iterable[str] | None = None) -> str:
    """Return `networkx_graph` as GraphML. Characters that XML cannot hold become U+FFFD."""
    plain = networkx_graph(graph, item_ids)
    safe: nx.DiGraph[str] = nx.DiGraph(**_xml_safe(plain.graph))
    safe.add_nodes_from((_xml_text(node), _xml_safe(data)) for node, data in plain.nodes(data=True))
    safe.add_edges_from((_xml_text(start), _xml_text(end), data) for start, end, data in plain.edges(data=True))
    written = BytesIO()
    nx.write_graphml_xml(safe, written)
    return written.getvalue().decode()


@dataclass(frozen=True, slots=True)
class Exported:
    """A text in the format asked for, how many items it holds, and how many that were wanted it has no room for."""

    text: str
    items: int
    left_out: int = 0


def exported(
    graph: MenuGraph,
    form: ExportFormat,
    item_id: str | None = None,
    *,
    way: bool = False,
    depth: int | None = None,
    options: bool = True,
) -> Exported:
    """Export a manual, an item with all below it down to a depth, or the `way` to an item from its root.

    Only Mermaid has a limit (`mermaid.MOST_ITEMS`). Raises KeyError for an unknown id.
    """
    if way and item_id is not None:
        chosen = [item.id for item in graph.ancestors(item_id)]
        return Exported(_written(graph, form, chosen), len(chosen))
    whole = tree_view(graph, item_id, depth=depth, options=options, most=len(graph))
    if form != "mermaid":
        return Exported(_written(graph, form, whole.item_ids), len(whole.branches))
    view = tree_view(graph, item_id, depth=depth, options=options, most=MOST_ITEMS)
    return Exported(view_chart(graph, view), len(view.branches), len(whole.branches) - len(view.branches))


def _written(graph: MenuGraph, form: ExportFormat, item_ids: Sequence[str]) -> str:
    if form == "mermaid":
        return chart(graph, item_ids)
    if form == "graphml":
        return graphml(graph, item_ids)
    return json.dumps(node_link_document(graph, item_ids), ensure_ascii=False, indent=1)


def _chosen(graph: MenuGraph, item_ids: Iterable[str] | None) -> dict[str, MenuItem]:
    wanted = None if item_ids is None else set(item_ids)
    return {item.id: item for item in graph.items if wanted is None or item.id in wanted}


def _edges(graph: MenuGraph, chosen: dict[str, MenuItem]) -> list[tuple[str, str, str]]:
    return [
        (start, end, kind)
        for kind in (HAS_CHILD, SEE_ALSO)
        for start, end in graph.edges(kind)
        if start in chosen and end in chosen
    ]


def _attributes(item: MenuItem) -> dict[str, Any]:
    page = {} if item.page is None else {"page": item.page}
    return {
        "label": item.label,
        "kind": item.kind,
        "name": item.name,
        "menu_path": item.menu_path,
        "taps": " > ".join(item.taps),
        "path": json.dumps(item.path, ensure_ascii=False),
        "description": item.description,
        "text": "\n".join(block.text for block in item.blocks),
        "url": item.url,
        **page,
    }


def _xml_safe(attributes: dict[str, Any]) -> dict[str, Any]:
    return {key: _xml_text(value) if isinstance(value, str) else value for key, value in attributes.items()}


def _xml_text(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
