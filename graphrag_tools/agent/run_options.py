"""RunOptions: the model and the manual that the context of one run asks of an agent."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import ToolMessage
from langgraph.types import Command

from graphrag_tools.errors import ConfigError
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.tools.manual_tools import ManualTool
from graphrag_tools.workflow.run_context import opened_for_context, read_context

_MOST_OPEN = 16
_Request = ModelRequest[Any]
_Response = ModelResponse[Any]
_Result = ToolMessage | Command[Any]


class RunOptions(AgentMiddleware[Any, Any, Any]):
    """Calls the model of the run's `ManualContext`, opened once, and keeps the manual's tools to its manual."""

    def __init__(self, model_options: ModelOptions) -> None:
        super().__init__()
        self._model_options = model_options
        self._opening = threading.Lock()
        self._opened = lru_cache(_MOST_OPEN)(self._open)

    def wrap_model_call(self, request: _Request, handler: Callable[[_Request], _Response]) -> _Response:
        """Call the model that the run asks for. Raises ConfigError for none, and what opening it raises."""
        return handler(self._asked(request))

    async def awrap_model_call(
        self, request: _Request, handler: Callable[[_Request], Awaitable[_Response]]
    ) -> _Response:
        """Do what `wrap_model_call` does, opening in a thread."""
        return await handler(await asyncio.to_thread(self._asked, request))

    def wrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], _Result]) -> _Result:
        """Run a tool of the manual's within the manual that the run asks for."""
        return handler(_kept_to_manual(request))

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[_Result]]
    ) -> _Result:
        """Do the same, awaiting the tool."""
        return await handler(_kept_to_manual(request))

    def _asked(self, request: _Request) -> _Request:
        name = read_context(request.runtime.context).model
        if name is None:
            return request
        with self._opening:
            return request.override(model=self._opened(name))

    def _open(self, name: str) -> BaseChatModel:
        opened = opened_for_context(name, self._model_options)
        if opened is None:
            raise ConfigError("context: an agent needs a model, and 'none' was given. Name one, or leave it out.")
        return opened.chat


def _kept_to_manual(request: ToolCallRequest) -> ToolCallRequest:
    manual = read_context(request.runtime.context).manual
    tool = request.tool
    if manual is None or not isinstance(tool, ManualTool):
        return request
    return request.override(tool=tool.model_copy(update={"manual": manual}))
