"""A graph for other programs: node-link JSON and GraphML with nothing left out, and Mermaid charts."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import networkx as nx

from graphrag_tools.manual.graph import HAS_CHILD, ITEM_DATA, SEE_ALSO, UNRESOLVED_DATA, MenuGraph, MenuItem
from graphrag_tools.manual.tree import TreeView, tree_view
from graphrag_tools.text.normalise import tidy

ExportFormat = Literal["mermaid", "graphml", "json"]
MOST_ITEMS = 300
"""Mermaid refuses more than 500 edges or 50,000 characters: 299 edges of a tree and 200 others fit."""
_MOST_SEE_ALSO = 200
_MOST_LABEL = 80
_MOST_ENCODED = 90
# One of these may begin an entity, a directive, a formula, an icon, a list or HTML, or end the label.
_SPECIAL = re.compile(r'["#$%&*+:;<=>@[\\\]^_`{|}~]|(?<!\w)-|(?<=\d)[.)]')
_PIECE = re.compile(r"#\d+;|.")
# What XML 1.0 cannot hold in any way, and what its readers turn into a line feed.
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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

    Only Mermaid has a limit (`MOST_ITEMS`). Raises KeyError for an unknown id.
    """
    if way and item_id is not None:
        chosen = [item.id for item in graph.ancestors(item_id)]
        return Exported(_written(graph, form, chosen), len(chosen))
    whole = tree_view(graph, item_id, depth=depth, options=options, most=len(graph))
    if form != "mermaid":
        return Exported(_written(graph, form, whole.item_ids), len(whole.branches))
    view = tree_view(graph, item_id, depth=depth, options=options, most=MOST_ITEMS)
    return Exported(view_chart(graph, view), len(view.branches), len(whole.branches) - len(view.branches))


def node_link_document(graph: MenuGraph, item_ids: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the graph, or the given items and the edges among them, as `networkx.node_link_graph` reads it.

    Each node is a `MenuItem` with all its fields, each edge has a type, HAS_CHILD or SEE_ALSO. Nodes are in
    reading order. A part of a graph keeps the unresolved links of its own items.
    """
    chosen = _chosen(graph, item_ids)
    unresolved = [found for found in graph.unresolved if found.item in chosen]
    return {
        "directed": True,
        "multigraph": False,
        "graph": {
            "manual": graph.manual_id,
            "title": graph.title,
            "unresolved": UNRESOLVED_DATA.dump_python(unresolved, mode="json"),
        },
        "nodes": [ITEM_DATA.dump_python(item, mode="json") for item in chosen.values()],
        "edges": [{"source": start, "target": end, "type": kind} for start, end, kind in _edges(graph, chosen)],
    }


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


def chart(graph: MenuGraph, item_ids: Iterable[str]) -> str:
    """Return the given items and the edges among them as a chart. Raises KeyError for an unknown id."""
    return "\n".join(_chart_lines(graph, list(item_ids), {}))


def view_chart(graph: MenuGraph, view: TreeView) -> str:
    """Return the chart of a view."""
    hidden = {branch.item.id: branch.hidden for branch in view.branches if branch.hidden}
    return "\n".join(_chart_lines(graph, view.item_ids, hidden))


def label(name: str) -> str:
    """Return a name as the text of a Mermaid node: one line, cut at 80 characters, special characters by number.

    >>> label('Wi-Fi "5 GHz" <b>')
    'Wi-Fi #34;5 GHz#34; #60;b#62;'
    """
    shown = tidy("".join(character if character.isprintable() else " " for character in name)) or "(no title)"
    text = _SPECIAL.sub(_by_number, shown[:_MOST_LABEL])
    if len(shown) <= _MOST_LABEL and len(text) <= _MOST_ENCODED:
        return text
    return f"{_whole_pieces(text, _MOST_ENCODED - 1)}…"


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


def _whole_pieces(text: str, most: int) -> str:
    """Return the start of an encoded text, cut between characters."""
    ends = (piece.end() for piece in _PIECE.finditer(text))
    return text[: max((end for end in ends if end <= most), default=0)]


def _by_number(special: re.Match[str]) -> str:
    return f"#{ord(special[0])};"


def _chart_lines(graph: MenuGraph, item_ids: Sequence[str], hidden: Mapping[str, int]) -> list[str]:
    nodes = {item_id: f"n{number}" for number, item_id in enumerate(dict.fromkeys(item_ids))}
    lines = ["graph BT"]
    for item_id, node in nodes.items():
        more = f" ({hidden[item_id]} more)" if item_id in hidden else ""
        lines.append(f'    {node}["{label(graph.item(item_id).name)}{more}"]')
    for item_id, node in nodes.items():
        above = graph.parent(item_id)
        if above is not None and above.id in nodes:
            lines.append(f"    {node} --> {nodes[above.id]}")
    see_also = [edge for edge in graph.edges(SEE_ALSO) if edge[0] in nodes and edge[1] in nodes]
    lines += [f"    {nodes[start]} -.->|see also| {nodes[end]}" for start, end in see_also[:_MOST_SEE_ALSO]]
    return lines
