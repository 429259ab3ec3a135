"""Open a chat model by one string, or take one that is handed in."""

from typing import TYPE_CHECKING, Any

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.providers import CUSTOM, names_no_model, near_provider, provider_named, split_model

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_DEFAULTS = ModelOptions()


def open_chat_model(
    model: "str | BaseChatModel | ChatModel | None", *, options: ModelOptions = _DEFAULTS
) -> ChatModel | None:
    """Return the model that a string names, or None for "none" and None.

    "ollama:llama3.2:3b" (also without "ollama:"), "gguf:PATH", "gguf:smollm2", or "PROVIDER:NAME" for a
    provider of LangChain's init_chat_model. A LangChain chat model is taken as it is, without options, also with bind,
    with_config, configurable_fields, with_fallbacks or with_retry around it; but a ChatOllama has the server refuse a
    prompt that it would cut.
    Ollama is asked whether it has the model; a hosted provider is asked nothing yet.

    Raises:
        ConfigError: The string names no model, or base_url is no address.
        ModelError: The server is down, the model or a package is missing, or a key is not set.
    """
    if model is None or isinstance(model, ChatModel):
        return model
    if not isinstance(model, str):
        return _handed_in(model)
    if names_no_model(model):
        return None
    provider, name = split_model(model)
    try:
        return provider_named(provider).open(name, options)
    except ModelError as error:  # what has no provider that is known was looked for on Ollama's server
        if near := near_provider(model):
            raise type(error)(f"{error} Did you mean {near}?") from error
        raise


def model_name(model: "str | BaseChatModel | ChatModel | None", *, options: ModelOptions = _DEFAULTS) -> str | None:
    """Return the full name of a model that is not opened yet, None for "none" and None. Nothing is asked or loaded.

    Raises:
        ConfigError: The string names no model, or the address of its server is none.
        ModelError: It names a file that is missing or no model in GGUF format.
    """
    if not isinstance(model, str):
        opened = open_chat_model(model)
        return opened.name if opened else None
    if names_no_model(model):
        return None
    provider, name = split_model(model)
    provider_named(provider).check(name, options)
    return f"{provider}:{name}"


def _handed_in(given: Any) -> ChatModel:
    from langchain_core.language_models import BaseChatModel

    if isinstance(given, BaseChatModel):
        chat = inner = _uncut(given)
    else:
        from graphrag_tools.models.wrapped import model_again

        wrapped = model_again(given, _uncut)
        if wrapped is None:
            raise ConfigError(
                f"the model is a {type(given).__name__}; expected a string such as 'ollama:llama3.2:3b', "
                "a LangChain chat model (bind, with_config, configurable_fields, with_fallbacks and with_retry may be "
                "around it; with_structured_output or a chain may not), or None."
            )
        chat, inner = wrapped, wrapped.inner
    name = getattr(inner, "model_name", None) or getattr(inner, "model", None) or type(inner).__name__
    return ChatModel(f"{CUSTOM}:{name}", CUSTOM, chat, claims_tools=True, context=None)


def _uncut(chat: "BaseChatModel") -> "BaseChatModel":
    # Before it is imported, which takes long, and only where a model is one of its.
    if not any(kind.__module__.startswith("langchain_ollama.") for kind in type(chat).__mro__):
        return chat
    from graphrag_tools.models.ollama import uncut_copy
    from graphrag_tools.models.ollama_package import ChatOllama

    return uncut_copy(chat) if isinstance(chat, ChatOllama) else chat
