"""Merge the menus of a site's pages into one tree of pages, places in pages, and labels."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from graphrag_tools.loaders.html.addresses import page_of
from graphrag_tools.loaders.html.menus import Menu
from graphrag_tools.loaders.section_tree import OpenLevels

_Entry = tuple[str, str | None, str]
"""Where an entry leads, what it is below, and its title."""
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
        return {place for place in self.parents if _is_page(place)}

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


def merge_menus(
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


def lift_lone_roots(tree: MenuTree, is_empty: Callable[[str], bool]) -> None:
    """Lift a lone label, or a lone page without text, that stands above all else: it says what manual this is."""
    while len(roots := tree.children.get(None, [])) == 1 and tree.children.get(roots[0]):
        if not is_label(roots[0]) and not is_empty(roots[0]):
            return
        tree.lift(roots[0])


def _places(
    page: str, base: str, menu: Menu, target: Callable[[str, str, str], str], known: set[str]
) -> tuple[_Entry, ...]:
    """Return a menu's places with parent and title, each once; () where all of it leads to the page it stands on."""
    places: dict[str, _Entry] = {}
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


def _grow(tree: MenuTree, places: Sequence[_Entry]) -> bool:
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
