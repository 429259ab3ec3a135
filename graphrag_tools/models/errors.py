"""Turn the errors of models' drivers into ours: each by its class, with words that say what to do."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graphrag_tools.errors import FeatureRefused, ModelError, PromptTooLong, ReplyCut, RequestRefused
from graphrag_tools.models.base_url import missing_version

_DRIVER_ERRORS = (
    ("httpx", "TransportError"),
    ("ollama", "ResponseError"),
    ("openai", "OpenAIError"),
    ("langchain_core.exceptions", "ModelError"),
)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a driver's error means: the class to raise, and words that say what was found and what to do."""

    raises: type[ModelError]
    words: str
    signs: tuple[str, ...] = ("",)
    """Any of them, in the names of the error's classes, its status, its code or its words."""
    statuses: tuple[int, ...] = ()
    """Any of them; none where the signs alone decide."""

    def fits(self, signs: str, status: object) -> bool:
        """Whether a casefolded text has a sign, and the status is one of those that count."""
        return (not self.statuses or status in self.statuses) and any(sign.casefold() in signs for sign in self.signs)


_NOTHING_RECEIVED = "No data received from Ollama stream."
_FAILED = "The model's server failed, or refused the request."
# First match wins. Servers have no code for most of these, so that their words must tell.
_MEANINGS = (
    _Meaning(
        PromptTooLong,
        "The prompt is longer than the model's context, and nothing was cut. "
        "Raise the context (ModelOptions.context), or send less.",
        (
            "exceeds the context length",
            "exceeds the available context",
            "context_length_exceeded",
            "ContextOverflowError",
        ),
    ),
    _Meaning(
        ReplyCut,
        "The answer reached its limit before its JSON was complete. Raise ModelOptions.max_tokens.",
        ("LengthFinishReasonError",),
    ),
    _Meaning(
        ModelError,
        "The model did not answer in time. Raise ModelOptions.timeout, or choose a smaller model.",
        ("TimeoutException", "APITimeoutError", "ModelTimeoutError"),
    ),
    _Meaning(
        ModelError,
        "The model's server cannot be reached. Start it (Ollama: `ollama serve`), or correct its address (Ollama: "
        "OLLAMA_HOST).",
        ("TransportError", "APIConnectionError", "ModelConnectionError"),
    ),
    _Meaning(
        ModelError,
        "The model's server refused the credentials. Set the provider's API key, or one with more rights.",
        ("status=401", "status=403", "ModelAuthenticationError", "ModelPermissionDeniedError"),
    ),
    _Meaning(
        ModelError,
        "The model is not on its server, or no longer. Get it (Ollama: `ollama pull NAME`), or name another.",
        ("status=404", "ModelNotFoundError", "unqualified name", "invalid model name"),
    ),
    # llama.cpp says 500 where a chat template has no place for tools, or a schema makes no grammar.
    _Meaning(
        FeatureRefused,
        "The model, or its server, takes no tools, or no JSON schema. Choose a model that does (Ollama: one with the "
        "capability `tools`), or another tool mode (--tool-mode schema, none).",
        ("tool", "jinja", "schema", "grammar", "response_format", "template"),
        (400, 422, 500, 501),
    ),
    _Meaning(RequestRefused, _FAILED, statuses=(400, 422, 501)),
    _Meaning(RequestRefused, _FAILED, ("ModelInvalidRequestError",)),
    _Meaning(ModelError, _FAILED),
)


@contextmanager
def model_errors() -> Iterator[None]:
    """Turn the errors that drivers raise when a model is called into ModelError, in words.

    Meant for `with` around one call or more, awaited ones too. Any other exception passes untouched.

    Raises:
        PromptTooLong, ReplyCut, FeatureRefused, RequestRefused: As their names say.
        ModelError: Server down or too slow, model gone, credentials refused, or whatever else the drivers of
            Ollama, OpenAI and LangChain report.
    """
    try:
        yield
    except _driver_errors() as error:
        raise _as_model_error(error) from error
    except ValueError as error:
        # langchain-ollama has no class for a server that ends its answer before it began.
        if str(error) != _NOTHING_RECEIVED:
            raise
        raise _as_model_error(error) from error


def _driver_errors() -> tuple[type[Exception], ...]:
    # A driver that is not imported cannot have raised; importing it here would only cost time.
    known = (getattr(sys.modules.get(module), name, None) for module, name in _DRIVER_ERRORS)
    return tuple(error for error in known if error is not None)


def _as_model_error(error: Exception) -> ModelError:
    reason = str(getattr(error, "message", None) or getattr(error, "error", None) or error)
    status = getattr(error, "status_code", None)
    names = " ".join(base.__name__ for base in type(error).__mro__)
    signs = f"{names} status={status} {getattr(error, 'code', '')} {reason}".casefold()
    meaning = next(one for one in _MEANINGS if one.fits(signs, status))
    url = _url(error)
    where = f" (at {url})" if url else ""
    hint = missing_version(url) if status in (404, 405) else ""
    return meaning.raises(f"{meaning.words}{hint} It said: {reason or type(error).__name__}{where}")


def _url(error: Exception) -> str:
    try:
        return str(error.request.url)  # type: ignore[attr-defined]
    except (AttributeError, RuntimeError):
        return ""
