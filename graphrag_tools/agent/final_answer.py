"""FinalAnswerCheck: middleware that lets no answer out of an agent that the manual does not bear out."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse, hook_config
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, RemoveMessage, ToolMessage
from langgraph.runtime import Runtime

from graphrag_tools.agent.tool_calls import MODEL_CALLS
from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.answers.answer import (
    UNVERIFIED,
    TurnFacts,
    finished_answer,
    quote_item,
    quoted_as,
    refusal,
    warned_answer,
    with_alternatives,
    written_answer,
)
from graphrag_tools.conversation import turn
from graphrag_tools.conversation.follow_ups import Earlier, Understood, next_earlier, understand_question
from graphrag_tools.conversation.plain_data import PlainChannel, plain_update
from graphrag_tools.conversation.turn import answer_message, left_unfinished
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.steps import Meter, was_cut
from graphrag_tools.prompts import Prompts
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.search.hit import Hit
from graphrag_tools.tool_calling.callers import BY_MODEL
from graphrag_tools.tools.manual_tools import MenuPath
from graphrag_tools.tools.tool_texts import STOPPED
from graphrag_tools.verification.answer import problems
from graphrag_tools.verification.refusals import is_refusal
from graphrag_tools.verification.wording import words_from_sources
from graphrag_tools.workflow.nodes import FINAL_ANSWER_CHECK
from graphrag_tools.workflow.options import DEFAULT_THREAD_TOKENS, check_thread_tokens
from graphrag_tools.workflow.search_step import search_for, standing_of

_NEVER_LOOKED = "The model looked nothing up; the manual was searched for it and is quoted."
_READ_NOTHING = "The model read no item; the best one that was found is quoted."
_NO_ANSWER = "The model came to no answer; the manual is quoted."


@dataclass(frozen=True, slots=True)
class Asked:
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

    def judge(self, asked: Asked, messages: Sequence[AnyMessage], draft: AIMessage | None) -> Judgement:
        """Return the answer that a turn comes to, given its messages and its draft."""
        read = read_items(messages)
        if not read:
            return self._unread(asked, messages, draft)
        said = _said(draft)
        item = self._rests_on(said, read)
        if draft is None or not said:
            return self._quoted(asked, item, _NO_ANSWER)
        # A refusal is no claim: verification would only have it written once more.
        if is_refusal(draft.text, self._section_text(item), asked.words):
            return self._refused(asked)
        quote = quote_item(asked.meant.question, item, self._index)
        cut = was_cut(draft)
        written = written_answer(said, quote, self._index, self._model_name, cut=cut)
        # Against the user's own words: what was made of them is no evidence.
        reasons = problems(written, asked.words, self._index)
        if not reasons:
            return Judgement(written)
        quoted = self._quoted(asked, item, UNVERIFIED.format(reasons=" ".join(reasons)))
        return Judgement(quoted.answer, reasons)

    def _unread(self, asked: Asked, messages: Sequence[AnyMessage], draft: AIMessage | None) -> Judgement:
        """Judge a turn in which the model read no item: what was found is quoted."""
        looked = turn.latest_search(messages) is not None
        if looked and draft is not None and _said(draft) and is_refusal(draft.text, question=asked.words):
            return self._refused(asked)
        scope = asked.meant.scope
        first = self._index.graph_of(scope).section_of(scope).id if scope else None
        found = turn.candidates(asked.hits, first)
        if not found:
            return self._refused(asked)
        return self._quoted(asked, found[0], _READ_NOTHING if looked else _NEVER_LOOKED)

    def _quoted(self, asked: Asked, item: str, warning: str) -> Judgement:
        """Quote an item as far as search is sure of it, with a warning that says why."""
        standing = standing_of(asked.meant, asked.confidence, self._thresholds)
        if standing == "not_in_manual":
            return self._refused(asked)
        quote = quote_item(asked.meant.question, item, self._index)
        answer = quoted_as(standing, quote, asked.hits, self._index)
        wrong = problems(answer, asked.words, self._index)
        return Judgement(warned_answer(answer, warning, wrong=wrong))

    def _refused(self, asked: Asked) -> Judgement:
        return Judgement(refusal(asked.hits, self._index))

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


SECONDS = "seconds"
"""Where a reply's response_metadata says how long the model took: a sum of these outlives the process."""
_Request = ModelRequest[Any]
_Response = ModelResponse[Any]


class AnsweringState(AgentState[Any]):
    """What an agent's state holds beside its messages: the question of this turn, as it is meant, and its answer.

    Of the keys, only `earlier` outlives a turn: the last question that was answered, for follow-ups.
    """

    question: NotRequired[str]
    answer: NotRequired[Annotated[Answer | None, PlainChannel]]
    meant: NotRequired[Annotated[Understood, PrivateStateAttr, PlainChannel]]
    earlier: NotRequired[Annotated[Earlier | None, PrivateStateAttr, PlainChannel]]
    notes: NotRequired[Annotated[list[str], PrivateStateAttr]]
    failed: NotRequired[Annotated[list[tuple[str, list[str]]], PrivateStateAttr, PlainChannel]]
    replies: NotRequired[Annotated[list[AIMessage], PrivateStateAttr]]


class FinalAnswerCheck(AgentMiddleware[AnsweringState, Any, Any]):
    """Turns the last words of an agent into a checked `Answer` in `state["answer"]`.

    The sources are the items that were read in this turn. What `verification.problems` finds goes back to
    the model once, with the reasons; then, and where it wrote nothing or read nothing, the item it read
    last is quoted, or the first one found, and a warning says so. Where the model searched for nothing,
    this searches, and the call joins the messages as one of the workflow. Below `thresholds` nothing is quoted: the
    closest places are named where search is not sure, and what is near nothing is refused. Drafts that failed leave
    the messages; the last message is what a chat may show.

    With a checkpointer, follow-ups are understood in what this does itself (searches, quotes); turns that were
    cancelled or failed leave the thread when the next one begins, as do whole turns past `thread_tokens`,
    with a warning.

    Errors of the model's driver become ModelError. Put it first in the list of middleware.
    """

    state_schema = AnsweringState
    name = FINAL_ANSWER_CHECK

    def __init__(
        self,
        index: ManualIndex,
        model_name: str = "custom",
        *,
        prompts: Prompts | None = None,
        manual: str | None = None,
        thresholds: Thresholds | None = None,
        thread_tokens: int = DEFAULT_THREAD_TOKENS,
    ) -> None:
        super().__init__()
        check_thread_tokens(thread_tokens)
        self._index = index
        self._model_name = model_name
        self._prompts = prompts or Prompts()
        self._manual = manual
        self._judge = DraftJudge(index, model_name, thresholds or Thresholds())
        self._thread_tokens = thread_tokens

    def before_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Begin a turn, on a thread without what unfinished turns left. Raises ConfigError if there is no question."""
        del runtime
        return plain_update(self._begin_turn(state))

    def _begin_turn(self, state: AnsweringState) -> dict[str, Any]:
        left = left_unfinished(state["messages"], "" if state.get("answer") else state.get("question", ""))
        kept = [message for message in state["messages"] if message not in left]
        opening = turn.opening(kept, self._thread_tokens)
        meant = understand_question(opening.question, state.get("earlier"), self._index, self._manual)
        return {
            "messages": [RemoveMessage(id=message.id) for message in (*left, *opening.dropped) if message.id],
            "question": meant.question,
            "meant": meant,
            "answer": None,
            "notes": opening.warnings,
            "failed": [],
            "replies": [],
        }

    def wrap_model_call(self, request: _Request, handler: Callable[[_Request], _Response]) -> _Response:
        """Call the model, with the reasons where its draft failed, and mark its reply as a model's."""
        started = time.perf_counter()
        with model_errors():
            return _by_model(handler(self._asked(request)), started)

    async def awrap_model_call(
        self, request: _Request, handler: Callable[[_Request], Awaitable[_Response]]
    ) -> _Response:
        """Do what `wrap_model_call` does, awaiting the model."""
        started = time.perf_counter()
        with model_errors():
            return _by_model(await handler(self._asked(request)), started)

    @hook_config(can_jump_to=["model"])
    def after_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Check the draft: pass it, send it back once, or put a quote or a refusal in its place."""
        del runtime
        return plain_update(self._check_draft(state))

    def _check_draft(self, state: AnsweringState) -> dict[str, Any]:
        started = time.perf_counter()
        messages = turn.this_turn(state["messages"])
        draft = _draft(messages)
        looked = read_items(messages) or turn.latest_search(messages)
        # What the question itself finds: a model's own queries may be about anything.
        words = turn.question_of(messages)
        search = search_for(state["meant"], words, self._index, self._manual)
        joined = () if looked else search.messages
        asked = Asked(words, state["meant"], search.hits, search.confidence)
        judged = self._judge.judge(asked, messages, draft)
        if judged.reasons and draft is not None and not state["failed"]:
            return {
                "failed": [(draft.text, list(judged.reasons))],
                "replies": [draft],
                "messages": [RemoveMessage(id=draft.id or "")],
                "jump_to": "model",
            }
        replies = [*state["replies"], *([draft] if draft else [])]
        usage = _usage([*state["replies"], *messages], time.perf_counter() - started)
        final = self._finished(judged.answer, asked, state, [*messages, *joined], usage)
        earlier = next_earlier(asked.meant, turn.answered_item(final), state.get("earlier"))
        gone = [RemoveMessage(id=m.id or "") for m in messages if isinstance(m, AIMessage) and not m.tool_calls]
        shown = [*gone, *joined, answer_message(final)]
        return {"answer": final, "earlier": earlier, "replies": replies, "messages": shown}

    def _finished(
        self, answer: Answer, asked: Asked, state: AnsweringState, messages: Sequence[AnyMessage], usage: Usage
    ) -> Answer:
        """Return the answer with its question, its trace and what it cost."""
        facts = TurnFacts(
            question=asked.meant.question,
            follow_up=asked.meant.follow_up,
            confidence=asked.confidence,
            model=self._model_name,
            notes=state["notes"],
            trace=turn.trace(messages),
            usage=usage,
        )
        return finished_answer(with_alternatives(answer, asked.hits, self._index), facts)

    def _asked(self, request: _Request) -> _Request:
        """Return the request with the question as far as it is used and, after a draft that failed, the reasons."""
        messages: list[Any] = list(request.messages)
        state: dict[str, Any] = {**request.state}
        last = max((at for at, message in enumerate(messages) if isinstance(message, HumanMessage)), default=None)
        if last is not None and len(messages[last].text) > turn.MAX_QUESTION_CHARACTERS:
            cut = messages[last].text.strip()[: turn.MAX_QUESTION_CHARACTERS]
            messages[last] = messages[last].model_copy(update={"content": cut})
        for text, reasons in state.get("failed", []):
            messages += [AIMessage(text), HumanMessage(self._prompts.render("retry", reasons="\n".join(reasons)))]
        return request.override(messages=messages)


def _by_model(response: _Response, started: float) -> _Response:
    seconds = time.perf_counter() - started
    marked = [_marked(message, seconds) if isinstance(message, AIMessage) else message for message in response.result]
    return ModelResponse(result=marked, structured_response=response.structured_response)


def _marked(reply: AIMessage, seconds: float) -> AIMessage:
    said = {**reply.response_metadata, SECONDS: seconds}
    return reply.model_copy(update={"name": BY_MODEL, "response_metadata": said})


def _draft(messages: Sequence[AnyMessage]) -> AIMessage | None:
    """Return the model's last words of the turn; None where a limit ended it first."""
    last = messages[-1]
    return last if isinstance(last, AIMessage) and last.name == BY_MODEL and not last.tool_calls else None


def _usage(messages: Sequence[BaseMessage], check: float) -> Usage:
    """Return what a turn cost: the seconds of its model calls and of the check, without those of its tools."""
    replies = [m for m in messages if isinstance(m, AIMessage) and m.name == BY_MODEL]
    meter = Meter()
    for reply in replies:
        meter.count_tokens(reply)
    model = sum(float(reply.response_metadata.get(SECONDS, 0.0)) for reply in replies)
    return Usage(
        model_calls=sum(int(reply.response_metadata.get(MODEL_CALLS, 1)) for reply in replies),
        prompt_tokens=meter.prompt_tokens,
        completion_tokens=meter.completion_tokens,
        seconds=model + check,
        stages=(StageTime(stage="model", seconds=model), StageTime(stage="check", seconds=check)),
    )
