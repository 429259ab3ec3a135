"""The graph as LangGraph's server opens it: settings from variables, the same graph for every run."""

import asyncio
import json
from importlib import import_module
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage
from support.places import REPOSITORY

from graphrag_tools.errors import ConfigError, IndexNotFound
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow import langgraph_server as studio
from graphrag_tools.workflow.langgraph_server import manual_graph
from graphrag_tools.workflow.opened_once import OpenedOnce
from graphrag_tools.workflow.options import Budget, WorkflowOptions
from graphrag_tools.workflow.settings import settings_in


@pytest.fixture
def index_variable(sample_index: ManualIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_INDEX", str(sample_index.folder))
    for name in ("MODEL", "MANUAL", "PROMPTS"):
        monkeypatch.delenv(f"GRAPHRAG_TOOLS_{name}", raising=False)


def test_every_setting_is_a_variable() -> None:
    found = settings_in(
        {
            "GRAPHRAG_TOOLS_INDEX": "some/where",
            "GRAPHRAG_TOOLS_MODEL": "ollama:llama3.2:3b",
            "GRAPHRAG_TOOLS_MANUAL": "s10",
            "GRAPHRAG_TOOLS_CHOICES": "3",
            "GRAPHRAG_TOOLS_TOOL_MODE": "native",
            "GRAPHRAG_TOOLS_ANSWERS": "quoted",
            "GRAPHRAG_TOOLS_REFUSE_BELOW": "0.25",
            "GRAPHRAG_TOOLS_CONTEXT": "4096",
            "GRAPHRAG_TOOLS_MAX_TOKENS": "",
            "GRAPHRAG_TOOLS_CACHE": "not a setting of the graph",
        }
    )
    assert (found.index, found.model, found.context, found.max_tokens) == (
        Path("some/where"),
        "ollama:llama3.2:3b",
        4096,
        512,
    )
    options = found.for_workflow()
    assert (options.manual, options.choices, options.tool_mode) == ("s10", 3, "native")
    assert (options.answers, options.refuse_below) == ("quoted", 0.25)


def test_a_budget_comes_from_variables_too() -> None:
    found = settings_in({"GRAPHRAG_TOOLS_ESCALATE_CALLS": "7", "GRAPHRAG_TOOLS_ESCALATE_TOKENS": "0"})
    assert found.for_workflow().budget == Budget(7, 0)
    assert settings_in({}).for_workflow() == WorkflowOptions()
    assert settings_in({}).for_model() == ModelOptions()


@pytest.mark.parametrize(
    ("name", "text"), [("CHOICES", "six"), ("TOOL_MODE", "magic"), ("REFUSE_BELOW", "2"), ("CONTEXT", "-1")]
)
def test_variable_that_cannot_be_is_named(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=f"^GRAPHRAG_TOOLS_{name} is '{text}': "):
        settings_in({f"GRAPHRAG_TOOLS_{name}": text})


def test_configuration_file_names_the_factory() -> None:
    [(name, place)] = json.loads((REPOSITORY / "langgraph.json").read_text(encoding="utf-8"))["graphs"].items()
    module, _, factory = place.partition(":")
    assert name == "manual"
    assert getattr(import_module(module), factory) is manual_graph


@pytest.mark.usefixtures("index_variable")
async def test_graph_answers_into_the_messages() -> None:
    graph = await manual_graph()
    state = await graph.ainvoke({"messages": [{"role": "user", "content": "What is using up my battery?"}]})
    shown = state["messages"][-1]
    assert isinstance(shown, AIMessage)
    assert "Settings > Battery" in shown.text
    assert graph.checkpointer is None
    assert list(graph.get_input_jsonschema()["properties"]) == ["messages"]


@pytest.mark.usefixtures("index_variable")
async def test_it_is_opened_once_however_many_runs_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "_opened", OpenedOnce(studio._open))
    opened = []
    really_open = ManualIndex.open
    monkeypatch.setattr(ManualIndex, "open", lambda folder: opened.append(folder) or really_open(folder))
    graphs = await asyncio.gather(*(manual_graph() for _ in range(8)))
    assert len(opened) == 1
    assert all(graph is graphs[0] for graph in graphs)
    monkeypatch.setenv("GRAPHRAG_TOOLS_ANSWERS", "quoted")
    assert await manual_graph() is not graphs[0]


@pytest.mark.usefixtures("index_variable")
async def test_what_is_wrong_is_said_and_not_remembered(
    sample_index: ManualIndex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_INDEX", str(tmp_path / "none"))
    with pytest.raises(IndexNotFound):
        await manual_graph()
    (tmp_path / "none").symlink_to(sample_index.folder)
    assert await manual_graph()
    monkeypatch.setenv("GRAPHRAG_TOOLS_MANUAL", "toaster")
    with pytest.raises(ConfigError, match="toaster"):
        await manual_graph()
