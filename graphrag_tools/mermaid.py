"""Charts of a graph in Mermaid: `graph BT`, each item pointing up at the one above it, roots on top."""

import re
from collections.abc import Iterable, Mapping, Sequence

from graphrag_tools.graph import SEE_ALSO, MenuGraph
from graphrag_tools.manual import tidy
from graphrag_tools.tree_view import TreeView, tree_view

MOST_ITEMS = 300
"""Mermaid refuses more than 500 edges or 50,000 characters: 299 edges of a tree and 200 others fit."""
_MOST_SEE_ALSO = 200
_MOST_LABEL = 80
_MOST_ENCODED = 90
# One of these may begin an entity, a directive, a formula, an icon, a list or HTML, or end the label.
_SPECIAL = re.compile(r'["#$%&*+:;<=>@[\\\]^_`{|}~]|(?<!\w)-|(?<=\d)[.)]')
_PIECE = re.compile(r"#\d+;|.")


def chart(graph: MenuGraph, item_ids: Iterable[str]) -> str:
    """Return the given items and the edges among them as a chart. Raises KeyError for an unknown id."""
    return "\n".join(_chart_lines(graph, list(item_ids), {}))


def path_chart(graph: MenuGraph, item_id: str) -> str:
    """Return the chart of an item's menu path: the item at the bottom, its root on top."""
    return chart(graph, [item.id for item in graph.ancestors(item_id)])


def subtree_chart(
    graph: MenuGraph, item_id: str | None = None, *, depth: int | None = None, options: bool = True
) -> str:
    """Return the chart of an item and what hangs below it, or of a whole manual.

    At most `MOST_ITEMS` items; one whose children are not all shown says how many more there are.
    """
    return view_chart(graph, tree_view(graph, item_id, depth=depth, options=options, most=MOST_ITEMS))


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
