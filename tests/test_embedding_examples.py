"""The examples of embedding, run: two manuals, a supervisor, a running loop, FastAPI over several event loops."""

import asyncio
import importlib
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.cli_fixtures import Run
from support.processes import HANG_SECONDS
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools import ManualIndex, manual_workflow

EXAMPLES = Path(__file__).parent.parent / "examples"
LOAN_QUESTION = "How long can I keep a borrowed book?"


@pytest.fixture(autouse=True)
def _examples_are_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))


def example(name: str) -> Any:
    sys.modules.pop(name, None)
    return importlib.import_module(name)


def test_tools_of_two_manuals_are_told_apart(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    script = example("two_manuals")
    second = ManualIndex.build([script.LAMP], tmp_path / "lamp", embeddings="wordllama")
    model = ScriptedChatModel(
        calling("reader_describe_menu_item", item="larkfield/library/loans", id="1"),
        calling("second_search_manual", query="dim the light", id="2"),
        saying("Done."),
    )
    state = script.two_manuals_agent(sample_index_for_answers, second, model).invoke(
        {"messages": [("user", "How long is a loan, and how do I dim the lamp?")]}
    )
    second.close()
    reader_said, lamp_said = (message.text for message in state["messages"] if message.type == "tool")
    assert "21 days" in reader_said
    assert "Dim the light" in lamp_said


def test_supervisor_hands_each_question_to_the_manual_that_is_surer(run_script: Run, tmp_path: Path) -> None:
    shown = run_script(
        EXAMPLES / "supervisor.py", LOAN_QUESTION, "How do I dim the lamp?", "--index", tmp_path / "index"
    ).out
    loans, lamp = shown.split("How do I dim the lamp?")
    assert "Menu path: Library > Loans" in loans
    assert "Turn the wheel on the cable" in lamp


def test_questions_are_awaited_in_a_loop_that_runs(run_script: Run, tmp_path: Path) -> None:
    questions = ["How do I turn on flight mode?", LOAN_QUESTION]
    shown = run_script(EXAMPLES / "running_loop.py", *questions, "--index", tmp_path / "index").out
    assert shown.count("Settings > Wi-Fi > Flight mode") == 3
    assert shown.count("Library > Loans") == 1


def test_one_application_answers_in_several_event_loops(sample_index_for_answers: ManualIndex) -> None:
    app = example("fastapi_app").application(manual_workflow(sample_index_for_answers))

    async def asked(question: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            both = await asyncio.gather(*(client.get("/ask", params={"question": question}) for _ in range(2)))
        assert both[0].json().get("text") == both[1].json().get("text")
        return both[0]

    found: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: found.append(asyncio.run(asked(LOAN_QUESTION)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_SECONDS)
    found.append(asyncio.run(asked(LOAN_QUESTION)))
    assert [answer.json()["menu_path"] for answer in found] == [["Library", "Loans"]] * 4
    assert asyncio.run(asked(" ")).status_code == 422
