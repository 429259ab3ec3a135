"""The MCP tool ask_manual: the workflow's verified answer, with progress; a client that cancels stops the model."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import mcp_types as protocol
from pydantic import BaseModel, Field

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.answer_message import chat_text
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.items import manual_named
from graphrag_tools.tools.manual_tools import BoundedText, ToolArguments
from graphrag_tools.workflow.options import WorkflowOptions

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from graphrag_tools.models.model import ChatModel
    from graphrag_tools.workflow.by_manual import ManualWorkflows


@dataclass(frozen=True, slots=True)
class Answering:
    """What answers: by default no model, so that it costs nothing but the search."""

    model: "str | BaseChatModel | ChatModel | None" = "none"
    options: WorkflowOptions = field(default_factory=WorkflowOptions)
    model_options: ModelOptions = field(default_factory=ModelOptions)


class AskArguments(ToolArguments):
    """Arguments of ask_manual."""

    question: BoundedText = Field(description=tool_texts.QUESTION_ARGUMENT, min_length=1)
    manual: BoundedText | None = Field(default=None, description=tool_texts.MANUAL_ARGUMENT)


class ReportsProgress(Protocol):
    """The session that a call came in by."""

    async def report_progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """Tell the client how far the call is, if it wants to know."""


class AskingTool:
    """Answers questions. The workflow and its model are opened by the first one: a client's start waits for neither."""

    name = tool_texts.ASK_NAME
    description = tool_texts.ASK_DESCRIPTION
    arguments: type[ToolArguments] = AskArguments
    result: type[BaseModel] = Answer

    def __init__(self, index: ManualIndex, manual: str | None, answering: Answering) -> None:
        self._index = index
        self._manual = manual
        self._answering = answering
        self._workflows: ManualWorkflows | None = None

    async def call(self, given: Mapping[str, Any], session: ReportsProgress) -> protocol.CallToolResult:
        """Return the answer.

        Raises:
            ValidationError: The arguments do not fit.
            GraphRAGToolsError: There is no such manual, or index or model failed.
        """
        asked = AskArguments.model_validate(given)
        manual = self._manual or await asyncio.to_thread(manual_named, self._index, asked.manual)
        answer = await self._answer(asked.question, manual, session)
        text = await asyncio.to_thread(chat_text, answer, self._index)
        return protocol.CallToolResult(
            content=[protocol.TextContent(text=text)], structured_content=answer.model_dump(mode="json")
        )

    async def _answer(self, question: str, manual: str | None, session: ReportsProgress) -> Answer:
        workflow = await asyncio.to_thread(self._workflow, manual)
        from graphrag_tools.workflow.streaming import Answered, StageEnded, astream_answer, required, stage_words

        words = stage_words(self._index.language_of(manual)).next
        answer, stages = None, 0
        async for event in astream_answer(workflow, question):
            if isinstance(event, StageEnded):
                stages += 1
                await session.report_progress(stages, message=words.get(event.stage))
            elif isinstance(event, Answered):
                answer = event.answer
        return required(answer)

    def _workflow(self, manual: str | None) -> Any:
        from graphrag_tools.workflow.by_manual import ManualWorkflows

        self._index.check_manual(manual)
        if self._workflows is None:
            chosen = self._answering
            self._workflows = ManualWorkflows(self._index, chosen.model, chosen.options, chosen.model_options)
        return self._workflows.of(manual)
