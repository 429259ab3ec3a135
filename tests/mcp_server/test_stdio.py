"""The MCP server as a desktop client starts it: a process of its own, over its standard streams."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.cli_fixtures import Run
from support.index_fixtures import SAMPLE_MANUAL
from support.mcp_servers import started, stdio_client, text_of, use_everything
from support.processes import HANG_SECONDS

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.mcp_server.server import manual_server, serve_stdio

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_client_uses_everything(mode: str, sample_index: ManualIndex) -> None:
    async with stdio_client(sample_index.folder, mode=mode) as client:
        await use_everything(client)


async def test_rebuilt_index_is_followed(copied: Path) -> None:
    async with stdio_client(copied) as client:
        assert (await client.call_tool("describe_menu_item", {"item": "Brightness wheel"})).is_error
        lamp = copied.parent / "lamp.md"
        lamp.write_text("# Lamp\n\n## Brightness wheel\n\nTurn it to the right.\n", encoding="utf-8")
        ManualIndex.build([SAMPLE_MANUAL, lamp], copied).close()
        found = await client.call_tool("describe_menu_item", {"item": "Brightness wheel"})
        assert "Turn it to the right." in text_of(found)
        assert len((await client.list_resources()).resources) == 2


def lines(*messages: Any) -> str:
    return "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in messages)


def test_nothing_but_the_protocol_is_on_standard_output(sample_index: ManualIndex) -> None:
    with started("--index", sample_index.folder) as process:
        call = {"name": "describe_menu_item", "arguments": {"item": "Flux capacitor\n{}"}}
        sent = lines(
            INITIALIZE,
            INITIALIZED,
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
            {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": 5}},
            {"jsonrpc": "2.0", "id": 4, "method": "no/such/method"},
            "no JSON at all",
            {"jsonrpc": "2.0", "id": 5, "method": "ping"},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(sent)
        process.stdin.flush()
        replies: dict[int, Any] = {}
        while set(replies) != {1, 2, 3, 4, 5}:
            reply = json.loads(process.stdout.readline())
            assert reply["jsonrpc"] == "2.0"
            if reply.get("id") is not None:
                replies[reply["id"]] = reply
        out, err = process.communicate(timeout=HANG_SECONDS)
        assert out == ""
        assert replies[1]["result"]["serverInfo"]["name"] == "graphrag-tools"
        assert replies[2]["result"]["isError"]
        assert "error" in replies[3]
        assert "error" in replies[4]
        assert replies[5]["result"] == {}
        assert "Traceback" not in err
        assert process.returncode == 0  # standard input was closed: the client has gone


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_at_once_and_in_order(number: signal.Signals, sample_index: ManualIndex) -> None:
    with started("--index", sample_index.folder) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(lines(INITIALIZE))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(number)
        assert process.wait(60) == 0
        out, err = process.communicate(timeout=HANG_SECONDS)
        assert (out, err) == ("", "")


async def test_a_client_that_has_gone_is_no_error(sample_index: ManualIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def left_by_the_client() -> AsyncIterator[tuple[Any, Any]]:
        sent, received = anyio.create_memory_object_stream[Any](1)
        await sent.aclose()
        yield received, sent
        raise ExceptionGroup("of the writer", [BrokenPipeError(32, "Broken pipe")])

    monkeypatch.setattr("graphrag_tools.mcp_server.server.stdio_server", left_by_the_client)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    await asyncio.wait_for(serve_stdio(manual_server(sample_index)), HANG_SECONDS)


def test_missing_index_is_one_line_on_standard_error(tmp_path: Path) -> None:
    with started("--index", tmp_path / "nowhere") as process:
        out, err = process.communicate(timeout=HANG_SECONDS)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("Error: ")
    assert "nowhere" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(["--manual", "toaster"], "toaster"), (["--prompts", "nowhere"], "no such folder of prompts")],
)
def test_what_cannot_be_served(arguments: list[str], reason: str, sample_index: ManualIndex, run: Run) -> None:
    outcome = run("mcp", "--index", sample_index.folder, *arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: ")
    assert reason in outcome.err


def test_missing_package_is_named(sample_index: ManualIndex, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    outcome = run("mcp", "--index", sample_index.folder)
    assert outcome.code == 1
    assert install_extra("mcp") in outcome.err
