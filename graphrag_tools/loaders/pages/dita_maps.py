"""Read the order of DITA's topics from the maps that list them."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from graphrag_tools.loaders.pages.page import NavEntry, plain_title
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.text.normalise import tidy

MAP_SUFFIX = ".ditamap"
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*>")
_APART = frozenset("reltable topicmeta title keydef ditavalref subjectdef schemeref".split())
"""What a map holds beside the references that give its order."""
_MOST_DEEP = 12


def map_navigation(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    """Yield what each map of the folder lists, with the maps that it takes in; `names` are the files below the folder.

    A reference may name its topic by a key, which any of the maps may define.
    """
    named = (name for name in names if name.lower().endswith(MAP_SUFFIX))
    maps = {name: root for name in named if (root := _root(folder / name)) is not None}
    references = ((name, one) for name, root in maps.items() for one in root.iter() if one.get("keys"))
    keys: dict[str, str] = {}
    for name, one in references:
        for key in one.get("keys", "").split():
            if one.get("href") and _is_own(one):
                keys.setdefault(key, _path(one.get("href", ""), name))
    yield from (list(_Entries(maps, keys, name).below(root, name, 0)) for name, root in maps.items())


class _Entries:
    """The entries of a map and of those that it takes in, each once."""

    def __init__(self, maps: Mapping[str, ElementTree.Element], keys: Mapping[str, str], first: str) -> None:
        self._maps = maps
        self._keys = keys
        self._taken = {first}

    def below(self, element: ElementTree.Element, name: str, depth: int) -> Iterator[NavEntry]:
        """Yield the entries of the references below an element of the map `name`."""
        for child in element if depth < _MOST_DEEP else ():
            if not isinstance(child.tag, str) or child.tag in _APART or not _is_own(child):
                continue
            href, title = child.get("href", ""), _title(child)
            target = _path(href, name) if href else self._keys.get(child.get("keyref", ""), "")
            inner = list(self.below(child, name, depth + 1))
            if target in self._maps:
                if target not in self._taken:
                    self._taken.add(target)
                    yield from self.below(self._maps[target], target, depth + 1)
                yield from inner
            elif target or title:
                yield NavEntry(title, target, inner)
            else:
                yield from inner


def _root(path: Path) -> ElementTree.Element | None:
    text = _DOCTYPE.sub("", text_or_nothing(path))
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        return ElementTree.fromstring(text.strip())  # noqa: S314  # nothing is declared without a document type
    except (ElementTree.ParseError, RecursionError):
        return None


def _is_own(reference: ElementTree.Element) -> bool:
    """Whether a reference is one to a page of the manual, and not to what pages take pieces from or another site."""
    return reference.get("processing-role") != "resource-only" and reference.get("scope") not in ("external", "peer")


def _path(target: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), target.partition("#")[0]))


def _title(reference: ElementTree.Element) -> str:
    named = reference.find("topicmeta/navtitle")
    return plain_title(tidy("".join(named.itertext())) if named is not None else reference.get("navtitle", ""))
