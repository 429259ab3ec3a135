"""Find the pages of older versions in a folder that holds the same pages for several, each below one of its own.

A manual is read in one version, as in one language: two of them in one index answer each question twice.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence

_NUMBER = re.compile(r"(?:v|version[-_ ]?|release[-_ ]?)?(\d+(?:[._]\d+){1,3})(?:[._]x)?", re.IGNORECASE)
"""One with a dot in it: "v2" may be another device."""
_NEWEST = frozenset({"latest", "stable", "current"})
_LEAST_SHARED = 0.5
"""Which share of a version's pages have to have their like in another one, and how many."""
_FEWEST_SHARED = 3


def older_versions(names: Sequence[str]) -> dict[str, str]:
    """Return the pages that another version has too, or had, each with the version that its folder is called by.

    Read is what stands in no such folder, where it is the same pages, else what is called the latest, else the highest
    number.

    >>> older_versions([f"{version}/{page}.md" for version in ("1.9", "1.10") for page in "abc"])
    {'1.9/a.md': '1.9', '1.9/b.md': '1.9', '1.9/c.md': '1.9'}
    """
    by_place: dict[tuple[str, ...], dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for name in names:
        parts = name.split("/")
        at = next((at for at, part in enumerate(parts[:-1]) if _rank(part) is not None), None)
        if at is not None:
            by_place[tuple(parts[:at])][parts[at]]["/".join(parts[at + 1 :])] = name
    below = _below(by_place, names)
    left: dict[str, str] = {}
    for place, versions in by_place.items():
        unmarked = below[place]
        pages: dict[str, set[str]] = {"": unmarked, **{version: set(found) for version, found in versions.items()}}
        same = [version for version in versions if _is_copy(version, pages)]
        if not same:
            continue
        unmarked_too = any(_shares(pages[version], unmarked) for version in same)
        read = "" if unmarked_too else max(same, key=lambda version: _rank(version) or ())
        left |= {name: version for version in same if version != read for name in versions[version].values()}
    return left


def _below(places: Collection[tuple[str, ...]], names: Sequence[str]) -> dict[tuple[str, ...], set[str]]:
    """Return the pages below each place, by their paths from there on."""
    below: dict[tuple[str, ...], set[str]] = {place: set() for place in places}
    for name in names:
        parts = name.split("/")
        for at in range(len(parts)):
            if (place := tuple(parts[:at])) in below:
                below[place].add("/".join(parts[at:]))
    return below


def _is_copy(version: str, pages: dict[str, set[str]]) -> bool:
    return any(_shares(pages[version], others) for other, others in pages.items() if other != version)


def _shares(pages: set[str], others: set[str]) -> bool:
    smaller = min(len(pages), len(others))
    return len(pages & others) >= max(_FEWEST_SHARED, _LEAST_SHARED * smaller)


def _rank(folder: str) -> tuple[float, ...] | None:
    """Return how new a folder's version is, None for a folder that is called by none."""
    if folder.lower() in _NEWEST:
        return (float("inf"),)
    number = _NUMBER.fullmatch(folder)
    return tuple(float(part) for part in re.split("[._]", number[1])) if number else None
