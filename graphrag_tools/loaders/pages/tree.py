"""Place the pages of a folder in a tree: by the site's navigation, by what pages list and name, else by folders."""

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graphrag_tools.loaders.folders.paths import is_below, natural_order
from graphrag_tools.loaders.pages.page import NavEntry, SourcePage, readable_name
from graphrag_tools.loaders.sites.navigation import Category
from graphrag_tools.text.language import LANGUAGES
from graphrag_tools.text.normalise import unaccented

_LAST = float("inf")
_SAYS_NOTHING = frozenset({"docs", "pages"})
"""Names of folders that are no level of the manual."""
_ON_THE_WAY = _SAYS_NOTHING | {"content", "doc", "site", "source", "src", "website"}
"""Nor are these where they hold nothing but folders: generators and repositories keep the manual in such."""
_TRANSLATION = re.compile(r"[a-z]{2}[-_][A-Z]{2}")
"""Nor is one that is called for a language in a country ("fr_FR"): a manual is read in one."""
_VERSION = re.compile(r"latest|stable|current|v?\d+(?:\.(?:\d+|x))+", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """A place in the tree: a page, or a group that has a title and no page; `under` is the part of the page above."""

    page: str = ""
    title: str = ""
    below: list["Node"] = field(default_factory=list)
    under: str = ""


class PageTree:
    """The places of all pages, each once."""

    def __init__(
        self,
        pages: Sequence[SourcePage],
        categories: Mapping[str, Category],
        titles: Mapping[str, str],
        page_at: Callable[[str, str], str],
    ) -> None:
        """`titles` are what pages are called; `page_at` finds the page that a path means on a page."""
        self._pages = {page.name: page for page in pages}
        self._categories = categories
        self._titles = titles
        self._page_at = page_at
        self.nav_titles: dict[str, str] = {}
        """What the navigation calls pages."""
        self._placed: set[str] = set()
        self._has_navigation = False

    def roots(self, navigation: Sequence[NavEntry]) -> list[Node]:
        """Return the tree's roots in reading order."""
        placed = [node for entry in navigation for node in self._of_navigation(entry)]
        self._has_navigation = bool(placed)
        listed = self._listed()
        by_title = self._below_named_parents(listed)
        others = self._of_folders(listed, by_title)
        while not placed and len(others) == 1 and not others[0].page:  # a folder around all pages says nothing
            others = others[0].below
        return [*placed, *others]

    def _of_navigation(self, entry: NavEntry) -> list[Node]:
        page = entry.page if entry.page in self._pages else self._page_at(entry.page, "") if entry.page else ""
        is_new = bool(page) and page not in self._placed
        if is_new:
            self._placed.add(page)
            self.nav_titles[page] = entry.title
        below = [node for inner in entry.below for node in self._of_navigation(inner)]
        if not page and below and below[0].page and self._is_called(below[0].page, entry.title):
            return [Node(below[0].page, entry.title, [*below[0].below, *below[1:]])]
        if is_new or (below and entry.title):
            return [Node(page if is_new else "", entry.title, below)]
        return below

    def _is_called(self, page: str, title: str) -> bool:
        """Whether a page has the title of its group, and so is the page of the group."""
        own = self.nav_titles.get(page) or self._titles.get(page, "")
        return bool(title) and unaccented(own) == unaccented(title)

    def _listed(self) -> dict[str, list[Node]]:
        """Return the nodes that pages list below them (toctree), by page; each is taken where it is named first."""
        parents: dict[str, str] = {}
        below: dict[str, list[Node]] = {}
        order = sorted(self._pages.values(), key=lambda page: (page.name.count("/"), not page.is_index, page.name))
        for page in order:
            captions = {entry.caption for entry in page.lists}
            places = {part.title: f"{page.name}#{part.ids[0]}" for part in page.parts if part.title and part.ids}
            groups: dict[str, Node] = {}
            for entry in page.lists:
                for found in self._meant(entry.target, page):
                    if found in self._placed or found in parents or _is_above(found, page.name, parents):
                        continue
                    parents[found] = page.name
                    nodes = below.setdefault(page.name, [])
                    place = places.get(entry.caption, "") if len(captions) > 1 else ""
                    if len(captions) > 1 and entry.caption and not place:
                        if entry.caption not in groups:
                            groups[entry.caption] = Node(title=entry.caption)
                            nodes.append(groups[entry.caption])
                        nodes = groups[entry.caption].below
                    nodes.append(Node(found, under=place))
                    self.nav_titles.setdefault(found, entry.title)
        return below

    def _meant(self, target: str, page: SourcePage) -> list[str]:
        if "*" not in target:
            found = self._page_at(target, page.name)
            return [found] if found and found != page.name else []
        start = posixpath.normpath(posixpath.join(page.folder, target))
        pattern = re.compile(re.escape(start).replace(r"\*", "[^/]*"))
        names = [name for name in self._pages if pattern.fullmatch(posixpath.splitext(name)[0]) and name != page.name]
        return sorted(names, key=_natural)

    def _below_named_parents(self, listed: dict[str, list[Node]]) -> dict[str, list[Node]]:
        """Return the pages whose front matter names their parent by its title, by that parent."""
        by_title = {self._titles[name].casefold(): name for name in reversed(self._pages) if self._titles.get(name)}
        in_lists = {node.page for nodes in listed.values() for top in nodes for node in (top, *top.below)}
        below: dict[str, list[Node]] = {}
        for name in sorted(self._pages, key=self._order):
            matter = self._pages[name].matter
            guide, _, place = matter.word("guide").partition("#")
            parent = by_title.get(matter.word("parent").casefold(), "") or (guide and self._page_at(guide, name))
            if parent and parent != name and name not in self._placed and name not in in_lists:
                below.setdefault(parent, []).append(Node(name, under=f"{parent}#{place}" if place else ""))
        return below

    def _of_folders(self, listed: dict[str, list[Node]], by_title: dict[str, list[Node]]) -> list[Node]:
        taken = {node.page for nodes in listed.values() for top in nodes for node in (top, *top.below)}
        taken |= {node.page for nodes in by_title.values() for node in nodes} | self._placed
        folders: dict[str, list[str]] = {}
        for name, page in self._pages.items():
            if name not in taken:
                folders.setdefault(page.folder, []).append(name)
        root = self._folder("", folders, top=True)
        self._hang(root, {**by_title, **{name: [*listed[name], *by_title.get(name, [])] for name in listed}})
        return root

    def _folder(self, folder: str, folders: Mapping[str, list[str]], *, top: bool) -> list[Node]:
        names = sorted(folders.get(folder, []), key=self._order)
        index = next((name for name in names if self._pages[name].is_index), "")
        inner = sorted(
            {_child_of(folder, one) for one in folders if one != folder and is_below(one, folder)}, key=_natural
        )
        below = self._in_folder(names, index, inner, folders, top=top)
        is_cover = index.lower().startswith("readme") and bool(inner) and not self._has_navigation
        if top and not is_cover:  # the home page of a site stands beside the others
            return [*([Node(index)] if index else []), *below]
        if index:
            return [Node(index, below=below)]
        return self._group(folder, below, has_pages=bool(names)) if below and not top else below

    def _in_folder(
        self, names: Sequence[str], index: str, inner: Sequence[str], folders: Mapping[str, list[str]], *, top: bool
    ) -> list[Node]:
        """Return what lies in a folder, in order: its pages, and what is in folders, below the page of their name."""
        nodes = [Node(name) for name in names if name != index]
        placed = [(self._order(node.page), [node]) for node in nodes]
        is_only = len(inner) == 1
        for at, one in enumerate(inner):
            holds_site = top and (_own(one) in _SAYS_NOTHING or (is_only and _is_on_the_way(_own(one))))
            group = self._folder(one, folders, top=holds_site)
            if is_only and not names and _is_of_language(_own(one)) and not (group and group[0].page):
                group = [node for part in group for node in part.below]
            same = next((node for node in nodes if _is_named_like(node.page, one)), None)
            if same is not None:
                same.below.extend(group[0].below if len(group) == 1 and not group[0].page else group)
            else:
                placed.append(((self._folder_position(one, folders), 1, _natural(str(at).zfill(4))), group))
        return [node for _, group in sorted(placed, key=lambda one: one[0]) for node in group]

    def _group(self, folder: str, below: list[Node], *, has_pages: bool) -> list[Node]:
        """Return a folder without an index: below its page of the same name, under its title, or as what is in it."""
        same = next((node for node in below if _is_named_like(node.page, folder)), None)
        if same is not None:
            below.remove(same)
            same.below.extend(below)
            return [same]
        own = _own(folder)
        says_nothing = own in (_SAYS_NOTHING if has_pages else _ON_THE_WAY) or _TRANSLATION.fullmatch(own)
        if says_nothing and folder not in self._categories:
            return below
        return [Node(title=self._categories.get(folder, Category()).label or readable_name(own), below=below)]

    def _hang(self, nodes: Sequence[Node], below: Mapping[str, list[Node]]) -> None:
        """Hang what pages list, and pages that name them, below them."""
        for node in nodes:
            found = [one for one in below.get(node.page, []) if one.page not in self._placed] if node.page else []
            self._placed.update(one.page for one in found if one.page)
            node.below[:0] = found
            self._hang(node.below, below)

    def _order(self, name: str) -> tuple[float, int, list[tuple[int, int, str]]]:
        position = self._pages[name].position
        return (_number_of(name) if position is None else position, 0, _natural(name))

    def _folder_position(self, folder: str, folders: Mapping[str, list[str]]) -> float:
        position = self._categories.get(folder, Category()).position
        if position is None:
            index = next((name for name in folders.get(folder, []) if self._pages[name].is_index), "")
            position = self._pages[index].position if index else None
        return _number_of(folder) if position is None else position


def _own(folder: str) -> str:
    return posixpath.basename(folder)


def _is_on_the_way(own: str) -> bool:
    """Whether a folder that holds all others is one of the site, of its language or version, and no chapter."""
    return own in _ON_THE_WAY or _is_of_language(own) or bool(_VERSION.fullmatch(own))


def _is_of_language(own: str) -> bool:
    return own in LANGUAGES or bool(_TRANSLATION.fullmatch(own))


def _number_of(name: str) -> float:
    """Return the number that a file's or folder's name begins with, for order ("02-wifi.md")."""
    number = re.match(r"([0-9]{1,9})(?:[-_.]+|\s+)(?=\D)", posixpath.basename(name))
    return float(number[1]) if number else _LAST


def _is_above(name: str, page: str, parents: Mapping[str, str]) -> bool:
    """Whether a page is another or above it."""
    current: str | None = page
    while current is not None and current != name:
        current = parents.get(current)
    return current == name


def _child_of(above: str, folder: str) -> str:
    """Return the folder right below one, on the way to another."""
    rest = folder[len(above) + 1 :] if above else folder
    first = rest.partition("/")[0]
    return f"{above}/{first}" if above else first


def _is_named_like(page: str, folder: str) -> bool:
    return (
        bool(page)
        and posixpath.splitext(posixpath.basename(page))[0].casefold() == posixpath.basename(folder).casefold()
    )


def _natural(name: str) -> list[tuple[int, int, str]]:
    return natural_order(posixpath.splitext(name)[0])
