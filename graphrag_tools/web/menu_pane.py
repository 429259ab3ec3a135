"""Draw the menu beside the chat: the way to an item with what is around it, its taps, and its section's text."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from graphrag_tools.answer import Answer
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import PATH_SEPARATOR, MenuGraph, MenuItem
from graphrag_tools.manual.sections import Block
from graphrag_tools.web.elements import Words, focus, part, press

MOST_BESIDE = 9
MOST_BELOW = 8
_MOST_RELATED = 12


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The surroundings of an item, or the roots of a manual where `item` is None.

    `above` runs from the root to the parent. `level` holds the item and those beside it, in order; `below` and
    `related` (see also) hang from the item. The two figures say how many of level and below are left out.
    """

    graph: MenuGraph
    item: MenuItem | None
    above: tuple[MenuItem, ...]
    level: tuple[MenuItem, ...]
    below: tuple[MenuItem, ...] = ()
    related: tuple[MenuItem, ...] = ()
    more_beside: int = 0
    more_below: int = 0


def neighbourhood(graph: MenuGraph, item_id: str | None = None, *, whole: bool = False) -> Neighbourhood:
    """Return what is around an item, or the roots of the manual; cut for length unless the whole is wanted.

    Raises KeyError for an unknown id.
    """
    way = graph.ancestors(item_id) if item_id is not None else []
    parent = way[-2] if len(way) > 1 else None
    beside = graph.children(parent.id) if parent else graph.roots
    item = way[-1] if way else None
    at = next((at for at, one in enumerate(beside) if one.id == item_id), 0)
    below = graph.children(item.id) if item else []
    level = beside if whole else _window(beside, at, MOST_BESIDE)
    shown_below = below if whole else below[:MOST_BELOW]
    return Neighbourhood(
        graph=graph,
        item=item,
        above=tuple(way[:-1]),
        level=tuple(level),
        below=tuple(shown_below),
        related=tuple(graph.see_also(item.id)[:_MOST_RELATED]) if item else (),
        more_beside=len(beside) - len(level),
        more_below=len(below) - len(shown_below),
    )


def quoted_positions(blocks: Sequence[Block], quote: str) -> frozenset[int]:
    """Return the positions of the blocks that stand in a quote, whose lines are blocks or lines of them."""
    quoted = {line.strip() for line in quote.splitlines() if line.strip()}
    return frozenset(at for at, block in enumerate(blocks) if _lines(block) and _lines(block) <= quoted)


def _lines(block: Block) -> set[str]:
    return {line.strip() for line in block.text.splitlines() if line.strip()}


def _window(items: Sequence[MenuItem], at: int, most: int) -> Sequence[MenuItem]:
    """Return at most so many items around a position."""
    start = max(0, min(at - most // 2, len(items) - most))
    return items[start : start + most]


class MenuPane:
    """Shows one item at a time, or the roots of the manuals; a click walks on to another."""

    def __init__(self, index: ManualIndex, manuals: Sequence[str]) -> None:
        """Draw the pane where the caller's slot is, at the roots of some manuals."""
        self._index = index
        self._manuals = tuple(manuals)
        self._quoted: dict[str, str] = {}
        """What the last answer shown quotes, by the id of the section."""
        self._answered: str | None = None
        self._body = part("div", classes="menu-body")
        self.show_roots(manuals)

    def show_roots(self, manuals: Sequence[str]) -> None:
        """Show where some manuals begin."""
        self._manuals = tuple(manuals)
        with self._cleared():
            for manual in manuals:
                self._draw_tree(neighbourhood(self._index.graph_of(manual)))

    def show_answer(self, answer: Answer) -> None:
        """Show the item that an answer is from, its quote marked; for a refusal, where the manuals begin."""
        self._quoted, self._answered = {}, None
        sources = [source for source in answer.sources if source.id in self._index]
        if not sources:
            self._to_roots()
            return
        self._quoted = {self._index.graph_of(one.id).section_of(one.id).id: one.quote for one in sources}
        self._answered = sources[0].id
        self._draw(self._answered)

    def walk_to(self, item_id: str, *, whole: bool = False) -> None:
        """Show an item, with all that is around it if wanted, and put the keyboard there."""
        try:
            current = self._draw(item_id, whole=whole)
        except (KeyError, GraphRAGToolsError):
            with self._cleared():
                Words("p", "This item is no longer in the index: it was built anew.", classes="warning")
            return
        if current is not None:
            focus(current)

    def _draw(self, item_id: str, *, whole: bool = False) -> Words | None:
        around = neighbourhood(self._index.graph_of(item_id), item_id, whole=whole)
        section = around.graph.section_of(item_id)
        with self._cleared():
            current = self._draw_tree(around)
            self._draw_taps(around.item or section)
            self._draw_section(section, item_id)
        return current

    def _cleared(self) -> ui.element:
        self._body.clear()
        return self._body

    def _draw_tree(self, around: Neighbourhood) -> Words | None:
        """Draw the way down as nested lists, and return the button of the item itself."""
        current = None
        with part("nav", classes="tree", label=f"Menu of {around.graph.title}"):
            with part("div", classes="tree-top"):
                press(around.graph.title, self._to_roots, classes="manual", label=f"{around.graph.title}: all menus")
                if self._answered and (around.item is None or self._answered != around.item.id):
                    back = self._answered
                    press("Back to the answer", lambda: self.walk_to(back), classes="quiet")
            with part("ul") as parent:
                pass
            for item in around.above:
                with parent, part("li"):
                    self._node(item, classes="above")
                    parent = part("ul")
            with parent:
                for item in around.level:
                    with part("li"):
                        if around.item is not None and item.id == around.item.id:
                            current = self._draw_current(around)
                        else:
                            self._node(item)
                self._draw_more(around.more_beside, (around.item, *around.level), "beside it")
        return current

    def _draw_current(self, around: Neighbourhood) -> Words:
        item = around.item
        if item is None:
            raise RuntimeError("roots have no item to draw")
        current = self._node(item, classes="current")
        current.props["aria-current"] = "location"
        if around.below or around.related:
            with part("ul"):
                for child in around.below:
                    with part("li"):
                        self._node(child)
                self._draw_more(around.more_below, (item,), "below it")
                for other in around.related:
                    with part("li", classes="related"):
                        Words("span", "see also", classes="edge")
                        self._node(other, label=f"See also: {other.menu_path}")
        return current

    def _node(self, item: MenuItem, *, classes: str = "", label: str = "") -> Words:
        option = item.kind == "option"
        heard = label or (f"{item.name} (option)" if option else "")
        kind = "node option" if option else "node"
        return press(item.name, lambda: self.walk_to(item.id), classes=f"{kind} {classes}", label=heard)

    def _draw_more(self, count: int, items: Sequence[MenuItem | None], where: str) -> None:
        """Draw what shows everything around the first of the items, where some is left out."""
        item = next((one for one in items if one is not None), None)
        if count and item is not None:
            with part("li"):
                words = f"{count} more"
                press(words, lambda: self.walk_to(item.id, whole=True), classes="quiet", label=f"{words} {where}")

    def _draw_taps(self, item: MenuItem) -> None:
        if item.taps:
            with part("p", classes="way"):
                Words("span", "On the device", classes="name")
                Words("span", PATH_SEPARATOR.join(item.taps), classes="taps")

    def _draw_section(self, section: MenuItem, item_id: str) -> None:
        quoted = quoted_positions(section.blocks, self._quoted.get(section.id, ""))
        with part("section", classes="section", label=f"What the manual says: {section.name}"):
            Words("h3", section.name)
            if quoted:
                Words("p", "Marked: what the answer rests on.", classes="aside")
            if not section.blocks:
                Words("p", "The manual has no text here, only the items below it.", classes="aside")
            name = self._index.item(item_id).name if item_id != section.id else ""
            for at, block in enumerate(section.blocks):
                here = " here" if name and block.name == name else ""
                line = part("p", classes=f"line {block.kind}{here}").style(f"--depth: {block.depth}")
                with line:
                    Words("mark" if at in quoted else "span", block.text)

    def _to_roots(self) -> None:
        self.show_roots(self._manuals)
