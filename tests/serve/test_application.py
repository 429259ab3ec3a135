"""The application around the three APIs: what there is at which address, and what is said of the rest."""

import asyncio
from importlib.metadata import version
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect

from graphrag_tools.errors import GraphRAGToolsError, StoreError
from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.cores import usable_cores
from graphrag_tools.serve.application import application
from graphrag_tools.serve.manuals import Manuals


@pytest.fixture(scope="module")
def manuals(sample_index: ManualIndex) -> Manuals:
    return Manuals(sample_index)


def client_of(manuals: Manuals, address: Address, **more: bool) -> TestClient:
    return TestClient(application(manuals, address), base_url="http://localhost", **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def client(manuals: Manuals) -> TestClient:
    return client_of(manuals, Address())


def test_root_says_where_the_apis_are(client: TestClient) -> None:
    response = client.get("/")
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text == (
        "graphrag-tools is running: OpenAI's API at /v1, Ollama's at /api, its own described by /openapi.json"
    )


def test_description_names_the_program(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["info"] == {
        "title": "graphrag-tools",
        "version": version("graphrag-tools"),
        "description": "Answers from device manuals, each with its menu path and its source, checked against the "
        "manual.",
    }
    assert all(path not in described["paths"] for path in ("/", "/metrics", "/v1/models", "/api/tags"))


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_loads_scripts_from_another_machine(path: str, client: TestClient) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/chat/completions", {"error": "Method Not Allowed: /v1/chat/completions"}),
        ("/api/chat", {"error": "Method Not Allowed: /api/chat"}),
        ("/ask", {"detail": "Method Not Allowed: /ask"}),
    ],
)
def test_another_method_is_told_which_there_is(path: str, said: dict[str, str], client: TestClient) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    body = response.json()
    error = body["error"]["message"] if path.startswith("/v1") else next(iter(body.values()))
    assert {next(iter(body)): error} == said


def test_fields_that_do_not_fit_are_told_without_what_was_sent(client: TestClient) -> None:
    response = client.post("/search", json={"query": "x", "k": "a secret"})
    assert response.status_code == 422
    [problem] = response.json()["detail"]
    assert set(problem) == {"loc", "msg", "type"}
    assert (problem["loc"], problem["type"]) == (["body", "k"], "int_parsing")
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (StoreError("the disk is full"), 503, "the disk is full"),
        (GraphRAGToolsError("odd"), 500, "odd"),
        (RuntimeError("password"), 500, "unexpected error; the server's log says more"),
        (ClientDisconnect(), 499, None),
    ],
)
def test_error_on_the_way_is_a_status_and_words(
    error: Exception, status: int, said: str | None, manuals: Manuals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(ManualIndex, "search", fail)
    response = client_of(manuals, Address(), raise_server_exceptions=False).get("/search", params={"query": "x"})
    assert response.status_code == status
    assert response.content == b"" if said is None else response.json() == {"detail": said}


def test_search_has_a_thread_for_each_core(manuals: Manuals) -> None:
    app = application(manuals, Address())

    async def run() -> int:
        async with app.router.lifespan_context(app):
            threads = asyncio.get_running_loop()._default_executor  # type: ignore[attr-defined]
            assert threads._thread_name_prefix == "reading"
            return int(threads._max_workers)

    assert asyncio.run(run()) == usable_cores()


def test_threads_are_remembered_while_it_runs(manuals: Manuals, tmp_path: Path) -> None:
    app = application(manuals, Address(), tmp_path / "threads.sqlite")
    assert manuals.memory is None
    with TestClient(app, base_url="http://localhost"):
        assert manuals.memory is not None
    manuals.memory = None
    with client_of(manuals, Address()):
        assert manuals.memory is None
