"""Who asks on a thread takes turns, where the checkpointer sees to it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

from graphrag_tools.conversation.turns import a_one_turn, graph_within, one_turn
from graphrag_tools.errors import ConfigError


class Queue(InMemorySaver):
    """Keeps whose turn it is, and whose it was."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[str] = []

    @contextmanager
    def one_turn(self, thread_id: str) -> Iterator[None]:
        self.turns.append(f"{thread_id} begins")
        yield
        self.turns.append(f"{thread_id} ends")

    @asynccontextmanager
    async def a_one_turn(self, thread_id: str) -> AsyncIterator[None]:
        with self.one_turn(f"awaited {thread_id}"):
            yield


def graph_of(memory: Any = None) -> Any:
    return StateGraph(MessagesState).add_node("say", lambda _: {}).add_edge(START, "say").compile(checkpointer=memory)


def on(thread: str) -> Any:
    return {"configurable": {"thread_id": thread}}


@pytest.mark.parametrize("config", [on("a"), None])
async def test_thread_takes_its_turn_wherever_it_is_named(config: Any) -> None:
    memory = Queue()
    graph = graph_of(memory)
    asked = graph if config else graph.with_config(on("a")).with_retry()
    with one_turn(asked, config):
        assert memory.turns == ["a begins"]
    async with a_one_turn(asked, config):
        pass
    assert memory.turns == ["a begins", "a ends", "awaited a begins", "awaited a ends"]


async def test_thread_that_is_named_in_the_call_goes_before_the_graphs_own() -> None:
    memory = Queue()
    with one_turn(graph_of(memory).with_config(on("a")), on("b")):
        assert memory.turns == ["b begins"]


@pytest.mark.parametrize("config", [None, {}, {"configurable": {}}, on("")])
async def test_question_without_a_thread_waits_for_nobody(config: Any) -> None:
    memory = Queue()
    graph = graph_of(memory)
    with one_turn(graph, config):
        pass
    async with a_one_turn(graph, config):
        pass
    assert memory.turns == []


@pytest.mark.parametrize("memory", [None, InMemorySaver()])
async def test_memory_of_one_program_takes_no_turns(memory: Any) -> None:
    with one_turn(graph_of(memory), on("a")):
        pass
    async with a_one_turn(graph_of(memory), on("a")):
        pass


def test_graph_is_found_within_what_is_wrapped_around_it() -> None:
    graph = graph_of()
    assert graph_within(graph) is graph
    assert graph_within(graph.with_config(tags=["x"]).with_retry().with_config(on("a"))).name == graph.name
    with pytest.raises(ConfigError) as refused:
        graph_within(RunnableLambda(lambda _: None))
    assert str(refused.value) == (
        "RunnableLambda is no graph that can be asked; expected a workflow, an agent or one around them. "
        'A graph on a server is called with invoke, and its answer is state["answer"].'
    )
