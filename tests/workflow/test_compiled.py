"""What LangGraph takes when a graph is compiled, handed on by the workflow and the agent."""

from collections.abc import Callable
from typing import Any

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.store.memory import InMemoryStore
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow.graph import manual_workflow

ASKED: dict[str, Any] = {"messages": [("user", "How long can I keep a borrowed book?")]}
THREAD: Any = {"configurable": {"thread_id": "a"}}
REPLIES = (calling("describe_menu_item", item="larkfield/library/loans"), saying("A loan ends after 21 days."))
Made = Callable[..., Any]


@pytest.fixture(params=["workflow", "agent"])
def made(request: pytest.FixtureRequest, sample_index_for_answers: ManualIndex) -> Made:
    if request.param == "workflow":
        return lambda **given: manual_workflow(sample_index_for_answers, **given)
    return lambda **given: manual_agent(sample_index_for_answers, ScriptedChatModel(*REPLIES), **given)


def test_name_store_and_cache_are_handed_on(made: Made) -> None:
    store, cache = InMemoryStore(), InMemoryCache()  # type: ignore[var-annotated]
    app = made(name="reader", store=store, cache=cache)
    assert (app.name, app.store, app.cache) == ("reader", store, cache)
    assert app.invoke(ASKED)["answer"].menu_path == ("Library", "Loans")


@pytest.mark.parametrize("where", ["interrupt_before", "interrupt_after"])
def test_run_waits_where_it_is_told_to_and_goes_on(where: str, made: Made) -> None:
    app = made(checkpointer=InMemorySaver(), **{where: ["tools"]})
    app.invoke(ASKED, THREAD)
    assert app.get_state(THREAD).next
    assert app.invoke(None, THREAD)["answer"].menu_path == ("Library", "Loans")


def test_context_has_a_schema(made: Made) -> None:
    assert set(made().get_context_jsonschema()["properties"]) == {"manual", "refuse_below", "answer_from", "model"}
