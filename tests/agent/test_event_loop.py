"""In an event loop no file is read: everybody else there would wait, and `langgraph dev` refuses such a graph."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.agent.final_answer import FinalAnswerCheck
from graphrag_tools.agent.tool_calls import ToolCallRepair
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.manual_tools import ManualToolkit
from graphrag_tools.workflow.graph import manual_workflow
from graphrag_tools.workflow.options import WorkflowOptions

QUESTION: Any = {"messages": [("user", "How long is a loan?")]}
GOOD, LIE = saying("A loan ends after 21 days."), saying("A loan ends after 28 days.")
READ = calling("describe_menu_item", item="Loans")


@pytest.fixture
def read_in_a_loop(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were looked at in a thread that runs an event loop."""
    seen: list[Path] = []
    stat = Path.stat

    def watched(path: Path, **options: Any) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return stat(path, **options)
        seen.append(path)
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", watched)
    return seen


def test_a_reading_in_a_loop_is_seen(read_in_a_loop: list[Path], sample_index_for_answers: ManualIndex) -> None:
    async def search() -> None:
        sample_index_for_answers.search("loan")

    asyncio.run(search())
    assert read_in_a_loop


@pytest.mark.parametrize("repairs", [True, False])
def test_agent_reads_in_threads(
    repairs: bool, read_in_a_loop: list[Path], sample_index_for_answers: ManualIndex
) -> None:
    repair = [ToolCallRepair(sample_index_for_answers)] if repairs else []
    app = create_agent(
        ScriptedChatModel(READ, LIE, GOOD),
        ManualToolkit(index=sample_index_for_answers).get_tools(),
        middleware=[FinalAnswerCheck(sample_index_for_answers), *repair],
    )
    answer = asyncio.run(app.ainvoke(QUESTION))["answer"]
    assert (answer.text, answer.mode, read_in_a_loop) == (GOOD.text, "written", [])


@pytest.mark.parametrize("kind", ["workflow", "writing workflow", "agent"])
def test_what_we_make_reads_in_threads(
    kind: str, read_in_a_loop: list[Path], sample_index_for_answers: ManualIndex
) -> None:
    index = sample_index_for_answers
    writes = WorkflowOptions(tool_mode="none", answers="written", choices=1)
    app: Any = {
        "workflow": lambda: manual_workflow(index),
        "writing workflow": lambda: manual_workflow(index, ScriptedChatModel(LIE, GOOD), options=writes),
        "agent": lambda: manual_agent(index, ScriptedChatModel(READ, LIE, GOOD)),
    }[kind]()
    assert asyncio.run(app.ainvoke(QUESTION))["answer"].status == "answered"
    assert read_in_a_loop == []
