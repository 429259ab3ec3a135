"""Menus of a page: lists of links as entries with a depth, from which the hierarchy of the site is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.boilerplate import NAVIGATION, Dropped, is_breadcrumb, mostly_links
from graphrag_tools.loaders.html.dom import HEADINGS, LISTS, attribute, is_readable, walk
from graphrag_tools.loaders.html.site import INDEX_STEMS, page_of
from graphrag_tools.loaders.reading import OpenLevels
from graphrag_tools.manual.sections import is_external
from graphrag_tools.text.normalise import tidy

_CONTENTS_STEMS = frozenset({"toc", "contents", "content", "nav", "navigation", "sitemap", "menu", "tableofcontents"})
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of a menu: how deep it stands, what it says and where it leads ("" for a label)."""

    depth: int
    text: str
    href: str


Menu = tuple[MenuEntry, ...]


def menus(nodes: Iterable[LexborNode]) -> list[Menu]:
    """Return the menus among elements that are navigation, in document order; breadcrumbs and empty ones not."""
    read = [_menu(node) for node in nodes if not is_breadcrumb(node)]
    return [menu for menu in read if menu]


def navigation(body: LexborNode, dropped: Dropped) -> list[LexborNode]:
    """Return the outermost elements of a page that are navigation, those inside other boilerplate too."""
    found: list[LexborNode] = []

    def enter(node: LexborNode) -> bool:
        is_navigation = dropped.elements.get(node.mem_id) == NAVIGATION
        if is_navigation:
            found.append(node)
        return not is_navigation

    if NAVIGATION in dropped.elements.values():
        walk(body, enter, lambda _node: None)
    return found


def contents_lists(body: LexborNode, name: str, dropped: Dropped) -> list[LexborNode]:
    """Return what is a table of contents in the running text of an index or contents page.

    The whole body where it is little but links, else the outermost lists that are.
    """
    stem = name.rpartition("/")[2].rpartition(".")[0].casefold().replace("-", "").replace("_", "")
    if stem not in _CONTENTS_STEMS | INDEX_STEMS:
        return []
    if stem in _CONTENTS_STEMS and mostly_links(body) and _local_links(body) >= 2:
        return [body]
    lists: list[LexborNode] = []

    def enter(node: LexborNode) -> bool:
        if node.mem_id in dropped.elements or not is_readable(node):
            return False
        if node.tag in LISTS and mostly_links(node) and _local_links(node) >= 2:
            lists.append(node)
            return False
        return True

    walk(body, enter, lambda _node: None)
    return lists


def _local_links(node: LexborNode) -> int:
    targets = {attribute(link, "href").partition("#")[0] for link in node.css("a[href]")}
    return sum(bool(target) and not is_external(target) for target in targets)


def _menu(node: LexborNode) -> Menu:
    reader = _MenuReader(groups=len(node.css("h1, h2, h3, h4, h5, h6")) > 1)
    walk(node, reader.enter, reader.leave)
    return tuple(reader.entries)


@dataclass(slots=True)
class _Item:
    """An entry that is being read."""

    node: int
    depth: int
    href: str = ""
    pieces: list[str] = field(default_factory=list)
    link: int = 0
    """The open link whose text the entry takes, 0 outside of it."""
    done: bool = False


class _MenuReader:
    """Takes a menu's elements in document order and gathers its entries.

    Headings are labels of the lists after them where there are several; a lone one ("Contents") is none.
    """

    def __init__(self, *, groups: bool) -> None:
        self.entries: list[MenuEntry] = []
        self._groups = groups
        self._below_heading = 0
        self._lists = 0
        self._items: list[_Item] = []

    def enter(self, node: LexborNode) -> bool:
        """Take an opening tag or a text; return whether its children are to be read."""
        tag = node.tag or ""
        if not is_readable(node) or tag in ("button", "input", "select"):
            return False
        if tag == "-text":
            self._enter_text(node.text_content or "")
        elif tag in LISTS:
            self._end_item()
            self._lists += 1
        elif tag == "li":
            self._items.append(_Item(node.mem_id, self._below_heading + max(self._lists - 1, 0)))
        elif tag in HEADINGS and self._lists == 0:
            self._items.append(_Item(node.mem_id, 0, done=not self._groups))
            self._below_heading = int(self._groups)
        elif tag == "a" and attribute(node, "href"):
            self._enter_link(node)
        return True

    def leave(self, node: LexborNode) -> None:
        """Take a closing tag."""
        if node.tag in LISTS:
            self._lists -= 1
        if not self._items:
            return
        item = self._items[-1]
        if item.link == node.mem_id:
            item.link = 0
        if item.node == node.mem_id:
            self._end_item()
            self._items.pop()

    def _enter_text(self, text: str) -> None:
        if self._items and not self._items[-1].done and (self._items[-1].link or not self._items[-1].href):
            self._items[-1].pieces.append(text)

    def _enter_link(self, node: LexborNode) -> None:
        href = attribute(node, "href").strip()
        if not self._items:
            self._items.append(_Item(node.mem_id, self._below_heading + self._lists, href, link=node.mem_id))
            return
        item = self._items[-1]
        if item.href and tidy("".join(item.pieces)):
            self._end_item()
            self._items[-1] = item = _Item(item.node, item.depth)
        if not item.done:
            item.href, item.link, item.pieces = href, node.mem_id, []

    def _end_item(self) -> None:
        """Take the entry as it is, before the list that hangs under it."""
        if not self._items or self._items[-1].done:
            return
        item = self._items[-1]
        item.done = True
        text = tidy("".join(item.pieces))
        if text or item.href:
            self.entries.append(MenuEntry(min(item.depth, _MAX_DEPTH), text, item.href))


_LABEL = "\0"


@dataclass(slots=True)
class MenuTree:
    """Pages, places of pages ("page#anchor") and labels without a page, each with its parent, in menu order."""

    parents: dict[str, str | None] = field(default_factory=dict)
    children: dict[str | None, list[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def __contains__(self, place: str) -> bool:
        return place in self.parents

    def pages(self) -> set[str]:
        """Return the pages that the tree holds as such, not for a place in them."""
        return {place for place in self.parents if not is_label(place) and "#" not in place}

    def is_nested(self) -> bool:
        """Whether the tree says of any page what it is below."""
        return any(self.parents[page] is not None for page in self.pages())

    def in_order(self) -> list[str]:
        """Return all places, each before those below it."""
        ordered: list[str] = []
        ahead = list(reversed(self.children.get(None, [])))
        while ahead:
            place = ahead.pop()
            ordered.append(place)
            ahead.extend(reversed(self.children.get(place, [])))
        return ordered

    def add(self, place: str, parent: str | None, title: str, after: str | None = None) -> None:
        """Put a place below its parent: after one of its siblings, last without one."""
        self.parents[place] = parent
        self.titles[place] = title
        siblings = self.children.setdefault(parent, [])
        siblings.insert(siblings.index(after) + 1 if after is not None and after in siblings else len(siblings), place)

    def lift(self, place: str) -> None:
        """Take a place out; what is below it moves to where it was."""
        parent, below = self.parents.pop(place), self.children.pop(place, [])
        siblings = self.children[parent]
        at = siblings.index(place)
        siblings[at : at + 1] = below
        self.parents.update(dict.fromkeys(below, parent))


def is_label(place: str) -> bool:
    """Whether a place of a menu is a label that leads to no page."""
    return place.startswith(_LABEL)


def menu_tree(
    sources: Iterable[tuple[str, str, Menu]], target: Callable[[str, str, str], str], known: set[str]
) -> MenuTree:
    """Return the tree of all menus, given as (page, its base, menu); `target` says where an entry of a page leads.

    The menu that shows the most pages comes first; another adds the pages that it shows below a place already in the
    tree. Labels with no page below them, and a lone label or empty page above all, are left out.
    """
    trees = dict.fromkeys(_places(page, base, menu, target, known) for page, base, menu in sources)
    ranked = sorted(trees, key=lambda places: -len({place for place, _, _ in places if _is_page(place)}))
    tree = MenuTree()
    for place, parent, title in ranked[0] if ranked else ():
        tree.add(place, parent, title)
    left = [places for places in ranked[1:] if any(parent is not None for _, parent, _ in places)]
    while left and (grown := [places for places in left if _grow(tree, places)]):
        left = grown
    _drop_bare_labels(tree)
    return tree


def unwrapped(tree: MenuTree, is_empty: Callable[[str], bool]) -> None:
    """Lift a lone label, or a lone page without text, that stands above all else: it says what manual this is."""
    while len(roots := tree.children.get(None, [])) == 1 and tree.children.get(roots[0]):
        if not is_label(roots[0]) and not is_empty(roots[0]):
            return
        tree.lift(roots[0])


Place = tuple[str, str | None, str]


def _places(
    page: str, base: str, menu: Menu, target: Callable[[str, str, str], str], known: set[str]
) -> tuple[Place, ...]:
    """Return a menu's places with parent and title, each once; () where all of it leads to the page it stands on."""
    places: dict[str, Place] = {}
    levels = OpenLevels()
    for entry in menu:
        parent = levels.above(entry.depth)
        leads_to = target(entry.href, page, base) if entry.href else ""
        inside = page_of(leads_to) in known
        place = leads_to if inside else f"{_LABEL}{parent or ''}{_LABEL}{entry.text.casefold()}"
        if place not in places:
            places[place] = (place, parent, entry.text)
        levels.open(entry.depth, place)
    shown = {page_of(place) for place in places if not is_label(place)}
    return () if shown <= {page} else tuple(places.values())


def _is_page(place: str) -> bool:
    return not is_label(place) and "#" not in place


def _grow(tree: MenuTree, places: Sequence[Place]) -> bool:
    """Add what hangs below a place of the tree; return whether anything was added."""
    before: dict[str | None, str] = {}
    added = False
    for place, parent, title in places:
        if place not in tree and parent is not None and parent in tree:
            tree.add(place, parent, title, before.get(parent))
            added = True
        before[parent] = place
    return added


def _drop_bare_labels(tree: MenuTree) -> None:
    for place in reversed(tree.in_order()):
        if is_label(place) and not tree.children.get(place):
            tree.lift(place)
