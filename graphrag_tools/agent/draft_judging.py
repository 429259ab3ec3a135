"""Judge the last words of an agent's turn, by what it read in the manual and what other tools returned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from graphrag_tools.agent.draft_parts import (
    OtherWords,
    draft_parts,
    is_asked_for,
    only_reports,
    other_words,
    pieces_of,
    rests_as_well,
    shares_words,
)
from graphrag_tools.agent.other_tools import (
    NOT_FROM_MANUAL,
    NOTHING_LOOKED_UP,
    PARTLY_FROM_MANUAL,
    TurnResults,
    only_manual_tools,
    turn_results,
)
from graphrag_tools.answer import Answer
from graphrag_tools.answers.answer import (
    not_verified,
    quote_item,
    quoted_as,
    refusal,
    warned_answer,
    written_answer,
)
from graphrag_tools.conversation import turn
from graphrag_tools.conversation.follow_ups import Understood
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.steps import was_cut
from graphrag_tools.search.confidence import Standing, Thresholds
from graphrag_tools.search.hit import Hit
from graphrag_tools.tools.finds import shown_texts
from graphrag_tools.tools.lookup import MenuPath
from graphrag_tools.tools.tool_texts import STOPPED
from graphrag_tools.verification.answer import problems
from graphrag_tools.verification.refusals import is_refusal
from graphrag_tools.verification.wording import is_from_part, words_from_sources
from graphrag_tools.workflow.search_step import answering_sections, standing_of

_SHOWN_RESULT = 1_000
_NEVER_LOOKED = "The model looked nothing up; the manual was searched for it."
_NONE_WORKED = "No look-up of the model's came to a result; the manual was searched for it."
_READ_NOTHING = "The model read no item; the best one that was found is quoted."
_NO_ANSWER = "The model came to no answer; the manual is quoted."


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question: in the user's own words, as it is meant, what a search with that found, and how sure that is."""

    words: str
    meant: Understood
    hits: Sequence[Hit]
    confidence: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to show, verified, and what was wrong with the draft, if it was that."""

    answer: Answer
    reasons: Sequence[str] = ()


class DraftJudge:
    """Judges what a model said last, by what it read in the turn.

    Only verified words of its own overrule the doubt of search: a quote never stands in for a draft
    where search is not sure of it, unless it is about the item that was just talked of.
    """

    def __init__(self, index: ManualIndex, model_name: str, thresholds: Thresholds) -> None:
        self._index = index
        self._model_name = model_name
        self._thresholds = thresholds

    def judge(self, asked: AskedQuestion, messages: Sequence[AnyMessage], draft: AIMessage | None) -> Judgement:
        """Return the answer that a turn comes to, given its messages and its draft.

        What rests on other tools is theirs: it passes as it is, and the answer says so.
        """
        results = turn_results(messages)
        said = _said(draft)
        if draft is None or not said:
            returned = _returned_as_answer(messages, results)
            if not returned:
                return self._about_manual(asked, results, draft)
            return self._passed(returned, NOT_FROM_MANUAL.format(tools=results.other_tools))
        others = other_words(results, asked.words, self._manual_text(asked, results))
        if not results.other or others.is_told(said):
            beside = not results.manual and self._is_beside_manual(asked, messages)
            return self._passed(said, NOTHING_LOOKED_UP) if beside else self._about_manual(asked, results, draft)
        return self._beside_others(asked, results, draft, others)

    def _beside_others(
        self, asked: AskedQuestion, results: TurnResults, draft: AIMessage, others: OtherWords
    ) -> Judgement:
        """Judge a draft where other tools were called: by whether it rests on what they returned, or did."""
        said, rests_on = _said(draft), NOT_FROM_MANUAL.format(tools=results.other_tools)
        if only_reports(said, asked.words, others):
            return self._reported(asked, results, draft, others)
        if not results.manual and rests_as_well(said, others):
            return self._passed(said, rests_on)
        acted = is_asked_for(asked.words, others)
        reports = [one for one in pieces_of(said) if acted and only_reports(one, asked.words, others)]
        parts = draft_parts(said, others, reports)
        own = not others.adds_to_manual(said) or (not results.manual and others.repeats(said))
        if own and not parts.other and (results.manual or self._standing(asked) == "answered"):
            return self._about_manual(asked, results, draft)
        if not results.manual or not parts.manual:
            return self._passed(said, rests_on)
        judged = self._about_manual(asked, results, draft.model_copy(update={"content": parts.manual}))
        other = parts.other or others.without_repeats(one.text for one in results.informing)[:_SHOWN_RESULT]
        return self._joined(judged, said, other, results.other_tools)

    def _reported(self, asked: AskedQuestion, results: TurnResults, draft: AIMessage, others: OtherWords) -> Judgement:
        """Judge a report of what another tool did.

        Where the manual was read too, and nobody asked for something to be done, it may be meant as the manual's
        word, which it has to bear out then, unless the other tool gave it words that the manual lacks.
        """
        said = _said(draft)
        theirs = is_asked_for(asked.words, others) or others.adds_to_manual(said)
        if theirs or not self._read(results, said, asked.words):
            return self._passed(said, NOT_FROM_MANUAL.format(tools=results.other_tools))
        judged = self._about_manual(asked, results, draft)
        if judged.answer.mode == "quoted" or not shares_words(asked.words, others):
            return judged
        return Judgement(warned_answer(judged.answer, PARTLY_FROM_MANUAL.format(tools=results.other_tools)))

    def _is_beside_manual(self, asked: AskedQuestion, messages: Sequence[AnyMessage]) -> bool:
        """Whether a turn in which no tool was used is not about the manual."""
        return asked.meant.is_courtesy or (self._standing(asked) != "answered" and not only_manual_tools(messages))

    def _manual_text(self, asked: AskedQuestion, results: TurnResults) -> str:
        """Return what the manual's tools returned, with the sections read: those found where none was read."""
        sections = self._read(results) or [hit.section_id for hit in asked.hits]
        return "\n".join([*(message.text for message in results.manual), *map(self._section_text, sections)])

    def _standing(self, asked: AskedQuestion) -> Standing:
        return standing_of(asked.meant, asked.confidence, self._thresholds)

    def _passed(self, text: str, warning: str) -> Judgement:
        """Return words that the manual is not asked for, with a warning that says what they rest on."""
        answer = Answer(text=text, status="not_from_manual", mode="written", model=self._model_name)
        return Judgement(warned_answer(answer, warning))

    def _joined(self, judged: Judgement, said: str, other: str, tools: str) -> Judgement:
        """Return a judgement of the manual's part of a draft with the other part back in it."""
        answer = judged.answer
        if answer.mode == "quoted" and not other:
            return judged
        whole = said if answer.mode == "written" else f"{other}\n\n{answer.text}"
        warned = warned_answer(answer, PARTLY_FROM_MANUAL.format(tools=tools))
        return Judgement(warned.model_copy(update={"text": whole}), judged.reasons)

    def _read(self, results: TurnResults, said: str = "", question: str = "") -> list[str]:
        """Return the items read, with the sections of which searches showed all, or all that `said` has of them."""
        found: list[str] = []
        for result in results.manual:
            # The best one last, because of two with the same words the last one read is taken.
            found += [
                section
                for section, text in reversed(self._shown(result).items())
                if self._is_whole(section, text) or is_from_part(said, text, self._section_text(section), question)
            ]
        return [item for item in (*found, *read_items(results.manual)) if item in self._index]

    def _shown(self, result: ToolMessage) -> dict[str, str]:
        """Return what a search showed, by section; nothing of one whose finds a rebuild has taken out."""
        hits = turn.hits_of(result) if isinstance(result.artifact, list) else []
        gone = any(hit.section_id not in self._index for hit in hits)
        return {} if gone else shown_texts(self._index, result.text, hits)

    def _is_whole(self, section: str, text: str) -> bool:
        blocks = self._index.item(section).blocks
        return bool(blocks) and all(block.text in text for block in blocks)

    def _about_manual(self, asked: AskedQuestion, results: TurnResults, draft: AIMessage | None) -> Judgement:
        """Judge what was said of the manual."""
        said = _said(draft)
        read = self._read(results, said, asked.words)
        if not read:
            return self._unread(asked, results, draft)
        item = self._rests_on(said, read)
        # What a search showed beside its first find is nothing that the model chose to read.
        best = item if item in read_items(results.manual) else next(iter(self._found(asked)), item)
        if draft is None or not said:
            return self._quoted(asked, best, _NO_ANSWER)
        # A refusal is no claim: verification would only have it written once more.
        if is_refusal(draft.text, self._section_text(item), asked.words):
            return self._refused(asked)
        # What search found below the item is nothing that the model read.
        quote = replace(quote_item(asked.meant.question, item, self._index, asked.hits), opened=None)
        cut = was_cut(draft)
        written = written_answer(said, quote, self._index, self._model_name, cut=cut)
        # Against the user's own words: what was made of them is no evidence.
        reasons = problems(written, asked.words, self._index)
        if not reasons:
            return Judgement(written)
        quoted = self._quoted(asked, best, not_verified(written.language, reasons))
        return Judgement(quoted.answer, reasons)

    def _unread(self, asked: AskedQuestion, results: TurnResults, draft: AIMessage | None) -> Judgement:
        """Judge a turn in which the model read no item: what was found is quoted."""
        if results.searched and draft is not None and _said(draft) and is_refusal(draft.text, question=asked.words):
            return self._refused(asked)
        found = self._found(asked)
        if not found:
            return self._refused(asked)
        tried = _NONE_WORKED if results.manual else _NEVER_LOOKED
        return self._quoted(asked, found[0], _READ_NOTHING if results.searched else tried)

    def _found(self, asked: AskedQuestion) -> list[str]:
        """Return the sections that the question finds, best first, after the one that it goes on about."""
        return answering_sections(asked.meant, asked.hits, self._index)

    def _quoted(self, asked: AskedQuestion, item: str, warning: str) -> Judgement:
        """Quote an item as far as search is sure of it, with a warning that says why."""
        standing = self._standing(asked)
        if standing == "not_in_manual":
            return self._refused(asked)
        quote = quote_item(asked.meant.question, self._found_or_first(asked, item), self._index, asked.hits)
        answer = quoted_as(standing, quote, asked.hits, self._index)
        wrong = problems(answer, asked.words, self._index)
        return Judgement(warned_answer(answer, warning, wrong=wrong))

    def _found_or_first(self, asked: AskedQuestion, item: str) -> str:
        """Return the item if the question finds it or goes on about it, else the first one found.

        Search is sure of what it found: what a model read beside that may be about anything.
        """
        section = self._index.section_of(item).id
        found = [hit.section_id for hit in asked.hits]
        return item if asked.meant.scope or section in found or not found else found[0]

    def _refused(self, asked: AskedQuestion) -> Judgement:
        return Judgement(refusal(asked.hits, self._index))

    def _rests_on(self, text: str, read: Sequence[str]) -> str:
        """Return the item read, the last one first, whose section holds most of a draft's words.

        A draft is held against this one alone: what two sections say must not be mixed into a third thing.
        """
        items = list(dict.fromkeys(reversed(read)))
        return max(items, key=lambda item: words_from_sources(text, self._section_text(item)))

    def _section_text(self, item_id: str) -> str:
        return self._index.section_of(item_id).whole_text


def _said(draft: AIMessage | None) -> str:
    """Return a draft's words; what stands in for those of a model that was stopped in a loop is none of its own."""
    said = draft.text.strip() if draft else ""
    return "" if said == STOPPED else said


def _returned_as_answer(messages: Sequence[AnyMessage], results: TurnResults) -> str:
    """Return what another tool returned that ends the turn with its result (`return_direct`), "" where none did."""
    last = messages[-1]
    if not isinstance(last, ToolMessage):
        return ""
    return next((one.text for one in results.other if one.call_id == last.tool_call_id), "")


def words_of_others(messages: Sequence[AnyMessage]) -> Answer | None:
    """Return the last message of a turn that others have ended, as an answer of theirs; None without words."""
    last = messages[-1] if messages else None
    if not isinstance(last, AIMessage) or not last.text:
        return None
    return warned_answer(Answer(text=last.text, status="not_from_manual", mode="written"), NOTHING_LOOKED_UP)


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
