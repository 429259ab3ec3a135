"""Put tools, resources and a prompt together as an MCP server over an index, and serve it over stdio."""

import os
import signal
from importlib.metadata import version
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.mcp_server.asking import Answering, AskingTool
from graphrag_tools.mcp_server.checking import CheckingTool
from graphrag_tools.mcp_server.offers import AskingPrompt, Completions, ManualResources
from graphrag_tools.mcp_server.tools import ToolCalls
from graphrag_tools.prompts import Prompts
from graphrag_tools.tools import tool_texts

_MOST_NAMED = 10
_TITLE_CHARACTERS = 80


def manual_server(
    index: ManualIndex,
    manual: str | None = None,
    prompts: Prompts | None = None,
    answering: Answering | None = None,
) -> "Server[Any]":
    """Return the server over an index, or over one manual of it. The index may be rebuilt while it runs.

    `answering` is what the tool ask_manual answers with: no model, unless one is given.

    Raises:
        ConfigError: There is no such manual, or a prompt cannot be used.
    """
    used = prompts or Prompts()
    chosen = answering or Answering()
    own = (AskingTool(index, manual, chosen), CheckingTool(index, manual, chosen.options.thresholds))
    tools = ToolCalls(index, manual, own)
    resources = ManualResources(index, manual)
    prompt = AskingPrompt(index, manual, used)
    return Server(
        "graphrag-tools",
        version=version("graphrag-tools"),
        title="Device manuals",
        instructions=f"{used.render('mcp_instructions').rstrip()}\n{_manuals_here(index, manual)}",
        on_list_tools=tools.list_tools,
        on_call_tool=tools.call,
        on_list_resources=resources.list_resources,
        on_list_resource_templates=resources.list_templates,
        on_read_resource=resources.read,
        on_list_prompts=prompt.list_prompts,
        on_get_prompt=prompt.get,
        on_completion=Completions(index, manual).complete,
    )


def _manuals_here(index: ManualIndex, manual: str | None) -> str:
    """Name the manuals by id and title, so that a model with many tools knows which device these are about."""
    offered = index.manifest.manuals_within(manual)
    names = [f"{info.id} ({info.title[:_TITLE_CHARACTERS]})" for info in offered[:_MOST_NAMED]]
    more = len(offered) - len(names)
    return tool_texts.MANUALS_HERE.format(
        manuals=", ".join(names) + (f" {tool_texts.MORE_MANUALS.format(count=more)}" if more else "")
    )


async def serve_stdio(server: "Server[Any]") -> None:
    """Serve until the client closes standard input; SIGTERM and Ctrl-C end the process with code 0.

    While it serves, what anything else in the process prints goes to standard error.
    """
    for stopping in (signal.SIGTERM, signal.SIGINT):
        # A thread waits inside a read of standard input and cannot be woken: an orderly end would wait for it.
        # Nothing is lost, because the index is only read and every message is written whole.
        signal.signal(stopping, lambda _number, _frame: os._exit(0))
    try:
        async with stdio_server() as (received, sent):
            await server.run(received, sent, server.create_initialization_options())
    except* BrokenPipeError:
        pass  # the client has gone in the middle of a call
