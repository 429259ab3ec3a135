"""Put tools, resources and a prompt together as an MCP server over an index, and serve it over stdio."""

import os
import signal
from importlib.metadata import version
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.mcp_server.prompt import AskingPrompt
from graphrag_tools.mcp_server.resources import ManualResources
from graphrag_tools.mcp_server.tools import ToolCalls
from graphrag_tools.prompts import Prompts


def manual_server(index: ManualIndex, manual: str | None = None, prompts: Prompts | None = None) -> "Server[Any]":
    """Return the server over an index, or over one manual of it. The index may be rebuilt while it runs.

    Raises:
        ConfigError: There is no such manual, or a prompt cannot be used.
    """
    used = prompts or Prompts()
    tools = ToolCalls(index, manual)
    resources = ManualResources(index, manual)
    prompt = AskingPrompt(index, manual, used)
    return Server(
        "graphrag-tools",
        version=version("graphrag-tools"),
        title="Device manuals",
        instructions=used.render("mcp_instructions"),
        on_list_tools=tools.list_tools,
        on_call_tool=tools.call,
        on_list_resources=resources.list_resources,
        on_list_resource_templates=resources.list_templates,
        on_read_resource=resources.read,
        on_list_prompts=prompt.list_prompts,
        on_get_prompt=prompt.get,
    )


async def serve_stdio(server: "Server[Any]") -> None:
    """Serve until the client closes standard input; SIGTERM and Ctrl-C end the process with code 0.

    While it serves, what anything else in the process prints goes to standard error.
    """
    for stopping in (signal.SIGTERM, signal.SIGINT):
        # A thread waits inside a read of standard input and cannot be woken: an orderly end would wait for it.
        # Nothing is lost, because the index is only read and every message is written whole.
        signal.signal(stopping, lambda _number, _frame: os._exit(0))
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())
