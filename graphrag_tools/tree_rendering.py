"""What the tree command shows: views of graphs as trees in the terminal, or as plain data."""

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from graphrag_tools.graph import PATH_SEPARATOR, MenuGraph
from graphrag_tools.tree_view import Branch, TreeView


def rendered_tree(graph: MenuGraph, view: TreeView) -> RenderableType:
    """A view as a tree under its manual: names, how much hangs below each, and the taps where they are other words.

    An item that the view starts with has its whole menu path.
    """
    top = Tree(_heading(graph), guide_style="dim")
    nodes = [top]
    cut: list[tuple[Tree, int]] = []
    for branch in view.branches:
        del nodes[branch.level + 1 :]
        node = nodes[-1].add(_label(branch))
        nodes.append(node)
        if branch.hidden:
            cut.append((node, branch.hidden))
    for node, hidden in cut:
        node.add(Text(f"… {hidden} more", style="dim italic"))
    if not view.left_out:
        return top
    return Group(top, Text(f"{view.left_out} more items are not shown: start at one, or raise the limits.", "yellow"))


def rendered_trees(shown: Iterable[tuple[MenuGraph, TreeView]]) -> RenderableType:
    """The views of several manuals, one below the other."""
    return Group(*(rendered_tree(graph, view) for graph, view in shown))


def tree_document(graph: MenuGraph, view: TreeView) -> dict[str, Any]:
    """A view as plain data: the items in reading order, each with its level, so that no depth is too deep."""
    items = [
        {
            "id": branch.item.id,
            "level": branch.level,
            "kind": branch.item.kind,
            "name": branch.item.name,
            "menu_path": branch.item.path,
            "taps": branch.item.taps,
            "sections_below": branch.sections_below,
            "options": branch.options,
            "hidden": branch.hidden,
        }
        for branch in view.branches
    ]
    return {"manual": graph.manual_id, "title": graph.title, "items": items, "left_out": view.left_out}


def printable(text: str) -> str:
    """Return text on one line without the characters that could command a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _heading(graph: MenuGraph) -> Text:
    sections = sum(item.kind == "section" for item in graph.items)
    title = f" {printable(graph.title)}" if graph.title != graph.manual_id else ""
    counts = _counted((sections, "section"), (len(graph) - sections, "option"))
    return Text.assemble((printable(graph.manual_id), "bold"), title, (f"  {counts}", "dim"))


def _label(branch: Branch) -> Text:
    item = branch.item
    name = item.name if branch.level else item.menu_path
    style = "" if branch.level and item.kind == "section" else "green" if branch.level else "bold cyan"
    below = _counted((branch.sections_below, "section"), (branch.options, "option"))
    taps = item.taps if item.taps and item.taps != item.path else ()
    return Text.assemble(
        (printable(name), style),
        (f"  {below}" if below else "", "dim"),
        (f"  [{printable(PATH_SEPARATOR.join(taps))}]" if taps else "", "dim cyan"),
    )


def _counted(*counts: tuple[int, str]) -> str:
    return ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in counts if number)
