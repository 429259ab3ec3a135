"""Look-up of menu items by what names them: an id, a path, an exact title, or something near."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from graphrag_tools.manual.near_names import NearNames
from graphrag_tools.text.normalise import folded

QUOTES = "\"'`“”"
"""What may stand around a name."""
_RESOLVE_FROM = 87.0  # token-sort ratio, 0 to 100: one slip in a short title still resolves
_SUGGEST_FROM = 55.0
_MAX_CANDIDATES = 5
_MOST_CHARACTERS = 10_000
"""A longer text may be an id or a path; which titles it is near would take long to say."""
_NEAR_KEPT = 4
"""Manuals whose names are kept ready to be compared."""


@dataclass(frozen=True, slots=True)
class NamedItem:
    """What name look-up needs of an item."""

    id: str
    manual: str
    name: str
    menu_path: str


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a text may mean: one item, several that fit equally, or none and the nearest.

    `items` holds at most five candidates, `total` says how many there are.
    """

    items: tuple[NamedItem, ...]
    total: int
    nearest: tuple[NamedItem, ...] = ()

    @property
    def only(self) -> NamedItem | None:
        """The one item meant, None where there are none or several."""
        return self.items[0] if self.total == 1 else None


@dataclass(frozen=True, slots=True)
class NamesHeld:
    """The items whose path is a text, and those whose name is, in reading order."""

    by_path: list[NamedItem]
    by_name: list[NamedItem]


def exact_match(text: str, manual: str | None, held: Callable[[str], NamesHeld]) -> NameMatch | None:
    """Return what a text means exactly by path, else by name; None where nothing is called so.

    `held` returns the items that a folded text is the path or the name of.
    """
    given, bare = held(folded(text)), held(folded(_bare(text)))
    # A title may itself be nothing but quotes: the text as given counts first.
    for found in (given.by_path or bare.by_path, given.by_name or bare.by_name):
        if exact := of_manual(found, manual):
            return NameMatch(tuple(exact[:_MAX_CANDIDATES]), len(exact))
    return None


def near_match(text: str, names: NearNames, called: Callable[[str], list[NamedItem]]) -> NameMatch:
    """Return what a text that is no name may mean; `called` returns the items that a folded name is the name of."""
    key = folded(_bare(text))
    if not key or len(key) > _MOST_CHARACTERS:
        return NameMatch((), 0)
    near = names.nearest(key, 3 * _MAX_CANDIDATES, _SUGGEST_FROM)
    scored = [(item, ratio) for name, ratio in near for item in called(name)]
    best = max((ratio for _, ratio in scored), default=0.0)
    meant = [item for item, ratio in scored if ratio == best] if best >= _RESOLVE_FROM else []
    nearest = tuple(item for item, _ in scored[:_MAX_CANDIDATES])
    return NameMatch(tuple(meant[:_MAX_CANDIDATES]), len(meant), nearest)


class ItemNames:
    """The names of all items, ready for look-up."""

    def __init__(self, named: Iterable[NamedItem]) -> None:
        self._by_id: dict[str, NamedItem] = {}
        self._by_path: dict[str, list[NamedItem]] = {}
        self._by_name: dict[str, list[NamedItem]] = {}
        for item in named:
            self._by_id[item.id] = item
            self._by_path.setdefault(folded(item.menu_path), []).append(item)
            self._by_name.setdefault(folded(item.name), []).append(item)
        self._near_names = lru_cache(_NEAR_KEPT)(self._near_names_of)

    def resolve(self, text: str, manual: str | None = None) -> NameMatch:
        """Return what the text means, within one manual if given. Empty text matches nothing."""
        wanted = _bare(text)
        if wanted in self._by_id and manual in (None, self._by_id[wanted].manual):
            return NameMatch((self._by_id[wanted],), 1)
        exact = exact_match(text, manual, self._held)
        return exact or near_match(text, self._near_names(manual), lambda name: of_manual(self._by_name[name], manual))

    def _held(self, text: str) -> NamesHeld:
        return NamesHeld(self._by_path.get(text, []), self._by_name.get(text, []))

    def _near_names_of(self, manual: str | None) -> NearNames:
        return NearNames([name for name, items in self._by_name.items() if of_manual(items, manual)])


def _bare(text: str) -> str:
    return text.strip().strip(QUOTES)


def of_manual(items: list[NamedItem], manual: str | None) -> list[NamedItem]:
    """Return the items of one manual; None stands for all."""
    return [item for item in items if manual in (None, item.manual)]
