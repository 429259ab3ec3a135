"""The stages of the workflow: what each does with the state, and where it goes on from there."""

import time
from dataclasses import dataclass
from typing import Any, Literal, get_args

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.graph import END, MessagesState

from graphrag_tools import answering, turn
from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.errors import ConfigError
from graphrag_tools.graph import PATH_SEPARATOR
from graphrag_tools.index import ManualIndex
from graphrag_tools.models import ChatModel
from graphrag_tools.prompts import Prompts
from graphrag_tools.search import Hit
from graphrag_tools.tool_calling import (
    BY_MODEL,
    BY_WORKFLOW,
    Choices,
    NativeCaller,
    NoModelCaller,
    SchemaCaller,
    ToolCaller,
    call_message,
)
from graphrag_tools.tool_texts import SEARCH_NAME
from graphrag_tools.tools import ManualToolkit
from graphrag_tools.verification import problems

AnswerMode = Literal["auto", "written", "quoted"]
ToolModeChoice = Literal["auto", "native", "schema", "none"]
HITS = 5
MAX_MODEL_CALLS = 3
MAX_TRIES = 2
_NATIVE_CHOICES = 5
_LOCAL_PROVIDERS = frozenset({"ollama", "gguf"})


STATE_TYPES = (Answer, Hit, StageTime)
"""What a checkpoint of `ManualState` holds beside messages and plain data."""


class ManualState(MessagesState):
    """What the workflow keeps between stages; the keys beside `messages` are made anew in every turn."""

    question: str
    hits: list[Hit]
    answer: Answer | None
    failed: list[tuple[str, list[str]]]
    stages: list[StageTime]
    unread_calls: int
    replies: list[AIMessage]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class WorkflowOptions:
    """How the workflow uses its model.

    `auto` takes native tool calling where the model claims it, else the schema; and lets hosted models
    write and local ones quote. `choices` is how many items a call under the schema may name: 1 also
    withholds search, because a weak model that may search again does little else.
    """

    tool_mode: ToolModeChoice = "auto"
    answers: AnswerMode = "auto"
    choices: int | None = None
    manual: str | None = None
    prompts: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is not on offer."""
        for name, allowed in (("tool_mode", ToolModeChoice), ("answers", AnswerMode)):
            if getattr(self, name) not in get_args(allowed):
                raise ConfigError(f"{name} is {getattr(self, name)!r}; expected {', '.join(get_args(allowed))}.")
        if self.choices is not None and not 1 <= self.choices <= HITS:
            raise ConfigError(f"choices is {self.choices}; expected 1 to {HITS} items.")


class Stages:
    """The nodes and the routes between them."""

    def __init__(self, index: ManualIndex, model: ChatModel | None, options: WorkflowOptions) -> None:
        self._index = index
        self._model = model
        self._options = options
        self._prompts = Prompts(options.prompts)
        self.tools: list[BaseTool] = ManualToolkit(index=index).get_tools()
        self._callers = _callers(model, self.tools, self._prompts, options.tool_mode)
        self._choices = options.choices or (_NATIVE_CHOICES if self._callers[0].mode == "native" else 1)
        self._writes = _writes(model, options.answers)
        index.check_manual(options.manual)

    def search(self, state: ManualState) -> dict[str, Any]:
        """Search with the question, without a model; the call and its result join the messages."""
        started = time.perf_counter()
        question = turn.question_of(state["messages"])
        warnings: list[str] = []
        if len(question) > turn.MAX_QUESTION_CHARACTERS:
            warnings.append(
                f"The question has {len(question)} characters; only the first {turn.MAX_QUESTION_CHARACTERS} were used."
            )
            question = question[: turn.MAX_QUESTION_CHARACTERS]
        arguments: dict[str, object] = {"query": question, "k": HITS}
        if self._options.manual:
            arguments["manual"] = self._options.manual
        call = call_message(SEARCH_NAME, arguments, by=BY_WORKFLOW)
        result: ToolMessage = self.tools[0].invoke(call.tool_calls[0])
        return {
            "messages": [call, result],
            "question": question,
            "hits": result.artifact or [],
            "answer": None,
            "failed": [],
            "unread_calls": 0,
            "replies": [],
            "warnings": warnings,
            "stages": [_since("search", started)],
        }

    def after_search(self, state: ManualState) -> str:
        """Refuse at once where no hit shares a word with the question."""
        return "choose" if any(hit.word_share > 0 for hit in state["hits"]) else "answer"

    def choose(self, state: ManualState) -> dict[str, Any]:
        """Let the model make the next call; callers of less strength stand in for one that made none."""
        messages = turn.this_turn(state["messages"])
        hits = turn.hits_of(turn.latest_search(messages)) or state["hits"]
        wide = self._choices > 1
        choices = Choices(
            question=state["question"],
            items=[self._index.item(hit.section_id) for hit in hits[: self._choices]],
            may_search=wide and turn.calls_by_model(messages) < MAX_MODEL_CALLS - 1,
            may_decline=wide,
        )
        # The question may be shorter than the message that asked it.
        history = [HumanMessage(state["question"]), *messages[1:]]
        stages, unread = list(state["stages"]), state["unread_calls"]
        message = None
        for caller in self._callers:
            started = time.perf_counter()
            message = caller.next_call(history, choices)
            stages.append(_since(f"call ({caller.mode})", started))
            if message is not None:
                break
            unread += caller.mode != "none"
        return {"messages": [message] if message else [], "hits": hits, "stages": stages, "unread_calls": unread}

    def after_choose(self, state: ManualState) -> str:
        """Run the call that was made, if one was."""
        last = state["messages"][-1]
        return "tools" if isinstance(last, AIMessage) and last.tool_calls else "answer"

    def after_tools(self, state: ManualState) -> str:
        """Answer once an item was looked up, or when the model has had its calls."""
        messages = turn.this_turn(state["messages"])
        if turn.chosen_item(messages) or turn.calls_by_model(messages) >= MAX_MODEL_CALLS:
            return "answer"
        return "choose"

    def answer(self, state: ManualState) -> dict[str, Any]:
        """Write or quote an answer from the chosen item, or refuse."""
        started = time.perf_counter()
        messages = turn.this_turn(state["messages"])
        chosen = turn.chosen_item(messages)
        if chosen is None and (turn.declined(messages) or self.after_search(state) == "answer"):
            draft = answering.refusal(state["hits"], self._index)
            return {"answer": draft, "stages": [*state["stages"], _since("refuse", started)]}
        quote = answering.quote_item(state["question"], chosen or state["hits"][0].section_id, self._index)
        if self._model is None or not self._writes or len(state["failed"]) >= MAX_TRIES:
            draft = answering.quoted_answer(quote, self._index)
            return {"answer": draft, "stages": [*state["stages"], _since("quote", started)]}
        reply = answering.write(self._model, self._prompts, state["question"], quote, state["failed"])
        draft = (
            answering.refusal(state["hits"], self._index)
            if answering.says_not_in_manual(reply)
            else answering.written_answer(
                reply.text.strip(), quote, self._index, self._model.name, cut=answering.was_cut(reply)
            )
        )
        stages = [*state["stages"], _since("write", started)]
        return {"answer": draft, "replies": [*state["replies"], reply], "stages": stages}

    def verify(self, state: ManualState) -> dict[str, Any]:
        """Check the draft in code: pass it with its trace and usage, or note why it must be made again."""
        started = time.perf_counter()
        draft = state["answer"]
        if draft is None:
            raise RuntimeError("verify was reached without an answer")
        found = problems(draft, state["question"], self._index)
        stages = [*state["stages"], _since("verify", started)]
        if found and draft.mode == "written":
            return {"answer": None, "failed": [*state["failed"], (draft.text, found)], "stages": stages}
        warnings = [*state["warnings"], *draft.warnings, *found]
        if state["failed"] and draft.mode == "quoted":
            reasons = " ".join(state["failed"][-1][1])
            warnings.append(f"What the model wrote could not be verified ({reasons})")
        messages = turn.this_turn(state["messages"])
        final = draft.model_copy(
            update={
                "status": "unverified" if found else draft.status,
                "model": self._model.name if self._model else "none",
                "warnings": tuple(warnings),
                "trace": turn.trace(messages),
                "usage": _usage(messages, state, stages),
            }
        )
        return {"answer": final, "messages": [AIMessage(shown_text(final))], "stages": stages}

    def after_verify(self, state: ManualState) -> str:
        """Try again where the draft failed."""
        return END if state["answer"] is not None else "answer"


def shown_text(answer: Answer) -> str:
    """Return an answer as one text for a chat: its words, its menu path, its taps."""
    lines = [answer.text]
    if answer.menu_path:
        lines += ["", f"Menu path: {PATH_SEPARATOR.join(answer.menu_path)}"]
    if answer.taps:
        lines.append(f"On the device: {PATH_SEPARATOR.join(answer.taps)}")
    return "\n".join(lines)


def _callers(
    model: ChatModel | None, tools: list[BaseTool], prompts: Prompts, mode: ToolModeChoice
) -> list[ToolCaller]:
    """Return the callers to try in order; the last needs no model."""
    if model is None or mode == "none":
        return [NoModelCaller()]
    native = mode == "native" or (mode == "auto" and model.claims_tools)
    wanted = (NativeCaller, SchemaCaller) if native else (SchemaCaller,)
    callers: list[ToolCaller] = []
    for caller in wanted:
        try:
            callers.append(caller(model, tools, prompts))
        except ConfigError:
            if caller.mode == mode:
                raise
    return [*callers, NoModelCaller()]


def _writes(model: ChatModel | None, answers: AnswerMode) -> bool:
    if answers == "auto":
        return model is not None and model.provider not in _LOCAL_PROVIDERS
    return answers == "written"


def _since(stage: str, started: float) -> StageTime:
    return StageTime(stage=stage, seconds=time.perf_counter() - started)


def _usage(messages: list[Any], state: ManualState, stages: list[StageTime]) -> Usage:
    calls = [m for m in messages if isinstance(m, AIMessage) and m.name == BY_MODEL] + state["replies"]
    used = [call.usage_metadata for call in calls if call.usage_metadata]
    return Usage(
        model_calls=len(calls) + state["unread_calls"],
        unread_calls=state["unread_calls"],
        prompt_tokens=sum(one["input_tokens"] for one in used),
        completion_tokens=sum(one["output_tokens"] for one in used),
        seconds=sum(stage.seconds for stage in stages),
        stages=tuple(stages),
    )
