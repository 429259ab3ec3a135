"""graphrag_tools/models/errors.py."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graphrag_tools.errors import ModelError

if TYPE_CHECKING:
    pass

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
