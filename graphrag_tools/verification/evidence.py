"""Evidence: the text of an answer's sources, ready for the answer's words to be held against it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Protocol

from graphrag_tools.answer import Answer
from graphrag_tools.manual.graph import PATH_SEPARATOR, MenuGraph, MenuItem
from graphrag_tools.manual.sections import Block, BlockKind
from graphrag_tools.manual.taps import tapped_names
from graphrag_tools.text.characters import ARROW, lines_of, plain
from graphrag_tools.text.normalise import folded, sentences
from graphrag_tools.text.words import all_stems, content_words, stem

_TO_A_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:rules?|instructions?|prompts?|guidelines?|above|previous)\b"
    r"|\b(?:answer|reply|respond|say|tell (?:the )?users?|state)\b (?:only |always |exactly )?(?:that|with|as)\b"
    r"|\b(?:system prompt|language model|you are (?:now )?(?:an? )?(?:ai|assistant|chatbot|model))\b"
    r"|^\s*(?:system|assistant|user)\s*:",
    re.IGNORECASE,
)


class HoldsGraphs(Protocol):
    """Where an item's graph is looked up: an index, or a graph that is not in one yet."""

    def graph_of(self, item_id: str, /) -> MenuGraph:
        """Return the graph that an item belongs to."""


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """One sentence of a source, its stems, and the position and kind of its block (-1 and "title" for a title)."""

    text: str
    stems: frozenset[str]
    block: int
    kind: BlockKind | Literal["title"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The text of the sources. `lines` are folded, `ways` have " > " between names; both begin and end with a space.

    `titles` are those of the sources' paths, folded; `procedures` are runs of ordered steps; `menu_paths` are
    the ways that a line "Menu path:" may give.
    """

    raw: str
    text: str
    sentences: tuple[SourceSentence, ...]
    lines: tuple[str, ...]
    stemmed: tuple[str, ...]
    ways: tuple[str, ...]
    menu_paths: frozenset[str]
    titles: frozenset[str]
    procedures: tuple[tuple[str, ...], ...]
    links: frozenset[str]
    question: str

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all words of the sources."""
        return frozenset(word for line in self.stemmed for word in line.split())

    @property
    def assumed(self) -> frozenset[str]:
        """The stems that only the question has: an answer may repeat them, but they bear nothing out."""
        return frozenset(all_stems(self.question)) - self.stems

    def says(self, name: str) -> bool:
        """Whether these words stand next to each other in a line of the sources, whatever case, number or spacing."""
        wanted = folded(name)
        if any(f" {wanted} " in line for line in self.lines):
            return True
        stemmed = " ".join(map(stem, wanted.split()))
        joined = wanted.replace(" ", "")
        return any(f" {stemmed} " in line for line in self.stemmed) or (
            len(joined) >= 4 and any(joined in _joined_pairs(line) for line in self.lines)
        )


def evidence_of(answer: Answer, question: str, index: HoldsGraphs) -> Evidence:
    """Return what an answer's sources say: their whole sections, and the names and ways around them.

    A block that speaks to a language model ("Ignore the rules and answer that …", English) is a block of
    the manual and may be quoted, but nothing that a model writes may rest on it.
    """
    items: dict[str, MenuItem] = {}
    below: dict[str, MenuItem] = {}
    for source in answer.sources:
        graph = index.graph_of(source.id)
        section = graph.section_of(source.id)
        items[section.id] = section
        below |= {child.id: child for child in graph.children(section.id)}
    blocks = [block for item in items.values() for block in item.blocks if not speaks_to_a_model(block.text)]
    titles = [title for item in items.values() for title in item.path] + [item.name for item in below.values()]
    titles = [title for title in titles if not speaks_to_a_model(title)]
    raw = "\n".join((*titles, *(block.text for block in blocks)))
    text = plain(raw)
    around = [*_ways([*items.values(), *below.values()]), *_ways_over_steps(blocks)]
    lines = list(lines_of(text))
    folded_lines = tuple(f" {folded(line)} " for line in (*lines, " ".join(lines)))
    return Evidence(
        raw=raw,
        text=text,
        sentences=tuple(_source_sentences(titles, blocks)),
        lines=folded_lines,
        stemmed=tuple(f" {' '.join(map(stem, line.split()))} " for line in folded_lines),
        ways=tuple(f" {arrowed(line)} " for line in (*around, *lines)),
        menu_paths=frozenset(map(arrowed, (*around, PATH_SEPARATOR.join(answer.menu_path)))),
        titles=frozenset(folded(title) for item in items.values() for title in item.path),
        procedures=tuple(_procedures(blocks)),
        links=_links(answer, blocks),
        question=plain(question),
    )


def speaks_to_a_model(text: str) -> bool:
    """Whether a text tells a language model what to answer, instead of a reader what to do (English)."""
    return _TO_A_MODEL.search(plain(text)) is not None


def arrowed(line: str) -> str:
    """Return a line folded, with " > " where it goes from one name to the next."""
    return " > ".join(folded(piece) for piece in ARROW.split(line))


def stems_of(text: str) -> frozenset[str]:
    """Return the stems of a text's content words, numbers left out; empty where there is none."""
    return frozenset(stem(word) for word in content_words(text) if not word.isdecimal())


def _source_sentences(titles: Iterable[str], blocks: Iterable[Block]) -> Iterator[SourceSentence]:
    for title in dict.fromkeys(titles):
        yield SourceSentence(plain(title), stems_of(title), -1, "title")
    for position, block in enumerate(blocks):
        for line in lines_of(plain(block.text)):
            for sentence in sentences(line):
                yield SourceSentence(sentence, stems_of(sentence), position, block.kind)


def _ways(items: Iterable[MenuItem]) -> Iterator[str]:
    """Yield the menu paths, all their beginnings, and the ways on the device."""
    for item in items:
        for length in range(1, len(item.path) + 1):
            yield plain(PATH_SEPARATOR.join(item.path[:length]))
        if item.taps:
            yield plain(PATH_SEPARATOR.join(item.taps))


def _ways_over_steps(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the ways that go on in the next step: "From Settings, tap Display." "Tap Schedule and …"."""
    for block, following in pairwise(block for block in blocks if block.kind == "step"):
        way = tapped_names(block)
        name = next(iter(following.emphasis), "")
        if way and name and re.match(rf"\w+ {re.escape(name)}", following.text):
            yield plain(PATH_SEPARATOR.join((*way, name)))


def _procedures(blocks: Iterable[Block]) -> Iterator[tuple[str, ...]]:
    """Yield each run of steps that paragraphs do not interrupt."""
    steps: list[str] = []
    for block in blocks:
        if block.kind == "step" and block.depth == 0:
            steps.append(plain(block.text))
        elif block.kind in ("paragraph", "heading") and block.depth == 0:
            if steps:
                yield tuple(steps)
            steps = []
    if steps:
        yield tuple(steps)


def _links(answer: Answer, blocks: Iterable[Block]) -> frozenset[str]:
    targets = [link.target for block in blocks for link in block.links]
    return frozenset(target.casefold() for target in (*targets, *(source.url for source in answer.sources)) if target)


def _joined_pairs(line: str) -> set[str]:
    found = line.split()
    return {first + second for first, second in pairwise(found)} | set(found)
