"""Answers made from an item, quoted or written, or a refusal in their place; and what a turn adds to each."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphrag_tools.answer import Answer, Place, Source, StageTime, ToolCallRecord, Usage
from graphrag_tools.answers.quote import Quote, quote_for
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import SHOWN_SEPARATOR, MenuGraph, MenuItem
from graphrag_tools.manual.pointers import sends_to
from graphrag_tools.manual.sections import Block, written_block
from graphrag_tools.models.steps import Meter
from graphrag_tools.search.confidence import Standing, Thresholds
from graphrag_tools.search.hit import Hit
from graphrag_tools.search.rivals import say_the_same
from graphrag_tools.text.catalogue import Words, words_in
from graphrag_tools.text.english.asking import asks_where
from graphrag_tools.text.language import ENGLISH, LANGUAGES
from graphrag_tools.text.normalise import folded

_MAX_NEAREST = 3
_MAX_CLOSEST = 5
"""Of an unsure answer: the right place is more often among five than among three (docs/figures.md)."""
_MAX_ALTERNATIVES = 2
_EDGES = re.compile(r"\A(?:[^\w`\n]*\n)+|(?:\n[^\w`\n]*)+\Z")
"""Lines without a word around a model's text: the marks around the manual's in its prompt, which it copies too."""


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """What a turn adds to its answer.

    `understood_as` is empty where the question was taken as typed; `notes` are warnings of the turn, which come
    before the answer's own.
    """

    question: str
    understood_as: str
    follow_up: bool
    confidence: float
    model: str
    notes: Sequence[str]
    trace: tuple[ToolCallRecord, ...]
    usage: Usage


def quote_item(question: str, item_id: str, index: ManualIndex, hits: Sequence[Hit] = ()) -> Quote:
    """Return the blocks of an item's section that answer the question, the better for what a search found in it.

    Its words are compared as search compares them, spelled as the manual does; but "heart beats" has more words to
    tell options apart than "heartbeats", where those were joined.
    The likeliest section that the search found, too, is opened: of those that the quote goes on with, if they are long,
    and of those that its best block names as where more stands ("see Reset the password").

    Raises:
        KeyError: There is no such item.
    """
    mended = index.mended(question)
    joined = any(before.count(" ") > after.count(" ") for before, after in mended.changes)
    asked = mended.in_words if (mended.changes or mended.kin) and not joined else question
    graph = index.graph_of(item_id)
    found = {hit.section_id: hit.blocks for hit in hits}
    section = graph.section_of(item_id)
    fitting = found.get(section.id, ())
    quote = quote_for(asked, index.item(item_id), graph, index.idf, fitting)
    below = () if quote.continued else quote.below
    best = next((section.blocks[at] for at in fitting if at < len(section.blocks)), None)
    sent_to = _sent_to(best, section, graph) if best is not None and best in quote.blocks else []
    leading = {one.id: one for one in (*below, *sent_to)}
    opened = next((leading[one] for one in found if one in leading), None)
    if opened is None:
        return quote
    return replace(quote, opened=quote_for(asked, opened, graph, index.idf, found[opened.id]))


def _sent_to(block: Block, section: MenuItem, graph: MenuGraph) -> list[MenuItem]:
    """Return the sections linked from one that a block sends to for what is asked, and not only for more of it.

    "If you forgot it, see Reset the password" does, "For more information, see Reset the password" does not.
    """
    linked = (graph.section_of(item.id) for item in graph.see_also(section.id))
    return [one for one in linked if sends_to(one.name, block)]


def sure_hit(question: str, index: ManualIndex, thresholds: Thresholds, manual: str | None) -> Hit | None:
    """Return what a search puts first where it is sure enough to answer from it, else None."""
    hits = index.search(question, 1, manual)
    return hits[0] if hits and thresholds.standing(index.confidence(hits)) == "answered" else None


def quoted_answer(quote: Quote, index: ManualIndex) -> Answer:
    """Return the answer that is the quote itself; a section without text answers with the items below it."""
    item = quote.item
    below = [child.name for child in index.graph_of(item.id).children(item.id)]
    opened = [_source(quote.opened, ())] if quote.opened else []
    sources = (_source(quote, below), *map(whole_source, quote.continued), *opened)
    language = index.language_of(item.manual)
    return Answer(
        text=quote.text or "\n".join(below) or item.name,
        status="answered",
        manual=item.manual if len(index.manuals) > 1 else "",
        menu_path=item.path,
        taps=quote.taps,
        sources=sources,
        more="\n".join(map(written_block, quote.left_out)),
        warnings=(words_in(language).cut,) if quote.cut else (),
        language=language,
    )


def written_answer(text: str, quote: Quote, index: ManualIndex, model: str, *, cut: bool = False) -> Answer:
    """Return the answer that has a model's words over a quote's sources; `cut` says that they end too soon."""
    quoted = quoted_answer(quote, index)
    words = words_in(quoted.language)
    warnings = [words.cut] if cut else []
    if quoted.language != ENGLISH:
        manual = words.language(quoted.language, LANGUAGES[quoted.language])
        warnings.append(words.english_checks.format(manual=manual))
    update = {"text": _EDGES.sub("", text), "mode": "written", "model": model, "warnings": tuple(warnings)}
    return quoted.model_copy(update=update)


def refusal(hits: Sequence[Hit], index: ManualIndex) -> Answer:
    """Return "the manual does not say", with the nearest items."""
    language = _language_of(hits, index)
    words, nearest = words_in(language), _apart(hits, index)[:_MAX_NEAREST]
    named = f" {words.nearest}: {'; '.join(_shown_paths(nearest, index))}." if nearest else ""
    return Answer(
        text=f"{words.refused}{named}",
        status="not_in_manual",
        alternatives=places(nearest, index),
        language=language,
    )


def unsure_answer(
    hits: Sequence[Hit], index: ManualIndex, words: Words | None = None, language: str | None = None
) -> Answer:
    """Return the five closest places, a line each, without any words that could pose as the answer.

    The words are those of the manual's language where no others are given.
    """
    spoken = language or _language_of(hits, index)
    said, closest = words or words_in(spoken), _apart(hits, index)[:_MAX_CLOSEST]
    text = "\n".join((said.unsure, *(f"- {path}" for path in _shown_paths(closest, index))))
    return Answer(text=text, status="unsure", alternatives=places(closest, index), language=spoken)


def shown_before(question: str, quote: Quote, hits: Sequence[Hit], index: ManualIndex) -> Answer:
    """Return what is left to say to a question whose quote was shown before: the way where it asks for that.

    Else that the manual says no more, and the closest other places. That is unsure, because it answers nothing: what
    was asked may stand in one of those places.
    """
    if asks_where(question) and (way := quote.way):
        return quoted_answer(way, index)
    others = [hit for hit in hits if hit.section_id != quote.section.id][:_MAX_NEAREST]
    language = index.language_of(quote.item.manual)
    words = words_in(language)
    no_more = words.no_more.format(path=SHOWN_SEPARATOR.join(quote.item.path))
    told = f"{no_more} {words.other_places}" if others else no_more
    return unsure_answer(others, index, replace(words, unsure=told), language)


def quoted_as(standing: Standing, quote: Quote, hits: Sequence[Hit], index: ManualIndex) -> Answer:
    """Return a quote as far as search is sure of it: the quote itself, the closest places, or a refusal.

    A quote that only leads to what the manual shows in a picture is a place to look into.
    """
    if standing == "answered" and not quote.only_leads_on:
        return quoted_answer(quote, index)
    return refusal(hits, index) if standing == "not_in_manual" else unsure_answer(hits, index)


def with_alternatives(answer: Answer, hits: Sequence[Hit], index: ManualIndex) -> Answer:
    """Return an answer with the next two places beside its sources, where it names none yet.

    Where its own words name a section that they refer to ("See Dark mode"), that comes before what search found, and
    of this what says the same of another device before the rest.
    """
    if answer.alternatives:
        return answer
    used = [index.section_of(source.id) for source in answer.sources]
    beside = _apart([hit for hit in hits if hit.section_id not in {section.id for section in used}], index)
    others = places(
        sorted(beside, key=lambda hit: not any(say_the_same(index.item_of(hit), one) for one in used)), index
    )
    named = {answer.menu_path, *(source.path for source in answer.sources)}
    found = [place for place in (*_referred_to(answer, index), *others) if place.path not in named]
    shown = list({place.id: place for place in found}.values())
    return answer.model_copy(update={"alternatives": tuple(shown[:_MAX_ALTERNATIVES])})


def _referred_to(answer: Answer, index: ManualIndex) -> list[Place]:
    """Return the first item that the answering section links to and that the answer's words name."""
    said = f" {folded(answer.text)} "
    linked = [item for source in answer.sources[:1] for item in index.graph_of(source.id).see_also(source.id)]
    return [_place(item) for item in linked if f" {folded(item.name)} " in said][:1]


def _language_of(hits: Sequence[Hit], index: ManualIndex) -> str:
    return index.language_of(index.item(hits[0].section_id).manual if hits else None)


def _apart(hits: Sequence[Hit], index: ManualIndex) -> list[Hit]:
    """Return the hits without those whose path, in one manual, a better hit has: only their ids tell them apart."""
    seen: set[tuple[str, ...]] = set()
    apart: list[Hit] = []
    for hit in hits:
        paths = {(item.manual, *item.path) for item in map(index.item, (hit.section_id, hit.item_id))}
        if not paths & seen:
            apart.append(hit)
        seen |= paths
    return apart


def _shown_paths(hits: Sequence[Hit], index: ManualIndex) -> list[str]:
    items = [index.item(hit.section_id) for hit in hits]
    several = len(index.manuals) > 1
    return [f"{item.menu_path} ({item.manual})" if several else item.menu_path for item in items]


def places(hits: Sequence[Hit], index: ManualIndex) -> tuple[Place, ...]:
    """Return where hits lead to."""
    return tuple(_place(index.item(hit.item_id)) for hit in hits)


def _place(item: MenuItem) -> Place:
    return Place(id=item.id, title=item.name, path=item.path, taps=item.taps, url=item.url, page=item.page)


def not_verified(language: str, reasons: Sequence[str]) -> str:
    """Return the warning over a quote that stands in for words of a model that could not be verified."""
    return words_in(language).unverified_draft.format(reasons=" ".join(reasons))


def warned_answer(answer: Answer, *warnings: str, wrong: Sequence[str] = ()) -> Answer:
    """Return an answer with more warnings; one that verification found something wrong with is unverified."""
    status = "unverified" if wrong else answer.status
    return answer.model_copy(update={"status": status, "warnings": (*answer.warnings, *warnings, *wrong)})


def finished_answer(answer: Answer, facts: TurnFacts) -> Answer:
    """Return an answer with the facts of its turn."""
    return answer.model_copy(
        update={
            "question": facts.question,
            "understood_as": facts.understood_as,
            "follow_up": facts.follow_up,
            "confidence": facts.confidence,
            "model": facts.model,
            "warnings": (*facts.notes, *answer.warnings),
            "trace": facts.trace,
            "usage": facts.usage,
        }
    )


def spent(usage: Usage, stage: str, started: float, meter: Meter | None = None, unread: int = 0) -> Usage:
    """Return the usage with one more stage in it, from `started` (time.perf_counter) until now."""
    cost, seconds = meter or Meter(), time.perf_counter() - started
    return Usage(
        model_calls=usage.model_calls + cost.calls,
        unread_calls=usage.unread_calls + unread,
        prompt_tokens=usage.prompt_tokens + cost.prompt_tokens,
        completion_tokens=usage.completion_tokens + cost.completion_tokens,
        seconds=usage.seconds + seconds,
        stages=(*usage.stages, StageTime(stage=stage, seconds=seconds)),
    )


def _source(quote: Quote, below: Sequence[str]) -> Source:
    item: MenuItem = quote.item
    return Source(
        id=item.id,
        title=item.name,
        path=item.path,
        url=item.url,
        page=item.page,
        quote="\n".join((*(block.text for block in quote.blocks), *(one.name for one in quote.below)))
        or "\n".join(below)
        or item.name,
    )


def whole_source(item: MenuItem) -> Source:
    """Return an item as a source with all its text, its name where it has none."""
    words = "\n".join(block.text for block in item.blocks) or item.name
    return Source(id=item.id, title=item.name, path=item.path, url=item.url, page=item.page, quote=words)
