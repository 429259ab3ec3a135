"""MCP servers as their users start them: in a process of their own, spoken to by the official client."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from support.index_fixtures import BATTERY
from support.places import REPOSITORY
from support.processes import running

_COMMAND = ["-c", "from graphrag_tools.cli.app import main; main()", "mcp"]
_ENVIRONMENT = {"PYTHONPATH": str(REPOSITORY)}
TOKEN = "a-token-for-tests-only"


def stdio_client(index: Path, *arguments: str, mode: str = "auto") -> AbstractAsyncContextManager[Client]:
    """A client of a server that it starts itself, as desktop programs do."""
    command = [*_COMMAND, "--index", str(index), *arguments]
    return Client(StdioServerParameters(command=sys.executable, args=command, env=_ENVIRONMENT), mode=mode)


@asynccontextmanager
async def http_client(url: str, mode: str = "auto") -> AsyncIterator[Client]:
    """A client of a server that runs already."""
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client


@dataclass(frozen=True)
class Served:
    process: "subprocess.Popen[str]"
    url: str


def started(*arguments: object) -> "AbstractContextManager[subprocess.Popen[str]]":
    """The command with its streams as pipes, ended at the end."""
    command, environment = [sys.executable, *_COMMAND, *arguments], {**os.environ, **_ENVIRONMENT}
    return running(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE)


@contextmanager
def served(index: Path, *arguments: object) -> Iterator[Served]:
    """A server over HTTP on a free port, stopped at the end."""
    with started("--index", index, "--transport", "http", "--port", 0, *arguments) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://\S+/mcp", said)
        assert found, f"{said}{process.stderr.read()}"
        yield Served(process, found.group(0))


def text_of(result: Any) -> str:
    """The words of a tool's result."""
    [content] = result.content
    text: str = content.text
    return text


async def use_everything(client: Any) -> None:
    """Do all that the server offers, and see what comes of it."""
    names = [tool.name for tool in (await client.list_tools()).tools]
    assert names == ["search_manual", "get_menu_path", "describe_menu_item", "ask_manual", "check_answer"]
    found = await client.call_tool("search_manual", {"query": "What is using up my battery?"})
    assert found.structured_content["items"][0]["id"] == BATTERY
    way = await client.call_tool("get_menu_path", {"item": BATTERY})
    assert text_of(way) == "Menu path: Settings > Battery\nOn the device: Settings > Battery"
    item = await client.call_tool("describe_menu_item", {"item": BATTERY})
    assert item.structured_content["menu_path"] == ["Settings", "Battery"]
    assert (await client.call_tool("describe_menu_item", {"item": "Flux capacitor"})).is_error
    assert (await client.call_tool("describe_menu_item", {})).is_error
    asked = await client.call_tool("ask_manual", {"question": "How do I turn on flight mode?"})
    assert asked.structured_content["status"] == "answered"
    assert "Menu path: Settings > Wi-Fi > Flight mode" in text_of(asked).splitlines()
    draft = {"question": "How do I turn on flight mode?", "draft": "Press the red button for 90 seconds."}
    assert not (await client.call_tool("check_answer", draft)).structured_content["holds"]
    [manual] = (await client.list_resources()).resources
    assert BATTERY in (await client.read_resource(manual.uri)).contents[0].text
    assert "Where?" in (await client.get_prompt("ask_manual", {"question": "Where?"})).messages[0].content.text
    results = await asyncio.gather(
        *(client.call_tool("search_manual", {"query": "What is using up my battery?"}) for _ in range(20))
    )
    assert {text_of(one) for one in results} == {text_of(found)}
