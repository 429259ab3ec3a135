"""The agent: a model that plans its own calls of the same tools, with its calls mended and its answer checked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import ToolMessage
from langgraph.cache.base import BaseCache
from langgraph.graph.state import CompiledStateGraph
from langgraph.store.base import BaseStore
from langgraph.types import Checkpointer, Command

from graphrag_tools.agent.final_answer import FinalAnswerCheck
from graphrag_tools.agent.tool_calls import ToolCallRepair
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.prompts import Prompts
from graphrag_tools.search.confidence import ANSWER_FROM, REFUSE_BELOW, Thresholds
from graphrag_tools.tools.manual_tools import ManualTool, ManualToolkit
from graphrag_tools.workflow.options import DEFAULT_THREAD_TOKENS, check_thread_tokens
from graphrag_tools.workflow.run_context import ContextModels, ManualContext, read_context

_Request = ModelRequest[Any]
_Response = ModelResponse[Any]
_Result = ToolMessage | Command[Any]


@dataclass(frozen=True, slots=True)
class AgentOptions:
    """What an agent may spend on one question, the manual it keeps to and a folder of prompts in place of ours.

    A reply that has to be asked for again, because none of its calls could be made, counts once.
    """

    max_model_calls: int = 10
    max_tool_calls: int = 12
    refuse_below: float = REFUSE_BELOW
    answer_from: float = ANSWER_FROM
    """Confidence below which nothing is quoted in place of what a model wrote; its verified words may still stand."""
    manual: str | None = None
    prompts: str | None = None
    thread_tokens: int = DEFAULT_THREAD_TOKENS
    """Tokens of a thread that are kept, in whole turns: older turns are dropped, and the answer says so."""

    stream_drafts: bool = False
    """Whether `stream_mode="messages"` also carries drafts, not checked yet, under the id of the answer's message."""

    def __post_init__(self) -> None:
        """Refuse a budget that lets nothing happen."""
        for name in ("max_model_calls", "max_tool_calls"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; expected 1 or more.")
        Thresholds(self.refuse_below, self.answer_from)
        check_thread_tokens(self.thread_tokens)


def manual_agent(  # noqa: PLR0913  # all but the first two by name
    index: ManualIndex,
    model: str | BaseChatModel | ChatModel,
    *,
    options: AgentOptions | None = None,
    model_options: ModelOptions | None = None,
    checkpointer: Checkpointer = None,
    store: BaseStore | None = None,
    cache: "BaseCache[Any] | None" = None,
    interrupt_before: list[str] | None = None,
    interrupt_after: list[str] | None = None,
    name: str = "manual_agent",
) -> "CompiledStateGraph[Any, Any, Any, Any]":
    """Return an agent over an index, used as `manual_workflow` is: messages in, `state["answer"]` out, or `ask`.

    For models that can plan by themselves; a weak one does better in the workflow. Both show the same
    tools and prompts to the model and neither shows an answer that the manual does not bear out. A run's `context` is
    read as there. `store`, `cache`, `interrupt_before`, `interrupt_after` and `name` are those of `create_agent`.

    Raises:
        ConfigError: There is no model, it cannot call tools, or the index has no such manual.
        ModelError: The model or its server is missing.
    """
    chosen = options or AgentOptions()
    run = model_options or ModelOptions()
    opened = open_chat_model(model, options=run)
    if opened is None:
        raise ConfigError("an agent needs a model, and 'none' was given. Name one, or use manual_workflow.")
    tools = ManualToolkit(index=index, manual=chosen.manual).get_tools()
    try:
        opened.chat.bind_tools(tools)
    except NotImplementedError as error:
        raise ConfigError(f"{opened.name}: cannot call tools, which an agent needs. Use manual_workflow.") from error
    prompts = Prompts(chosen.prompts)
    return create_agent(
        opened.chat,
        tools,
        system_prompt=prompts.render("system"),
        middleware=[
            FinalAnswerCheck(
                index,
                opened.name,
                prompts=prompts,
                manual=chosen.manual,
                thresholds=Thresholds(chosen.refuse_below, chosen.answer_from),
                thread_tokens=chosen.thread_tokens,
                stream_drafts=chosen.stream_drafts,
            ),
            ToolCallRepair(index, manual=chosen.manual, max_calls=chosen.max_tool_calls),
            ModelCallLimitMiddleware(run_limit=chosen.max_model_calls, exit_behavior="end"),
            RunOptions(ContextModels(opened, run)),
        ],
        context_schema=ManualContext,
        checkpointer=checkpointer,
        store=store,
        cache=cache,
        interrupt_before=interrupt_before,
        interrupt_after=interrupt_after,
        name=name,
    )


class RunOptions(AgentMiddleware[Any, Any, Any]):
    """Calls the model of the run's `ManualContext`, opened once, and keeps the manual's tools to its manual."""

    def __init__(self, models: ContextModels) -> None:
        super().__init__()
        self._models = models

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
        opened = self._models.open(name)
        if opened is None:
            raise ConfigError("context: an agent needs a model, and 'none' was given. Name one, or leave it out.")
        return request.override(model=opened.chat)


def _kept_to_manual(request: ToolCallRequest) -> ToolCallRequest:
    manual = read_context(request.runtime.context).manual
    tool = request.tool
    if manual is None or not isinstance(tool, ManualTool):
        return request
    return request.override(tool=tool.model_copy(update={"manual": manual}))
