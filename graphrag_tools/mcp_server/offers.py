"""Offers of the MCP server beside its tools: the index as resources, a prompt, and completions of what users type."""

import asyncio
from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote

import mcp_types as protocol
from mcp.shared.exceptions import MCPError

from graphrag_tools.conversation.turn import check_question
from graphrag_tools.errors import ConfigError, GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import ManualInfo
from graphrag_tools.manual.tree import tree_view
from graphrag_tools.prompts import Prompts
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.lookup import shortened
from graphrag_tools.tools.manual_tools import NodeDescriptionTool

_MANUAL_URI = "manual://manuals/"
_ITEM_URI = "manual://items/"
_MARKDOWN = "text/markdown"
_PAGE = 100
_MOST_SECTIONS = 1000
_MOST_TOKENS = 25_000
PROMPT_NAME = "ask_manual"
_MOST_VALUES = 100


class ManualResources:
    """The resources of an index, or of one manual of it."""

    def __init__(self, index: ManualIndex, manual: str | None = None) -> None:
        self._index = index
        self._manual = manual
        self._describe = NodeDescriptionTool(index=index, manual=manual, token_budget=_MOST_TOKENS)

    async def list_resources(
        self, _context: object, params: protocol.PaginatedRequestParams | None
    ) -> protocol.ListResourcesResult:
        """Return the manuals, a page of them at a time. Raises MCPError for a cursor that was not given out."""
        try:
            manuals = await asyncio.to_thread(self._manuals)
        except GraphRAGToolsError as error:
            raise MCPError(protocol.INTERNAL_ERROR, str(error)) from error
        start = _position(params.cursor if params else None)
        more = str(start + _PAGE) if start + _PAGE < len(manuals) else None
        resources = [_as_protocol(info) for info in manuals[start : start + _PAGE]]
        return protocol.ListResourcesResult(resources=resources, next_cursor=more)

    async def list_templates(self, _context: object, _params: object) -> protocol.ListResourceTemplatesResult:
        """Return how any item is addressed."""
        item = protocol.ResourceTemplate(
            name="item",
            title=tool_texts.ITEM_RESOURCE_TITLE,
            uri_template=f"{_ITEM_URI}{{+id}}",
            description=tool_texts.ITEM_RESOURCE_DESCRIPTION,
            mime_type=_MARKDOWN,
        )
        return protocol.ListResourceTemplatesResult(resource_templates=[item])

    async def read(self, _context: object, params: protocol.ReadResourceRequestParams) -> protocol.ReadResourceResult:
        """Return what a resource says. Raises MCPError where there is none, or the index fails."""
        uri = str(params.uri)
        try:
            text = await asyncio.to_thread(self._text, uri)
        except KeyError as error:
            unknown = tool_texts.UNKNOWN_RESOURCE.format(uri=uri)
            raise MCPError(protocol.INVALID_PARAMS, unknown, {"uri": uri}) from error
        except GraphRAGToolsError as error:
            raise MCPError(protocol.INTERNAL_ERROR, str(error)) from error
        contents = protocol.TextResourceContents(uri=uri, text=text, mime_type=_MARKDOWN)
        return protocol.ReadResourceResult(contents=[contents])

    def _manuals(self) -> Sequence[ManualInfo]:
        return self._index.manifest.manuals_within(self._manual)

    def _text(self, uri: str) -> str:
        """Return a resource's Markdown. Raises KeyError for an address that leads nowhere."""
        if uri.startswith(_MANUAL_URI):
            return self._contents(unquote(uri.removeprefix(_MANUAL_URI)))
        if uri.startswith(_ITEM_URI):
            return self._item(unquote(uri.removeprefix(_ITEM_URI)))
        raise KeyError(uri)

    def _contents(self, manual: str) -> str:
        """Return the table of contents, with ids: the higher levels where not all of it fits."""
        info = {info.id: info for info in self._manuals()}[manual]
        view = tree_view(self._index.graph_of(manual), options=False, most=_MOST_SECTIONS)
        lines = [f"# {info.title}", ""]
        lines += [f"{'  ' * branch.level}- {branch.item.name} (id {branch.item.id})" for branch in view.branches]
        if view.left_out:
            lines += ["", tool_texts.CONTENTS_CUT.format(left=view.left_out)]
        return "\n".join(lines)

    def _item(self, item: str) -> str:
        if self._manual not in (None, self._index.item(item).manual):
            raise KeyError(item)
        text: str = self._describe.invoke({"item": item})
        return text


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal()):
        raise MCPError(protocol.INVALID_PARAMS, tool_texts.UNKNOWN_CURSOR.format(cursor=cursor))
    return int(cursor)


def _as_protocol(info: ManualInfo) -> protocol.Resource:
    return protocol.Resource(
        name=info.id,
        title=info.title,
        uri=f"{_MANUAL_URI}{quote(info.id, safe='')}",
        description=tool_texts.CONTENTS_DESCRIPTION.format(title=info.title, sections=info.sections),
        mime_type=_MARKDOWN,
    )


class AskingPrompt:
    """Offers the prompt PROMPT_NAME with the arguments `question` and, to keep to one, `manual`."""

    def __init__(self, index: ManualIndex, manual: str | None, prompts: Prompts) -> None:
        """Raises ConfigError for a prompt that cannot be filled."""
        self._index = index
        self._manual = manual
        self._prompts = prompts
        self._fill("", None)

    async def list_prompts(self, _context: object, _params: object) -> protocol.ListPromptsResult:
        """Return the one prompt."""
        arguments = [protocol.PromptArgument(name="question", description=tool_texts.QUESTION_ARGUMENT, required=True)]
        if self._manual is None:
            about = tool_texts.MANUAL_ARGUMENT
            arguments.append(protocol.PromptArgument(name="manual", description=about, required=False))
        prompt = protocol.Prompt(
            name=PROMPT_NAME,
            title=tool_texts.PROMPT_TITLE,
            description=tool_texts.PROMPT_DESCRIPTION,
            arguments=arguments,
        )
        return protocol.ListPromptsResult(prompts=[prompt])

    async def get(self, _context: object, params: protocol.GetPromptRequestParams) -> protocol.GetPromptResult:
        """Return the prompt filled.

        Raises:
            MCPError: There is no such prompt or manual, or the question is missing.
        """
        given = params.arguments or {}
        question = given.get("question", "").strip()
        if params.name != PROMPT_NAME:
            raise MCPError(
                protocol.INVALID_PARAMS,
                tool_texts.UNKNOWN_PROMPT.format(name=shortened(params.name), prompts=PROMPT_NAME),
            )
        if not question:
            raise MCPError(protocol.INVALID_PARAMS, tool_texts.NO_QUESTION)
        try:
            text = await asyncio.to_thread(self._fill_checked, question, self._manual or given.get("manual") or None)
        except ConfigError as error:
            raise MCPError(protocol.INVALID_PARAMS, str(error)) from error
        except GraphRAGToolsError as error:
            raise MCPError(protocol.INTERNAL_ERROR, str(error)) from error
        message = protocol.PromptMessage(role="user", content=protocol.TextContent(text=text))
        return protocol.GetPromptResult(description=tool_texts.PROMPT_DESCRIPTION, messages=[message])

    def _fill_checked(self, question: str, manual: str | None) -> str:
        check_question(question)
        self._index.check_manual(manual)
        return self._fill(question, manual)

    def _fill(self, question: str, manual: str | None) -> str:
        only = tool_texts.ONLY_MANUAL.format(manual=manual) if manual else ""
        return self._prompts.render("ask_manual", question=question, only=only)


class Completions:
    """Completes the argument `manual` of the prompt, and the `id` of an item's address."""

    def __init__(self, index: ManualIndex, manual: str | None) -> None:
        self._index = index
        self._manual = manual

    async def complete(self, _context: object, params: protocol.CompleteRequestParams) -> protocol.CompleteResult:
        """Return what begins with what was typed, at most 100; nothing for any other argument."""
        try:
            values = await asyncio.to_thread(self._values, params.argument.name, params.argument.value)
        except GraphRAGToolsError as error:
            raise MCPError(protocol.INTERNAL_ERROR, str(error)) from error
        shown = protocol.Completion(
            values=values[:_MOST_VALUES], total=len(values), has_more=len(values) > _MOST_VALUES
        )
        return protocol.CompleteResult(completion=shown)

    def _values(self, argument: str, typed: str) -> list[str]:
        manuals = [info.id for info in self._index.manifest.manuals_within(self._manual)]
        if argument == "manual":
            return _beginning(manuals, typed)
        if argument != "id":
            return []
        manual, slash, _ = typed.partition("/")
        if not slash:
            return _beginning((f"{one}/" for one in manuals), typed)
        items = self._index.graph_of(typed).items if manual in manuals else ()
        return _beginning((item.id for item in items), typed)


def _beginning(values: Iterable[str], typed: str) -> list[str]:
    return [value for value in values if value.startswith(typed)]
