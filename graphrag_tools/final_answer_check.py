"""FinalAnswerCheck: middleware that lets no answer out of an agent that the manual does not bear out."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse, hook_config
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, RemoveMessage
from langgraph.runtime import Runtime

from graphrag_tools import turn
from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.answer_message import shown_text
from graphrag_tools.coverage import DEFAULT_REFUSE_BELOW
from graphrag_tools.draft_judging import Asked, DraftJudge, read_items
from graphrag_tools.follow_ups import Earlier, Understood, carried_on, understood
from graphrag_tools.index import ManualIndex
from graphrag_tools.models import model_errors
from graphrag_tools.options import DEFAULT_THREAD_TOKENS, HITS, check_thread_tokens
from graphrag_tools.prompts import Prompts
from graphrag_tools.question_search import asked_coverage, searched
from graphrag_tools.tool_call_repair import MODEL_CALLS
from graphrag_tools.tool_calling import BY_MODEL
from graphrag_tools.unfinished_turns import left_unfinished

SECONDS = "seconds"
"""Where a reply's response_metadata says how long the model took: a sum of these outlives the process."""
_Request = ModelRequest[Any]
_Response = ModelResponse[Any]


class AnsweringState(AgentState[Any]):
    """What an agent's state holds beside its messages: the question of this turn, as it is meant, and its answer.

    Of the keys, only `earlier` outlives a turn: the last question that was answered, for follow-ups.
    """

    question: NotRequired[str]
    answer: NotRequired[Answer | None]
    meant: NotRequired[Annotated[Understood, PrivateStateAttr]]
    earlier: NotRequired[Annotated[Earlier | None, PrivateStateAttr]]
    notes: NotRequired[Annotated[list[str], PrivateStateAttr]]
    failed: NotRequired[Annotated[list[tuple[str, list[str]]], PrivateStateAttr]]
    replies: NotRequired[Annotated[list[AIMessage], PrivateStateAttr]]


class FinalAnswerCheck(AgentMiddleware[AnsweringState, Any, Any]):
    """Turns the last words of an agent into a checked `Answer` in `state["answer"]`.

    The sources are the items that were read in this turn. What `verification.problems` finds goes back to
    the model once, with the reasons; then, and where it wrote nothing or read nothing, the item it read
    last is quoted, or the first one found, and a warning says so. Where the model searched for nothing,
    this searches, and the call joins the messages as one of the workflow. What the manual does not cover
    (`refuse_below`) is refused, not quoted. Drafts that failed leave the messages; the last message is what a
    chat may show.

    With a checkpointer, follow-ups are understood in what this does itself (searches, quotes); turns that were
    cancelled or failed leave the thread when the next one begins, as do whole turns past `thread_tokens`,
    with a warning.

    Errors of the model's driver become ModelError. Put it first in the list of middleware.
    """

    state_schema = AnsweringState

    def __init__(
        self,
        index: ManualIndex,
        model_name: str = "custom",
        *,
        prompts: Prompts | None = None,
        manual: str | None = None,
        refuse_below: float = DEFAULT_REFUSE_BELOW,
        thread_tokens: int = DEFAULT_THREAD_TOKENS,
    ) -> None:
        super().__init__()
        check_thread_tokens(thread_tokens)
        self._index = index
        self._model_name = model_name
        self._prompts = prompts or Prompts()
        self._manual = manual
        self._judge = DraftJudge(index, model_name, refuse_below)
        self._thread_tokens = thread_tokens

    def before_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Begin a turn, on a thread without what unfinished turns left. Raises ConfigError if there is no question."""
        del runtime
        left = left_unfinished(state["messages"], "" if state.get("answer") else state.get("question", ""))
        kept = [message for message in state["messages"] if message not in left]
        opening = turn.opening(kept, self._thread_tokens)
        meant = understood(opening.question, state.get("earlier"), self._index, self._manual)
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
        started = time.perf_counter()
        messages = turn.this_turn(state["messages"])
        draft = _draft(messages)
        looked = read_items(messages) or turn.latest_search(messages)
        joined = () if looked else searched(state["question"], self._index, self._manual)
        asked = self._as_asked(state, messages, joined)
        judged = self._judge.judged(asked, messages, draft)
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
        answered_from = final.sources[0].id if final.sources else None
        earlier = carried_on(asked.meant, answered_from, state.get("earlier"))
        gone = [RemoveMessage(id=m.id or "") for m in messages if isinstance(m, AIMessage) and not m.tool_calls]
        shown = [*gone, *joined, AIMessage(shown_text(final))]
        return {"answer": final, "earlier": earlier, "replies": replies, "messages": shown}

    def _as_asked(self, state: AnsweringState, messages: Sequence[AnyMessage], joined: Sequence[BaseMessage]) -> Asked:
        """Return the question with what a search with it finds: a model's own queries may be about anything."""
        meant, words = state["meant"], turn.question_of(messages)
        found = turn.hits_of(turn.latest_search(joined)) if joined else None  # type: ignore[arg-type]
        hits = self._index.search(meant.question, HITS, self._manual) if found is None else found
        asked = words[: turn.MAX_QUESTION_CHARACTERS]
        return Asked(words, meant, hits, asked_coverage(asked, meant, hits, self._index, self._manual))

    def _finished(
        self, answer: Answer, asked: Asked, state: AnsweringState, messages: Sequence[AnyMessage], usage: Usage
    ) -> Answer:
        """Return the answer with its question, its trace and what it cost."""
        return answer.model_copy(
            update={
                "question": asked.meant.question,
                "follow_up": asked.meant.follow_up,
                "coverage": asked.coverage,
                "model": self._model_name,
                "warnings": (*state["notes"], *answer.warnings),
                "trace": turn.trace(messages),
                "usage": usage,
            }
        )

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
    used = [reply.usage_metadata for reply in replies if reply.usage_metadata]
    model = sum(float(reply.response_metadata.get(SECONDS, 0.0)) for reply in replies)
    return Usage(
        model_calls=sum(int(reply.response_metadata.get(MODEL_CALLS, 1)) for reply in replies),
        prompt_tokens=sum(one["input_tokens"] for one in used),
        completion_tokens=sum(one["output_tokens"] for one in used),
        seconds=model + check,
        stages=(StageTime(stage="model", seconds=model), StageTime(stage="check", seconds=check)),
    )
