"""A chat model that plays a script: what it is told to reply, in order, and no more."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.tools import BaseTool
from pydantic import PrivateAttr

from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model

Reply = AIMessage | Exception | Callable[[list[BaseMessage]], AIMessage]


class ScriptedChatModel(BaseChatModel):
    """Gives the scripted replies in order, raises those that are exceptions, and keeps what it was asked.

    Running out of replies is an error: a script says how often the model may be called.
    """

    binds_tools: bool = True
    decodes_schemas: bool = True
    _script: list[Reply] = PrivateAttr()
    _asked: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _bound: list[str] = PrivateAttr(default_factory=list)
    _schemas: list[dict[str, Any]] = PrivateAttr(default_factory=list)

    def __init__(self, *replies: Reply, **fields: bool) -> None:
        super().__init__(**fields)
        self._script = list(replies)

    @property
    def asked(self) -> list[list[BaseMessage]]:
        """The messages of each call so far."""
        return self._asked

    @property
    def bound(self) -> list[str]:
        """The names of the tools bound last."""
        return self._bound

    @property
    def schemas(self) -> list[dict[str, Any]]:
        """The schemas of the structured calls so far."""
        return self._schemas

    @property
    def left(self) -> int:
        """How many replies were not asked for."""
        return len(self._script)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        if not self.binds_tools:
            raise NotImplementedError
        self._bound = [tool.name for tool in tools if isinstance(tool, BaseTool)]
        return self

    def with_structured_output(self, schema: Any, **kwargs: Any) -> Runnable[Any, Any]:
        if not self.decodes_schemas:
            raise NotImplementedError("no structured output here")

        def decode(messages: list[BaseMessage]) -> dict[str, Any]:
            self._schemas.append(schema)
            raw = self.invoke(messages)
            try:
                return {"raw": raw, "parsed": json.loads(raw.text), "parsing_error": None}
            except ValueError as error:
                return {"raw": raw, "parsed": None, "parsing_error": error}

        return RunnableLambda(decode)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self._asked.append(messages)
        if not self._script:
            raise AssertionError(f"called {len(self._asked)} times, more often than scripted")
        reply = self._script.pop(0)
        if isinstance(reply, Exception):
            raise reply
        message = reply if isinstance(reply, AIMessage) else reply(messages)
        return ChatResult(generations=[ChatGeneration(message=message)])


def calling(tool: str, *, id: str = "call_1", text: str = "", **arguments: object) -> AIMessage:
    """A reply that calls one tool, and cost 10 tokens in and 5 out."""
    call = {"name": tool, "args": arguments, "id": id, "type": "tool_call"}
    return AIMessage(text, tool_calls=[call], usage_metadata=_tokens())


def saying(text: str, **response_metadata: object) -> AIMessage:
    """A reply in words, which cost 10 tokens in and 5 out."""
    return AIMessage(text, usage_metadata=_tokens(), response_metadata=response_metadata)


def _tokens() -> Any:
    return {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}


def opened(chat: BaseChatModel) -> ChatModel:
    """A model that is handed in, ready to be called."""
    model = open_chat_model(chat)
    assert model is not None
    return model
