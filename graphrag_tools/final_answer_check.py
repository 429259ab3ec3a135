"""FinalAnswerCheck: middleware that lets no answer out of an agent that the manual does not bear out."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse, hook_config
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, RemoveMessage, ToolMessage
from langgraph.runtime import Runtime

from graphrag_tools import answering, turn
from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.coverage import DEFAULT_REFUSE_BELOW
from graphrag_tools.graph import MenuItem
from graphrag_tools.index import ManualIndex
from graphrag_tools.models import model_errors
from graphrag_tools.options import HITS
from graphrag_tools.prompts import Prompts
from graphrag_tools.search import Hit
from graphrag_tools.stages import shown_text
from graphrag_tools.tool_call_repair import MODEL_CALLS
from graphrag_tools.tool_calling import BY_MODEL, BY_WORKFLOW, call_message
from graphrag_tools.tool_texts import SEARCH_NAME
from graphrag_tools.tools import MenuPath, VectorSearchTool
from graphrag_tools.verification import problems, words_from_sources

_NEVER_LOOKED = "The model looked nothing up; the manual was searched for it and is quoted."
_READ_NOTHING = "The model read no item; the best one that was found is quoted."
_NO_ANSWER = "The model came to no answer; the manual is quoted."
_UNVERIFIED = "What the model wrote could not be verified ({reasons})"
_CUT_QUESTION = "The question has {length} characters; only the first {limit} were used."
_DECLINES = re.compile(
    r"\b(?:manual|documentation|guide)\b[^.\n]{0,40}\b(?:does not|doesn[’']t|do not|don[’']t|has no|contains no)\b"
    r"|\b(?:not|nothing|no (?:item|information|mention|section))\b[^.\n]{0,40}\b(?:manual|documentation|guide)\b",
    re.IGNORECASE,
)
_Request = ModelRequest[Any]
_Response = ModelResponse[Any]


class AnsweringState(AgentState[Any]):
    """What an agent's state holds beside its messages: the question of this turn and its answer."""

    question: NotRequired[str]
    answer: NotRequired[Answer | None]
    failed: NotRequired[Annotated[list[tuple[str, list[str]]], PrivateStateAttr]]
    replies: NotRequired[Annotated[list[AIMessage], PrivateStateAttr]]
    started: NotRequired[Annotated[float, PrivateStateAttr]]


class FinalAnswerCheck(AgentMiddleware[AnsweringState, Any, Any]):
    """Turns the last words of an agent into a checked `Answer` in `state["answer"]`.

    The sources are the items that were read in this turn. What `verification.problems` finds goes back to
    the model once, with the reasons; then, and where it wrote nothing or read nothing, the item it read
    last is quoted, or the first one found, and a warning says so. Where the model searched for nothing,
    this searches, and the call joins the messages as one of the workflow. Nothing found is a refusal.
    Drafts that failed leave the messages; the last message is what a chat may show.

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
    ) -> None:
        super().__init__()
        self._index = index
        self._model_name = model_name
        self._prompts = prompts or Prompts()
        self._manual = manual
        self._refuse_below = refuse_below

    def before_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Begin a turn. Raises ConfigError if there is no question."""
        del runtime
        question = turn.question_of(state["messages"])[: turn.MAX_QUESTION_CHARACTERS]
        return {"question": question, "answer": None, "failed": [], "replies": [], "started": time.perf_counter()}

    def wrap_model_call(self, request: _Request, handler: Callable[[_Request], _Response]) -> _Response:
        """Call the model, with the reasons where its draft failed, and mark its reply as a model's."""
        with model_errors():
            return _by_model(handler(self._asked(request)))

    async def awrap_model_call(
        self, request: _Request, handler: Callable[[_Request], Awaitable[_Response]]
    ) -> _Response:
        """Do what `wrap_model_call` does, awaiting the model."""
        with model_errors():
            return _by_model(await handler(self._asked(request)))

    @hook_config(can_jump_to=["model"])
    def after_agent(self, state: AnsweringState, runtime: Runtime[Any]) -> dict[str, Any]:
        """Check the draft: pass it, send it back once, or put a quote or a refusal in its place."""
        del runtime
        messages = turn.this_turn(state["messages"])
        draft = _draft(messages)
        known = _read_items(messages) or turn.latest_search(messages)
        searched = [] if known else self._searched(state["question"])
        after: list[Any] = [*messages, *searched]
        found = turn.hits_of(turn.latest_search(after))
        answer, reasons = self._judged(state["question"], messages, draft, found)
        if reasons and draft is not None and not state["failed"]:
            failed = [(draft.text, reasons)]
            return {
                "failed": failed,
                "replies": [draft],
                "messages": [RemoveMessage(id=draft.id or "")],
                "jump_to": "model",
            }
        final = self._finished(answer, state, after)
        gone = [RemoveMessage(id=m.id or "") for m in messages if isinstance(m, AIMessage) and not m.tool_calls]
        replies = [*state["replies"], *([draft] if draft else [])]
        return {"answer": final, "replies": replies, "messages": [*gone, *searched, AIMessage(shown_text(final))]}

    def _judged(
        self, question: str, messages: Sequence[AnyMessage], draft: AIMessage | None, hits: Sequence[Hit]
    ) -> tuple[Answer, list[str]]:
        """Return the answer to show, and what was wrong with the draft, if anything."""
        read = _read_items(messages)
        if not read:
            return self._unread(question, messages, draft, hits), []
        said = draft.text if draft else ""
        quote = answering.quote_item(question, self._rests_on(said, read), self._index)
        quoted = answering.quoted_answer(quote, self._index)
        if draft is None or not draft.text.strip():
            return _warned(quoted, _NO_ANSWER), []
        cut = answering.was_cut(draft)
        written = answering.written_answer(draft.text.strip(), quote, self._index, self._model_name, cut=cut)
        reasons = problems(written, question, self._index)
        if not reasons:
            return written, []
        if _says_no(draft):
            return answering.refusal(hits, self._index), []
        return _warned(quoted, _UNVERIFIED.format(reasons=" ".join(reasons))), reasons

    def _unread(
        self, question: str, messages: Sequence[AnyMessage], draft: AIMessage | None, hits: Sequence[Hit]
    ) -> Answer:
        """Return the answer where the model read no item: what was found is quoted, or refused."""
        looked = turn.latest_search(messages) is not None
        covered = any(hit.word_share > 0 for hit in hits) and self._index.coverage(hits) >= self._refuse_below
        if not covered or (looked and draft is not None and _says_no(draft)):
            return answering.refusal(hits, self._index)
        quote = answering.quote_item(question, hits[0].section_id, self._index)
        return _warned(answering.quoted_answer(quote, self._index), _READ_NOTHING if looked else _NEVER_LOOKED)

    def _rests_on(self, text: str, read: Sequence[str]) -> str:
        """Return the item read, the last one first, whose section holds most of a draft's words.

        A draft is held against this one alone: what two sections say must not be mixed into a third thing.
        """
        items = list(dict.fromkeys(reversed(read)))
        return max(items, key=lambda item: words_from_sources(text, self._section_text(item)))

    def _section_text(self, item_id: str) -> str:
        section = self._index.graph_of(item_id).section_of(item_id)
        return "\n".join((*section.path, *(block.text for block in section.blocks)))

    def _searched(self, question: str) -> list[BaseMessage]:
        """Search with the question, as the workflow does; the call and its result."""
        arguments: dict[str, object] = {"query": question, "k": HITS}
        if self._manual:
            arguments["manual"] = self._manual
        call = call_message(SEARCH_NAME, arguments, by=BY_WORKFLOW)
        result: ToolMessage = VectorSearchTool(index=self._index).invoke(call.tool_calls[0])
        return [call, result]

    def _finished(self, answer: Answer, state: AnsweringState, messages: Sequence[Any]) -> Answer:
        """Return the answer with its trace, what it cost, and a last check of what will be shown."""
        wrong = problems(answer, state["question"], self._index)
        warnings = [*answer.warnings, *wrong]
        length = len(turn.question_of(messages))
        if length > turn.MAX_QUESTION_CHARACTERS:
            warnings.insert(0, _CUT_QUESTION.format(length=length, limit=turn.MAX_QUESTION_CHARACTERS))
        return answer.model_copy(
            update={
                "status": "unverified" if wrong else answer.status,
                "question": state["question"],
                "coverage": self._index.coverage(hits)
                if (hits := turn.hits_of(turn.latest_search(messages)))
                else None,
                "model": self._model_name,
                "warnings": tuple(warnings),
                "trace": turn.trace(messages),
                "usage": _usage([*state["replies"], *messages], time.perf_counter() - state["started"]),
            }
        )

    def _asked(self, request: _Request) -> _Request:
        """Return the request with the question as it is used and, after a draft that failed, the reasons."""
        messages: list[Any] = list(request.messages)
        state: dict[str, Any] = {**request.state}
        question = state.get("question", "")
        last = max((at for at, message in enumerate(messages) if isinstance(message, HumanMessage)), default=None)
        if last is not None and question and len(messages[last].text) > turn.MAX_QUESTION_CHARACTERS:
            messages[last] = messages[last].model_copy(update={"content": question})
        for text, reasons in state.get("failed", []):
            messages += [AIMessage(text), HumanMessage(self._prompts.render("retry", reasons="\n".join(reasons)))]
        return request.override(messages=messages)


def _by_model(response: _Response) -> _Response:
    marked = [
        message.model_copy(update={"name": BY_MODEL}) if isinstance(message, AIMessage) else message
        for message in response.result
    ]
    return ModelResponse(result=marked, structured_response=response.structured_response)


def _draft(messages: Sequence[AnyMessage]) -> AIMessage | None:
    """Return the model's last words of the turn; None where a limit ended it first."""
    last = messages[-1]
    return last if isinstance(last, AIMessage) and last.name == BY_MODEL and not last.tool_calls else None


def _read_items(messages: Sequence[AnyMessage]) -> list[str]:
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


def _says_no(draft: AIMessage) -> bool:
    """Whether a model's words say that the manual has no answer."""
    first = draft.text.strip()[:300]
    return answering.says_not_in_manual(draft) or _DECLINES.search(first) is not None


def _warned(answer: Answer, warning: str) -> Answer:
    return answer.model_copy(update={"warnings": (*answer.warnings, warning)})


def _usage(messages: Sequence[BaseMessage], seconds: float) -> Usage:
    replies = [m for m in messages if isinstance(m, AIMessage) and m.name == BY_MODEL]
    used = [reply.usage_metadata for reply in replies if reply.usage_metadata]
    return Usage(
        model_calls=sum(int(reply.response_metadata.get(MODEL_CALLS, 1)) for reply in replies),
        prompt_tokens=sum(one["input_tokens"] for one in used),
        completion_tokens=sum(one["output_tokens"] for one in used),
        seconds=seconds,
        stages=(StageTime(stage="agent", seconds=seconds),),
    )
