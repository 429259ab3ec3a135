"""Chat models by one string, what each can do, and their drivers' errors in words."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.model_facts import NOTHING_KNOWN, ModelFacts

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_DRIVER_ERRORS = (
    ("httpx", "TransportError"),
    ("ollama", "ResponseError"),
    ("openai", "OpenAIError"),
    ("langchain_core.exceptions", "ModelError"),
)
_TOO_LONG = (
    "exceeds the context length",
    "exceeds the available context",
    "context_length_exceeded",
    "ContextOverflowError",
)
# First match wins. A sign is looked for in the names of the error's classes, its status, code and words.
_MEANINGS = {
    _TOO_LONG: "The prompt is longer than the model's context, and nothing was cut. "
    "Raise the context (ModelOptions.context), or send less.",
    ("LengthFinishReasonError",): "The answer reached its limit before its JSON was complete. "
    "Raise ModelOptions.max_tokens.",
    ("TimeoutException", "APITimeoutError", "ModelTimeoutError"): "The model did not answer in time. "
    "Raise ModelOptions.timeout, or choose a smaller model.",
    ("TransportError", "APIConnectionError", "ModelConnectionError"): "The model's server cannot be "
    "reached. Start it (Ollama: `ollama serve`), or correct its address (Ollama: OLLAMA_HOST).",
    ("status=401", "status=403", "ModelAuthenticationError", "ModelPermissionDeniedError"): "The model's "
    "server refused the credentials. Set the provider's API key, or one with more rights.",
    ("status=404", "ModelNotFoundError"): "The model is not on its server, or no longer. "
    "Get it (Ollama: `ollama pull NAME`), or name another.",
    ("",): "The model's server failed, or refused the request.",
}


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """How a model is run.

    A provider that cannot be told the context (all but ollama and gguf) keeps its own. base_url is the
    server's address, for ollama in place of OLLAMA_HOST.
    """

    context: int = 8192
    """Tokens, prompt and answer together."""
    max_tokens: int = 512
    """Tokens of one answer. Always sent: decoding greedily, a small model may otherwise never end."""
    temperature: float = 0.0
    timeout: float = 300.0
    """Seconds without a sign of life."""
    base_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse limits that a server would take for "no limit"."""
        for name in ("context", "max_tokens", "timeout"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name} is {getattr(self, name)}; expected more than 0.")


_DEFAULTS = ModelOptions()


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A model that is ready to be called, and what is known of it without asking it anything."""

    name: str
    """The string that opens it, with its provider: "ollama:llama3.2:3b"."""
    provider: str
    """"ollama", "gguf", a provider of LangChain, or "custom" for an instance that was handed in."""
    chat: "BaseChatModel"
    claims_tools: bool
    """Whether it is said to call tools; a weak model may claim it and never call one."""
    context: int | None
    """Tokens of context in force; None where it is not known."""
    facts: ModelFacts = NOTHING_KNOWN
    base_url: str | None = None
    """The server's address, free of credentials; None for a provider's own, and inside this process."""


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
        from graphrag_tools.ollama_transport import ollama_address

        ollama_address(options.base_url)
    if provider == "gguf":
        from graphrag_tools.llama_cpp import weights_file

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
    from graphrag_tools.ollama_transport import chat_ollama, ollama_address, shown_model

    address = ollama_address(options.base_url)
    with model_errors():
        facts = shown_model(address, name, options.timeout)
    context = min(options.context, facts.trained_context or options.context)
    chat = chat_ollama(address, name, context, options)
    return ChatModel(f"ollama:{name}", "ollama", chat, facts.claims_tools, context, facts, address.url)


def _open_gguf(name: str, options: ModelOptions) -> ChatModel:
    from graphrag_tools.llama_cpp import chat_openai, local_server, weights_file

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


@contextmanager
def model_errors() -> Iterator[None]:
    """Turn the errors that drivers raise when a model is called into ModelError, in words.

    Meant for `with` around one call or more, awaited ones too. Any other exception passes untouched.

    Raises:
        ModelError: Server down or too slow, model gone, prompt too long, answer cut inside its JSON,
            credentials refused, or whatever else the drivers of Ollama, OpenAI and LangChain report.
    """
    try:
        yield
    except _driver_errors() as error:
        raise ModelError(_in_words(error)) from error


def _driver_errors() -> tuple[type[Exception], ...]:
    # A driver that is not imported cannot have raised; importing it here would only cost time.
    found = (getattr(sys.modules.get(module), name, None) for module, name in _DRIVER_ERRORS)
    return tuple(error for error in found if error is not None)


def _in_words(error: Exception) -> str:
    said = str(getattr(error, "message", None) or getattr(error, "error", None) or error)
    names = " ".join(base.__name__ for base in type(error).__mro__)
    signs = f"{names} status={getattr(error, 'status_code', None)} {getattr(error, 'code', '')} {said}"
    meaning = next(words for marks, words in _MEANINGS.items() if any(mark in signs for mark in marks))
    return f"{meaning} It said: {said or type(error).__name__}{_where(error)}"


def _where(error: Exception) -> str:
    try:
        return f" (at {error.request.url})"  # type: ignore[attr-defined]
    except (AttributeError, RuntimeError):
        return ""


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
