"""Draw where an answer or an item is, in three views: tap by tap, on the map of the manual, and as printed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nicegui import ui

from graphrag_tools.answer import Answer
from graphrag_tools.answers.layout import AnswerLine, section_lines
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.manual.graph import SHOWN_SEPARATOR, MenuGraph, MenuItem
from graphrag_tools.manual.sections import Block
from graphrag_tools.text.web_address import is_web_address
from graphrag_tools.web.cards import OPEN_IN_MANUAL
from graphrag_tools.web.drawings import Drawings
from graphrag_tools.web.elements import Words, outside, own_file, part, press
from graphrag_tools.web.icicle import Marks, draw_map
from graphrag_tools.web.screens import Entry, Screen, device_screens, manual_screens
from graphrag_tools.web.wide_text import draw_lines, wide

VIEWS = {"taps": "Tap by tap", "map": "Map", "page": "Page"}
_SHADED = 20
"""How many sections that search looked at are shaded on the map."""
_MOST_MAPS = 3
"""Of so many manuals the maps are drawn where no item is shown."""
_AFTER_WORDS = 0.3
"""Seconds: what somebody reads first, the welcome or a card, is not to wait for a map beside it."""
_GONE = "This item is no longer in the index: it was built anew, or the address is of another manual."
_NOWHERE = "Ask something, or choose an item: here are its screens, its place on the map, and its page."
_WHOLE = "All of it: a bar is a section, as high as what is below it. Ask, or press one."
_DOUBT = (
    "No place is sure to answer this. Press one that the answer names: here are its screens, its place and its page."
)
_CLOSEST = "No place is sure to answer this. Numbered: the closest. Shaded: what search found. Press one to see it."
_LEGEND = "Each bar is a section, as high as what is below it. Filled: the way here. Shaded: what search found."


@dataclass(frozen=True, slots=True)
class Shown:
    """What the views show: an item, the way to it on the device, and what an answer from it asks and quotes."""

    item: str = ""
    taps: tuple[str, ...] = ()
    question: str = ""
    quotes: dict[str, str] = field(default_factory=dict)
    """What is quoted, by the id of the section."""
    places: tuple[str, ...] = ()
    """The ids of the closest places, where no item is sure."""


def quoted_positions(blocks: Sequence[Block], quote: str) -> frozenset[int]:
    """Return the positions of the blocks that stand in a quote, whose lines are blocks or lines of them."""
    quoted = {line.strip() for line in quote.splitlines() if line.strip()}
    return frozenset(at for at, block in enumerate(blocks) if _lines(block) and _lines(block) <= quoted)


def _lines(block: Block) -> set[str]:
    return {line.strip() for line in block.text.splitlines() if line.strip()}


class Views:
    """Shows one item at a time in the view that is chosen; `open_item` is told of another that was pressed."""

    def __init__(self, drawings: Drawings, open_item: Callable[[str], None], pages: Mapping[str, str]) -> None:
        """Draw the views where the caller's slot is; `pages` are the files of manuals that visitors may open."""
        self._pages = pages
        self._drawings = drawings
        self._index = drawings.index
        self._open_item = open_item
        self._shown, self._answered = Shown(), Shown()
        self._view = "taps"
        with part("div", classes="tabs", label="Views") as tabs:
            tabs.props["role"] = "tablist"
            self._tabs = {name: self._tab(name, words) for name, words in VIEWS.items()}
        self._body = part("div", classes="view")
        self._body.props["role"] = "tabpanel"
        self._body.props["tabindex"] = "0"
        self._mark()
        self._draw()

    @property
    def item(self) -> str:
        """The id of the item that is shown, empty for none."""
        return self._shown.item

    def clear(self) -> None:
        """Show nothing."""
        if self._shown != Shown() or self._answered != Shown():
            self._shown = self._answered = Shown()
            self._draw()

    def show_answer(self, answer: Answer) -> str:
        """Show the item that an answer is from, its quote marked, and return its id; nothing for a refusal."""
        sources = [source for source in answer.sources if source.id in self._index]
        question = answer.understood_as or answer.question
        if sources:
            quotes = {self._index.section_of(one.id).id: one.quote for one in sources}
            self._shown = Shown(sources[0].id, answer.taps, question, quotes)
        else:
            closest = tuple(place.id for place in answer.alternatives if place.id in self._index)
            self._shown = Shown(question=question, places=closest)
        self._answered = self._shown
        self._draw()
        return self._shown.item

    def show_item(self, item_id: str) -> bool:
        """Show an item, and return whether there is one; what the last answer quotes stays marked."""
        known = item_id in self._index
        taps = self._index.item(item_id).taps if known else ()
        if known and item_id == self._answered.item:  # "Back to the answer", too
            self._shown = self._answered
        else:
            self._shown = Shown(item_id, taps, "", self._answered.quotes)
        self._draw()
        return known

    def choose(self, view: str) -> None:
        """Show one of the views."""
        if view != self._view:
            self._view = view
            self._mark()
            self._draw()

    def _mark(self) -> None:
        """Mark the view that is chosen."""
        view = self._view
        for name, tab in self._tabs.items():
            tab.props["aria-selected"] = "true" if name == view else "false"
            tab.props["tabindex"] = "0" if name == view else "-1"
        self._body.props["aria-label"] = VIEWS[view]

    def _tab(self, name: str, words: str) -> Words:
        tab = press(words, lambda: self.choose(name))
        tab.props["role"] = "tab"
        return tab

    def _draw(self) -> None:
        self._body.clear()
        shown = self._shown
        with self._body:
            if not shown.item:
                self._draw_nowhere()
                return
            try:
                graph = self._index.graph_of(shown.item)
                item, section = graph.item(shown.item), graph.section_of(shown.item)
            except (KeyError, GraphRAGToolsError):
                Words("p", _GONE, classes="warning")
                return
            self._draw_back(item)
            if self._view == "taps":
                self._draw_taps(graph, item, section)
                self._draw_section(graph, section, item)
            elif self._view == "map":
                self._draw_map(graph, section)
            else:
                self._draw_section(graph, section, item)
        self._body.client.run_javascript("setTimeout(() => graphragTools.shown())")

    def _draw_back(self, item: MenuItem) -> None:
        """Draw the way back to what the last answer is from, or to the closest places that it names."""
        back = self._answered.item
        if back and back != item.id:
            press("Back to the answer", lambda: self._open_item(back), classes="quiet")
        elif self._answered.places:
            press("Back to the closest places", self._show_places, classes="quiet")

    def _show_places(self) -> None:
        self._shown = self._answered
        self._draw()

    def _draw_nowhere(self) -> None:
        """Draw what stands where no item is shown: the whole manual, with the closest places of an answer in it."""
        places, manuals = self._shown.places, [info.id for info in self._index.manuals]
        if self._view == "page" or not (places or len(manuals) <= _MOST_MAPS):
            Words("p", _DOUBT if places else _NOWHERE, classes="aside")
            return
        graphs = {graph.manual_id: graph for graph in map(self._index.graph_of, places)} if places else {}
        graphs = graphs or {manual: self._index.graph_of(f"{manual}/") for manual in manuals}
        Words("p", _CLOSEST if places else _WHOLE, classes="aside")
        for graph in graphs.values():
            if len(manuals) > 1:
                Words("p", graph.title, classes="lab")
            sections = tuple(graph.section_of(place).id if place in graph else "" for place in places)
            label = f"Map of {graph.title}; the closest places are numbered"
            self._draw_shaded(graph, Marks(places=sections), label, _AFTER_WORDS)

    def _draw_taps(self, graph: MenuGraph, item: MenuItem, section: MenuItem) -> None:
        taps = self._shown.taps or item.taps
        if taps:
            Words("p", "On the device", classes="lab")
            options = [child for child in graph.children(section.id) if child.kind == "option"]
            chosen = item.id if item.kind == "option" else ""
            screens = device_screens(self._drawings.menu(graph.manual_id), taps, options, chosen)
        else:
            Words("p", "In the manual, which tells no way on the device here", classes="lab")
            screens = manual_screens(graph, item.id)
        with part("ol", classes="screens", label="The way, screen by screen") as row:
            row.props["tabindex"] = "0"
            for number, screen in enumerate(screens, start=1):
                self._draw_screen(screen, number)

    def _draw_screen(self, screen: Screen, number: int) -> None:
        with part("li", classes="screen"):
            Words("h2", screen.title)
            with part("ul"):
                for at, entry in enumerate(screen.entries):
                    with part("li"):
                        self._draw_entry(entry, number if at == screen.pressed else 0)
                if screen.left_out:
                    Words("li", f"{screen.left_out:,} more in the contents", classes="aside")
                if not screen.entries:
                    Words("li", "What is on this screen, the manual does not list.", classes="aside")
            if screen.pressed is not None and (said := screen.entries[screen.pressed].said):
                Words("p", said, classes="said-by")

    def _draw_entry(self, entry: Entry, number: int) -> None:
        if not entry.item:
            Words("span", entry.name, classes="entry pressed" if number else "entry")
            return
        button = press(entry.name, lambda: self._open_item(entry.item), classes="entry pressed" if number else "entry")
        if entry.said:
            button.props["title"] = entry.said
        if number:
            button.props["data-number"] = str(number)
            button.props["aria-label"] = f"{number}. {entry.name}"

    def _draw_map(self, graph: MenuGraph, section: MenuItem) -> None:
        Words("p", _LEGEND, classes="aside")
        way = tuple(one.id for one in graph.ancestors(section.id))
        arcs = tuple(graph.section_of(one.id).id for one in graph.see_also(section.id))
        label = f"Map of {graph.title}; the way to {section.name} is filled"
        self._draw_shaded(graph, Marks(way, arcs=arcs), label)
        self._draw_related(graph, section)

    def _draw_shaded(self, graph: MenuGraph, marks: Marks, label: str, after: float = 0.0) -> None:
        """Draw a map, shaded with what search finds for the question that was asked, so many seconds later."""
        bars, question = self._drawings.bars(graph.manual_id), self._shown.question
        drawing = ui.html("", sanitize=False).classes("map")

        async def draw() -> None:
            if marks == Marks() and not question:
                drawing.content = self._drawings.map(graph.manual_id)
                return
            shades = await asyncio.to_thread(self._shades, graph, question) if question else {}
            if not drawing.is_deleted:
                drawing.content = draw_map(bars, replace(marks, shades=shades), label)

        ui.timer(after, draw, once=True)

    def _shades(self, graph: MenuGraph, question: str) -> dict[str, float]:
        try:
            hits = self._index.search(question, _SHADED, graph.manual_id)
        except GraphRAGToolsError:  # the map stands without them
            return {}
        best = max((hit.score for hit in hits), default=0.0) or 1.0
        return {hit.section_id: max(0.0, hit.score / best) for hit in hits}

    def _draw_related(self, graph: MenuGraph, section: MenuItem) -> None:
        related = graph.see_also(section.id)
        if related:
            with part("p", classes="related"):
                Words("span", "See also", classes="lab")
                for other in related:
                    self._draw_other(other)

    def _draw_other(self, other: MenuItem) -> None:
        path = f"See also: {SHOWN_SEPARATOR.join(other.path)}"
        press(other.name, lambda: self._open_item(other.id), classes="place", label=path)

    def _draw_section(self, graph: MenuGraph, section: MenuItem, item: MenuItem) -> None:
        quoted = quoted_positions(section.blocks, self._shown.quotes.get(section.id, ""))
        with part("section", classes="section", label=f"What the manual says: {section.name}"):
            Words("p", SHOWN_SEPARATOR.join(section.path[:-1]), classes="lab")
            Words("h2", section.name)
            if quoted:
                Words("p", "Marked: what the answer rests on.", classes="aside")
            if not section.blocks:
                Words("p", "The manual has no text here, only the items below it.", classes="aside")
            name = item.name if item.id != section.id else ""
            blocks, lines = section.blocks, section_lines(section.blocks)

            def draw(at: int) -> None:
                _draw_block(blocks[at], lines[at], at in quoted, bool(name) and blocks[at].name == name)

            draw_lines(lines, draw, frozenset(quoted))
            self._draw_origin(graph, section)
        self._draw_related(graph, section)

    def _draw_origin(self, graph: MenuGraph, section: MenuItem) -> None:
        """Draw where the section stands in the manual itself."""
        page = f", page {section.page}" if section.page is not None else ""
        file = self._pages.get(graph.manual_id)
        if is_web_address(section.url):
            outside(f"{OPEN_IN_MANUAL}{page} ↗", section.url)
        elif page and file:
            own_file(f"{OPEN_IN_MANUAL}{page} ↗", f"{file}#page={section.page}")
        elif page:
            Words("p", f"Page {section.page}", classes="aside")


def _draw_block(block: Block, line: AnswerLine, is_quoted: bool, is_here: bool) -> None:
    if line.kind == "code":
        with wide("pre", "Code"):
            Words("mark" if is_quoted else "code", block.text)
        return
    kind = f"line {line.kind}{' numbered' if line.number else ''}{' here' if is_here else ''}"
    with part("p", classes=kind).style(f"--depth: {line.depth}; --number: '{line.number}.'"):
        if line.name and not is_quoted:
            Words("b", f"{line.name}: ")
            Words("span", line.text)
        else:
            Words("mark" if is_quoted else "span", block.text)
