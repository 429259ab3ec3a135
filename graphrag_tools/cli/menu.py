"""The command menu: the device's own menu, put together from the ways that the manual gives."""

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text
from rich.tree import Tree

from graphrag_tools.cli.opening import open_index
from graphrag_tools.cli.options import Json, PlaceOptions
from graphrag_tools.cli.output import print_json, print_shown
from graphrag_tools.cli.wording import command_line, counted, index_option, search_command, shown_way
from graphrag_tools.errors import ConfigError

if TYPE_CHECKING:
    from graphrag_tools.index.index import ManualIndex
    from graphrag_tools.manual.device_menu import Tap

Way = tuple[str, ...]
Found = tuple[Way, "Tap"]
_DEFAULT_DEPTH = 1
"""Below the first level, where no entry is named."""
_NEAREST = 3
_NO_WAYS = "The manual does not say where anything is on the device: it has no way such as 'Settings > Display'."


def menu(
    place: PlaceOptions,
    item: Annotated[
        list[str] | None, typer.Argument(help="An entry of that menu: its name, way or id; without it, all.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the device's own menu, as far as the manual tells it, or one entry with the sentence that tells of it."""
    index = open_index(place.index)
    entries = index.device_menu(place.manual)
    whole: list[Found] = [((), entry) for entry in entries]
    found = whole if not item else _entries_named(" ".join(item), entries, index, place.manual)
    depth = _DEFAULT_DEPTH if place.depth is None and not item else place.depth
    if as_json:
        print_json([_document(entry, way) for way, entry in found])
    elif not found:
        print_shown(_NO_WAYS)
    else:
        for way, entry in found:
            print_shown(_drawn(way, entry, depth, with_source=bool(item)))
        if not item and any(below.below for _, entry in found for below in entry.below):
            print_shown(f"More: {command_line(f'menu ITEM{index_option(place.index)}')}, or --depth 4.")


def _walked(entries: "Sequence[Tap]", way: Way = ()) -> "Iterator[Found]":
    """Yield all entries in order, each with the way to it."""
    for entry in entries:
        yield way, entry
        yield from _walked(entry.below, (*way, entry.name))


def _entries_named(item: str, entries: "Sequence[Tap]", index: "ManualIndex", manual: str | None) -> "list[Found]":
    """Return the entries that a text names: by name, by the end of their way, or as a menu item of the manual.

    Raises:
        ConfigError: There is none; the nearest are named.
    """
    from graphrag_tools.text.normalise import folded

    known = list(_walked(entries))
    wanted = [folded(part) for part in item.replace("›", ">").split(">")]
    named = [found for found in known if _names(found)[-len(wanted) :] == wanted]
    if not named:
        items = [index.item(one.id) for one in index.resolve(item, manual).items]
        ways = [[folded(name) for name in one.taps] for one in items if one.taps]
        named = [found for found in known if _names(found) in ways]
    if named:
        return named
    spelled = {folded(entry.name): shown_way((*way, entry.name)) for way, entry in reversed(known)}
    near = [spelled[name] for name in difflib.get_close_matches(wanted[-1], spelled, n=_NEAREST)]
    hint = f"nearest: {'; '.join(near)}." if near else f"search for it: {search_command(item, index.folder)}"
    raise ConfigError(f"the device's menu has no {item!r}, as far as the manual tells; {hint}")


def _names(found: "Found") -> list[str]:
    from graphrag_tools.text.normalise import folded

    way, entry = found
    return [folded(name) for name in (*way, entry.name)]


def _drawn(way: Way, entry: "Tap", depth: int | None, with_source: bool) -> Tree:
    said = f"\nThe manual: {entry.said}" if with_source and entry.said else ""
    top = Tree(Text.assemble((shown_way((*way, entry.name)), "bold cyan"), (said, "dim")), guide_style="dim")
    _draw_below(top, entry, depth)
    return top


def _draw_below(node: Tree, entry: "Tap", depth: int | None) -> None:
    """Draw the entries below one, `depth` levels of them: a way through a menu is a few names long."""
    for below in entry.below if depth != 0 else ():
        ends = depth == 1 and below.below
        more = f"  {counted(len(below.below), 'entry')}" if ends else ""
        _draw_below(node.add(Text.assemble(below.name, (more, "dim"))), below, None if depth is None else depth - 1)


def _document(entry: "Tap", way: Way) -> dict[str, Any]:
    """An entry as plain data, with those below it."""
    here = (*way, entry.name)
    below = [_document(one, here) for one in entry.below]
    return {"name": entry.name, "way": here, "said": entry.said, "item": entry.item, "below": below}
