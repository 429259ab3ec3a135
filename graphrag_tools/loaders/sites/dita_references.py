"""Fill what topics of DITA take from elsewhere: pieces of other topics (conref), words of keys, titles of links."""

import copy
import posixpath
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from graphrag_tools.loaders.folders.paths import path_beside
from graphrag_tools.loaders.plain_xml import plain_xml
from graphrag_tools.loaders.sites.dita_maps import MapKey, map_keys
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.manual.sections import is_external
from graphrag_tools.text.normalise import tidy

_SUFFIXES = (".dita", ".xml")
_OF_DITA = re.compile(r"//DTD DITA")
_HEAD = 2_000
_LINKS = frozenset({"xref", "link"})
_MOST_ROUNDS = 3
"""Pieces that are taken in may take in others."""
_MOST_TAKEN = 20_000
"""Elements that a topic takes in."""


def with_references_filled(folder: Path, names: Sequence[str], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of pages, topics of DITA with what their references name; one that names nothing stays empty.

    `names` are the files below the folder, whose maps define the keys.
    """
    topics = [name for name, text in texts.items() if _is_topic(name, text)]
    if not topics:
        return dict(texts)
    pieces = _Pieces(folder, set(names), texts, map_keys(folder, names))
    return {**texts, **{name: filled for name in topics if (filled := pieces.filled(name))}}


def _is_topic(name: str, text: str) -> bool:
    own, of_any = _SUFFIXES
    return name.lower().endswith(own) or (name.lower().endswith(of_any) and bool(_OF_DITA.search(text, 0, _HEAD)))


class _Pieces:
    """The topics of a folder, parsed when they are first named."""

    def __init__(self, folder: Path, names: set[str], texts: Mapping[str, str], keys: Mapping[str, MapKey]) -> None:
        self._folder = folder
        self._names = names
        self._texts = texts
        self._keys = keys
        self._roots: dict[str, ElementTree.Element | None] = {}
        self._by_id: dict[str, dict[str, ElementTree.Element]] = {}

    def filled(self, name: str) -> str:
        """Return a topic with its references filled, "" where it has none or is no XML."""
        source = self._root(name)
        if source is None:
            return ""
        root = copy.deepcopy(source)
        taken = 0
        for _ in range(_MOST_ROUNDS):
            before = taken
            for element in list(root.iter()):
                taken += self._take_in(element, name) if taken < _MOST_TAKEN else 0
            if taken == before:
                break
        named = [self._name(element, name) for element in list(root.iter())]
        return ElementTree.tostring(root, encoding="unicode") if taken or any(named) else ""

    def _take_in(self, element: ElementTree.Element, name: str) -> int:
        """Put the content of the piece that an element names in it; return of how many elements it is."""
        reference, key = element.attrib.pop("conref", ""), element.attrib.pop("conkeyref", "")
        if not (reference or key):
            return 0
        path, place = self._place(reference, name)
        if key:
            known, _, place = key.partition("/")
            path = self._keys[known].path if known in self._keys else ""
        piece = self._element(path, place)
        if piece is None or len(element):
            return 0
        taken = copy.deepcopy(piece)
        inner = list(taken.iter())
        for one in inner:
            one.attrib.pop("id", None)
            for attribute in ("conref", "href"):
                written = one.get(attribute, "")
                if written and not is_external(written):
                    target, anchor = self._place(written, path)
                    one.set(
                        attribute, f"{posixpath.relpath(target, posixpath.dirname(name) or '.')}#{anchor}".rstrip("#")
                    )
        element.text = taken.text
        element.extend(taken)
        return len(inner)

    def _name(self, element: ElementTree.Element, name: str) -> bool:
        """Give an element the words and the target of its key, and a link the title of what it leads to."""
        key = self._keys.get(element.get("keyref", "").partition("/")[0])
        is_link = element.tag in _LINKS
        if key is not None and is_link and not element.get("href") and key.target:
            away = is_external(key.target)
            element.set("href", key.target if away else posixpath.relpath(key.target, posixpath.dirname(name) or "."))
        if len(element) or (element.text or "").strip() or not (key or is_link):
            return False
        words = key.words if key else ""
        if not words and is_link and not is_external(element.get("href", "")):
            words = self._title(*self._place(element.get("href", ""), name))
        element.text = words
        return bool(words)

    def _title(self, path: str, place: str) -> str:
        piece = self._element(path, place)
        title = piece.find("title") if piece is not None else None
        return tidy("".join(title.itertext())) if title is not None else ""

    def _element(self, path: str, place: str) -> ElementTree.Element | None:
        root = self._root(path) if path else None
        return self._by_id[path].get(place.rpartition("/")[2]) if root is not None and place else root

    def _root(self, name: str) -> ElementTree.Element | None:
        if name not in self._roots:
            is_there = name in self._texts or (name in self._names and name.lower().endswith(_SUFFIXES))
            text = self._texts.get(name) or (text_or_nothing(self._folder / name) if is_there else "")
            self._roots[name] = root = plain_xml(text) if text else None
            self._by_id[name] = {one.get("id", ""): one for one in root.iter()} if root is not None else {}
        return self._roots[name]

    @staticmethod
    def _place(reference: str, name: str) -> tuple[str, str]:
        path, _, place = reference.partition("#")
        return (path_beside(name, path) if path else name), place
