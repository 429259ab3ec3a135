"""Judging an agent's draft: shown as written, or a refusal; else, where the manual covers the question, quoted over."""

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from graphrag_tools import answering, turn
from graphrag_tools.answer import Answer
from graphrag_tools.follow_ups import Understood
from graphrag_tools.graph import MenuItem
from graphrag_tools.index import ManualIndex
from graphrag_tools.question_search import may_answer
from graphrag_tools.search import Hit
from graphrag_tools.tool_texts import STOPPED
from graphrag_tools.tools import MenuPath
from graphrag_tools.verification import problems, words_from_sources

_NEVER_LOOKED = "The model looked nothing up; the manual was searched for it and is quoted."
_READ_NOTHING = "The model read no item; the best one that was found is quoted."
_NO_ANSWER = "The model came to no answer; the manual is quoted."
_UNVERIFIED = "What the model wrote could not be verified ({reasons})"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: in the user's own words, as it is meant, what a search with that found, and its coverage."""

    words: str
    meant: Understood
    hits: Sequence[Hit]
    coverage: float


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer to show, verified, and what was wrong with the draft, if it was that."""

    answer: Answer
    reasons: Sequence[str] = ()


class DraftJudge:
    """Judges what a model said last, by what it read in the turn.

    Only verified words of its own overrule the coverage of the question: a quote never stands in for a draft
    where the manual does not cover the question, unless it is about the item that was just talked of.
    """

    def __init__(self, index: ManualIndex, model_name: str, refuse_below: float) -> None:
        self._index = index
        self._model_name = model_name
        self._refuse_below = refuse_below

    def judged(self, asked: Asked, messages: Sequence[AnyMessage], draft: AIMessage | None) -> Judged:
        """Return the answer that a turn comes to, given its messages and its draft."""
        read = read_items(messages)
        if not read:
            return self._unread(asked, messages, draft)
        said = _said(draft)
        item = self._rests_on(said, read)
        if draft is None or not said:
            return self._quoted(asked, item, _NO_ANSWER)
        # A refusal is no claim: verification would only have it written once more.
        if answering.says_not_in_manual(draft, self._section_text(item), asked.words):
            return self._refused(asked)
        quote = answering.quote_item(asked.meant.question, item, self._index)
        cut = answering.was_cut(draft)
        written = answering.written_answer(said, quote, self._index, self._model_name, cut=cut)
        # Against the user's own words: what was made of them is no evidence.
        reasons = problems(written, asked.words, self._index)
        if not reasons:
            return Judged(written)
        quoted = self._quoted(asked, item, _UNVERIFIED.format(reasons=" ".join(reasons)))
        return Judged(quoted.answer, reasons)

    def _unread(self, asked: Asked, messages: Sequence[AnyMessage], draft: AIMessage | None) -> Judged:
        """Judge a turn in which the model read no item: what was found is quoted."""
        looked = turn.latest_search(messages) is not None
        if looked and draft is not None and _said(draft) and answering.says_not_in_manual(draft, question=asked.words):
            return self._refused(asked)
        scope = asked.meant.scope
        first = self._index.graph_of(scope).section_of(scope).id if scope else None
        found = turn.candidates(asked.hits, first)
        if not found:
            return self._refused(asked)
        return self._quoted(asked, found[0], _READ_NOTHING if looked else _NEVER_LOOKED)

    def _quoted(self, asked: Asked, item: str, warning: str) -> Judged:
        """Quote an item, with a warning that says why; refuse where the manual does not cover the question."""
        if not may_answer(asked.meant, asked.coverage, self._refuse_below):
            return self._refused(asked)
        quote = answering.quote_item(asked.meant.question, item, self._index)
        answer = answering.quoted_answer(quote, self._index)
        wrong = problems(answer, asked.words, self._index)
        return Judged(
            answer.model_copy(
                update={
                    "status": "unverified" if wrong else answer.status,
                    "warnings": (*answer.warnings, warning, *wrong),
                }
            )
        )

    def _refused(self, asked: Asked) -> Judged:
        return Judged(answering.refusal(asked.hits, self._index))

    def _rests_on(self, text: str, read: Sequence[str]) -> str:
        """Return the item read, the last one first, whose section holds most of a draft's words.

        A draft is held against this one alone: what two sections say must not be mixed into a third thing.
        """
        items = list(dict.fromkeys(reversed(read)))
        return max(items, key=lambda item: words_from_sources(text, self._section_text(item)))

    def _section_text(self, item_id: str) -> str:
        return self._index.graph_of(item_id).section_of(item_id).whole_text


def _said(draft: AIMessage | None) -> str:
    """Return a draft's words; what stands in for those of a model that was stopped in a loop is none of its own."""
    said = draft.text.strip() if draft else ""
    return "" if said == STOPPED else said


def read_items(messages: Sequence[AnyMessage]) -> list[str]:
    """Return the ids of the items that calls of the turn read or located, in order."""
    found: list[str] = []
    for message in messages:
        if (
            isinstance(message, ToolMessage)
            and isinstance(message.artifact, MenuItem | MenuPath | dict)
            and (item := turn.chosen_item([message]))
        ):
            found.append(item)
    return found
