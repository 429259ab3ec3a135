"""Offer the MCP prompt ask_manual: a question, and the manual to keep to."""

import asyncio

import mcp_types as protocol
from mcp.shared.exceptions import MCPError

from graphrag_tools.conversation.turn import check_question
from graphrag_tools.errors import ConfigError, GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.prompts import Prompts
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.lookup import shortened

NAME = "ask_manual"


class AskingPrompt:
    """Offers the prompt NAME with the arguments `question` and, to keep to one, `manual`."""

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
            name=NAME, title=tool_texts.PROMPT_TITLE, description=tool_texts.PROMPT_DESCRIPTION, arguments=arguments
        )
        return protocol.ListPromptsResult(prompts=[prompt])

    async def get(self, _context: object, params: protocol.GetPromptRequestParams) -> protocol.GetPromptResult:
        """Return the prompt filled.

        Raises:
            MCPError: There is no such prompt or manual, or the question is missing.
        """
        given = params.arguments or {}
        question = given.get("question", "").strip()
        if params.name != NAME:
            raise MCPError(
                protocol.INVALID_PARAMS, tool_texts.UNKNOWN_PROMPT.format(name=shortened(params.name), prompts=NAME)
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
