"""An answer while it is made: stages, tool calls, the quote and tokens as they come, then the answer itself."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from pydantic import ValidationError

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.plain_data import PlainChannel
from graphrag_tools.conversation.turn import asked_state
from graphrag_tools.conversation.turns import a_one_turn, graph_within, one_turn
from graphrag_tools.errors import ConfigError
from graphrag_tools.text.catalogue import words_in
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.workflow import nodes
from graphrag_tools.workflow.cancelling import each_cancelled_once
from graphrag_tools.workflow.drafts import DRAFT, QUOTE


@dataclass(frozen=True, slots=True)
class StageWords:
    """What is said of the stages, in one language: `next` tells what goes on once a stage is over."""

    first: str
    next: Mapping[str, str]
    again: str


def stage_words(language: str = ENGLISH) -> StageWords:
    """Return what the stages are called in a language, in English where the catalogue has no other."""
    words = words_in(language)
    following = {
        nodes.RESOLVE: words.searching,
        nodes.SEARCH: words.choosing,
        nodes.CHOOSE: words.reading,
        nodes.TOOLS: words.answering,
        nodes.ANSWER: words.checking,
        nodes.AGENT_BEGINS: words.asking_model,
        nodes.AGENT_MODEL: words.going_on,
    }
    return StageWords(words.reading_question, following, words.answering_again)


_SHOWN_CHARACTERS = 60


def first_argument(arguments: Mapping[str, object]) -> str:
    """Return the start of what a tool was first of all given, "" for nothing."""
    return next((str(value) for value in arguments.values()), "")[:_SHOWN_CHARACTERS]


_MODES: list[Literal["updates", "custom"]] = ["updates", "custom"]
# Those in which its words are checked: they leave an answer, or the draft is done with.
_CHECKING_NODES = frozenset({nodes.VERIFY, nodes.AGENT_ENDS})


@dataclass(frozen=True, slots=True)
class StageEnded:
    """A stage of the workflow is over."""

    stage: str


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """A tool was called, by the model or by the workflow for it."""

    tool: str
    arguments: dict[str, Any]
    by: str


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a draft as the model writes it, not verified yet."""

    text: str


@dataclass(frozen=True, slots=True)
class DraftRejected:
    """What was written so far is not the answer; the next words begin anew.

    `failed` says that it failed verification; else it stood beside tool calls, or the model was asked again.
    """

    failed: bool = True


@dataclass(frozen=True, slots=True)
class Quoted:
    """What the manual itself says, while a model works on it: the answer that stands if the model betters nothing."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Answered:
    """The verified answer: always the last event."""

    answer: Answer


Event = StageEnded | ToolCalled | Quoted | Token | DraftRejected | Answered


def stream_answer(
    app: "CompiledStateGraph[Any, Any, Any, Any]", question: str, config: RunnableConfig | None = None
) -> Iterator[Event]:
    """Ask a workflow, an agent or a graph that has one as a node, and yield what happens; raises what asking raises."""
    asked, told = asked_state(question), _Telling()
    chunks: Any = app.stream(asked, config, stream_mode=_MODES, subgraphs=True)
    # Closed where a caller leaves: the garbage collector would do it at some time, and not in order.
    with one_turn(app, config), closing(chunks):
        for _, mode, chunk in chunks:
            yield from told.events(str(mode), chunk)
    yield told.answered()


async def astream_answer(
    app: "CompiledStateGraph[Any, Any, Any, Any]", question: str, config: RunnableConfig | None = None
) -> AsyncIterator[Event]:
    """The same for asynchronous programs; cancelling the task closes the connection to the model's server."""
    asked, told = asked_state(question), _Telling()
    stream: Any = app.astream(asked, config, stream_mode=_MODES, subgraphs=True)
    async with a_one_turn(app, config), aclosing(each_cancelled_once(stream)) as chunks:
        async for _, mode, chunk in chunks:
            for event in told.events(str(mode), chunk):
                yield event
    yield told.answered()


async def ask_with_events(
    app: "CompiledStateGraph[Any, Any, Any, Any]",
    question: str,
    config: RunnableConfig | None,
    listen: Callable[[Event], None],
) -> Answer:
    """Return the answer to a question; `listen` is told of all that happens before it. Cancelling works as above."""
    answer = None
    async for event in astream_answer(app, question, config):
        if isinstance(event, Answered):
            answer = event.answer
        else:
            listen(event)
    return required(answer)


def has_answer(app: "CompiledStateGraph[Any, Any, Any, Any]") -> bool:
    """Whether the answer is in a graph's own state: else a node of it may be a workflow or an agent of ours."""
    return isinstance(graph_within(app).channels.get("answer"), PlainChannel)


def required(answer: Answer | None) -> Answer:
    """Return the answer. Raises ConfigError where there is none."""
    if answer is None:
        raise ConfigError(
            "this graph came to no answer; expected a workflow, an agent with FinalAnswerCheck, or a graph that has "
            "one as a node and runs it. A run that waits at an interrupt has to be resumed first; with response_format "
            'the agent answers in state["structured_response"] instead.'
        )
    return answer


class _Telling:
    """Turns what a graph streams into events; knows which message the draft shown so far belongs to."""

    def __init__(self) -> None:
        self._written: str | None = None
        """Id of the reply that the tokens since the last rejection are of; None where there are none."""
        self._answer: Answer | None = None

    def answered(self) -> Answered:
        """Return the last event. Raises ConfigError if there was no answer."""
        return Answered(required(self._answer))

    def events(self, mode: str, chunk: Any) -> Iterator[Event]:
        """Yield what one chunk tells."""
        if mode == "custom":
            yield from self._told(chunk)
            return
        for stage, update in chunk.items():
            yield StageEnded(stage)
            if isinstance(update, dict):
                yield from self._calls(update)
                yield from self._outcome(stage, update)

    def _told(self, event: Any) -> Iterator[Event]:
        """Yield what one custom event tells: of ours alone."""
        if not isinstance(event, dict):
            return
        if event.get("type") == QUOTE:
            yield Quoted(Answer.model_validate(event["answer"]))
        elif event.get("type") == DRAFT:
            yield from self._tokens(event)

    def _tokens(self, event: dict[str, Any]) -> Iterator[Event]:
        if self._written is not None and self._written != event["id"]:
            yield DraftRejected(failed=False)
        self._written = event["id"]
        yield Token(event["text"])

    def _calls(self, update: dict[str, Any]) -> Iterator[Event]:
        """Yield the calls made; the words beside a call are no answer."""
        for message in update.get("messages") or ():
            if not isinstance(message, AIMessage) or not message.tool_calls:
                continue
            if self._written is not None:
                self._written = None
                yield DraftRejected(failed=False)
            by = message.name or "model"
            yield from (ToolCalled(call["name"], call["args"], by) for call in message.tool_calls)

    def _outcome(self, stage: str, update: dict[str, Any]) -> Iterator[Event]:
        """Yield the answer, or that the draft did not become one."""
        if stage not in _CHECKING_NODES:
            return
        # A node of somebody else's may bear the same name.
        if "answer" not in update and "failed" not in update:
            return
        self._written = None
        answer = update.get("answer")
        if isinstance(answer, dict | Answer):
            with suppress(ValidationError):
                self._answer = Answer.model_validate(answer)
        elif answer is None:
            yield DraftRejected()
