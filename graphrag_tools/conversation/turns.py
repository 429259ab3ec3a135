"""One turn at a time on a thread, where a checkpointer that several programs share sees to it."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import Any, Protocol, runtime_checkable

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.base import RunnableBindingBase
from langgraph.graph.state import CompiledStateGraph

from graphrag_tools.errors import ConfigError


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


def graph_within(app: Any) -> "CompiledStateGraph[Any, Any, Any, Any]":
    """Return the graph within what LangChain wraps around one, as `with_retry` and `with_config` do.

    Raises:
        ConfigError: It is no graph of this process.
    """
    *_, inner = _layers(app)
    if not hasattr(inner, "channels"):
        raise ConfigError(
            f"{type(inner).__name__} is no graph that can be asked; expected a workflow, an agent or one around them. "
            'A graph on a server is called with invoke, and its answer is state["answer"].'
        )
    return inner  # type: ignore[no-any-return]


def one_turn(
    app: "CompiledStateGraph[Any, Any, Any, Any]", config: RunnableConfig | None
) -> AbstractContextManager[None]:
    """Return what to ask a graph within, so that nobody else asks on the same thread meanwhile."""
    memory: object = graph_within(app).checkpointer
    thread = _thread(app, config)
    return memory.one_turn(thread) if isinstance(memory, TakesTurns) and thread else nullcontext()


def a_one_turn(
    app: "CompiledStateGraph[Any, Any, Any, Any]", config: RunnableConfig | None
) -> AbstractAsyncContextManager[None]:
    """Return the same for asking that is awaited."""
    memory: object = graph_within(app).checkpointer
    thread = _thread(app, config)
    return memory.a_one_turn(thread) if isinstance(memory, TakesAwaitedTurns) and thread else nullcontext()


def _layers(app: Any) -> Iterator[Any]:
    """Yield what is wrapped around a graph, from without, and the graph."""
    yield app
    while isinstance(app, RunnableBindingBase):
        app = app.bound
        yield app


def _thread(app: "CompiledStateGraph[Any, Any, Any, Any]", config: RunnableConfig | None) -> str:
    layers = [config, *(getattr(layer, "config", None) for layer in _layers(app))]
    given = next((named for one in layers if (named := (one or {}).get("configurable", {}).get("thread_id"))), "")
    return str(given)
