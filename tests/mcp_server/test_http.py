"""The MCP server over HTTP: a process of its own, who may call it and who may not."""

import asyncio
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient
from support.cli_fixtures import Run
from support.index_fixtures import BATTERY
from support.mcp_servers import TOKEN, Served, http_client, served, text_of, use_everything
from support.processes import HANG_SECONDS

from graphrag_tools.errors import ConfigError
from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.mcp_server.http import SharedToken, http_app, security_of
from graphrag_tools.mcp_server.server import manual_server

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-11-25",
}


@pytest.fixture(scope="module", autouse=True)
def _no_token_of_the_user() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GRAPHRAG_TOOLS_MCP_TOKEN", raising=False)
        yield


@pytest.fixture(scope="module")
def open_server(sample_index: ManualIndex) -> Iterator[Served]:
    """A server without a token, which serves this machine alone."""
    with served(sample_index.folder) as server:
        yield server


@pytest.fixture(scope="module")
def guarded_server(sample_index: ManualIndex) -> Iterator[Served]:
    """A server with a token, given where no list of processes shows it."""
    with ExitStack() as opened:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GRAPHRAG_TOOLS_MCP_TOKEN", TOKEN)
            server = opened.enter_context(served(sample_index.folder))
        yield server


def posted(url: str, **headers: str) -> httpx.Response:
    return httpx.post(url, json=LIST, headers={**HEADERS, **headers}, timeout=60, trust_env=False)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_client_uses_everything(mode: str, guarded_server: Served) -> None:
    async with http_client(guarded_server.url, mode=mode) as client:
        await use_everything(client)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_progress_is_told_to_a_client_that_wants_it(mode: str, guarded_server: Served) -> None:
    told: list[str | None] = []

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        assert (progress, total) == (len(told) + 1, None)
        told.append(message)

    question = {"question": "How do I turn on flight mode?"}
    async with http_client(guarded_server.url, mode=mode) as client:
        result = await client.call_tool("ask_manual", question, progress_callback=tell)
    assert result.structured_content["status"] == "answered"
    assert "Searching the manual" in " ".join(map(str, told))


def test_form_of_a_reply_follows_what_is_asked_for_and_accepted(guarded_server: Served) -> None:
    def form(meta: dict[str, object], question: str = "flight mode", **headers: str) -> tuple[int, str]:
        asked = {"name": "ask_manual", "arguments": {"question": question}, "_meta": meta}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked}
        sent = {**HEADERS, "Authorization": f"Bearer {TOKEN}", **headers}
        answer = httpx.post(guarded_server.url, json=call, headers=sent, timeout=60, trust_env=False)
        return answer.status_code, answer.headers["Content-Type"].partition(";")[0]

    stream, plain = (200, "text/event-stream"), (200, "application/json")
    assert form({"progressToken": 0}) == stream
    assert form({}) == plain
    assert form({"progressToken": 0}, Accept="application/json") == plain
    # Words of a question ask for nothing, and a wrong token gets no stream.
    assert form({}, "where is my progressToken") == plain
    assert form({"progressToken": 0}, Authorization="Bearer wrong")[0] == 401
    # Far more than a question is read whole all the same.
    assert form({"progressToken": 0}, "flight mode " * 20_000)[0] == 200


async def test_clients_at_once_do_not_disturb_each_other(open_server: Served) -> None:
    async def path_of(item: str) -> str:
        async with http_client(open_server.url) as client:
            return text_of(await client.call_tool("get_menu_path", {"item": item}))

    found = await asyncio.gather(*(path_of(item) for item in [BATTERY, "Dark pages"] * 5))
    assert len(set(found)) == 2
    assert found[:2] * 5 == found


def test_supervisor_asks_without_a_token_whether_it_lives_and_can_answer(
    guarded_server: Served, sample_index: ManualIndex, tmp_path: Path
) -> None:
    base = guarded_server.url.removesuffix("/mcp")
    for path in ("/health", "/ready"):
        assert httpx.get(f"{base}{path}", timeout=60, trust_env=False).json() == {"status": "ok"}
    index = ManualIndex.open(shutil.copytree(sample_index.folder, tmp_path / "index"))
    here = TestClient(http_app(manual_server(index), Address(), index), base_url="http://localhost")
    (index.folder / "index.json").write_text("{", encoding="utf-8")
    refused = here.get("/ready")
    assert refused.status_code == 503
    assert "cannot be read" in refused.json()["detail"]
    assert str(tmp_path) not in refused.text
    assert here.get("/health").status_code == 200
    index.close()


@pytest.mark.parametrize("path", ["/", "/sse", "/messages"])
def test_who_looks_elsewhere_is_told_where_the_endpoint_is(path: str, open_server: Served) -> None:
    answer = httpx.get(f"{open_server.url.removesuffix('/mcp')}{path}", timeout=60, trust_env=False)
    assert (answer.status_code, answer.text) == (404, f"there is nothing at {path}; MCP's streamable HTTP is at /mcp\n")


def test_what_a_terminal_would_act_on_is_not_told_back(open_server: Served) -> None:
    answer = httpx.get(f"{open_server.url.removesuffix('/mcp')}/a%1b%5b2Jb", timeout=60, trust_env=False)
    assert answer.text.startswith("there is nothing at /a")
    assert "\x1b" not in answer.text


def test_without_a_token_this_machine_may_call(open_server: Served) -> None:
    answer = posted(open_server.url)
    assert answer.status_code == 200
    assert len(answer.json()["result"]["tools"]) == 5


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}"]
)
def test_wrong_token_is_turned_away(authorization: str, guarded_server: Served) -> None:
    answer = posted(guarded_server.url, **({"Authorization": authorization} if authorization else {}))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert TOKEN not in answer.text


def test_right_token_is_let_in(guarded_server: Served) -> None:
    assert posted(guarded_server.url, Authorization=f"Bearer {TOKEN}").status_code == 200


async def test_token_may_hold_any_letters() -> None:
    token = SharedToken("ключ-от-всех-дверей")
    assert await token.verify_token("ключ-от-всех-дверей")
    assert await token.verify_token("ключ") is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "manual.attacker.example"}, 421),
        ({"Host": "manual.attacker.example:8000"}, 421),
        ({"Host": "127.0.0.1:8000:attacker.example"}, 421),
        ({"Host": "localhost:8000/attacker.example"}, 421),
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Host": "localhost:8000"}, 200),
    ],
)
def test_page_of_another_site_cannot_call(headers: dict[str, str], status: int, open_server: Served) -> None:
    assert posted(open_server.url, **headers).status_code == status


def test_page_of_this_machine_may_read_what_is_answered(guarded_server: Served) -> None:
    """MCP Inspector and other clients in a browser ask first whether they may."""
    origin = {"Origin": "http://localhost:6274"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    allowed = httpx.options(guarded_server.url, headers={**origin, **asked}, trust_env=False)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, origin["Origin"])
    assert "authorization" in allowed.headers["access-control-allow-headers"]
    for headers in ({"Authorization": f"Bearer {TOKEN}"}, {}):
        response = posted(guarded_server.url, **origin, **headers)
        assert response.headers["access-control-allow-origin"] == origin["Origin"]
    foreign = {"Origin": "https://attacker.example"}
    refused = httpx.options(guarded_server.url, headers={**foreign, **asked}, trust_env=False)
    assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (400, False)


def test_more_than_a_call_can_be_is_refused(open_server: Served) -> None:
    answer = httpx.post(open_server.url, content=b"x" * 5_000_000, headers=HEADERS, timeout=60, trust_env=False)
    assert answer.status_code == 413


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "my-machine"])
def test_address_that_others_reach_needs_a_token(host: str) -> None:
    with pytest.raises(ConfigError, match="needs a token"):
        Address(host)
    assert Address(host, token=TOKEN).token == TOKEN


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.7", "localhost", "::1"])
def test_address_of_this_machine_needs_none(host: str) -> None:
    assert security_of(Address(host)).enable_dns_rebinding_protection


@pytest.mark.parametrize("token", ["", "short", "a-long-token-but\nwith-a-new-line"])
def test_token_that_protects_nothing_is_refused(token: str) -> None:
    with pytest.raises(ConfigError, match=f"the token has {len(token)} characters"):
        Address(token=token)


def test_names_are_those_given_and_the_address_itself() -> None:
    security = security_of(Address("192.168.1.20", token=TOKEN, names=("manuals.example",)))
    assert set(security.allowed_hosts) == {
        "manuals.example",
        "manuals.example:*",
        "192.168.1.20",
        "192.168.1.20:*",
    }
    assert "https://manuals.example" in security.allowed_origins
    assert not security_of(Address("0.0.0.0", token=TOKEN)).enable_dns_rebinding_protection
    assert security_of(Address("0.0.0.0", token=TOKEN, names=("manuals.example",))).enable_dns_rebinding_protection


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_ends_it_in_order_while_clients_are_connected(
    number: signal.Signals, sample_index: ManualIndex
) -> None:
    with served(sample_index.folder) as server:
        async with http_client(server.url, mode="legacy") as client:
            await client.call_tool("get_menu_path", {"item": BATTERY})
            server.process.send_signal(number)
            assert await asyncio.to_thread(server.process.wait, 60) == 0
        out, err = server.process.communicate(timeout=HANG_SECONDS)
    assert (out, err) == ("", "")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--host", "0.0.0.0"], "needs a token"),
        (["--host", "203.0.113.7", "--token", TOKEN], "cannot listen on 203.0.113.7 port 8000"),
        (["--token", "short"], "the token has 5 characters"),
    ],
)
def test_what_cannot_be_served(arguments: list[str], reason: str, sample_index: ManualIndex, run: Run) -> None:
    outcome = run("mcp", "--index", sample_index.folder, "--transport", "http", *arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: ")
    assert reason in outcome.err
    assert outcome.err.count("\n") == 1


def test_port_that_is_taken(sample_index: ManualIndex, open_server: Served, run: Run) -> None:
    port = httpx.URL(open_server.url).port
    outcome = run("mcp", "--index", sample_index.folder, "--transport", "http", "--port", port)
    assert outcome.code == 1
    assert f"port {port}: Address already in use" in outcome.err
