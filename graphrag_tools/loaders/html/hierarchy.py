"""Find what each page of a site is below: by menus, else breadcrumbs, else rel="up", else folders and index pages."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphrag_tools.loaders.html.addresses import INDEX_STEMS, Addresses, page_of
from graphrag_tools.loaders.html.breadcrumbs import Crumb
from graphrag_tools.loaders.html.menu_tree import MenuTree, is_label, lift_lone_roots, merge_menus
from graphrag_tools.loaders.html.menus import Menu
from graphrag_tools.loaders.html.page import HtmlPage


@dataclass(slots=True)
class Hierarchy:
    """Places of a site: pages, places in pages ("page#anchor"), and groups that have a title and no page.

    `parents` holds what is known of a page, or of a place in one; `order` the places in reading order.
    """

    parents: dict[str, str | None] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str | None] = field(default_factory=dict)
    """Groups with what they are below."""
    order: list[str] = field(default_factory=list)


def site_hierarchy(pages: Sequence[HtmlPage], addresses: Addresses, contents: Sequence[tuple[str, Menu]]) -> Hierarchy:
    """Return the hierarchy of pages given in file order.

    `contents` are menus that stand in no page, each with the name that its links start from.
    The menus decide where they show half of the pages with text, or more of them than breadcrumbs do; what they leave
    out, breadcrumbs decide, then the page above that a page's head names, and then folders. A menu without levels gives
    the order alone.
    """
    tree = _menus_of(pages, addresses, contents)
    trails = _Trails(pages, addresses)
    with_text = {page.name for page in pages if page.has_text}
    shown = len(tree.pages() & with_text)
    menus_first = tree.is_nested() and (2 * shown >= len(with_text) or shown > len(trails.paths))
    found = Hierarchy(order=[*tree.in_order(), *(page.name for page in pages if page.name not in tree)])
    if tree.is_nested():
        _add_menus(found, tree)
    by_folded_name = {page.name.casefold(): page.name for page in reversed(pages)}
    for page in pages:
        in_menu = page.name in tree and tree.is_nested()
        if page.name in trails.paths and not (in_menu and menus_first):
            trails.add(found, page.name)
        elif not in_menu:
            above = page_of(addresses.target(page.up, page.name, page.base)) if page.up else ""
            is_known = above in trails.names and above != page.name
            found.parents[page.name] = above if is_known else _folder_parent(page.name, by_folded_name)
    found.titles = trails.own_titles | found.titles
    return found


def _menus_of(pages: Sequence[HtmlPage], addresses: Addresses, contents: Sequence[tuple[str, Menu]]) -> MenuTree:
    sources = [(name, "", menu) for name, menu in contents]
    sources += [(page.name, page.base, menu) for page in pages for menu in page.menus]
    tree = merge_menus(sources, addresses.target, {page.name for page in pages})
    by_name = {page.name: page for page in pages}
    lift_lone_roots(tree, lambda place: not by_name[page_of(place)].has_text)
    return tree


def _add_menus(found: Hierarchy, tree: MenuTree) -> None:
    for place, parent in tree.parents.items():
        found.titles[place] = tree.titles[place]
        if is_label(place):
            found.groups[place] = parent
        else:
            found.parents[place] = parent


class _Trails:
    """The breadcrumbs of all pages, each without the page itself and without what all of them begin with."""

    def __init__(self, pages: Sequence[HtmlPage], addresses: Addresses) -> None:
        self.names = {page.name for page in pages}
        self._with_text = {page.name for page in pages if page.has_text}
        self._titles = {page.name: _titles(page) for page in pages}
        self.paths: dict[str, list[Crumb]] = {}
        self.own_titles: dict[str, str] = {}
        """What the last crumb calls the page that it stands on."""
        for page in pages:
            trail = [Crumb(crumb.text, addresses.target(crumb.href, page.name, page.base)) for crumb in page.crumbs]
            if trail:
                self.paths[page.name] = self._above(trail, page.name)
        for _ in range(self._common_start()):
            self.paths = {name: path[1:] for name, path in self.paths.items()}
        self._pages = {self._path_to(path, name): name for name, path in self.paths.items()}

    def add(self, found: Hierarchy, page: str) -> None:
        """Enter what a page is below, and the groups on the way that have no page."""
        parent: str | None = None
        path = self.paths[page]
        for at, crumb in enumerate(path):
            way = tuple(step.text.casefold() for step in path[: at + 1])
            place = crumb.href if page_of(crumb.href) in self.names else self._pages.get(way, "")
            if not place:
                place = "\0".join(("", *way))
                found.groups.setdefault(place, parent)
                found.titles.setdefault(place, crumb.text)
            parent = place
        found.parents[page] = parent if parent is None or page_of(parent) != page else None

    def _above(self, trail: list[Crumb], page: str) -> list[Crumb]:
        """Drop the crumb that is the page itself, and the home page."""
        last = trail[-1]
        linked_before = any(crumb.href for crumb in trail[:-1])
        is_self = (
            page_of(last.href) == page if last.href else linked_before or last.text.casefold() in self._titles[page]
        )
        above = trail[:-1] if is_self else trail
        if is_self:
            self.own_titles[page] = last.text
        return above[1:] if above and _is_home(page_of(above[0].href)) else above

    def _common_start(self) -> int:
        """How many crumbs all trails begin with that are no page with text: the names of site, brand, manual."""
        paths = [path for name, path in self.paths.items() if not _is_home(name)]
        if len(paths) < 2:
            return 0
        shortest = min(paths, key=len)
        for at, crumb in enumerate(shortest):
            alike = all(path[at].text.casefold() == crumb.text.casefold() for path in paths)
            if not alike or page_of(crumb.href) in self._with_text:
                return at
        return len(shortest)

    def _path_to(self, path: list[Crumb], page: str) -> tuple[str, ...]:
        title = next(iter(self._titles[page]), "")
        return (*(crumb.text.casefold() for crumb in path), title)


def _titles(page: HtmlPage) -> dict[str, None]:
    """The names that a page goes by, folded: its first heading, its <title>."""
    heading = next((section.title for section in page.sections if section.title), "")
    return dict.fromkeys(title.casefold() for title in (heading, page.title) if title)


def _is_home(page: str) -> bool:
    return bool(page) and "/" not in page and page.rpartition(".")[0].casefold() in INDEX_STEMS


def _folder_parent(name: str, by_folded_name: Mapping[str, str]) -> str | None:
    """Return the index page of the nearest folder above that has one, or the page named like the folder."""
    folder, file = posixpath.split(name)
    if file.rpartition(".")[0].casefold() in INDEX_STEMS:
        folder = posixpath.dirname(folder)
    while folder:
        for suffix in (".html", ".htm", ".xhtml"):
            for spelling in (*(f"{folder}/{stem}{suffix}" for stem in sorted(INDEX_STEMS)), f"{folder}{suffix}"):
                found = by_folded_name.get(spelling.casefold())
                if found is not None and found != name:
                    return found
        folder = posixpath.dirname(folder)
    return None
