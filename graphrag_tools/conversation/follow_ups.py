"""Follow-up questions made to stand alone by code, and new subjects noticed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from graphrag_tools.conversation.form import QuestionForm, form_of
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.keys import manual_of
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.english.asking import asks_what_it_is
from graphrag_tools.text.english.fillers import DEVICE_STEMS, HANDLING_STEMS
from graphrag_tools.text.words import all_stems, stems, weighted_share

_ENOUGH = 0.5
"""Share of a question's own words, by idf, that a text has to hold for the question to be about it."""
_SEARCHED = 10


class Lookup(Protocol):
    """What is asked of an index here; `ManualIndex` is one."""

    def search(self, query: str, k: int = 5, manual: str | None = None) -> list[Hit]:
        """Return the sections that fit a query."""

    def item(self, item_id: str) -> MenuItem:
        """Return an item by its id."""

    def item_of(self, hit: Hit) -> MenuItem:
        """Return the section of a hit."""

    def graph_of(self, item_id: str) -> MenuGraph:
        """Return the graph that an item belongs to."""

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stem."""

    def __contains__(self, item_id: object) -> bool:
        """Whether an item has this id."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What came before: the last question that stood alone, and the item that the last answer was from.

    `item_id` is None where the manual did not answer that question: what refers back then refers to nothing in it,
    unless that was `doubtful`, and only the closest places were named.
    """

    question: str
    item_id: str | None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """A question that stands alone.

    `scope` is the id of the item that a follow-up is about, where that is known. `covered` says whether the manual
    covers it, where that follows from what came before; None leaves it to what search finds for the question as it
    was asked, since what was added would always be found. `base` is the question that a follow-up completed, to
    complete the next one with.
    """

    question: str
    scope: str | None = None
    covered: bool | None = None
    follow_up: bool = False
    base: str | None = None

    @property
    def is_courtesy(self) -> bool:
        """Whether it asks nothing: of what stands alone, only that is known not to be covered before a search."""
        return self.covered is False and not self.follow_up


NOTHING_ASKED: Final = Understood("", covered=False)
"""A message without words, as it is meant."""


def understand_question(question: str, earlier: Earlier | None, index: Lookup, manual: str | None = None) -> Understood:
    """Return what a question means after an earlier one, worked out from its form and its words alone, in English.

    A follow-up refers back ("it", "How often?"), swaps something ("What about …?", "And a speaker?"), or has no
    word of its own ("why?"). It is about the earlier item where the item's section holds its own words; that alone
    makes it covered. Else it is about the first section that has them among those found for it and what came
    before. Where none has, one that refers back keeps the item's name for search, and any other stands alone.
    """
    form = form_of(question)
    if earlier is None or not may_follow(form, earlier, index, manual):
        return standing_alone(form)
    return complete_follow_up(form, earlier, index, manual)


def standing_alone(form: QuestionForm) -> Understood:
    """Return a question that needs nothing before it; one that asks nothing ("Thanks!") is covered by no manual."""
    return Understood(form.question, covered=False if form.kind == "courtesy" else None)


def may_follow(form: QuestionForm, earlier: Earlier, index: Lookup, manual: str | None) -> bool:
    """Whether a question may need the earlier one, and what it was about is there to be asked of."""
    if form.kind in ("alone", "courtesy"):
        return False
    if earlier.item_id is None:
        return form.kind == "refers" and not _asks_of_the_device(form)
    return earlier.item_id in index and manual in (None, manual_of(earlier.item_id))


def _asks_of_the_device(form: QuestionForm) -> bool:
    return bool(form.own) and asks_what_it_is(form.question)


def complete_follow_up(form: QuestionForm, earlier: Earlier, index: Lookup, manual: str | None) -> Understood:
    """Return a question that may follow, completed with the earlier one or its item in brackets, or as it is."""
    again = Understood(f"{form.question} ({earlier.question})", follow_up=True, base=earlier.question)
    if earlier.item_id is None:
        return again if earlier.doubtful else replace(again, covered=False)
    item = index.item(earlier.item_id)
    named = replace(again, question=f"{form.question} ({item.name})")
    if form.kind == "bare" and _found(form, index, manual, in_title=True):
        return Understood(form.question)
    if is_about(form, item, index):
        return replace(named, scope=_named_for_it(form, earlier, item, index) or item.id, covered=True)
    if form.kind in ("goes_on", "bare") and _found(form, index, manual):
        return Understood(form.question)
    # What the item says nothing of is asked of the device: "is it waterproof", "it won't charge" after an alarm.
    if _asks_of_the_device(form):
        return Understood(form.question)
    follow_up = named if form.kind == "refers" else again
    scope = _section_about(form, follow_up.question, index, manual, by_name=form.kind == "refers")
    return replace(follow_up, scope=scope) if scope or form.kind == "refers" else Understood(form.question)


def next_earlier(
    meant: Understood, answered_from: str | None, earlier: Earlier | None, *, doubtful: bool = False
) -> Earlier | None:
    """Return what the next question comes after; `answered_from` is None where this one was refused, or doubtful.

    A question of its own that the manual does not answer ends what was talked of before, unless it refers to something.
    """
    if answered_from is not None:
        return Earlier(meant.base or meant.question, answered_from)
    if meant.follow_up or meant.is_courtesy or (earlier and form_of(meant.question).kind == "refers"):
        return earlier
    return Earlier(meant.question, None, doubtful)


def is_about(form: QuestionForm, item: MenuItem, index: Lookup) -> bool:
    """Whether an item's section, or the names directly below it, hold the question's own words, if it has any."""
    graph = index.graph_of(item.id)
    section = graph.section_of(item.id)
    around = " ".join((_text(section), *(child.name for child in graph.children(section.id))))
    return _share(form, around, index.idf) >= _ENOUGH


def _named_for_it(form: QuestionForm, earlier: Earlier, item: MenuItem, index: Lookup) -> str | None:
    """Return the section below or beside an item that is named for doing with it just what is asked, if any.

    "How do I delete it?" after "Alarm" is about "Delete an alarm", not about "Delete an alarm sound", and "And forget
    them?" after "Pair headphones" about "Forget a paired device".
    """
    spoken = all_stems(item.name)
    known = stems(item.name) | form_of(earlier.question).own | form.own | HANDLING_STEMS | DEVICE_STEMS
    graph = index.graph_of(item.id)
    section = graph.section_of(item.id)
    above = graph.parent(section.id)
    near = [*graph.children(section.id), *(graph.children(above.id) if above else ())]
    for asked in (form.operations | form.own, form.operations):
        named = (one for one in near if one.kind == "section" and asked <= all_stems(one.name))
        fitting: list[str] = [one.id for one in named if stems(one.name) <= known and _subject(one.name)]
        if fitting and asked and not asked <= spoken:
            return fitting[0]
    return None


def _found(form: QuestionForm, index: Lookup, manual: str | None, *, in_title: bool = False) -> bool:
    """Whether the section that search puts first for the question as it is holds its own words."""
    found = [index.item_of(hit) for hit in index.search(form.question, 1, manual)]
    return any(_share(form, item.name if in_title else _text(item), index.idf) >= _ENOUGH for item in found)


def _section_about(form: QuestionForm, query: str, index: Lookup, manual: str | None, *, by_name: bool) -> str | None:
    """Return the first section found that has the question's own words in its name, else, unless only names count,
    the first that has them in its text; None where none does."""
    found = [index.item_of(hit) for hit in index.search(query, _SEARCHED, manual)]
    texts = [(item.id, item.name) for item in found]
    texts += [] if by_name else [(item.id, _text(item)) for item in found]
    return next((item_id for item_id, text in texts if _share(form, text, index.idf) >= _ENOUGH), None)


def _share(form: QuestionForm, text: str, idf: Callable[[str], float]) -> float:
    return weighted_share(form.own, stems(text), idf) if form.own else 1.0


def _text(item: MenuItem) -> str:
    return " ".join((*item.path, *(block.text for block in item.blocks)))


def _subject(name: str) -> set[str]:
    return stems(name) - HANDLING_STEMS - DEVICE_STEMS
