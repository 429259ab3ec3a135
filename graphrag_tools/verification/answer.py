"""All checks of an answer against the index, in order: in code, so that no model can talk its way past them."""

from collections.abc import Iterator
from typing import Protocol

from graphrag_tools.answer import Answer, Source
from graphrag_tools.manual.graph import PATH_SEPARATOR, MenuItem
from graphrag_tools.text.characters import strange_characters
from graphrag_tools.verification import wording
from graphrag_tools.verification.draft import Draft, draft_of
from graphrag_tools.verification.evidence import Evidence, HoldsGraphs, evidence_of
from graphrag_tools.verification.names import false_labels, invented_ways, misplaced_names, unknown_names
from graphrag_tools.verification.polarity import reversed_claims
from graphrag_tools.verification.quantity_checks import wrong_quantities
from graphrag_tools.verification.step_order import swapped_steps

_MAX_REASONS = 8


class HoldsItems(HoldsGraphs, Protocol):
    """Where items are looked up: an index, or one graph."""

    def item(self, item_id: str, /) -> MenuItem:
        """Return an item that is in it."""

    def __contains__(self, item_id: object, /) -> bool:
        """Whether there is such an item."""


def problems(answer: Answer, question: str, index: HoldsItems) -> list[str]:
    """Return what is wrong with an answer, one sentence each; empty means that it may be shown.

    Checked for every answer: the menu path and each source exist, and each quoted line stands in its
    source. A written one is also held against the whole text of its sources: its length and characters,
    ways and names, numbers with their units, the order of steps, "not" and other opposites, and the share
    of its words that are from the sources, at least 80% of all content words (K-precision: Adlakha et al.,
    "Evaluating Correctness and Faithfulness of Instruction-Following Models for Question Answering", 2023)
    and half of each sentence's. At most eight reasons are given. Checks that need word lists (units,
    negation, commands, refusals) know English; the others any language.
    """
    found = list(_source_problems(answer, index))
    if answer.mode == "written" and not found:
        evidence = evidence_of(answer, question, index)
        found = list(dict.fromkeys(_wording_problems(draft_of(answer.text), evidence)))[:_MAX_REASONS]
    return found


def _source_problems(answer: Answer, index: HoldsItems) -> Iterator[str]:
    if not answer.text.strip():
        yield "The answer is empty."
    if answer.status in ("unsure", "not_in_manual"):
        return
    if not answer.sources:
        yield "The answer names no source."
    if answer.menu_path not in [source.path for source in answer.sources]:
        yield f"The menu path {PATH_SEPARATOR.join(answer.menu_path)!r} is not the path of a source."
    for source in answer.sources:
        if source.id not in index:
            yield f"There is no menu item {source.id!r}."
        elif index.item(source.id).path != source.path:
            yield f"The path of {source.id!r} is not {PATH_SEPARATOR.join(source.path)!r}."
        else:
            yield from _misquoted(source, index)


def _misquoted(source: Source, index: HoldsItems) -> Iterator[str]:
    section = index.graph_of(source.id).section_of(source.id)
    blocks = {line for block in section.blocks for line in block.text.splitlines()}  # code has several
    names = {section.name, *(child.name for child in index.graph_of(source.id).children(section.id))}
    for line in source.quote.splitlines():
        if line not in blocks and line not in names:
            yield f"These words are not in {source.title!r}: {line[:120]!r}."


def _wording_problems(draft: Draft, evidence: Evidence) -> Iterator[str]:
    if long := wording.too_long(draft, evidence):
        # All else takes time that grows with the text, and is no news.
        yield long
        return
    for name in strange_characters(draft.written, evidence.raw, evidence.question):
        yield f"The character {name} is not in the manual's text; write plain text."
    for piece in wording.markup(draft, evidence):
        yield f"The manual has no {piece!r}; write plain text without links, tags or code."
    for sentence in wording.refusals(draft, evidence):
        yield f"{sentence!r} does not answer. If the text has no answer, reply with exactly: NOT IN MANUAL"
    yield from _name_problems(draft, evidence)
    yield from _claim_problems(draft, evidence)
    if wording.says_nothing(draft, evidence):
        yield "The answer says nothing that the manual says."
    share = wording.share_from_sources(draft, evidence)
    if share < wording.MIN_WORDS_FROM_SOURCES:
        yield f"Only {share:.0%} of the words are from the manual; {wording.MIN_WORDS_FROM_SOURCES:.0%} are expected."


def _name_problems(draft: Draft, evidence: Evidence) -> Iterator[str]:
    for line in false_labels(draft, evidence):
        yield f"{line!r} is not for you to write; only answer the question."
    for way in invented_ways(draft, evidence):
        yield f"The manual gives no way {way!r}."
    yield from wrong_quantities(draft, evidence)
    for name in unknown_names(draft, evidence):
        yield f"The name {name!r} is not in the manual's text."
    for name in misplaced_names(draft, evidence):
        yield f"The manual names something else than {name!r} there."


def _claim_problems(draft: Draft, evidence: Evidence) -> Iterator[str]:
    for reason in swapped_steps(draft, evidence):
        yield f"{reason}; keep the manual's order."
    for sentence in reversed_claims(draft, evidence):
        yield f"The manual says the opposite of {sentence!r}."
    for check in (wording.foreign_sentences, wording.scattered_sentences, wording.assuming_sentences):
        for sentence in check(draft, evidence):
            yield f"The manual does not say {sentence!r}."
