"""Read the order of DITA's topics from the maps that list them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from graphrag_tools.loaders.folders.paths import path_beside
from graphrag_tools.loaders.pages.page import MOST_LEVELS, NavEntry, plain_title
from graphrag_tools.loaders.plain_xml import plain_xml
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.manual.sections import is_external
from graphrag_tools.text.normalise import tidy

MAP_SUFFIX = ".ditamap"
_APART = frozenset("reltable topicmeta title keydef ditavalref subjectdef schemeref".split())
"""What a map holds beside the references that give its order."""
_WORDS = ("topicmeta/keywords/keyword", "topicmeta/linktext", "topicmeta/navtitle")


@dataclass(frozen=True, slots=True)
class MapKey:
    """What a map defines a key as: a topic by its path below the folder, the address of another site, or words."""

    target: str = ""
    words: str = ""

    @property
    def path(self) -> str:
        """The path of the topic, "" for none."""
        return "" if is_external(self.target) else self.target


def map_navigation(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    """Yield what each map of the folder lists, with the maps that it takes in; `names` are the files below the folder.

    A reference may name its topic by a key, which any of the maps may define.
    """
    maps = _maps(folder, names)
    keys = _keys(maps)
    yield from (list(_Entries(maps, keys, name).below(root, name, 0)) for name, root in maps.items())


def map_keys(folder: Path, names: Iterable[str]) -> dict[str, MapKey]:
    """Return the keys that the maps of a folder define; the first definition that says anything counts."""
    return _keys(_maps(folder, names))


def _maps(folder: Path, names: Iterable[str]) -> dict[str, ElementTree.Element]:
    named = (name for name in names if name.lower().endswith(MAP_SUFFIX))
    return {name: root for name in named if (root := plain_xml(text_or_nothing(folder / name))) is not None}


def _keys(maps: Mapping[str, ElementTree.Element]) -> dict[str, MapKey]:
    keys: dict[str, MapKey] = {}
    for name, one in ((name, one) for name, root in maps.items() for one in root.iter() if one.get("keys")):
        href = one.get("href", "")
        words = next((tidy("".join(found.itertext())) for path in _WORDS if (found := one.find(path)) is not None), "")
        target = href if is_external(href) or not href else path_beside(name, href.partition("#")[0])
        for key in one.get("keys", "").split() if target or words else ():
            keys.setdefault(key, MapKey(target, words))
    return keys


class _Entries:
    """The entries of a map and of those that it takes in, each once."""

    def __init__(self, maps: Mapping[str, ElementTree.Element], keys: Mapping[str, MapKey], first: str) -> None:
        self._maps = maps
        self._keys = keys
        self._taken = {first}

    def below(self, element: ElementTree.Element, name: str, depth: int) -> Iterator[NavEntry]:
        """Yield the entries of the references below an element of the map `name`."""
        for child in element if depth < MOST_LEVELS else ():
            if not isinstance(child.tag, str) or child.tag in _APART or not _is_own(child):
                continue
            href, title = child.get("href", ""), _title(child)
            target = (
                path_beside(name, href.partition("#")[0])
                if href
                else self._keys.get(child.get("keyref", ""), MapKey()).path
            )
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


def _is_own(reference: ElementTree.Element) -> bool:
    """Whether a reference is one to a page of the manual, and not to what pages take pieces from or another site."""
    return reference.get("processing-role") != "resource-only" and reference.get("scope") not in ("external", "peer")


def _title(reference: ElementTree.Element) -> str:
    named = reference.find("topicmeta/navtitle")
    return plain_title(tidy("".join(named.itertext())) if named is not None else reference.get("navtitle", ""))
