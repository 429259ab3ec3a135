"""Run the tools for MCP clients: their schemas and their calls."""

import asyncio
import logging
from typing import Any

import mcp_types as protocol
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from mcp.shared.exceptions import MCPError

from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.manual_tools import ManualToolkit, shortened
from graphrag_tools.tools.results import RESULTS, structured

_logger = logging.getLogger(__name__)


class ToolCalls:
    """Lists the tools and runs calls of them, each in a thread."""

    def __init__(self, index: ManualIndex, manual: str | None = None) -> None:
        """Raises ConfigError for an unknown manual."""
        self._index = index
        self._tools = {tool.name: tool for tool in ManualToolkit(index=index, manual=manual).get_tools()}

    async def list_tools(self, _context: object, _params: object) -> protocol.ListToolsResult:
        """Return the tools with their schemas, as a chat model would be told them."""
        return protocol.ListToolsResult(tools=[_as_protocol(tool) for tool in self._tools.values()])

    async def call(self, _context: object, params: protocol.CallToolRequestParams) -> protocol.CallToolResult:
        """Run a call. What a model may act on, and an index that fails, is a result with `is_error`.

        Raises:
            MCPError: There is no such tool.
        """
        tool = self._tools.get(params.name)
        if tool is None:
            reason = tool_texts.UNKNOWN_TOOL.format(name=shortened(params.name), tools=", ".join(self._tools))
            raise MCPError(protocol.INVALID_PARAMS, reason)
        try:
            return await asyncio.to_thread(self._run, tool, params.arguments or {})
        except GraphRAGToolsError as error:
            _logger.warning("%s: %s", tool.name, error)
            return _failed(tool_texts.TOOL_FAILED.format(tool=tool.name, reason=error))

    def _run(self, tool: BaseTool, arguments: dict[str, Any]) -> protocol.CallToolResult:
        try:
            return self._invoke(tool, arguments)
        except KeyError:  # the index was rebuilt between two reads, and an item has gone: all of it once more
            return self._invoke(tool, arguments)

    def _invoke(self, tool: BaseTool, arguments: dict[str, Any]) -> protocol.CallToolResult:
        message: ToolMessage = tool.invoke({"type": "tool_call", "id": "mcp", "name": tool.name, "args": arguments})
        if message.status == "error":
            return _failed(message.text)
        result = structured(message.artifact, self._index)
        return protocol.CallToolResult(
            content=[protocol.TextContent(text=message.text)], structured_content=result.model_dump(mode="json")
        )


def _failed(reason: str) -> protocol.CallToolResult:
    return protocol.CallToolResult(content=[protocol.TextContent(text=reason)], is_error=True)


def _as_protocol(tool: BaseTool) -> protocol.Tool:
    described = convert_to_openai_tool(tool)["function"]
    return protocol.Tool(
        name=described["name"],
        title=tool_texts.TOOL_TITLES[tool.name],
        description=described["description"],
        input_schema=described["parameters"],
        output_schema=RESULTS[tool.name].model_json_schema(mode="serialization"),
        annotations=protocol.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )
