"""Put the words that a manual's own document type declares (&product;) in the pages of XML that name them.

Books of DocBook keep the product's name and those of its menus in a file of declarations that all chapters refer to.
Only files of the folder are read, found by their names, because a catalogue says where they lie.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from graphrag_tools.loaders.folders.files import suffix_of
from graphrag_tools.loaders.folders.paths import nearest_folder
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.loaders.xml_help.page import XML_HELP_SUFFIXES, without_comments

_OUTER = re.compile(
    r"<!(?:DOCTYPE\s+[\w:.-]+|ENTITY\s+%\s+[\w.-]+)\s+(?:SYSTEM|PUBLIC\s+[\"'][^\"'<>]{0,300}[\"'])\s+"
    r"[\"']([^\"'<>]{1,300})[\"']"
)
_DECLARED = re.compile(
    r"<!ENTITY\s+(?P<inner>%\s+)?(?P<name>[\w.-]+)\s+(?P<of_file>SYSTEM\s+|PUBLIC\s+[\"'][^\"']{0,300}[\"']\s+)?"
    r"(?:\"(?P<one>[^\"]{0,2000})\"|'(?P<other>[^']{0,2000})')\s*>"
)
_NAMED, _INNER_NAMED = re.compile(r"&([A-Za-z][\w.-]*);"), re.compile(r"%([A-Za-z][\w.-]*);")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_SUFFIXES = frozenset({".dtd", ".ent", ".entities", ".mod", ".xml"})
_HEAD = 8_192
_MOST_DEEP = 4
_LONGEST = 2_000


def with_declared_words(folder: Path, names: Sequence[str], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of pages, those of XML with what files of the folder declare in place of its names.

    `names` are the files below the folder. A page without a document type is a chapter of the book beside it or above,
    which declares words for it. What a page declares by itself, and names that nothing declares, stay.
    """
    places = {posixpath.basename(name): name for name in reversed(names) if posixpath.splitext(name)[1] in _SUFFIXES}
    known: dict[str, dict[str, str]] = {}

    def words_of(file: str) -> dict[str, str]:
        if file not in known:
            known[file] = _Declarations(folder, places, file).words()
        return known[file]

    heads = {name: _head(text) for name, text in texts.items() if suffix_of(name) in XML_HELP_SUFFIXES}
    books: dict[str, dict[str, str]] = {}
    for name, head in heads.items():
        if "<!DOCTYPE" in head and (words := _declared_in(head)):
            books.setdefault(posixpath.dirname(name), {}).update(words)
    result = dict(texts)
    for name, head in heads.items():
        if "<!DOCTYPE" in head:
            outer = [posixpath.basename(one) for one in _OUTER.findall(head)]
            declared = [words_of(file) for file in outer if file in places]
        else:
            declared = [books.get(nearest_folder(name, books) or "", {})]
        result[name] = _filled(texts[name], {key: said for one in reversed(declared) for key, said in one.items()})
    return result


def _head(text: str) -> str:
    """Return how a page begins; chapters often have a document type in a comment."""
    return without_comments(text[:_HEAD])


def _declared_in(head: str) -> dict[str, str]:
    """Return the words that the document type of a page declares, with those that they name in turn."""
    found = _DECLARED.finditer(head)
    own = {one["name"]: one["one"] or one["other"] or "" for one in found if not (one["inner"] or one["of_file"])}
    return {name: _expanded(said, _NAMED, own) for name, said in own.items()}


class _Declarations:
    """What a file of declarations and those that it takes in declare; the first one of a name counts."""

    def __init__(self, folder: Path, places: Mapping[str, str], file: str) -> None:
        self._folder = folder
        self._places = places
        self._inner: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._read: set[str] = set()
        self._take(file, 0)

    def words(self) -> dict[str, str]:
        """Return the words by their names, with those that they name in turn."""
        own = {name: _expanded(said, _INNER_NAMED, self._inner) for name, said in self._words.items()}
        return {name: _expanded(said, _NAMED, own) for name, said in own.items()}

    def _take(self, file: str, depth: int) -> None:
        if file not in self._places or file in self._read or depth > _MOST_DEEP:
            return
        self._read.add(file)
        written = text_or_nothing(self._folder / self._places[file])
        for one in _DECLARED.finditer(without_comments(written)):
            if outer := _OUTER.match(one[0]):
                self._take(posixpath.basename(outer[1]), depth + 1)
            else:
                kept = self._inner if one["inner"] else self._words
                kept.setdefault(one["name"], one["one"] or one["other"] or "")


def _expanded(said: str, naming: re.Pattern[str], words: Mapping[str, str]) -> str:
    """Return words with those that they name put in, as they are where that becomes too long."""
    whole = said
    for _ in range(_MOST_DEEP):
        longer = naming.sub(lambda match: words.get(match[1], match[0]), whole)
        if longer == whole or len(longer) > _LONGEST:
            break
        whole = longer
    return whole


def _filled(text: str, words: Mapping[str, str]) -> str:
    """Return a page's text with the words in place of their names."""
    if not words:
        return text
    return _NAMED.sub(lambda match: match[0] if match[1] in _OF_XML else words.get(match[1], match[0]), text)
