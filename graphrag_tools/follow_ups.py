"""What a question means after the ones before it: a follow-up is made to stand alone, a new subject is noticed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from graphrag_tools.graph import MenuGraph, MenuItem
from graphrag_tools.names import folded
from graphrag_tools.search import Hit
from graphrag_tools.words import STOP_WORDS, stem, stems, weighted_share, words

# Verbs of handling a device: alone they name no subject. "How do I turn it off?" is about what came before.
_HANDLING = frozenset(
    "activate add adjust back cancel change check choose close configure deactivate delete disable edit enable find "
    "get happen help hide know like long make manage mean modify much need now off on open option please possible "
    "press remove reset select set setting show start stop switch tap tell turn undo use view want way work".split()
)
_HANDLING_STEMS = frozenset(stem(word) for word in _HANDLING)
_REFERS_BACK = re.compile(r"\b(?:it|its|that|this|these|those|them|they|ones?|same|instead|there)\b", re.IGNORECASE)
# "this phone" is the device, "there is" and "it is possible" refer to nothing.
_REFERS_TO_NOTHING = re.compile(
    r"\b(?:is|are|was) there\b|\bthere(?:'s| is| are)\b|\b(?:is it|it is|it's) (?:possible|true|ok|okay|safe)\b"
    r"|\b(?:this|that|these|those) (?:phone|device|tablet|tv|watch|reader|unit|machine|product|model|camera)s?\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\W*(?:and|but|so|then|also|or|ok|okay|what about|how about|what if|even)\b", re.IGNORECASE)
_SWAPS_ITEM = re.compile(r"^\W*(?:(?:and|but|or|so|ok|okay)\W+)*(?:(?:what|how) about|for|with|on|in)\b", re.IGNORECASE)
_ENOUGH = 0.5
"""Share of a question's own words, by idf, that a text has to hold for the question to be about it."""


class Lookup(Protocol):
    """What is asked of an index here; `ManualIndex` is one."""

    def search(self, query: str, k: int = 5, manual: str | None = None) -> list[Hit]:
        """Return the sections that fit a query."""

    def item(self, item_id: str) -> MenuItem:
        """Return an item by its id."""

    def graph_of(self, item_id: str) -> MenuGraph:
        """Return the graph that an item belongs to."""

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stem."""

    def __contains__(self, item_id: object) -> bool:
        """Whether an item has this id."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What came before: the last question that was answered, as understood then, and the item that answered it."""

    question: str
    item_id: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A question that stands alone. `scope` is the id of the earlier item that it is still about, if it is."""

    question: str
    scope: str | None = None


def understood(question: str, earlier: Earlier | None, index: Lookup, manual: str | None = None) -> Understood:
    """Return what a question means after an earlier one, worked out from its words alone, in English.

    A follow-up refers back ("it", "and …", "what about …") or has no word of its own ("why?"). It is about
    the earlier item where the item's section, or one next to it, holds its own words; else the search is made
    with both. A question that refers back by its form, but whose own words another section holds, changes the
    subject and stands alone.
    """
    if earlier is None or earlier.item_id not in index:
        return Understood(question)
    if not may_follow_up(question):
        return Understood(question)
    own, item = _own_stems(question), index.item(earlier.item_id)
    completed = f"{question} ({_rest(earlier, item) if own and _SWAPS_ITEM.search(question) else item.name})"
    if _share(own, _around(item, index), index.idf) >= _ENOUGH:
        return Understood(completed, item.id)
    best = next(iter(index.search(question, 1, manual)), None)
    elsewhere = best is not None and _share(own, _text(index.item(best.section_id)), index.idf) >= _ENOUGH
    return Understood(question if elsewhere and not _SWAPS_ITEM.search(question) else completed)


def may_follow_up(question: str) -> bool:
    """Whether a question may need what came before it: it refers back, goes on, or names nothing of its own."""
    plain = _REFERS_TO_NOTHING.sub(" ", question)
    refers = _REFERS_BACK.search(plain) or _GOES_ON.search(plain) or _SWAPS_ITEM.search(plain)
    return bool(refers) or not _own_stems(question)


def _own_stems(question: str) -> set[str]:
    """The stems of a question's own words: those that are no stop words and not mere handling."""
    return {stem(word) for word in words(question) if word not in STOP_WORDS} - _HANDLING_STEMS


def _share(own: set[str], text: str, idf: Callable[[str], float]) -> float:
    return weighted_share(own, stems(text), idf) if own else 1.0


def _text(item: MenuItem) -> str:
    return " ".join((*item.path, *(block.text for block in item.blocks)))


def _around(item: MenuItem, index: Lookup) -> str:
    """The text of the item's section and the names of what is directly below it."""
    graph = index.graph_of(item.id)
    section = graph.section_of(item.id)
    return " ".join((_text(section), *(child.name for child in graph.children(section.id))))


def _rest(earlier: Earlier, item: MenuItem) -> str:
    """The earlier question without the words of its item's name, which the new question replaces."""
    replaced = {stem(word) for word in folded(item.name).split()}
    kept = [word for word in earlier.question.split() if not {stem(piece) for piece in words(word)} & replaced]
    return " ".join(kept) or item.name
