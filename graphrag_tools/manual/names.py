"""Look-up of menu items by what names them: an id, a path, an exact title, or something near."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from graphrag_tools.text.normalise import folded

_RESOLVE_FROM = 87.0  # token-sort ratio, 0 to 100: one slip in a short title still resolves
_SUGGEST_FROM = 55.0
_MAX_CANDIDATES = 5
_MOST_CHARACTERS = 10_000
"""A longer text may be an id or a path; which titles it is near would take long to say."""


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

    def resolve(self, text: str, manual: str | None = None) -> NameMatch:
        """Return what the text means, within one manual if given. Empty text matches nothing."""
        wanted = text.strip().strip("\"'`“”")
        key = folded(wanted)
        if wanted in self._by_id and manual in (None, self._by_id[wanted].manual):
            return NameMatch((self._by_id[wanted],), 1)
        for table in (self._by_path, self._by_name):
            # A title may itself be nothing but quotes: the text as given counts first.
            if exact := _of_manual(table.get(folded(text)) or table.get(key, []), manual):
                return NameMatch(tuple(exact[:_MAX_CANDIDATES]), len(exact))
        return self._near(key, manual) if key else NameMatch((), 0)

    def _near(self, key: str, manual: str | None) -> NameMatch:
        if len(key) > _MOST_CHARACTERS:
            return NameMatch((), 0)
        found = process.extract(
            key,
            [name for name, items in self._by_name.items() if _of_manual(items, manual)],
            scorer=fuzz.token_sort_ratio,
            limit=3 * _MAX_CANDIDATES,
            score_cutoff=_SUGGEST_FROM,
        )
        scored = [(item, score) for name, score, _ in found for item in _of_manual(self._by_name[name], manual)]
        best = max((score for _, score in scored), default=0.0)
        near = [item for item, score in scored if score == best] if best >= _RESOLVE_FROM else []
        nearest = tuple(item for item, _ in scored[:_MAX_CANDIDATES])
        return NameMatch(tuple(near[:_MAX_CANDIDATES]), len(near), nearest)


def _of_manual(items: list[NamedItem], manual: str | None) -> list[NamedItem]:
    return [item for item in items if manual in (None, item.manual)]
