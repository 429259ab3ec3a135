"""Manuals of any size that are shaped like a real one: words by Zipf's law, a tree of menus, steps and options.

The shape is that of the S10 manual: 4.2 blocks a section, 12.9 words a block, titles of 2.5 words, 6.5 children
where there are any, 27% of the blocks options and a third steps. Words are the sample manual's and, further down
the ranks, made of syllables; nothing is meant to make sense.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from graphrag_tools.manual.sections import Block, BlockKind, Link, Manual, Section

SAMPLE = Path(__file__).parent.parent / "examples" / "sample_manual"
VOCABULARY = 60_000
KINDS: tuple[BlockKind, ...] = ("paragraph", "step", "option", "note")
KIND_SHARES = (0.38, 0.33, 0.26, 0.03)
BLOCKS_PER_SECTION = 4.2
MEDIAN_WORDS = 11
CHILDREN = 6.5
DEEPEST = 6
LINKED_SHARE = 0.1
_CHUNK = 200_000


def synthetic_manuals(sections: int, per_manual: int, seed: int = 1) -> Iterator[Manual]:
    """Yield manuals that have so many sections together, each at most `per_manual`; the same ones every time."""
    for number, start in enumerate(range(0, sections, per_manual)):
        yield synthetic_manual(f"manual-{number}", min(per_manual, sections - start), seed + number)


def synthetic_manual(manual_id: str, sections: int, seed: int) -> Manual:
    """Return a manual of so many sections."""
    chance = np.random.default_rng(seed)
    spoken = _words(chance)
    parents = _parents(sections, chance)
    made = [_section(number, parent, chance, spoken, sections) for number, parent in enumerate(parents)]
    return Manual(manual_id, f"The {manual_id}", tuple(made), source="synthetic")


@cache
def vocabulary() -> tuple[str, ...]:
    """Return all words, the most frequent first."""
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(SAMPLE.glob("*.md")))
    real = [word for word, _ in Counter(re.findall(r"[a-z]{2,}|a", text.lower())).most_common()]
    syllables = [consonant + vowel for consonant in "bdfghklmnprstvz" for vowel in ("a", "e", "i", "o", "u", "ai")]
    made = ("".join(parts) for parts in itertools.product(syllables, repeat=3))
    return tuple(dict.fromkeys([*real, *itertools.islice(made, VOCABULARY)]))[:VOCABULARY]


def _words(chance: np.random.Generator) -> Iterator[str]:
    """Yield words without end; the one of rank r comes with a probability of about 1 / (r + 2.7)."""
    known = vocabulary()
    weights = 1 / (np.arange(len(known)) + 2.7)
    while True:
        for rank in chance.choice(len(known), size=_CHUNK // 10, p=weights / weights.sum()):
            yield known[rank]


def _parents(sections: int, chance: np.random.Generator) -> list[int | None]:
    """Return each section's parent in reading order: a walk that goes down, along and up again."""
    parents: list[int | None] = []
    above: list[int] = []
    while len(parents) < sections:
        parents.append(above[-1] if above else None)
        if len(above) < DEEPEST - 1 and chance.random() < 1 / CHILDREN:
            above.append(len(parents) - 1)
        while above and chance.random() < 1 / CHILDREN:
            above.pop()
    return parents


def _section(
    number: int, parent: int | None, chance: np.random.Generator, spoken: Iterator[str], sections: int
) -> Section:
    count = int(chance.geometric(1 / BLOCKS_PER_SECTION))
    blocks = tuple(_block(chance, spoken, sections) for _ in range(count))
    title = " ".join(itertools.islice(spoken, 1 + int(chance.poisson(1.5)))).capitalize()
    key = str(number)
    return Section(key, title, blocks, None if parent is None else str(parent), anchors=(key,), page=number + 1)


def _block(chance: np.random.Generator, spoken: Iterator[str], sections: int) -> Block:
    kind: Any = chance.choice(KINDS, p=KIND_SHARES)
    length = max(3, min(100, round(float(chance.lognormal(np.log(MEDIAN_WORDS), 0.6)))))
    text = " ".join(itertools.islice(spoken, length)).capitalize() + "."
    links = (Link("this", str(chance.integers(sections))),) if chance.random() < LINKED_SHARE / 4 else ()
    if kind == "option":
        name = " ".join(itertools.islice(spoken, 2)).capitalize()
        return Block(kind, f"{name}: {text}", 1, name, emphasis=(name,), links=links)
    return Block(kind, text, links=links)
