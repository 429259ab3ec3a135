"""The commands that show the graph itself: tree in the terminal, export for other programs."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from graphrag_tools.cli.opening import open_index
from graphrag_tools.cli.options import Json, PlaceOptions
from graphrag_tools.cli.output import print_aside, print_data, print_json, print_shown, print_text
from graphrag_tools.cli.wording import all_counted, command_line, index_option, search_command, shown_way, title_beside
from graphrag_tools.errors import ConfigError

if TYPE_CHECKING:
    from graphrag_tools.index.index import ManualIndex
    from graphrag_tools.manual.graph import MenuGraph, MenuItem
    from graphrag_tools.manual.names import NameMatch
    from graphrag_tools.manual.tree import Branch, TreeView

Item = Annotated[list[str] | None, typer.Argument(help="A menu item: its title, path or id; without it, all.")]
_MOST_LEVELS = 12
_DEFAULT_DEPTH = 1
"""Below the first level, where no item is named."""


class Format(StrEnum):
    """What a graph is exported as."""

    mermaid = "mermaid"
    graphml = "graphml"
    json = "json"


def tree(
    place: PlaceOptions,
    item: Item = None,
    options: Annotated[bool, typer.Option("--options", help="Show options by name, not only how many.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most items to show of a manual.")] = 300,
    as_json: Json = False,
) -> None:
    """Show what is below a menu item, with its options, or the top of the manuals.

    A terminal has room for a depth of 12; start at an item to see what is below, or take --json.
    """
    from graphrag_tools.manual.tree import tree_view

    wanted = _DEFAULT_DEPTH if place.depth is None and not item else place.depth
    depth = place.depth if as_json else min(_MOST_LEVELS, _MOST_LEVELS if wanted is None else wanted)
    own_options = bool(item) and not as_json
    shown: list[tuple[MenuGraph, TreeView]] = [
        (graph, tree_view(graph, item_id, depth=depth, options=options, own_options=own_options, most=limit))
        for graph, item_id in graphs_named(open_index(place.index), _one(item), place.manual)
    ]
    if as_json:
        print_json([tree_document(graph, view) for graph, view in shown])
        return
    is_short = wanted != place.depth
    print_shown(rendered_trees(shown, with_cuts=not is_short))
    if is_short and any(view.left_out for _, view in shown):
        command = command_line(f"tree ITEM{index_option(place.index)}")
        print_shown(f"This is the top alone. More: {command}, which shows its options too, or --depth 4.")


def export(
    place: PlaceOptions,
    item: Item = None,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.mermaid,
    path: Annotated[bool, typer.Option("--path", help="Only the way from the top of the manual to the item.")] = False,
    options: Annotated[bool, typer.Option("--options/--no-options", help="Whether options are items of it.")] = True,
    out: Annotated[Path | None, typer.Option(help="File to write (without it: shown).")] = None,
) -> None:
    """Write the graph of a manual, of an item and all below it, or of the way to an item, for other programs."""
    from graphrag_tools.manual.export import exported

    if path and not item:
        raise ConfigError("--path shows the way to an item, and none was given. Name one.")
    places = graphs_named(open_index(place.index), _one(item), place.manual)
    if len(places) > 1:
        known = ", ".join(graph.manual_id for graph, _ in places)
        raise ConfigError(f"the index holds {len(places)} manuals ({known}); an export is of one. Name it: --manual ID")
    graph, item_id = places[0]
    made = exported(graph, format_.value, item_id, way=path, depth=place.depth, options=options)
    if made.left_out:
        print_aside(f"{made.left_out} items are left out: Mermaid draws no more. Start at an item, or use graphml.")
    if out is None:
        show = print_data if format_ is Format.json else print_text
        show(made.text)
    else:
        _write(out, made.text)
        print_aside(f"Wrote {made.items} items to {out}.")


def _one(words: list[str] | None) -> str | None:
    """Return the name that words without quotes are; None for none."""
    return " ".join(words) if words else None


def graphs_named(index: "ManualIndex", item: str | None, manual: str | None) -> "list[tuple[MenuGraph, str | None]]":
    """Return the graphs to show, each from an item down, or whole.

    Raises:
        ConfigError: There is no such manual or item, or there are several such items.
    """
    index.check_manual(manual)
    if item is None:
        return [(index.graph_of(info.id), None) for info in index.manifest.manuals_within(manual)]
    found = item_named(index, item, manual)
    return [(index.graph_of(found.id), found.id)]


def item_named(index: "ManualIndex", text: str, manual: str | None) -> "MenuItem":
    """Return the item that a text means; that there is none, or several, is a ConfigError with what is near."""
    from graphrag_tools.tools.items import NoSuchItem, find_item

    try:
        return find_item(index, text, manual)
    except NoSuchItem as error:
        raise ConfigError(_candidates(text, error.match, index)) from error


def _candidates(item: str, match: "NameMatch", index: "ManualIndex") -> str:
    """Word for a terminal, in one line, that a text names no item or several."""
    from graphrag_tools.manual.graph import PATH_SEPARATOR

    listed = "; ".join(
        f"{shown_way(found.menu_path.split(PATH_SEPARATOR))} (id {found.id})" for found in match.items or match.nearest
    )
    if match.items:
        return f"{match.total} menu items are called {item!r}: {listed}. Give an id."
    near = f" Nearest: {listed}." if listed else f" Search for it: {search_command(item, index.folder)}"
    return f"there is no menu item {item!r}.{near}"


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written ({error.strerror or error}).") from error


def rendered_tree(graph: "MenuGraph", view: "TreeView", with_cuts: bool) -> RenderableType:
    """A view as a tree under its manual: names, how much hangs below each, and the taps where they are other words.

    An item that the view starts with has its whole menu path. `with_cuts` says what the view leaves out, and where.
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
    if not view.left_out or not with_cuts:
        return top
    for node, hidden in cut:
        node.add(Text(f"… {hidden} more", style="dim italic"))
    return Group(top, Text(f"{view.left_out} more items are not shown: start at one, or raise the limits.", "yellow"))


def rendered_trees(shown: "Iterable[tuple[MenuGraph, TreeView]]", with_cuts: bool) -> RenderableType:
    """The views of several manuals, one below the other."""
    return Group(*(rendered_tree(graph, view, with_cuts) for graph, view in shown))


def tree_document(graph: "MenuGraph", view: "TreeView") -> dict[str, Any]:
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


def _heading(graph: "MenuGraph") -> Text:
    sections = sum(item.kind == "section" for item in graph.items)
    title = title_beside(graph.manual_id, graph.title)
    counts = all_counted((sections, "section"), (len(graph) - sections, "option"))
    return Text.assemble((graph.manual_id, "bold"), title, (f"  {counts}", "dim"))


def _label(branch: "Branch") -> Text:
    item = branch.item
    name = item.name if branch.level else shown_way(item.path)
    style = "" if branch.level and item.kind == "section" else "green" if branch.level else "bold cyan"
    below = all_counted((branch.sections_below, "section"), (branch.options, "option"))
    taps = item.taps if item.taps and item.taps != item.path else ()
    return Text.assemble(
        (name, style),
        (f"  {below}" if below else "", "dim"),
        (f"  [{shown_way(taps)}]" if taps else "", "dim cyan"),
    )
