"""Figures for Prometheus, read by its own parser."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from support.scripted_models import ScriptedChatModel, saying

from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.errors import StoreError
from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.serve.application import application
from graphrag_tools.serve.manuals import Manuals
from graphrag_tools.serve.metrics import open_metrics
from graphrag_tools.workflow.options import WorkflowOptions

FLIGHT = "How do I turn on flight mode?"
TOKEN = "a-token-for-tests-only"
Figures = dict[tuple[str, ...], float]


def client_of(manuals: Manuals, **address: str) -> TestClient:
    return TestClient(application(manuals, Address(**address)), base_url="http://localhost")  # type: ignore[arg-type]


def figures(client: TestClient) -> Figures:
    read = client.get("/metrics")
    assert read.status_code == 200, read.text
    assert read.headers["content-type"].startswith("text/plain")
    return {
        (sample.name.removeprefix("graphrag_tools_"), *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(read.text)
        for sample in family.samples
    }


def test_figures_have_the_names_that_dashboards_ask_for() -> None:
    metrics = open_metrics()
    usage = Usage(
        model_calls=2, prompt_tokens=30, completion_tokens=12, stages=(StageTime(stage="search", seconds=0.3),)
    )
    metrics.count_answer(Answer(text="x", status="answered", usage=usage))
    metrics.count_error(StoreError("the disk is full"))
    text, kind = metrics.exposition()
    assert kind.startswith("text/plain")
    families = [one for one in text_string_to_metric_families(text.decode()) if not one.name.endswith("_created")]
    assert [(one.name, one.type, one.documentation) for one in families] == [
        ("graphrag_tools_questions", "counter", "Questions answered, by the state of the answer."),
        ("graphrag_tools_model_calls", "counter", "Calls of chat models."),
        ("graphrag_tools_model_tokens", "counter", "Tokens that models read and wrote."),
        ("graphrag_tools_errors", "counter", "Errors instead of an answer, by their kind."),
        ("graphrag_tools_stage_seconds", "histogram", "Seconds by stage of the workflow."),
    ]
    *counters, histogram = families
    assert [(sample.labels, sample.value) for one in counters for sample in one.samples] == [
        ({"status": "answered"}, 1),
        ({}, 2),
        ({"kind": "prompt"}, 30),
        ({"kind": "completion"}, 12),
        ({"kind": "StoreError"}, 1),
    ]
    assert {sample.labels["stage"] for sample in histogram.samples} == {"search"}
    bounds = [float(sample.labels["le"]) for sample in histogram.samples if "le" in sample.labels]
    assert bounds == [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, float("inf")]


def test_questions_states_stages_and_calls_are_counted(sample_index_for_answers: ManualIndex) -> None:
    model = open_chat_model(ScriptedChatModel(*[saying("Open Settings.")] * 4))
    options = WorkflowOptions(tool_mode="none", answers="written", choices=1)
    client = client_of(Manuals(sample_index_for_answers, model, options))
    answer = client.post("/ask", json={"question": FLIGHT}).json()
    chat = {"model": "larkfield", "messages": [{"role": "user", "content": "What is the weather in Paris?"}]}
    assert client.post("/v1/chat/completions", json=chat).json()["graphrag_tools"]["status"] == "not_in_manual"
    found = figures(client)
    assert found["questions_total", answer["status"]] == 1
    assert found["questions_total", "not_in_manual"] == 1
    assert found["model_calls_total",] == answer["usage"]["model_calls"] > 0
    assert found["stage_seconds_count", "search"] == 2
    assert found["stage_seconds_sum", "search"] > 0


def test_errors_are_counted_by_their_kind(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    manuals = Manuals(sample_index_for_answers)

    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(ManualIndex, "search", fail)
    monkeypatch.setattr(ManualIndex, "item", fail)
    client = client_of(manuals)
    assert client.get("/items/larkfield").status_code == 503
    assert client.post("/ask", json={"question": FLIGHT}).status_code == 503
    assert client.get("/search", params={"query": FLIGHT}).status_code == 503
    found = figures(client)
    assert found["errors_total", "StoreError"] == 3
    assert not [key for key in found if key[0] == "questions_total"]


def test_figures_need_the_token(sample_index_for_answers: ManualIndex) -> None:
    client = client_of(Manuals(sample_index_for_answers), token=TOKEN)
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_without_the_package_the_server_serves_and_says_what_to_install(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    client = client_of(Manuals(sample_index_for_answers))
    assert client.post("/ask", json={"question": FLIGHT}).json()["status"] == "answered"
    refused = client.get("/metrics")
    assert refused.status_code == 501
    assert "prometheus-client" in refused.json()["detail"]


@pytest.fixture
def remembering(sample_index_for_answers: ManualIndex, tmp_path: Path) -> Callable[[], TestClient]:
    def call() -> TestClient:
        app = application(Manuals(sample_index_for_answers), Address(), tmp_path / "threads.sqlite")
        return TestClient(app, base_url="http://localhost")

    return call


def test_thread_is_gone_on_with_after_a_restart(remembering: Callable[[], TestClient]) -> None:
    with remembering() as client:
        client.post("/ask", json={"question": FLIGHT, "thread": "desk-7"})
    with remembering() as client:
        again = client.post("/ask", json={"question": "and how do I turn it off?", "thread": "desk-7"}).json()
        other = client.post("/ask", json={"question": "and how do I turn it off?"}).json()
    assert again["question"] == "and how do I turn it off? (Flight mode)"
    assert not other["follow_up"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"thread": "a", "history": [{"role": "user", "content": "Hello"}]}, 400, "both a thread and a history"),
        ({"thread": ""}, 422, "at least 1 character"),
        ({"thread": "a" * 201}, 422, "at most 200 characters"),
        ({"thread": "a\x00b"}, 422, "pattern"),
        ({"thread": "a", "question": " "}, 400, "the question is empty"),
    ],
)
def test_threads_that_cannot_be_are_refused(
    asked: dict[str, object], status: int, said: str, remembering: Callable[[], TestClient]
) -> None:
    with remembering() as client:
        refused = client.post("/ask", json={"question": FLIGHT, **asked})
    assert refused.status_code == status
    assert said in refused.text


def test_server_that_remembers_nothing_says_so(sample_index_for_answers: ManualIndex) -> None:
    refused = client_of(Manuals(sample_index_for_answers)).post("/ask", json={"question": FLIGHT, "thread": "a"})
    assert refused.status_code == 400
    assert "--remember" in refused.json()["detail"]
