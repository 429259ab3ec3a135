"""Chat models of LangChain's providers, opened by init_chat_model."""

import os
import re
from typing import Any

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.models.base_url import checked_base_url
from graphrag_tools.models.headers import checked_headers, chosen_headers
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.text.redaction import without_credentials

_NO_KEY = "none"
"""Of a server of one's own, which seldom asks for a key and says so where it does; OpenAI's client wants one."""
_TAKE_HEADERS = ("openai", "anthropic", "deepseek", "openrouter")


def open_hosted(provider: str, name: str, options: ModelOptions) -> ChatModel:
    """Return a model of a provider, which is asked nothing yet.

    Headers of the environment are for the server at a base URL alone, because they may hold what only it may know.

    Raises:
        ConfigError: The base URL has a slip that is known, or headers cannot be sent with this provider.
        ModelError: The provider's package is missing, a key is not set, or the set-up failed.
    """
    from langchain.chat_models import init_chat_model

    settings: dict[str, Any] = {
        "temperature": options.temperature,
        "max_tokens": options.max_tokens,
        "timeout": options.timeout,
    }
    address = _address(provider, options.base_url)
    if address:
        settings["base_url"] = address
        if provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
            settings["api_key"] = _NO_KEY
    _check_key(provider)
    full_name = f"{provider}:{name}"
    if headers := chosen_headers(options.headers) if options.base_url else checked_headers(options.headers, "headers"):
        settings["default_headers"] = _headers_for(full_name, provider, headers)
    try:
        chat = init_chat_model(name, model_provider=provider, **settings)
    except ImportError as error:
        package = hosted_packages()[provider]
        missing = "" if f"pip install {package}" in str(error) else f" ({error})"  # LangChain says it too
        raise ModelError(
            f"{full_name} needs the package {package}{missing}. Install it with: pip install {package}"
        ) from error
    except Exception as error:
        raise ModelError(_set_up_failed(full_name, error)) from error
    base_url = without_credentials(address) or None
    return ChatModel(full_name, provider, chat, claims_tools=True, context=None, base_url=base_url)


def hosted_packages() -> dict[str, str]:
    """Return the package to install for each provider that LangChain knows."""
    # LangChain has no public list; test_every_provider_of_langchain_is_known guards this name.
    from langchain.chat_models.base import _BUILTIN_PROVIDERS

    modules = {provider: entry[0] for provider, entry in _BUILTIN_PROVIDERS.items()}
    return {provider: module.partition(".")[0].replace("_", "-") for provider, module in modules.items()}


def _address(provider: str, given: str | None) -> str:
    """Return the address given, or where OpenAI's client goes instead of OpenAI; empty for the provider's own."""
    if given:
        return checked_base_url(provider, given)
    names = ("OPENAI_BASE_URL", "OPENAI_API_BASE") if provider == "openai" else ()
    name = next((name for name in names if os.environ.get(name)), None)
    return checked_base_url(provider, os.environ[name], name) if name else ""


def _check_key(provider: str) -> None:
    """Raise ConfigError for a key that no header can carry: sent all the same, it looks like a server that is down."""
    name = f"{provider.upper()}_API_KEY"
    key = os.environ.get(name, "")
    if key and not (key.isascii() and key.isprintable()):
        raise ConfigError(
            f"{name} has a line break or a letter beyond ASCII in it, which HTTP headers cannot carry; expected the "
            "key alone."
        )


def _headers_for(full_name: str, provider: str, headers: dict[str, str]) -> dict[str, str]:
    if provider not in _TAKE_HEADERS:
        raise ConfigError(
            f"{full_name}: headers cannot be sent with {provider}; they can with ollama, {', '.join(_TAKE_HEADERS)}. "
            "Build the LangChain chat model with them yourself and pass it instead of a string."
        )
    return headers


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
