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
    "able activate actually add adjust again always back cancel change check choose close configure deactivate "
    "delete disable edit enable find get happen help hide know like long make manage many mean modify much need now "
    "off on open option please possible press remove reset select set setting show start still stop switch take "
    "tap tell turn undo use view want way work".split()
)
HANDLING_STEMS = frozenset(stem(word) for word in _HANDLING)
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
_SEARCHED = 10
_NAMES_ENOUGH = 3
"""So many own words name a subject, whatever the question refers back with: "Can it read the pages aloud?"."""


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

    def has_word(self, stem: str) -> bool:
        """Whether any text holds a stem."""

    def __contains__(self, item_id: object) -> bool:
        """Whether an item has this id."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What came before: the last question that was answered, as understood then, and the item that answered it."""

    question: str
    item_id: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A question that stands alone. `scope` is the id of the item that a follow-up is about, where that is known."""

    question: str
    scope: str | None = None


def understood(question: str, earlier: Earlier | None, index: Lookup, manual: str | None = None) -> Understood:
    """Return what a question means after an earlier one, worked out from its words alone, in English.

    A follow-up refers back ("it", "and …", "what about …") or has no word of its own ("why?"). It is about
    the earlier item where the item's section holds its own words; else about the section that a search with both
    finds for them. A question that refers back by its form, but whose own words another section holds, changes the
    subject and stands alone.
    """
    if earlier is None or earlier.item_id not in index:
        return Understood(question)
    if not may_follow_up(question):
        return Understood(question)
    item, swaps = index.item(earlier.item_id), _SWAPS_ITEM.search(question)
    # A word that the manual does not have cannot tell what the question is about.
    named = _own_stems(question)
    own = {word for word in named if index.has_word(word)}
    completed = f"{question} ({_rest(earlier, item) if own and swaps else item.name})"
    if named and not own:
        return Understood(completed if swaps else question)
    if _share(own, _around(item, index), index.idf) >= _ENOUGH:
        return Understood(completed, item.id)
    if not swaps and _first_about(own, question, 1, index, manual):
        return Understood(question)
    return Understood(completed, _first_about(own, completed, _SEARCHED, index, manual))


def _first_about(own: set[str], query: str, k: int, index: Lookup, manual: str | None) -> str | None:
    """Return the first of k sections found that holds the question's own words, None where none does."""
    found = (hit.section_id for hit in index.search(query, k, manual))
    return next((id for id in found if _share(own, _text(index.item(id)), index.idf) >= _ENOUGH), None)


def may_follow_up(question: str) -> bool:
    """Whether a question may need what came before it: it refers back, goes on, or names nothing of its own."""
    if _SWAPS_ITEM.search(question):
        return True
    own = _own_stems(question)
    if not own or len(own) >= _NAMES_ENOUGH:
        return not own
    plain = _REFERS_TO_NOTHING.sub(" ", question)
    reference = _REFERS_BACK.search(plain)
    # What is named twice before "it" is what "it" means.
    named_before = reference is not None and len(_own_stems(plain[: reference.start()])) > 1
    return bool(_GOES_ON.search(plain)) or (reference is not None and not named_before)


def _own_stems(question: str) -> set[str]:
    """The stems of a question's own words: those that are no stop words and not mere handling."""
    return {stem(word) for word in words(question) if word not in STOP_WORDS} - HANDLING_STEMS


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
