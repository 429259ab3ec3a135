"""ManualWords: how one manual writes its words, small enough to be kept beside it, so that others need not be read."""

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from graphrag_tools.errors import StoreError
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.search.codes import IDENTIFIER, codes_apart, listed_codes, series_of
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import LINKED, joined

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LONGEST_NAME = 3
_QUICKLY = 1


class Spelling(NamedTuple):
    """How a manual spells some of its words.

    `linked` has the first way in which letters are written that are linked somewhere, `linking` how often they are, and
    `named` the first short title of some letters. `names` are what the manual calls its device, `listed` the codes of
    the series that it lists which are no identifiers, each in one (`codes.listed_codes`), and all others of these.
    """

    language: str
    names: Sequence[str]
    linked: dict[str, str]
    linking: dict[str, int]
    named: dict[str, str]
    listed: Sequence[str] = ()


class PackedWords(NamedTuple):
    """What is kept of a manual's words, in parts that are read one without the other."""

    spelling: bytes
    counts: bytes


@dataclass(frozen=True, slots=True)
class ManualWords:
    """The words of one manual: how often each stands, and how some are spelled."""

    spelling: Spelling
    counts: dict[str, int]

    @classmethod
    def of(cls, graph: MenuGraph) -> "ManualWords":
        """Return the words of a manual."""
        counts: Counter[str] = Counter()
        linked: dict[str, str] = {}
        linking: Counter[str] = Counter()
        named: dict[str, str] = {}
        listed: set[str] = set()
        mentioned: set[str] = set()
        for item in graph.items:
            title = WORD.findall(item.name)
            if 1 < len(title) <= _LONGEST_NAME:
                named.setdefault("".join(title).lower(), item.name)
            if item.kind != "section":
                continue
            listed |= listed_codes(item)
            for text in (item.name, *(block.text for block in item.blocks)):
                mentioned.update(codes_apart(text))
                counts.update(word.lower() for word in WORD.findall(text))
                for match in LINKED.findall(text):
                    linked.setdefault(joined(match), match)
                    linking[joined(match)] += 1
        series = set(map(series_of, listed))
        known = sorted(listed.union(code for code in mentioned if series_of(code) in series))
        spelling = Spelling(graph.language, tuple(_device_names(graph)), linked, dict(linking), named, known)
        return cls(spelling, dict(counts))

    def packed(self) -> PackedWords:
        """Return what is kept."""
        told = (json.dumps(part, ensure_ascii=False) for part in (self.spelling, self.counts))
        return PackedWords(*(zlib.compress(part.encode(), _QUICKLY) for part in told))


ReadParts: TypeAlias = Callable[[str], Iterable[bytes]]
"""What reads one part, by its name in `PackedWords`, of some manuals in order."""


class WordsOfManuals:
    """The words of some manuals in order, of which only that is read which is asked for, anew each time."""

    def __init__(self, place: object, read: ReadParts) -> None:
        self._place = place
        self._read = read

    def spellings(self) -> Iterator[Spelling]:
        """Yield how each manual spells some words. Raises StoreError where that is damaged, as the others do."""
        return (Spelling(*json.loads(content)) for content in self._unpacked("spelling"))

    def counts(self) -> Iterator[dict[str, int]]:
        """Yield how often each manual has each of its words."""
        return map(json.loads, self._unpacked("counts"))

    def _unpacked(self, part: str) -> Iterator[str]:
        for content in self._read(part):
            try:
                yield zlib.decompress(content).decode()
            except (ValueError, zlib.error) as error:
                raise StoreError(f"{self._place}: the words of a manual are damaged ({error}). Build again.") from error


def held_words(manuals: Sequence[ManualWords]) -> WordsOfManuals:
    """Return the words of manuals that are at hand."""
    packed = [manual.packed() for manual in manuals]
    return WordsOfManuals("memory", lambda part: [getattr(one, part) for one in packed])


def _device_names(graph: MenuGraph) -> Sequence[str]:
    """Return what a manual calls its device: its title, its id, what heads all of it, and models of that name.

    Such a model is a section that nothing is in or below ("Galaxy S10+" of the S10). What other titles name ("Run it
    under X11") is what one asks about.
    """
    heads = [root.name for root in graph.roots]
    own = [graph.title, graph.manual_id, *(heads if len(heads) == 1 else ())]
    called = tuple(joined(code) for name in own for code in IDENTIFIER.findall(name))
    models = [
        item.name
        for item in graph.items
        if item.kind == "section"
        and all(folded(block.text) == folded(item.name) for block in item.blocks)
        and any(joined(code).startswith(called) for code in IDENTIFIER.findall(item.name))
        and not graph.children(item.id)
    ]
    coded = [name for name in (*own, *models) if IDENTIFIER.search(name)]
    codes = [code for name in coded for code in IDENTIFIER.findall(name)]
    titles = [graph.title] if len(graph.title.split()) > 1 else []
    return list(dict.fromkeys(folded(name) for name in (*titles, *coded, *codes)))
