"""Run the tools for MCP clients: their schemas and their calls."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import mcp_types as protocol
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, ValidationError

from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.mcp_server.asking import ReportsProgress
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.lookup import shortened
from graphrag_tools.tools.manual_tools import ManualToolkit, ToolArguments, invalid_arguments
from graphrag_tools.tools.results import RESULTS, structured

_logger = logging.getLogger(__name__)
_DEFINITIONS = "$defs"
_REFERENCE = "#/$defs/"


class OwnTool(Protocol):
    """A tool of the server's own: one that no LangChain agent needs, because it has the workflow itself."""

    name: str
    description: str
    arguments: type[ToolArguments]
    result: type[BaseModel]

    async def call(self, given: Mapping[str, Any], session: ReportsProgress, /) -> protocol.CallToolResult:
        """Return what a call comes to. Raises ValidationError and GraphRAGToolsError."""


class ToolCalls:
    """Lists the tools and runs calls of them, off the event loop."""

    def __init__(self, index: ManualIndex, manual: str | None = None, own: Sequence[OwnTool] = ()) -> None:
        """Raises ConfigError for an unknown manual."""
        self._index = index
        self._tools = {tool.name: tool for tool in ManualToolkit(index=index, manual=manual).get_tools()}
        self._own = {tool.name: tool for tool in own}

    async def list_tools(self, _context: object, _params: object) -> protocol.ListToolsResult:
        """Return the tools with their schemas, as a chat model would be told them."""
        shared = [_as_protocol(tool) for tool in self._tools.values()]
        return protocol.ListToolsResult(tools=[*shared, *map(_own_as_protocol, self._own.values())])

    async def call(
        self, context: ServerRequestContext[Any], params: protocol.CallToolRequestParams
    ) -> protocol.CallToolResult:
        """Run a call. What a model may act on, and an index that fails, is a result with `is_error`.

        Raises:
            MCPError: There is no such tool.
        """
        arguments = params.arguments or {}
        try:
            if tool := self._tools.get(params.name):
                return await asyncio.to_thread(self._run, tool, arguments)
            if own := self._own.get(params.name):
                return await own.call(arguments, context.session)
        except ValidationError as error:
            return _failed(invalid_arguments(error))
        except GraphRAGToolsError as error:
            _logger.warning("%s: %s", params.name, error)
            return _failed(tool_texts.TOOL_FAILED.format(tool=params.name, reason=error))
        names = ", ".join((*self._tools, *self._own))
        reason = tool_texts.UNKNOWN_TOOL.format(name=shortened(params.name), tools=names)
        raise MCPError(protocol.INVALID_PARAMS, reason)

    def _run(self, tool: BaseTool, arguments: dict[str, Any]) -> protocol.CallToolResult:
        try:
            return self._invoke(tool, arguments)
        except KeyError:  # the index was rebuilt between two reads, and an item has gone: all of it once more
            return self._invoke(tool, arguments)

    def _invoke(self, tool: BaseTool, arguments: dict[str, Any]) -> protocol.CallToolResult:
        message: ToolMessage = tool.invoke({"type": "tool_call", "id": "mcp", "name": tool.name, "args": arguments})
        if message.status == "error":
            return _failed(message.text)
        result = structured(message.artifact, self._index, str(arguments.get("query", "")))
        return protocol.CallToolResult(
            content=[protocol.TextContent(text=message.text)], structured_content=result.model_dump(mode="json")
        )


def _failed(reason: str) -> protocol.CallToolResult:
    return protocol.CallToolResult(content=[protocol.TextContent(text=reason)], is_error=True)


def _as_protocol(tool: BaseTool) -> protocol.Tool:
    described = convert_to_openai_tool(tool)["function"]
    return _described(tool.name, described["description"], described["parameters"], RESULTS[tool.name])


def _own_as_protocol(tool: OwnTool) -> protocol.Tool:
    described = convert_to_openai_tool(tool.arguments)["function"]
    return _described(tool.name, tool.description, described["parameters"], tool.result)


def _described(name: str, description: str, parameters: dict[str, Any], result: type[BaseModel]) -> protocol.Tool:
    return protocol.Tool(
        name=name,
        title=tool_texts.TOOL_TITLES[name],
        description=description,
        input_schema=arguments_schema(parameters),
        output_schema=result_schema(result),
        annotations=protocol.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def arguments_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of arguments in which one that may be null is one that may be left out."""
    flat: dict[str, Any] = _flat(schema, schema.get(_DEFINITIONS, {}), nullable=False)
    return flat


def result_schema(kind: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a result, in which null stays a value."""
    schema = kind.model_json_schema(mode="serialization")
    flat: dict[str, Any] = _flat(schema, schema.get(_DEFINITIONS, {}), nullable=True)
    return flat


def _flat(schema: Any, definitions: Mapping[str, Any], *, nullable: bool) -> Any:
    """Return a schema of nothing but plain types, because some clients know neither references nor alternatives."""
    if isinstance(schema, list):
        return [_flat(one, definitions, nullable=nullable) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    meant = {key: value for key, value in schema.items() if key != _DEFINITIONS}
    if "$ref" in meant:
        meant = {**definitions[meant.pop("$ref").removeprefix(_REFERENCE)], **meant}
    kinds = [kind for kind in meant.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        meant = {**_without_null(meant), **kinds[0]}
        if nullable:
            meant["type"] = [meant["type"], "null"]
    return {key: _flat(value, definitions, nullable=nullable) for key, value in meant.items()}


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands beside the alternatives, without a default of null."""
    return {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
