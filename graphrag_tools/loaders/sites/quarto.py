"""Read the order of a Quarto project's pages: the sidebars and the bar of a website, the chapters of a book."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from graphrag_tools.loaders.folders.data_files import data_of, mapping
from graphrag_tools.loaders.folders.globs import matches
from graphrag_tools.loaders.pages.page import MOST_LEVELS, NavEntry, plain_title

QUARTO_CONFIG = re.compile(r"(?:^|/)_quarto(?:-[\w.-]+)?\.ya?ml$")
"""The project's own file, and that of each of its profiles, which may hold the navigation."""
_TITLES = ("text", "section", "part")
_LISTS = ("contents", "chapters", "menu")
_PAGE = re.compile(r"\.(?:qmd|md|ipynb|rmd)$", re.IGNORECASE)


def quarto_navigation(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    """Yield what each configuration of the folder lists, [] where it lists nothing.

    `names` are the files below the folder. Several sidebars are groups by their titles. The bar atop comes last: it
    leads into the sidebars, and places what they leave out.
    """
    for name in sorted((name for name in names if QUARTO_CONFIG.search(name)), key=lambda one: (one.count("/"), one)):
        data = data_of(folder / name)
        site, book = mapping(data.get("website")), mapping(data.get("book"))
        sidebars = [site.get("sidebar") or book.get("sidebar")]
        listed = [one for one in (sidebars[0] if isinstance(sidebars[0], list) else sidebars) if isinstance(one, dict)]
        chapters = [book.get("chapters"), book.get("appendices")]
        bar = mapping(site.get("navbar"))
        found = _Found(posixpath.dirname(name), names)
        entries = [entry for one in chapters for entry in found.entries(one)]
        for sidebar in listed:
            inner = list(found.entries(sidebar.get("contents")))
            title = plain_title(str(sidebar.get("title") or ""))
            entries += [NavEntry(title, "", inner)] if title and len(listed) > 1 else inner
        yield [*entries, *(entry for side in ("left", "right") for entry in found.entries(bar.get(side)))]


class _Found:
    """Finds the pages that entries of one configuration mean."""

    def __init__(self, root: str, names: Iterable[str]) -> None:
        self._root = root
        self._names = [name for name in names if _PAGE.search(name)]

    def entries(self, items: Any, depth: int = 0) -> Iterator[NavEntry]:
        """Yield the entries of a list; what is written is a page, a glob, a group of them or a link to elsewhere."""
        for item in items if isinstance(items, list) and depth < MOST_LEVELS else [items]:
            if isinstance(item, str):
                yield from (NavEntry("", page) for page in self._pages(item))
            elif isinstance(item, dict):
                yield from self._entry(item, depth)

    def _entry(self, item: dict[str, Any], depth: int) -> Iterator[NavEntry]:
        if "auto" in item:
            yield from self.entries(item["auto"])
            return
        title = next((str(item[key]) for key in _TITLES if item.get(key)), "")
        target = str(item.get("href") or item.get("file") or "")
        if _PAGE.search(title) and not target:
            title, target = "", title
        below = [entry for key in _LISTS for entry in self.entries(item.get(key), depth + 1)]
        pages = self._pages(target) if target else []
        if pages or below:
            yield NavEntry(plain_title(title), pages[0] if pages else "", below)

    def _pages(self, written: str) -> list[str]:
        """Return the pages that a path, a folder or a glob means, from the project's folder."""
        path = posixpath.normpath(posixpath.join(self._root, written.partition("#")[0].lstrip("/")))
        if _PAGE.search(path) and "*" not in path:
            return [path]
        if "://" in written or written.startswith("-"):
            return []
        globs = [path] if "*" in path else [f"{path}/**"]
        return sorted(name for name in self._names if matches(name, globs) and _PAGE.search(name))
