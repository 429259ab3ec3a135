"""Chat models by one string, what each can do, and their drivers' errors in words."""

import os
import re
from typing import TYPE_CHECKING, Any

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.models.errors import (
    model_errors,
)
from graphrag_tools.models.model import ChatModel, ModelOptions

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_DEFAULTS = ModelOptions()


def open_chat_model(
    model: "str | BaseChatModel | ChatModel | None", *, options: ModelOptions = _DEFAULTS
) -> ChatModel | None:
    """Return the model that a string names, or None for "none" and None.

    "ollama:llama3.2:3b" (also without "ollama:"), "gguf:PATH", "gguf:smollm2", or "PROVIDER:NAME" for a
    provider of LangChain's init_chat_model. A LangChain chat model is taken as it is, without options.
    Ollama is asked whether it has the model; a hosted provider is asked nothing yet.

    Raises:
        ConfigError: The string names no model, or base_url is no address.
        ModelError: The server is down, the model or a package is missing, or a key is not set.
    """
    if model is None or isinstance(model, ChatModel):
        return model
    if not isinstance(model, str):
        return _handed_in(model)
    if model.strip().lower() == "none":
        return None
    provider, name = split_model(model)
    if provider == "ollama":
        return _open_ollama(name, options)
    if provider == "gguf":
        return _open_gguf(name, options)
    return _open_hosted(provider, name, options)


def model_name(model: "str | BaseChatModel | ChatModel | None", *, options: ModelOptions = _DEFAULTS) -> str | None:
    """Return the full name of a model that is not opened yet, None for "none" and None. Nothing is asked or loaded.

    Raises:
        ConfigError: The string names no model, or the address of its server is none.
        ModelError: It names a file that is missing or no model in GGUF format.
    """
    if not isinstance(model, str):
        opened = open_chat_model(model)
        return opened.name if opened else None
    if model.strip().lower() == "none":
        return None
    provider, name = split_model(model)
    if provider == "ollama":
        from graphrag_tools.models.ollama import ollama_address

        ollama_address(options.base_url)
    if provider == "gguf":
        from graphrag_tools.models.llama_cpp import weights_file

        weights_file(name)
    return f"{provider}:{name}"


def split_model(model: str) -> tuple[str, str]:
    """Return the provider and the name in a model string.

    What stands before the first colon counts only if it is a provider: "qwen3:8b" is a model of Ollama.

    Raises:
        ConfigError: There is no name.
    """
    prefix, colon, rest = model.partition(":")
    provider = prefix.strip().lower().replace("-", "_")
    known = bool(colon) and (provider in ("ollama", "gguf") or provider in _hosted_packages())
    found = (provider, rest.strip()) if known else ("ollama", model.strip())
    if not found[1]:
        raise ConfigError(
            f"{model!r} names no model; expected ollama:NAME, gguf:PATH, gguf:smollm2, PROVIDER:NAME or none."
        )
    return found


def _hosted_packages() -> dict[str, str]:
    # LangChain has no public list; test_every_provider_of_langchain_is_known guards this name.
    from langchain.chat_models.base import _BUILTIN_PROVIDERS

    modules = {provider: entry[0] for provider, entry in _BUILTIN_PROVIDERS.items()}
    return {provider: module.partition(".")[0].replace("_", "-") for provider, module in modules.items()}


def _handed_in(chat: Any) -> ChatModel:
    from langchain_core.language_models import BaseChatModel

    if not isinstance(chat, BaseChatModel):
        raise ConfigError(
            f"the model is a {type(chat).__name__}; expected a string such as 'ollama:llama3.2:3b', "
            "a LangChain chat model, or None."
        )
    name = getattr(chat, "model_name", None) or getattr(chat, "model", None) or type(chat).__name__
    return ChatModel(f"custom:{name}", "custom", chat, claims_tools=True, context=None)


def _open_ollama(name: str, options: ModelOptions) -> ChatModel:
    from graphrag_tools.models.ollama import chat_ollama, ollama_address, shown_model

    address = ollama_address(options.base_url)
    with model_errors():
        facts = shown_model(address, name, options.timeout)
    context = min(options.context, facts.trained_context or options.context)
    chat = chat_ollama(address, name, context, options)
    return ChatModel(f"ollama:{name}", "ollama", chat, facts.claims_tools, context, facts, address.url)


def _open_gguf(name: str, options: ModelOptions) -> ChatModel:
    from graphrag_tools.models.llama_cpp import chat_openai, local_server, weights_file

    server = local_server(weights_file(name), options.context)
    # The prefix also keeps langchain-openai from taking a file for the OpenAI model of a like name.
    full_name = f"gguf:{name}"
    chat, facts = chat_openai(server, full_name, options), server.facts
    return ChatModel(full_name, "gguf", chat, facts.claims_tools, server.context, facts)


def _open_hosted(provider: str, name: str, options: ModelOptions) -> ChatModel:
    from langchain.chat_models import init_chat_model

    settings: dict[str, Any] = {
        "temperature": options.temperature,
        "max_tokens": options.max_tokens,
        "timeout": options.timeout,
    }
    if options.base_url:
        settings["base_url"] = options.base_url
    full_name = f"{provider}:{name}"
    try:
        chat = init_chat_model(name, model_provider=provider, **settings)
    except ImportError as error:
        package = _hosted_packages()[provider]
        raise ModelError(
            f"{full_name} needs the package {package} ({error}). Install it with: pip install {package}"
        ) from error
    except Exception as error:
        raise ModelError(_set_up_failed(full_name, error)) from error
    base_url = re.sub("//[^/@]*@", "//", options.base_url or _address_in_environment(provider) or "") or None
    return ChatModel(full_name, provider, chat, claims_tools=True, context=None, base_url=base_url)


def _address_in_environment(provider: str) -> str | None:
    """Return where OpenAI's client goes instead of OpenAI: to a server of one's own, most often."""
    names = ("OPENAI_BASE_URL", "OPENAI_API_BASE") if provider == "openai" else ()
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def _set_up_failed(full_name: str, error: Exception) -> str:
    variable = re.search(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN)\b", str(error))
    if variable:
        return f"{full_name} has no credentials. Set the environment variable {variable[0]}."
    return (
        f"{full_name} cannot be set up: {_first_line(error)} Check its credentials and settings, or build "
        "the LangChain chat model yourself and pass it instead of a string."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
