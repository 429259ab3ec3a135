"""Chat models with LangChain's bind, with_config, configurable_fields, with_fallbacks or with_retry around them."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from langchain.chat_models.base import _ConfigurableModel
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableBinding, RunnableConfig, RunnableWithFallbacks
from langchain_core.runnables.base import RunnableBindingBase
from langchain_core.runnables.configurable import DynamicRunnable, RunnableConfigurableAlternatives

from graphrag_tools.errors import ConfigError


class WrappedChatModel(BaseChatModel):
    """A chat model again of one that has something around it, so that tools and schemas can be bound to it.

    What is bound comes on top of what the wrapping binds, and reaches every model within it.
    """

    wrapped: Any
    inner: Any
    """The model within, or the first of several: how tools and schemas are written down is its way."""

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Bind tools as the model within writes them down."""
        bound = self.inner.bind_tools(tools, **kwargs)
        return self.bind(**bound.kwargs) if isinstance(bound, RunnableBinding) else self

    def with_structured_output(self, schema: Any, **kwargs: Any) -> Runnable[Any, Any]:
        """Decode under a schema as the model within does."""
        # Its method with this object, because what it returns has the model built in.
        decoding: Runnable[Any, Any] = type(self.inner).with_structured_output(self, schema, **kwargs)
        return decoding

    def __getattr__(self, name: str) -> Any:
        """Return what the methods above ask of the model within: its name, its settings."""
        try:
            return super().__getattr__(name)  # type: ignore[misc]  # pydantic has it at run time alone
        except AttributeError:
            return getattr(self.inner, name)

    @property
    def _llm_type(self) -> str:
        return str(self.inner._llm_type)

    # The wrapped model is run itself, so that traces show one run for a call, and each token is told of once.

    def invoke(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> AIMessage:
        """Return the reply to messages."""
        reply: AIMessage = self.wrapped.invoke(input, config, **_given(stop, kwargs))
        return reply

    async def ainvoke(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> AIMessage:
        """Await the reply to messages."""
        reply: AIMessage = await self.wrapped.ainvoke(input, config, **_given(stop, kwargs))
        return reply

    def stream(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> Iterator[AIMessageChunk]:
        """Yield the reply in pieces."""
        yield from self.wrapped.stream(input, config, **_given(stop, kwargs))

    async def astream(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> AsyncIterator[AIMessageChunk]:
        """Yield the reply in pieces, awaiting each."""
        async for piece in self.wrapped.astream(input, config, **_given(stop, kwargs)):
            yield piece

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - passed to every model
        **kwargs: Any,
    ) -> ChatResult:
        """Answer whoever asks a chat model for generations."""
        return ChatResult(generations=[ChatGeneration(message=self.invoke(messages, stop=stop, **kwargs))])


def model_again(wrapped: Any, each: Callable[[BaseChatModel], BaseChatModel]) -> WrappedChatModel | None:
    """Return a chat model of one that has something around it; None where that is no chat model with such a wrapping.

    `each` is done to every model within.

    Raises:
        ConfigError: It falls back to a model that writes tools down in another way.
    """
    inner = _models(wrapped)
    if not inner:
        return None
    if len({type(model).bind_tools for model in inner}) > 1:
        kinds = " and ".join(sorted({type(model).__name__ for model in inner}))
        raise ConfigError(
            f"the model is one of several kinds ({kinds}), which write tools down in different ways; expected models "
            "of one kind. Use escalate_to for a larger model of another provider, or choose one in a run's context."
        )
    done = _with_each(wrapped, each)
    return WrappedChatModel(wrapped=done, inner=_models(done)[0], name=type(inner[0]).__name__)


def _models(wrapped: Any) -> list[BaseChatModel]:
    """Return the chat models within, the first to be called first; none where anything else is within."""
    if isinstance(wrapped, BaseChatModel):
        return [wrapped]
    if isinstance(wrapped, _ConfigurableModel):
        return [_as_configured(wrapped)]
    parts = [_models(part) for part in _parts(wrapped)]
    return [model for part in parts for model in part] if all(parts) else []


def _as_configured(model: _ConfigurableModel) -> BaseChatModel:
    """Return the model that `init_chat_model(…, configurable_fields=…)` gives where a run configures nothing."""
    try:
        opened = model._model()
    except Exception as error:
        raise ConfigError(
            f"the configurable model cannot be opened as it is ({error}); expected one with a model of its own, which "
            "a run may change. Give init_chat_model the name of a model, or name it in a run's context."
        ) from error
    if not isinstance(opened, BaseChatModel):
        raise ConfigError("the configurable model has operations queued; expected it without, as it was made.")
    return opened


def _parts(wrapped: Any) -> list[Any]:
    if isinstance(wrapped, RunnableBindingBase):
        return [wrapped.bound]
    if isinstance(wrapped, RunnableWithFallbacks):
        return [wrapped.runnable, *wrapped.fallbacks]
    if isinstance(wrapped, RunnableConfigurableAlternatives):
        # Others are functions that make a model when it is first wanted.
        others = [made for made in wrapped.alternatives.values() if isinstance(made, Runnable)]
        return [wrapped.default, *others]
    return [wrapped.default] if isinstance(wrapped, DynamicRunnable) else []


def _with_each(wrapped: Any, each: Callable[[BaseChatModel], BaseChatModel]) -> Any:
    """Return the same with something done to every model within."""
    if isinstance(wrapped, BaseChatModel):
        return each(wrapped)
    if isinstance(wrapped, _ConfigurableModel):
        return wrapped
    if isinstance(wrapped, RunnableBindingBase):
        return wrapped.model_copy(update={"bound": _with_each(wrapped.bound, each)})
    if isinstance(wrapped, RunnableWithFallbacks):
        others = [_with_each(part, each) for part in wrapped.fallbacks]
        return wrapped.model_copy(update={"runnable": _with_each(wrapped.runnable, each), "fallbacks": others})
    if isinstance(wrapped, RunnableConfigurableAlternatives):
        alternatives = wrapped.alternatives.items()
        made = {key: _with_each(one, each) if isinstance(one, Runnable) else one for key, one in alternatives}
        return wrapped.model_copy(update={"default": _with_each(wrapped.default, each), "alternatives": made})
    return wrapped.model_copy(update={"default": _with_each(wrapped.default, each)})


def _given(stop: list[str] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return what a call gives; a stop of None would count before one that is bound."""
    return kwargs if stop is None else {**kwargs, "stop": stop}
