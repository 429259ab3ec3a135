"""An answer while it is made: stages, tool calls and tokens as they come, then the answer itself."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from graphrag_tools.answer import Answer

_MODES: list[Literal["updates", "messages"]] = ["updates", "messages"]
# The nodes in which a model writes for the user: the workflow's, and that of LangChain's create_agent.
_WRITING_NODES = frozenset({"answer", "model"})


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
    """What was written so far failed verification; the next words begin anew."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The verified answer: always the last event."""

    answer: Answer


Event = StageEnded | ToolCalled | Token | DraftRejected | Answered


def stream_answer(
    app: "CompiledStateGraph[Any, Any, Any, Any]", question: str, config: RunnableConfig | None = None
) -> Iterator[Event]:
    """Ask a workflow or an agent, and yield what happens; raises what asking raises."""
    asked = {"messages": [("user", question)]}
    for mode, chunk in app.stream(asked, config, stream_mode=_MODES):
        yield from _events(mode, chunk)


async def astream_answer(
    app: "CompiledStateGraph[Any, Any, Any, Any]", question: str, config: RunnableConfig | None = None
) -> AsyncIterator[Event]:
    """The same for asynchronous programs; cancelling the task closes the connection to the model's server."""
    asked = {"messages": [("user", question)]}
    async for mode, chunk in app.astream(asked, config, stream_mode=_MODES):
        for event in _events(str(mode), chunk):
            yield event


def _events(mode: str, chunk: Any) -> Iterator[Event]:
    if mode == "messages":
        message, about = chunk
        if isinstance(message, AIMessageChunk) and about.get("langgraph_node") in _WRITING_NODES and message.text:
            yield Token(message.text)
        return
    for stage, update in chunk.items():
        yield StageEnded(stage)
        if not isinstance(update, dict):
            continue
        for message in update.get("messages", ()):
            if isinstance(message, AIMessage):
                by = message.name or "model"
                yield from (ToolCalled(call["name"], call["args"], by) for call in message.tool_calls)
        if isinstance(update.get("answer"), Answer) and stage != "answer":
            yield Answered(update["answer"])
        elif stage == "verify":
            yield DraftRejected()
