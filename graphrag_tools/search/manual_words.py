"""ManualWords: how one manual writes its words, small enough to be kept beside it, so that others need not be read."""

import json
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import LINKED, joined

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
IDENTIFIER = re.compile(r"\b[^\W\d_]{1,4}[-‐‑]?\d{1,5}[^\W\d_]{0,3}\b")
_LONGEST_NAME = 3
_QUICKLY = 1
_BETWEEN_PAIRS = "|"


class ManualWords(BaseModel):
    """The words of one manual: how often each stands, which two follow each other, and what is written linked.

    `pairs` has each two words, with a bar between two pairs, which JSON keeps as it is. `linked` has the first way in
    which letters are written that are linked somewhere, `linking` how often they are, and `named` the first short title
    of some letters. `names` are what the manual calls its device.
    """

    model_config = ConfigDict(frozen=True)

    language: str
    names: tuple[str, ...]
    counts: dict[str, int]
    pairs: str
    linked: dict[str, str]
    linking: dict[str, int]
    named: dict[str, str]

    @classmethod
    def of(cls, graph: MenuGraph) -> "ManualWords":
        """Return the words of a manual."""
        counts: Counter[str] = Counter()
        pairs: set[tuple[str, str]] = set()
        linked: dict[str, str] = {}
        linking: Counter[str] = Counter()
        named: dict[str, str] = {}
        for item in graph.items:
            title = WORD.findall(item.name)
            if 1 < len(title) <= _LONGEST_NAME:
                named.setdefault("".join(title).lower(), item.name)
            for text in (item.name, *(block.text for block in item.blocks)) if item.kind == "section" else ():
                spoken = [word.lower() for word in WORD.findall(text)]
                counts.update(spoken)
                pairs.update(pairwise(spoken))
                for match in LINKED.findall(text):
                    linked.setdefault(joined(match), match)
                    linking[joined(match)] += 1
        return cls(
            language=graph.language,
            names=tuple(_device_names(graph)),
            counts=dict(counts),
            pairs=_BETWEEN_PAIRS.join(sorted(f"{first} {second}" for first, second in pairs)),
            linked=linked,
            linking=dict(linking),
            named=named,
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> "ManualWords":
        """Return what was kept. Raises ValueError or zlib.error for anything else."""
        # As it was written: to validate each word takes longer than all else that a build does with them.
        return cls.model_construct(**json.loads(zlib.decompress(content)))

    def pairs_that_join_to(self, words: frozenset[str]) -> list[str]:
        """Return the pairs that are one of some words when they are written in one."""
        joins = self.pairs.replace(" ", "").split(_BETWEEN_PAIRS)
        found = words.intersection(joins)
        if not found:
            return []
        return [pair for pair, join in zip(self.pairs.split(_BETWEEN_PAIRS), joins, strict=True) if join in found]

    def to_bytes(self) -> bytes:
        """Return what is kept."""
        return zlib.compress(self.model_dump_json().encode(), _QUICKLY)


def _device_names(graph: MenuGraph) -> Sequence[str]:
    """Return what a manual calls its device: its title, its id, and sections that are nothing but a model's name."""
    bare = [
        item.name
        for item in graph.items
        if item.kind == "section" and all(folded(block.text) == folded(item.name) for block in item.blocks)
    ]
    models = [name for name in (graph.title, graph.manual_id, *bare) if IDENTIFIER.search(name)]
    codes = [match for name in models for match in IDENTIFIER.findall(name)]
    titles = [graph.title] if len(graph.title.split()) > 1 else []
    return list(dict.fromkeys(folded(name) for name in (*titles, *models, *codes)))
