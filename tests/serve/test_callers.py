"""Who may call the APIs, and who may not."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import ollama
import openai
import pytest
from support.api_servers import MANUAL, TOKEN, Api, ollama_client, openai_client, served_api
from support.cli_fixtures import Run

from graphrag_tools.index.index import ManualIndex

ASKED = {"model": MANUAL, "messages": [{"role": "user", "content": "battery"}]}
PATHS = ["/v1/models", "/api/tags", "/manuals", "/openapi.json", "/"]


@pytest.fixture(scope="module")
def guarded(sample_index_for_answers: ManualIndex) -> Iterator[Api]:
    """A server with a token, given where no list of processes shows it."""
    with served_api(
        sample_index_for_answers.folder, "--allow-host", "manuals.example", GRAPHRAG_TOOLS_SERVE_TOKEN=TOKEN
    ) as served:
        yield served


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
def test_wrong_token_is_turned_away(authorization: str, path: str, guarded: Api) -> None:
    response = guarded.get(path, headers={"Authorization": authorization} if authorization else {})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert TOKEN not in response.text


def test_token_is_the_api_key_of_each_client(guarded: Api) -> None:
    with openai_client(guarded, TOKEN) as right, openai_client(guarded, "wrong") as wrong:
        assert [model.id for model in right.models.list()] == [MANUAL]
        with pytest.raises(openai.AuthenticationError, match="the token is missing or wrong"):
            wrong.models.list()
    with ollama_client(guarded, TOKEN) as allowed, ollama_client(guarded, "wrong") as refused:
        assert len(allowed.list().models) == 1
        with pytest.raises(ollama.ResponseError, match="the token is missing or wrong"):
            refused.list()


def test_supervisor_needs_no_token(guarded: Api) -> None:
    assert guarded.get("/health").json()["status"] == "ok"
    assert guarded.get("/ready").json()["status"] == "ok"


def test_readiness_without_an_index_names_no_folder(copied: Path) -> None:
    with served_api(copied) as api:
        assert api.get("/ready").status_code == 200
        (copied / "index.json").write_text("{", encoding="utf-8")
        response = api.get("/ready")
        assert response.status_code == 503
        assert str(copied) not in response.text
        assert api.get("/health").status_code == 200
        failed = api.post("/v1/chat/completions", json={**ASKED, "model": "sample-manual"})
        assert failed.status_code == 503
        assert failed.json()["error"]["type"] == "server_error"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "manual.attacker.example"}, 421),
        ({"Host": "localhost.attacker.example:8010"}, 421),
        ({"Host": ""}, 421),
        ({"Host": "["}, 421),
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.attacker.example"}, 403),
        ({"Origin": "file://localhost"}, 403),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Host": "localhost:8010"}, 200),
        ({"Host": "LOCALHOST"}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/api/chat"])
def test_page_of_another_site_cannot_call(path: str, headers: dict[str, str], status: int, api: Api) -> None:
    response = api.post(path, json=ASKED, headers=headers)
    assert response.status_code == status
    if status != 200:
        assert "error" in response.json()
        assert "access-control-allow-origin" not in response.headers


def test_name_that_is_allowed_is_taken(guarded: Api) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": "manuals.example", "Origin": "https://manuals.example"}
    assert guarded.get("/v1/models", headers=headers).status_code == 200
    assert guarded.get("/v1/models", headers={**headers, "Host": "others.example"}).status_code == 421


def test_own_page_is_told_that_it_may_call(guarded: Api) -> None:
    origin = {"Origin": "http://localhost:3000"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    allowed = httpx.options(f"{guarded.url}/v1/models", headers={**origin, **asked}, trust_env=False)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "http://localhost:3000"
    refused = guarded.get("/v1/models", headers=origin)
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_more_than_a_request_can_be_is_refused(api: Api) -> None:
    assert api.post("/v1/chat/completions", content=b"x" * 5_000_000).status_code == 413

    def pieces() -> Iterator[bytes]:
        yield from (b"x" * 100_000 for _ in range(50))

    response = api.post("/api/chat", content=pieces())
    assert response.status_code == 413
    assert "too large" in response.json()["error"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--host", "0.0.0.0"], "needs a token"),
        (["--host", "203.0.113.7", "--token", TOKEN], "cannot listen on 203.0.113.7 port 8010"),
        (["--token", "short"], "the token has 5 characters"),
        (["--manual", "toaster"], "toaster"),
        (["--prompts", "nowhere"], "no such folder of prompts"),
        (["--model", "small", "--base-url", "http://127.0.0.1:1"], "no Ollama server answers"),
    ],
)
def test_what_cannot_be_served(arguments: list[str], reason: str, sample_index: ManualIndex, run: Run) -> None:
    outcome = run("serve", "--index", sample_index.folder, *arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: ")
    assert reason in outcome.err


def test_port_that_is_taken(sample_index: ManualIndex, api: Api, run: Run) -> None:
    port = httpx.URL(api.url).port
    outcome = run("serve", "--index", sample_index.folder, "--port", port)
    assert outcome.code == 1
    assert f"port {port}: Address already in use" in outcome.err


def test_end_is_in_order(sample_index: ManualIndex) -> None:
    with served_api(sample_index.folder) as api:
        assert api.get("/health").status_code == 200
        said = api.ended()
        assert api.process.returncode == 0
    assert said.count("\n") == 1
    assert f"{api.url}/v1" in said
