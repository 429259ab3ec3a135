"""Draw the contents of the manuals as a tree that opens down to the item that is looked at, and find items by name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from nicegui.events import GenericEventArguments

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import SHOWN_SEPARATOR, MenuGraph, MenuItem
from graphrag_tools.text.normalise import folded
from graphrag_tools.web.drawings import Drawings
from graphrag_tools.web.elements import Words, focus, part, press

MOST_BESIDE = 100
"""Of one level: what is more, a button shows."""
_MOST_FOUND = 30
_THROTTLE = 0.15
"""Seconds: of what is typed faster, the last counts."""


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the tree. `is_open` says that those below it stand in `below`; `left_out` of them do not."""

    item: MenuItem
    has_below: bool
    is_open: bool = False
    below: "tuple[Row, ...]" = ()
    left_out: int = 0


def contents(graph: MenuGraph, opened: Sequence[str], whole: str = "") -> Row:
    """Return the tree of a manual with some items open, those below `whole` all shown; its own row has no item.

    A level with more than MOST_BESIDE items is cut to those around the one that is open in it.
    """
    return Row(_TOP, True, True, *_level(graph, "", graph.roots, frozenset(opened), whole))


def _level(
    graph: MenuGraph, above: str, items: Sequence[MenuItem], opened: frozenset[str], whole: str
) -> tuple[tuple[Row, ...], int]:
    at = next((at for at, item in enumerate(items) if item.id in opened), 0)
    start = max(0, min(at - MOST_BESIDE // 2, len(items) - MOST_BESIDE))
    shown = items if whole == (above or graph.manual_id) else items[start : start + MOST_BESIDE]
    rows: list[Row] = []
    for item in shown:
        below = graph.children(item.id)
        if item.id in opened and below:
            rows.append(Row(item, True, True, *_level(graph, item.id, below, opened, whole)))
        else:
            rows.append(Row(item, bool(below)))
    return tuple(rows), len(items) - len(shown)


def named_like(graph: MenuGraph, text: str) -> Iterator[MenuItem]:
    """Yield the items whose name has a text in it, as it is compared: without case and punctuation."""
    wanted = folded(text)
    return (item for item in graph.items if wanted in folded(item.name))


_TOP = MenuItem("", "", "section", "", ())


class Contents:
    """Shows the tree and marks one item in it; `open_item` is told of one that was pressed."""

    def __init__(
        self,
        drawings: Drawings,
        manuals: Sequence[str],
        open_item: Callable[[str], None],
        look_for: Callable[[str], None],
    ) -> None:
        """Draw the tree where the caller's slot is, at the roots of some manuals.

        `look_for` is told what is typed into the field that finds items, for what else has names; Enter asks it.
        """
        self._index: ManualIndex = drawings.index
        self._drawings = drawings
        self._open_item = open_item
        self._look_beside = look_for
        self._manuals = tuple(manuals)
        self._current = ""
        self._marked: Words | None = None
        """The button of the current item."""
        self._wanted = ""
        self._find = part("input", classes="find", label="Find in the manual")
        self._find.props["type"] = "search"
        self._find.props["placeholder"] = "Find a name; Enter asks"
        self._find.props["autocomplete"] = "off"
        self._find.on("input", self._look_for, js_handler="(event) => emit(event.target.value)", throttle=_THROTTLE)
        Words("p", "Browse the manual" if len(manuals) == 1 else "Browse the manuals", classes="lab")
        self._body = part("div", classes="contents")
        self._draw()

    def show(self, manuals: Sequence[str], item_id: str = "") -> None:
        """Show the tree of some manuals, open down to an item, if one is given."""
        if (self._manuals, self._current) != (tuple(manuals), item_id):
            self._manuals, self._current = tuple(manuals), item_id
            self._draw()

    def _look_for(self, event: GenericEventArguments) -> None:
        self._find_names(str(event.args).strip())
        self._draw()

    def _find_names(self, wanted: str) -> None:
        self._wanted = wanted
        self._look_beside(wanted)

    def _draw(self, whole: str = "") -> None:
        self._body.clear()
        self._marked = None
        wanted = self._wanted
        with self._body:
            for manual in self._manuals:
                graph = self._index.graph_of(f"{manual}/")
                if wanted:
                    self._draw_found(graph, wanted)
                else:
                    self._draw_tree(graph, whole)

    def _draw_found(self, graph: MenuGraph, wanted: str) -> None:
        found = list(islice(named_like(graph, wanted), _MOST_FOUND + 1))
        more = ", the first of them:" if len(found) > _MOST_FOUND else ":"
        Words("p", f"“{wanted}” in {graph.title}{more}" if found else f"No name in {graph.title} has “{wanted}”.")
        with part("ul", classes="found"):
            for item in found[:_MOST_FOUND]:
                with part("li"):
                    self._button(item, "node", label=SHOWN_SEPARATOR.join(item.path))

    def _draw_tree(self, graph: MenuGraph, whole: str) -> None:
        on_way = self._current in graph
        opened = [item.id for item in graph.ancestors(self._current)] if on_way else []
        top = contents(graph, opened, whole)
        with part("nav", classes="tree", label=f"Menu of {graph.title}"):
            if len(self._manuals) > 1:
                Words("h2", graph.title)
            self._draw_level(top, graph, opened[:-1], "tree")

    def _draw_level(self, row: Row, graph: MenuGraph, above: Sequence[str], role: str) -> None:
        with part("ul") as level:
            level.props["role"] = role
            if role == "tree":
                level.props["aria-label"] = f"Contents of {graph.title}"
            for one in row.below:
                self._draw_row(one, graph, above)
            if row.left_out:
                with part("li") as more:
                    more.props["role"] = "none"
                    whole = row.item.id or graph.manual_id
                    button = press(f"{row.left_out:,} more", lambda: self._draw(whole=whole), classes="quiet")
                    button.props["role"] = "treeitem"

    def _draw_row(self, row: Row, graph: MenuGraph, above: Sequence[str]) -> None:
        item, kind = row.item, "node"
        if item.kind == "option":
            kind += " option"
        if item.id in above:
            kind += " above"
        if item.id == self._current:
            kind += " current"
        with part("li") as line:
            line.props["role"] = "none"
            button = self._button(item, kind)
            button.props["role"] = "treeitem"
            if item.id == self._current:
                button.props["aria-current"] = "location"
                self._marked = button
            if row.has_below:
                button.props["aria-expanded"] = "true" if row.is_open else "false"
                self._count(item, graph)
            if row.is_open:
                self._draw_level(row, graph, above, "group")

    def _count(self, item: MenuItem, graph: MenuGraph) -> None:
        bar = self._drawings.bars(graph.manual_id).get(item.id)
        if bar is not None and bar.sections > 1:
            Words("span", f"{bar.sections - 1:,}", classes="count").props["aria-hidden"] = "true"

    def _button(self, item: MenuItem, kind: str, label: str = "") -> Words:
        heard = label or (f"{item.name} (option)" if item.kind == "option" else "")
        return press(item.name, lambda: self._press(item.id), classes=kind, label=heard)

    def _press(self, item_id: str) -> None:
        if self._wanted:
            self._find_names("")
            self._find.client.run_javascript(f"getHtmlElement({self._find.id}).value = ''")
            self._current = ""
        self._open_item(item_id)
        if self._marked is not None:
            focus(self._marked)
