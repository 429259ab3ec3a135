"""The workflows behind the chat page: models opened once, failures not remembered, threads apart and deleted."""

import pytest
from conftest import free_port
from langgraph.checkpoint.memory import InMemorySaver

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.web.conversations import Conversations, read_turns
from graphrag_tools.web.workflows import WorkflowRegistry
from graphrag_tools.workflow.graph import aask
from graphrag_tools.workflow.options import WorkflowOptions

FLIGHT_QUESTION = "How do I turn on flight mode?"


@pytest.fixture
def registry(sample_index_for_answers: ManualIndex) -> WorkflowRegistry:
    nowhere = ModelOptions(base_url=f"http://127.0.0.1:{free_port()}")
    return WorkflowRegistry(sample_index_for_answers, ["ollama:gone"], InMemorySaver(), WorkflowOptions(), nowhere)


async def test_workflow_is_made_once_for_each_model_and_manual(registry: WorkflowRegistry) -> None:
    assert await registry.open(NO_MODEL, None) is await registry.open(NO_MODEL, None)
    assert await registry.open(NO_MODEL, None) is not await registry.open(NO_MODEL, "larkfield")


async def test_missing_model_is_tried_anew_each_time_and_told_of(registry: WorkflowRegistry) -> None:
    told: list[str] = []
    for _ in range(2):
        with pytest.raises(ModelError, match="serve"):
            await registry.open("ollama:gone", None, told.append)
    assert told == ["Opening ollama:gone"] * 2


async def test_model_that_is_not_on_offer_is_refused(registry: WorkflowRegistry) -> None:
    with pytest.raises(ConfigError, match=r"no model 'gguf:smollm2' here; expected ollama:gone, none"):
        await registry.open("gguf:smollm2", None)


async def test_turns_are_read_from_the_memory_until_they_are_forgotten(registry: WorkflowRegistry) -> None:
    workflow = await registry.open(NO_MODEL, None)
    for question in (FLIGHT_QUESTION, "and how do I turn it off?"):
        await aask(workflow, question, {"configurable": {"thread_id": "a"}})
    found = await read_turns(workflow, "a")
    assert [turn.question for turn in found] == [FLIGHT_QUESTION, "and how do I turn it off?"]
    assert [turn.answer.follow_up for turn in found] == [False, True]
    assert await read_turns(workflow, "b") == []
    await registry.forget("a")
    assert await read_turns(workflow, "a") == []


def test_conversations_begin_open_and_drop() -> None:
    kept = Conversations("tab")
    first = kept.open
    kept.begin()
    assert kept.open is first  # an empty one is not left behind
    first.asked("x" * 100)
    assert len(first.title) == 60
    kept.begin()
    assert kept.open is not first
    kept.choose(first.id)
    kept.choose("of another tab")
    assert kept.open is first
    assert kept.drop() is first
    assert kept.drop() is not first
    assert len(kept.all) == 1
