"""The MCP server over an index: tools, resources and a prompt, whatever it is served over."""

from importlib.metadata import version
from typing import Any

from mcp.server.lowlevel import Server

from graphrag_tools.index import ManualIndex
from graphrag_tools.mcp_server.prompt import AskingPrompt
from graphrag_tools.mcp_server.resources import ManualResources
from graphrag_tools.mcp_server.tool_calls import ToolCalls
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
        on_list_tools=tools.listed,
        on_call_tool=tools.call,
        on_list_resources=resources.listed,
        on_list_resource_templates=resources.templates,
        on_read_resource=resources.read,
        on_list_prompts=prompt.listed,
        on_get_prompt=prompt.get,
    )
