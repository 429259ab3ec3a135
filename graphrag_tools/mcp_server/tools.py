"""Run the tools for MCP clients: their schemas, their calls, and structured results beside the text."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import mcp_types as protocol
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, Field

from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.sections import Block, BlockKind
from graphrag_tools.search.hit import Hit, best_passage
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.manual_tools import ManualToolkit, MenuPath, shortened

_logger = logging.getLogger(__name__)
_MOST_CHARACTERS = 3600  # of an item's text: the budget of describe_menu_item
_MOST_NAMES = 50


class ItemName(BaseModel):
    """A menu item by id and title."""

    id: str
    name: str


class FoundItem(BaseModel):
    """A section that fits a query."""

    id: str
    manual: str
    menu_path: list[str]
    option: str | None = Field(description="Id of the option of this section that fits best.")
    text: str = Field(description="The start of the passage that fits best.")
    score: float = Field(description="0 to 3; compares within one search only.")


class FoundItems(BaseModel):
    """Search results, best first."""

    items: list[FoundItem]


class ItemPath(BaseModel):
    """Where a menu item is."""

    id: str
    manual: str
    steps: list[ItemName] = Field(description="The items on the way, the item itself last.")
    taps: list[str] = Field(description="What to tap on the device, where the manual says it.")


class DescribedBlock(BaseModel):
    """A paragraph, step, option or the like, word for word; `depth` is its nesting."""

    kind: BlockKind
    text: str
    depth: int


class DescribedItem(BaseModel):
    """What the manual says about a menu item."""

    id: str
    manual: str
    menu_path: list[str]
    taps: list[str] = Field(description="What to tap on the device, where the manual says it.")
    url: str
    page: int | None
    passages: list[DescribedBlock]
    cut: int = Field(description="How many more characters of text the item has.")
    below: list[ItemName] = Field(description="Sections right below it, 50 at most.")
    see_also: list[ItemName] = Field(description="Items that its text refers to, 50 at most.")


RESULTS: Mapping[str, type[BaseModel]] = {
    tool_texts.SEARCH_NAME: FoundItems,
    tool_texts.PATH_NAME: ItemPath,
    tool_texts.DESCRIBE_NAME: DescribedItem,
}
"""The structured result of each tool."""


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


def structured(artifact: Sequence[Hit] | MenuPath | MenuItem, index: ManualIndex) -> BaseModel:
    """Return a tool's artifact as its structured result. Raises KeyError for an item that has gone."""
    if isinstance(artifact, MenuPath):
        return _path(artifact)
    if isinstance(artifact, MenuItem):
        return _described(artifact, index)
    return FoundItems(items=[_found(index.item_of(hit), hit) for hit in artifact])


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


def _found(item: MenuItem, hit: Hit) -> FoundItem:
    return FoundItem(
        id=item.id,
        manual=item.manual,
        menu_path=list(item.path),
        option=hit.item_id if hit.item_id != item.id else None,
        text=shortened(best_passage(item, hit)),
        score=hit.score,
    )


def _path(way: MenuPath) -> ItemPath:
    end = way.items[-1]
    return ItemPath(id=end.id, manual=end.manual, steps=_named(way.items), taps=list(way.taps))


def _described(item: MenuItem, index: ManualIndex) -> DescribedItem:
    graph = index.graph_of(item.id)
    passages = _within(item.blocks, _MOST_CHARACTERS)
    return DescribedItem(
        id=item.id,
        manual=item.manual,
        menu_path=list(item.path),
        taps=list(item.taps),
        url=item.url,
        page=item.page,
        passages=passages,
        cut=sum(len(block.text) for block in item.blocks) - sum(len(passage.text) for passage in passages),
        below=_named(child for child in graph.children(item.id) if child.kind == "section")[:_MOST_NAMES],
        see_also=_named(graph.see_also(item.id))[:_MOST_NAMES],
    )


def _named(items: Iterable[MenuItem]) -> list[ItemName]:
    return [ItemName(id=item.id, name=item.name) for item in items]


def _within(blocks: Sequence[Block], characters: int) -> list[DescribedBlock]:
    """Return the blocks from the first on, the last one cut, within so many characters of text."""
    passages: list[DescribedBlock] = []
    left = characters
    for block in blocks:
        if left <= 0:
            break
        passages.append(DescribedBlock(kind=block.kind, text=block.text[:left], depth=block.depth))
        left -= len(block.text)
    return passages
