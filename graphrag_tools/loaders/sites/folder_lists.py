"""Read the lists that lie in folders and say the order and titles of what is in each.

Nextra's _meta.js, Fumadocs' meta.json, and the .pages or .nav.yml of MkDocs' plugins ("awesome pages", "awesome nav").
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from graphrag_tools.loaders.folders.data_files import read_yaml
from graphrag_tools.loaders.folders.paths import is_below
from graphrag_tools.loaders.pages.page import INDEX_STEMS, MOST_LEVELS, NavEntry, plain_title, readable_name
from graphrag_tools.loaders.sites.sidebars import literal_data
from graphrag_tools.loaders.source_file import text_or_nothing

_VISIBLE = ("_meta.js", "_meta.ts", "_meta.jsx", "_meta.tsx", "_meta.json", "_meta.global.js", "meta.json")
_HIDDEN = (".pages", ".nav.yml")
_EXPORTED = re.compile(r"\bexport\s+default\s+(?=\{)|\A\s*(?=\{)|\b\w+\s*(?::[^=\n]{1,100})?=\s*(?=\{)")
_PAGE = re.compile(r"\.(?:mdx?|markdown|qmd)$", re.IGNORECASE)
_SPREAD = "..."
"""Before the name of a folder in Fumadocs' lists: what is in it stands beside the others."""


def folder_list_navigation(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    """Yield what the lists of folders say; `names` are the files below the folder.

    What a list leaves out comes after what it names, in the order of its files. Where several folders beside each other
    have one, each is a group by the title that its list gives it.
    """
    inner = _inner(name for name in names if _PAGE.search(name))
    lists = {place: found for place in inner if (found := _list_of(folder, place, names)) is not None}
    tops = [place for place in sorted(lists) if not any(place != other and is_below(place, other) for other in lists)]
    entries: list[NavEntry] = []
    for top in tops:
        below = list(_Lists(inner, lists).entries(top, 0))
        title = lists[top][0] if len(tops) > 1 else ""
        entries += [NavEntry(title, top, below)] if title else below
    yield entries


def _inner(pages: Iterable[str]) -> dict[str, list[str]]:
    """Return what lies in each folder: the pages, without their suffixes, and the folders that hold some."""
    inner: dict[str, list[str]] = {}
    for name in sorted(pages):
        parts = _PAGE.sub("", name).split("/")
        for depth, own in enumerate(parts):
            stems = inner.setdefault("/".join(parts[:depth]), [])
            if own not in stems and not own.startswith("_"):
                stems.append(own)
    return inner


class _Lists:
    """The lists of folders, by their paths, and what else lies in each folder."""

    def __init__(self, inner: Mapping[str, list[str]], lists: Mapping[str, tuple[str, dict[str, str]]]) -> None:
        self._inner = inner
        self._lists = lists

    def entries(self, place: str, depth: int) -> Iterator[NavEntry]:
        """Yield the entries of a folder."""
        named = self._lists.get(place, ("", {}))[1]
        bare = {one.removeprefix(_SPREAD) for one in named}
        rest = [one for one in self._inner.get(place, ()) if one not in bare]
        for own in (*named, *rest) if depth < MOST_LEVELS else ():
            path = posixpath.normpath(posixpath.join(place, own.removeprefix(_SPREAD)))
            title = named.get(own, "") or self._lists.get(path, ("", {}))[0]
            if own.startswith(_SPREAD) and path != place:
                yield from self.entries(path, depth + 1)
            elif path in self._inner and path != place:
                yield NavEntry(title or readable_name(own), path, list(self.entries(path, depth + 1)))
            elif own in self._inner.get(place, ()):
                yield NavEntry("" if own.lower() in INDEX_STEMS else title, path)


def _list_of(folder: Path, place: str, names: Mapping[str, object]) -> tuple[str, dict[str, str]] | None:
    """Return the title that a folder's list gives it, and the names in it with their titles; None for no list."""
    for own in _VISIBLE:
        if (name := posixpath.join(place, own)) in names:
            text = text_or_nothing(folder / name)
            start = _EXPORTED.search(text)
            data = literal_data(text[start.end() : text.rfind("}") + 1]) if start else None
            return _listed(data)
    for own in _HIDDEN:
        if (file := folder / place / own).is_file():
            return _listed(read_yaml(text_or_nothing(file)))
    return None


def _listed(data: Any) -> tuple[str, dict[str, str]] | None:
    if not isinstance(data, dict):
        return None
    items = next((data[key] for key in ("pages", "nav") if isinstance(data.get(key), list)), None)
    title = data.get("title")
    if items is None and ("title" in data or "nav" in data or "order" in data or "arrange" in data):
        return (str(title) if isinstance(title, str) else "", {})
    if items is None:
        return "", {str(key): _title(value) for key, value in data.items() if str(key) != "*"}
    pairs = (next(iter(one.items())) if isinstance(one, dict) and one else ("", one) for one in items)
    named = {_PAGE.sub("", value).strip("/"): plain_title(str(key)) for key, value in pairs if isinstance(value, str)}
    return (str(title) if isinstance(title, str) else "", {key: said for key, said in named.items() if key})


def _title(value: Any) -> str:
    """Return the title that Nextra gives a page or folder, by itself or among what else it says of it."""
    said = value.get("title") if isinstance(value, dict) else value
    return plain_title(said) if isinstance(said, str) else ""
