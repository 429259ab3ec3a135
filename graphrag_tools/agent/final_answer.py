"""FinalAnswerCheck: middleware that lets no answer out of an agent that the manual does not bear out."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, NotRequired
from uuid import uuid4

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse, hook_config
from langchain.agents.middleware.types import OmitFromInput, PrivateStateAttr
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, RemoveMessage
from langgraph.runtime import Runtime

from graphrag_tools.agent.draft_judging import AskedQuestion, DraftJudge, Judgement, words_of_others
from graphrag_tools.agent.history import lighter
from graphrag_tools.agent.looked_up import newly_looked_up, whole_turn
from graphrag_tools.agent.other_tools import MANUAL, SEARCH, noted, tool_facts, turn_results
from graphrag_tools.agent.tool_calls import MODEL_CALLS
from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.answers.answer import (
    TurnFacts,
    finished_answer,
    with_alternatives,
)
from graphrag_tools.conversation import turn
from graphrag_tools.conversation.answer_message import CITATIONS, answer_message, answered_item
from graphrag_tools.conversation.earlier_turns import left_unfinished
from graphrag_tools.conversation.follow_ups import NOTHING_ASKED, Earlier, Understood, next_earlier, understand_question
from graphrag_tools.conversation.plain_data import PlainChannel, plain_update
from graphrag_tools.conversation.wordless import last_human, other_parts, wordless_answer
from graphrag_tools.index.index import ManualIndex, check_is_index
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.steps import Meter
from graphrag_tools.models.thoughts import own_words
from graphrag_tools.prompts import Prompts
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.tool_calling.callers import BY_MODEL
from graphrag_tools.tools.manual_tools import check_names
from graphrag_tools.tools.tool_texts import SEARCH_NAME
from graphrag_tools.workflow.drafts import inner_model_call, shown_under, tell_rejected, unspoken
from graphrag_tools.workflow.nodes import FINAL_ANSWER_CHECK
from graphrag_tools.workflow.options import DEFAULT_THREAD_TOKENS, check_thread_tokens
from graphrag_tools.workflow.run_context import ManualContext, read_context
from graphrag_tools.workflow.search_step import NO_SEARCH, QuestionSearch, search_for, understood_as

SECONDS = "seconds"
"""Where a reply's response_metadata says how long the model took: a sum of these outlives the process."""
_Request = ModelRequest[Any]
_Response = ModelResponse[Any]


class AnsweringState(AgentState[Any]):
    """What an agent's state holds beside its messages: the turn's question, as asked and as meant, and its answer.

    Of the keys, only `earlier` outlives a turn: the last question that was answered, for follow-ups.
    """

    question: NotRequired[Annotated[str, PrivateStateAttr]]
    asked: NotRequired[Annotated[str | None, PrivateStateAttr]]
    answer: NotRequired[Annotated[Answer | None, PlainChannel, OmitFromInput]]
    meant: NotRequired[Annotated[Understood, PrivateStateAttr, PlainChannel]]
    earlier: NotRequired[Annotated[Earlier | None, PrivateStateAttr, PlainChannel]]
    notes: NotRequired[Annotated[list[str], PrivateStateAttr]]
    failed: NotRequired[Annotated[list[tuple[str, list[str]]], PrivateStateAttr, PlainChannel]]
    answer_id: NotRequired[Annotated[str, PrivateStateAttr]]
    replies: NotRequired[Annotated[list[AIMessage], PrivateStateAttr]]
    looked_up: NotRequired[Annotated[list[AnyMessage], PrivateStateAttr]]
    asked_in: NotRequired[Annotated[str | None, PrivateStateAttr]]


class FinalAnswerCheck(AgentMiddleware[AnsweringState, Any, Any]):
    """Turns the last words of an agent into a checked `Answer` in `state["answer"]`.

    Only turns about the manual are judged. An answer that rests on other tools' results passes as it is, with the
    status `not_from_manual`, as does small talk; of one that rests on both, the manual's part is judged and the other
    kept. Where an agent has no other tools, whatever it is asked is about the manual.

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

    def __init__(  # noqa: PLR0913  # the last ones by name only
        self,
        index: ManualIndex,
        model_name: str = "custom",
        *,
        prompts: Prompts | None = None,
        manual: str | None = None,
        thresholds: Thresholds | None = None,
        thread_tokens: int = DEFAULT_THREAD_TOKENS,
        stream_drafts: bool = False,
    ) -> None:
        super().__init__()
        check_is_index(index)
        check_thread_tokens(thread_tokens)
        self._index = index
        self._model_name = model_name
        self._prompts = prompts or Prompts()
        self._manual = manual
        self._thresholds = thresholds or Thresholds()
        self._thread_tokens = thread_tokens
        self._stream_drafts = stream_drafts

    @hook_config(can_jump_to=["end"])
    def before_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Begin a turn, on a thread without what unfinished turns left. Raises ConfigError if nobody asked.

        An empty message ends it; one of images or files alone is for the model to answer.
        """
        context = read_context(runtime.context)
        # Before a model is called in vain.
        context.thresholds(self._thresholds)
        manual = context.manual or self._manual
        self._index.check_manual(manual)
        return plain_update(self._begin_turn(state, manual))

    @hook_config(can_jump_to=["end"])
    async def abefore_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Do the same in a thread: LangGraph would run it in the event loop, where reading an index holds up all."""
        return await asyncio.to_thread(self.before_agent, state, runtime)

    def _begin_turn(self, state: AnsweringState, manual: str | None) -> dict[str, Any]:
        left = left_unfinished(state["messages"], "" if state.get("answer") else state.get("question", ""))
        kept = [message for message in state["messages"] if message not in left]
        opening = turn.opening(kept, self._thread_tokens)
        asked = opening.question
        meant = understand_question(asked, state.get("earlier"), self._index, manual) if asked else NOTHING_ASKED
        return {
            **({"answer_id": str(uuid4())} if self._stream_drafts else {}),
            **({} if asked or other_parts(kept) else {"jump_to": "end"}),
            "messages": [RemoveMessage(id=message.id) for message in (*left, *opening.dropped) if message.id],
            "question": meant.question,
            "asked": asked,
            "meant": meant,
            "answer": None,
            "notes": opening.warnings,
            "failed": [],
            "replies": [],
            "looked_up": [],
            "asked_in": message.id if (message := last_human(kept)) else None,
        }

    def before_model(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any] | None:  # noqa: ARG002  # LangChain's
        """Keep what was looked up so far, before other middleware sums it up or drops it."""
        return newly_looked_up(state)

    def wrap_model_call(self, request: _Request, handler: Callable[[_Request], _Response]) -> _Response:
        """Call the model, with the reasons where its draft failed, and mark its reply as a model's."""
        asked, facts = self._asked_and_facts(request)
        started = time.perf_counter()
        with model_errors(), inner_model_call(draft=True, shown_as=self._shown_as(request)):
            return self._by_model(request, handler(asked), started, facts)

    async def awrap_model_call(
        self, request: _Request, handler: Callable[[_Request], Awaitable[_Response]]
    ) -> _Response:
        """Do what `wrap_model_call` does, awaiting the model, and reading prompts and the index's place in a thread."""
        asked, facts = await asyncio.to_thread(self._asked_and_facts, request)
        started = time.perf_counter()
        with model_errors(), inner_model_call(draft=True, shown_as=self._shown_as(request)):
            return self._by_model(request, await handler(asked), started, facts)

    def _asked_and_facts(self, request: _Request) -> tuple[_Request, dict[str, object]]:
        """Return the request as it is made, and what to note of its tools. Raises ConfigError for another index's."""
        check_names(request.tools, self._index, self._manual)
        return self._asked(request), tool_facts(request.tools, self._index, self._manual)

    def _shown_as(self, request: _Request) -> str | None:
        """Return the id that a draft is streamed under, if it is: of several under one id the first alone can be."""
        state: dict[str, Any] = {**request.state}
        return state.get("answer_id") if self._stream_drafts and not state.get("failed") else None

    def _by_model(self, request: _Request, response: _Response, started: float, facts: dict[str, object]) -> _Response:
        """Return a response whose replies say that a model made them, how long it took and whose tools they call."""
        seconds = time.perf_counter() - started
        result: list[BaseMessage] = []
        for reply in response.result:
            if isinstance(reply, AIMessage):
                said = {**reply.response_metadata, SECONDS: seconds, **facts}
                marked = own_words(reply).model_copy(update={"name": BY_MODEL, "response_metadata": said})
                result.append(unspoken(marked, request.state["messages"]))
            else:
                result.append(reply)
        return ModelResponse(result=result, structured_response=response.structured_response)

    @hook_config(can_jump_to=["model"])
    def after_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Check the draft: pass it, send it back once, or put a quote or a refusal in its place."""
        # What an agent returns under a schema is data for its program, not an answer from the manual.
        if state.get("structured_response") is not None:
            return {"asked": None}
        messages = whole_turn(state)
        context = read_context(runtime.context)
        begun = self._begun_late(state, messages, context.manual or self._manual)
        asked = begun.get("asked", state.get("asked"))
        if asked is None and messages and CITATIONS in messages[-1].response_metadata:
            return {}  # checked already, and nothing was said since
        # Other middleware may end a turn with words of its own, before it begins here or before a model is asked.
        if asked is None or _is_ended_by_others(messages):
            return plain_update({"asked": None, "looked_up": [], "answer": words_of_others(messages)})
        now: Any = {**state, **begun}
        return plain_update({**begun, **self._check_draft(now, asked, messages, context)})

    @hook_config(can_jump_to=["model"])
    async def aafter_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Do the same in a thread."""
        return await asyncio.to_thread(self.after_agent, state, runtime)

    def _begun_late(self, state: AnsweringState, messages: Sequence[AnyMessage], manual: str | None) -> dict[str, Any]:
        """Begin a turn at its end where a model replied outside of one, so that none of its words goes unchecked.

        It was entered at the model (`Command(goto="model")`), or asked again by other middleware after the check. A
        turn begins anew, too, where somebody has put another question in the place of its own, at an interrupt.
        """
        if state.get("asked") is not None:
            last = last_human(messages)
            if (
                last is None
                or last.id != state.get("asked_in")
                or turn.asked_words([last])[: turn.MAX_QUESTION_CHARACTERS] == state["asked"]
            ):
                return {}
        elif _draft(messages) is None:
            return {}
        begun = self._begin_turn(state, manual)
        return {key: value for key, value in begun.items() if key not in ("messages", "jump_to", "looked_up")}

    def _check_draft(
        self, state: AnsweringState, words: str, messages: Sequence[AnyMessage], context: ManualContext
    ) -> dict[str, Any]:
        started = time.perf_counter()
        draft = _draft(messages)
        results = turn_results(messages)
        # What the question itself finds: a model's own queries may be about anything. Its words are those that the
        # turn began with: other middleware may have put a summary in the place of its message.
        search = self._search(state["meant"], words, messages, context.manual) if words else NO_SEARCH
        asked = AskedQuestion(words, state["meant"], search.hits, search.confidence)
        model = context.model or self._model_name
        if words or draft:
            judge = DraftJudge(self._index, model, context.thresholds(self._thresholds))
            judged = judge.judge(asked, messages, draft)
        else:
            judged = Judgement(wordless_answer(other_parts(messages)))
        if judged.reasons and draft is not None and not state["failed"]:
            tell_rejected()
            return {
                "failed": [(draft.text, list(judged.reasons))],
                "replies": [draft],
                "messages": [RemoveMessage(id=draft.id or "")],
                "jump_to": "model",
            }
        joined = () if results.manual or judged.answer.status == "not_from_manual" else search.messages
        replies = [*state["replies"], *([draft] if draft else [])]
        usage = _usage([*state["replies"], *messages], time.perf_counter() - started)
        final = self._finished(judged.answer, asked, state, model, [*messages, *joined], usage)
        answered_from, before = answered_item(final), state.get("earlier")
        earlier = next_earlier(asked.meant, answered_from, before, doubtful=final.status == "unsure")
        drafts = [m for m in messages if isinstance(m, AIMessage) and m.name == BY_MODEL and not m.tool_calls]
        gone = [RemoveMessage(id=draft.id or "") for draft in drafts]
        last = answer_message(final)
        if self._stream_drafts and (message_id := state.get("answer_id")):
            last = shown_under(message_id, last)
        shown = [*gone, *joined, last]
        return {
            "asked": None,
            "answer": final,
            "earlier": earlier,
            "replies": replies,
            "looked_up": [],
            "messages": shown,
        }

    def _search(
        self, meant: Understood, words: str, messages: Sequence[AnyMessage], manual: str | None
    ) -> QuestionSearch:
        within = manual or self._manual or noted(messages, MANUAL)
        return search_for(meant, words, self._index, within, tool=noted(messages, SEARCH) or SEARCH_NAME)

    def _finished(
        self,
        answer: Answer,
        asked: AskedQuestion,
        state: AnsweringState,
        model: str,
        messages: Sequence[AnyMessage],
        usage: Usage,
    ) -> Answer:
        """Return the answer with its question, its trace and what it cost."""
        beside = answer.status == "not_from_manual"
        facts = TurnFacts(
            question=asked.meant.question,
            understood_as="" if beside else understood_as(asked.words, asked.meant.question, self._index),
            follow_up=asked.meant.follow_up,
            confidence=asked.confidence,
            model=model,
            notes=state["notes"],
            trace=turn.trace(messages),
            usage=usage,
        )
        return finished_answer(answer if beside else with_alternatives(answer, asked.hits, self._index), facts)

    def _asked(self, request: _Request) -> _Request:
        """Return the request with the question as far as it is used and, after a draft that failed, the reasons.

        Of what was found before an item was read, names are enough.
        """
        messages = lighter(request.messages, self._index)
        state: dict[str, Any] = {**request.state}
        last = max((at for at, message in enumerate(messages) if isinstance(message, HumanMessage)), default=None)
        if last is not None and len(messages[last].text) > turn.MAX_QUESTION_CHARACTERS:
            cut = messages[last].text.strip()[: turn.MAX_QUESTION_CHARACTERS]
            messages[last] = messages[last].model_copy(update={"content": cut})
        for text, reasons in state.get("failed", []):
            messages += [AIMessage(text), HumanMessage(self._prompts.render("retry", reasons="\n".join(reasons)))]
        return request.override(messages=messages)


def _draft(messages: Sequence[AnyMessage]) -> AIMessage | None:
    """Return the model's last words of the turn; None where a limit ended it first."""
    replies = [one for one in messages if isinstance(one, AIMessage) and one.name == BY_MODEL]
    return replies[-1] if replies and not replies[-1].tool_calls else None


def _is_ended_by_others(messages: Sequence[AnyMessage]) -> bool:
    """Whether a turn ends with a message that no model made, and none was asked, as where a guard refuses."""
    replies = [one for one in messages if isinstance(one, AIMessage)]
    return len(replies) == 1 and replies[0] is messages[-1] and _is_made_by_code(replies[0])


def _is_made_by_code(message: AIMessage) -> bool:
    return bool(message.text) and not (message.tool_calls or message.response_metadata or message.usage_metadata)


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
