"""One turn at a time on a thread, where a checkpointer that several programs share sees to it."""

from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import Any, Protocol, runtime_checkable

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph


@runtime_checkable
class TakesTurns(Protocol):
    """A checkpointer whose threads take one turn at a time; a second one waits, or is refused with StoreError."""

    def one_turn(self, thread_id: str) -> AbstractContextManager[None]:
        """Return what a turn of a thread is to be taken within."""


@runtime_checkable
class TakesAwaitedTurns(Protocol):
    """The same, awaited."""

    def a_one_turn(self, thread_id: str) -> AbstractAsyncContextManager[None]:
        """Return what an awaited turn of a thread is to be taken within."""


def one_turn(
    app: "CompiledStateGraph[Any, Any, Any, Any]", config: RunnableConfig | None
) -> AbstractContextManager[None]:
    """Return what to ask a graph within, so that nobody else asks on the same thread meanwhile."""
    memory: object = app.checkpointer
    thread = _thread(app, config)
    return memory.one_turn(thread) if isinstance(memory, TakesTurns) and thread else nullcontext()


def a_one_turn(
    app: "CompiledStateGraph[Any, Any, Any, Any]", config: RunnableConfig | None
) -> AbstractAsyncContextManager[None]:
    """Return the same for asking that is awaited."""
    memory: object = app.checkpointer
    thread = _thread(app, config)
    return memory.a_one_turn(thread) if isinstance(memory, TakesAwaitedTurns) and thread else nullcontext()


def _thread(app: "CompiledStateGraph[Any, Any, Any, Any]", config: RunnableConfig | None) -> str:
    given = {**(app.config or {}).get("configurable", {}), **(config or {}).get("configurable", {})}
    return str(given.get("thread_id", ""))
