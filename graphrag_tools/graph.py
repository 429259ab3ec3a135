"""One manual as a property graph of menu items: HAS_CHILD edges in order, SEE_ALSO edges across."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import networkx as nx

from graphrag_tools.manual import Block, Link, Manual, Section, lead_ins, slug
from graphrag_tools.taps import tapped_names, taps_in

ItemKind = Literal["section", "option"]
LABEL = "MenuItem"
HAS_CHILD = "HAS_CHILD"
SEE_ALSO = "SEE_ALSO"
PATH_SEPARATOR = " > "
_MAX_DESCRIPTION = 300
_SEE = re.compile(r"\b[Ss]ee (?:also )?[\"“]?(?P<title>[A-Z0-9][^.;:”\"]{1,80})")
_EXTERNAL = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A node. `path` holds the titles from the root to this item, itself included.

    A section item carries all its blocks, those of its options included; an option item is a child of
    its section and carries its one block. `taps` is the way on the device that the text gives, or empty.
    """

    id: str
    manual: str
    kind: ItemKind
    name: str
    path: tuple[str, ...]
    description: str = ""
    taps: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    url: str = ""
    page: int | None = None
    label: str = LABEL

    @property
    def menu_path(self) -> str:
        """The titles joined by " > "."""
        return PATH_SEPARATOR.join(self.path)


@dataclass(frozen=True, slots=True)
class UnresolvedLink:
    """A cross link that leads nowhere in its manual."""

    item: str
    link: Link


class MenuGraph:
    """The menu items of one manual, in reading order, and the edges between them."""

    def __init__(
        self,
        manual_id: str,
        title: str,
        items: Iterable[MenuItem],
        child_edges: Iterable[tuple[str, str]],
        see_also_edges: Iterable[tuple[str, str]] = (),
        unresolved: Sequence[UnresolvedLink] = (),
    ) -> None:
        self.manual_id = manual_id
        self.title = title
        self.unresolved = tuple(unresolved)
        self._digraph: nx.DiGraph[str] = nx.DiGraph()
        for item in items:
            self._digraph.add_node(item.id, item=item)
        self._digraph.add_edges_from(child_edges, type=HAS_CHILD)
        self._digraph.add_edges_from(
            (edge for edge in see_also_edges if not self._digraph.has_edge(*edge)), type=SEE_ALSO
        )

    def __len__(self) -> int:
        return len(self._digraph)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._digraph

    @property
    def items(self) -> list[MenuItem]:
        """All items in reading order, every parent before its children."""
        return [self._digraph.nodes[item_id]["item"] for item_id in self._digraph]

    def item(self, item_id: str) -> MenuItem:
        """Return one item. Raises KeyError for an unknown id."""
        found: MenuItem = self._digraph.nodes[item_id]["item"]
        return found

    def edges(self, kind: str) -> list[tuple[str, str]]:
        """All edges of one kind (HAS_CHILD or SEE_ALSO) as pairs of ids."""
        return [(start, end) for start, end, found in self._digraph.edges(data="type") if found == kind]

    def children(self, item_id: str) -> list[MenuItem]:
        """The items below one item, in order."""
        return [self.item(end) for end in self._neighbours(item_id, HAS_CHILD)]

    def see_also(self, item_id: str) -> list[MenuItem]:
        """The items that one item's text refers to."""
        return [self.item(end) for end in self._neighbours(item_id, SEE_ALSO)]

    def parent(self, item_id: str) -> MenuItem | None:
        """The item above, None for a root."""
        return next(
            (
                self.item(start)
                for start, _, kind in self._digraph.in_edges(item_id, data="type")
                if kind == HAS_CHILD
            ),
            None,
        )

    def section_of(self, item_id: str) -> MenuItem:
        """The item itself if it is a section, else the section that its option belongs to."""
        item = self.item(item_id)
        above = self.parent(item_id) if item.kind == "option" else None
        return above or item

    def option_at(self, section_id: str, position: int) -> str | None:
        """The id of the option item that carries a section's block, None where the block names no option."""
        blocks = self.item(section_id).blocks
        if not (0 <= position < len(blocks) and blocks[position].name):
            return None
        number = sum(1 for block in blocks[:position] if block.kind == "option" and block.name)
        options = [child.id for child in self.children(section_id) if child.kind == "option"]
        return options[number]

    def ancestors(self, item_id: str) -> list[MenuItem]:
        """The items from the root down to this one, itself included."""
        chain: list[MenuItem] = []
        current: MenuItem | None = self.item(item_id)
        while current is not None:
            chain.append(current)
            current = self.parent(current.id)
        return chain[::-1]

    def route(self, start: str, end: str) -> list[MenuItem]:
        """The shortest way between two items over tree and see-also edges, walked in either direction.

        Both ends included; empty where the two are not connected. Raises KeyError for an unknown id.
        """
        self.item(start), self.item(end)
        try:
            return [self.item(item_id) for item_id in nx.shortest_path(self._undirected, start, end)]
        except nx.NetworkXNoPath:
            return []

    def mermaid(self, item_ids: Iterable[str]) -> str:
        """The given items and the edges among them as a Mermaid chart, roots at the bottom ("graph BT")."""
        chosen = {item_id: f"n{number}" for number, item_id in enumerate(item_ids)}
        lines = ["graph BT"]
        lines += [f'    {node}["{_mermaid_text(self.item(item_id).name)}"]' for item_id, node in chosen.items()]
        for start, end, kind in self._digraph.subgraph(chosen).edges(data="type"):
            arrow = "-.->|see also|" if kind == SEE_ALSO else "-->"
            lines.append(f"    {chosen[start]} {arrow} {chosen[end]}")
        return "\n".join(lines)

    @cached_property
    def _undirected(self) -> "nx.Graph[str]":
        return self._digraph.to_undirected(as_view=True)

    def _neighbours(self, item_id: str, kind: str) -> list[str]:
        return [end for _, end, found in self._digraph.out_edges(item_id, data="type") if found == kind]


def build_graph(manual: Manual) -> MenuGraph:
    """Make the graph of a manual: an item per section and per named option, ids as paths of slugs."""
    titles = _Titles(manual)
    items: list[MenuItem] = []
    child_edges: list[tuple[str, str]] = []
    for section in manual.sections:
        item = titles.section_item(section, _without_contents(section, titles))
        items.append(item)
        if section.parent is not None:
            child_edges.append((titles.ids[section.parent], item.id))
        for option in titles.option_items(item):
            items.append(option)
            child_edges.append((item.id, option.id))
    see_also, unresolved = _cross_links(manual, titles)
    return MenuGraph(manual.id, manual.title, items, child_edges, see_also, unresolved)


class _Titles:
    """The ids, paths and link targets of a manual's sections."""

    def __init__(self, manual: Manual) -> None:
        self.manual = manual.id
        self._taken: Counter[str] = Counter()
        self.ids: dict[str, str] = {}
        self.paths: dict[str, tuple[str, ...]] = {}
        self.parents: dict[str, str | None] = {}
        self.by_anchor: dict[str, str] = {}
        by_title: dict[str, list[str]] = {}
        for section in manual.sections:
            above = self.ids[section.parent] if section.parent is not None else manual.id
            way = self.paths[section.parent] if section.parent is not None else ()
            self.ids[section.key] = self._free_id(f"{above}/{slug(section.title)}")
            self.paths[section.key] = (*way, section.title)
            self.parents[section.key] = section.parent
            for anchor in section.anchors:
                self.by_anchor.setdefault(anchor, section.key)
            by_title.setdefault(section.title.casefold(), []).append(section.key)
        self.by_title = {title: keys[0] for title, keys in by_title.items() if len(keys) == 1}

    def section_item(self, section: Section, blocks: tuple[Block, ...]) -> MenuItem:
        return MenuItem(
            id=self.ids[section.key],
            manual=self.manual,
            kind="section",
            name=section.title,
            path=self.paths[section.key],
            description=_description(blocks),
            taps=taps_in(blocks),
            blocks=blocks,
            url=section.url,
            page=section.page,
        )

    def option_items(self, section: MenuItem) -> list[MenuItem]:
        options = ((at, block) for at, block in enumerate(section.blocks) if block.kind == "option" and block.name)
        return [
            replace(
                section,
                id=self._free_id(f"{section.id}/{slug(block.name)}"),
                kind="option",
                name=block.name,
                path=(*section.path, block.name),
                description=_shortened(block.text[len(block.name) :].lstrip(" :–—")),
                taps=_option_taps(section.blocks, at),
                blocks=(block,),
            )
            for at, block in options
        ]

    def target(self, link: Link) -> str | None:
        """The key of the section that a link leads to: its exact anchor, else the page without the anchor."""
        page = link.target.partition("#")[0]
        exact = self.by_anchor.get(link.target)
        return exact if exact is not None else self.by_anchor.get(page) if "#" in link.target else None

    def is_below(self, key: str, above: str) -> bool:
        current = self.parents[key]
        while current is not None and current != above:
            current = self.parents[current]
        return current == above

    def _free_id(self, wanted: str) -> str:
        """Return the id, with "~2", "~3", … where a path repeats."""
        self._taken[wanted] += 1
        return wanted if self._taken[wanted] == 1 else f"{wanted}~{self._taken[wanted]}"


def _without_contents(section: Section, titles: _Titles) -> tuple[Block, ...]:
    """Drop the lines of a table of contents: a bare link to a section below says what the tree says."""
    return tuple(
        block
        for block in section.blocks
        if not (
            len(block.links) == 1
            and block.links[0].text == block.text
            and (target := titles.target(block.links[0]))
            and titles.is_below(target, section.key)
        )
    )


def _cross_links(manual: Manual, titles: _Titles) -> tuple[list[tuple[str, str]], list[UnresolvedLink]]:
    edges: dict[tuple[str, str], None] = {}
    unresolved: list[UnresolvedLink] = []
    for section in manual.sections:
        own = titles.ids[section.key]
        for block in section.blocks:
            for link in block.links:
                target = titles.target(link)
                if target is not None:
                    edges[own, titles.ids[target]] = None
                elif not _EXTERNAL.match(link.target):
                    unresolved.append(UnresolvedLink(own, link))
            for named in _named_sections(block, titles):
                edges[own, titles.ids[named]] = None
    return [edge for edge in edges if edge[0] != edge[1]], unresolved


def _named_sections(block: Block, titles: _Titles) -> list[str]:
    """The sections that "See X" names in words, where exactly one section has that title."""
    if block.links:
        return []
    titles_named = (match["title"].strip().casefold() for match in _SEE.finditer(block.text))
    return [titles.by_title[title] for title in titles_named if title in titles.by_title]


def _description(blocks: Sequence[Block]) -> str:
    first = next((block for block in blocks if block.kind == "paragraph"), None) or next(iter(blocks), None)
    return _shortened(first.text) if first else ""


def _shortened(text: str) -> str:
    if len(text) <= _MAX_DESCRIPTION:
        return text
    return text[:_MAX_DESCRIPTION].rsplit(" ", 1)[0] + " …"


def _option_taps(blocks: Sequence[Block], at: int) -> tuple[str, ...]:
    """The way to an option: that of the lead-in it hangs under, where that gives one, and its own name."""
    way = next((names for above in lead_ins(blocks, at) if (names := tapped_names(blocks[above]))), ())
    return (*way, blocks[at].name) if way else ()


def _mermaid_text(name: str) -> str:
    return name.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
