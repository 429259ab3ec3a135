"""Who may call the APIs, and who may not."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import ollama
import openai
import pytest
from fastapi.testclient import TestClient
from support.api_servers import MANUAL, TOKEN, Api, ollama_client, openai_client, served_api
from support.cli_fixtures import Run

from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.serve.application import application
from graphrag_tools.serve.callers import MOST_BODY_BYTES
from graphrag_tools.serve.manuals import Manuals

ASKED = {"model": MANUAL, "messages": [{"role": "user", "content": "battery"}]}
PATHS = ["/v1/models", "/api/tags", "/manuals", "/openapi.json", "/metrics", "/"]


def client_of(index: ManualIndex, address: Address) -> TestClient:
    return TestClient(application(Manuals(index), address), base_url="http://localhost")


@pytest.fixture(scope="module")
def inside(sample_index: ManualIndex) -> TestClient:
    return client_of(sample_index, Address(token=TOKEN, names=("Manuals.Example",)))


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN} ", 200),
        (f"BEARER {TOKEN}", 200),
        (f"Basic {TOKEN}", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (TOKEN, 401),
        ("Bearer", 401),
        ("", 401),
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_token_opens(authorization: str, status: int, path: str, inside: TestClient) -> None:
    response = inside.get(path, headers={"Authorization": authorization} if authorization else {})
    assert response.status_code == status
    if status == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert TOKEN not in response.text
        assert "the token is missing or wrong" in response.text


def test_supervisors_need_no_token(inside: TestClient) -> None:
    assert [inside.get(path).json() for path in ("/health", "/ready")] == [{"status": "ok"}] * 2


@pytest.mark.parametrize(
    ("headers", "status", "says"),
    [
        ({"Host": "manuals.example"}, 200, ""),
        ({"Host": "MANUALS.example:8010"}, 200, ""),
        ({"Host": "127.0.0.1:8010"}, 200, ""),
        ({"Host": "[::1]:8010"}, 200, ""),
        ({"Host": "localhost.example"}, 421, "this server is not called 'localhost.example'; its owner can allow a"),
        ({"Host": "localhost@example.org"}, 421, "this server is not called"),
        ({"Host": "example.org:localhost"}, 421, "this server is not called"),
        ({"Host": "127.0.0.1.example"}, 421, "this server is not called"),
        ({"Host": "127.0.0.10"}, 421, "this server is not called"),
        ({"Host": "example.org@localhost"}, 421, "this server is not called"),
        ({"Host": "localhost/example.org"}, 421, "this server is not called"),
        ({"Host": "localhost#.example.org"}, 421, "this server is not called"),
        ({"Host": "localhost?.example.org"}, 421, "this server is not called"),
        ({"Host": "localhost:123456"}, 421, "this server is not called"),
        ({"Host": f"{'x' * 300}"}, 421, f"{'x' * 200}';"),
        ({"Origin": "http://manuals.example:3000"}, 200, ""),
        ({"Origin": "https://localhost"}, 200, ""),
        ({"Origin": "http://localhost.example"}, 403, "requests from pages of 'http://localhost.example' are not"),
        ({"Origin": "http://localhost@example.org"}, 403, "requests from pages of"),
        ({"Origin": "https://notlocalhost"}, 403, "requests from pages of"),
        ({"Origin": "ftp://localhost"}, 403, "requests from pages of"),
        ({"Origin": ""}, 403, "requests from pages of ''"),
        ({"Origin": f"http://{'x' * 300}"}, 403, f"http://{'x' * 193}' are"),
    ],
)
def test_only_own_names_and_own_pages_are_served(
    headers: dict[str, str], status: int, says: str, inside: TestClient
) -> None:
    response = inside.get("/manuals", headers={"Authorization": f"Bearer {TOKEN}", **headers})
    assert response.status_code == status
    assert says in response.text


def test_request_that_calls_two_hosts_is_refused(inner: TestClient) -> None:
    hosts = [("Host", "localhost"), ("Host", "example.org")]
    assert [inner.get("/health", headers=named).status_code for named in (hosts, hosts[:1])] == [421, 200]


def test_any_name_is_served_at_an_address_without_one(sample_index: ManualIndex) -> None:
    everywhere = client_of(sample_index, Address(host="0.0.0.0", token=TOKEN))
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": "any.example", "Origin": "https://pages.example"}
    response = everywhere.get("/manuals", headers=headers)
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, "https://pages.example")


def test_pages_of_its_own_may_read_and_send_what_clients_send(inner: TestClient) -> None:
    origin = {"Origin": "http://localhost:3000"}
    for method, status in (("POST", 200), ("GET", 200), ("DELETE", 400)):
        asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "x-anything"}
        assert inner.options("/ask", headers={**origin, **asked}).status_code == status
    foreign = {"Origin": "http://localhost.example:3000", "Access-Control-Request-Method": "POST"}
    refused = inner.options("/ask", headers=foreign)
    assert refused.status_code == 400
    assert "access-control-allow-origin" not in refused.headers


async def pieces(size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, 1 << 20):
        yield b" " * min(1 << 20, size - start)


@pytest.mark.parametrize(("size", "status"), [(MOST_BODY_BYTES, 422), (MOST_BODY_BYTES + 1, 413)])
@pytest.mark.parametrize("is_said", [True, False])
async def test_body_is_read_up_to_its_bound(size: int, status: int, is_said: bool, inner: TestClient) -> None:
    transport = httpx.ASGITransport(app=inner.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as caller:
        content = b" " * size if is_said else pieces(size)
        response = await caller.post("/ask", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    if status == 413:
        assert response.json() == {"detail": "the body is too large; at most 4,194,304 bytes are read"}


@pytest.mark.parametrize("length", ["many", "-1", "²"])
def test_length_that_is_no_number_is_not_counted(length: str, inner: TestClient) -> None:
    assert inner.post("/ask", json={}, headers={"Content-Length": length.encode("latin-1")}).status_code == 422  # type: ignore[dict-item]


def test_head_is_answered_as_get(inner: TestClient) -> None:
    assert inner.head("/manuals").status_code == 200
    assert inner.head("/ask").status_code == 405


@pytest.fixture(scope="module")
def guarded(sample_index_for_answers: ManualIndex) -> Iterator[Api]:
    """A server with a token, given where no list of processes shows it."""
    with served_api(
        sample_index_for_answers.folder, "--allow-host", "manuals.example", GRAPHRAG_TOOLS_SERVE_TOKEN=TOKEN
    ) as served:
        yield served


def test_token_is_the_api_key_of_each_client(guarded: Api) -> None:
    with openai_client(guarded, TOKEN) as right, openai_client(guarded, "wrong") as wrong:
        assert [model.id for model in right.models.list()] == [MANUAL]
        with pytest.raises(openai.AuthenticationError, match="the token is missing or wrong"):
            wrong.models.list()
    with ollama_client(guarded, TOKEN) as allowed, ollama_client(guarded, "wrong") as refused:
        assert len(allowed.list().models) == 1
        with pytest.raises(ollama.ResponseError, match="the token is missing or wrong"):
            refused.list()


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
def test_page_of_another_site_cannot_call(path: str, headers: dict[str, str], status: int, inner: TestClient) -> None:
    response = inner.post(path, json=ASKED, headers=headers)
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
