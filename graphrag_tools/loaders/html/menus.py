"""Read the menus of a page: lists of links as entries with a depth."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.addresses import INDEX_STEMS
from graphrag_tools.loaders.html.boilerplate import NAVIGATION, Dropped, is_breadcrumb, mostly_links
from graphrag_tools.loaders.html.dom import HEADINGS, LISTS, attribute, is_readable, walk
from graphrag_tools.manual.sections import is_external
from graphrag_tools.text.normalise import tidy

_CONTENTS_STEMS = frozenset({"toc", "contents", "content", "nav", "navigation", "sitemap", "menu", "tableofcontents"})
MOST_LEVELS = 40
"""Of a menu or a table of contents."""


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
            self.entries.append(MenuEntry(min(item.depth, MOST_LEVELS), text, item.href))
