"""Embed texts and questions, with a provider's failures put in words."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphrag_tools.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings


def embed_texts(embeddings: "Embeddings", texts: list[str]) -> list[list[float]]:
    """Return the vectors of the texts, a provider's failure put in words.

    Raises:
        ModelError: The server of the embeddings is down, lacks the model, or refused, or what came are no vectors.
    """
    with _provider_errors(embeddings):
        given = embeddings.embed_documents(texts)
    return _checked(embeddings, given, len(texts))


def embed_question(embeddings: "Embeddings", query: str) -> list[float]:
    """Return the vector of a question, which some embeddings make in another way than a text's.

    Raises:
        ModelError: As `embed_texts`.
    """
    with _provider_errors(embeddings):
        given = embeddings.embed_query(query)
    return _checked(embeddings, [given], 1)[0]


def shown_name(embeddings: "Embeddings") -> str:
    """Return how a user gave these embeddings, where they know it (`given_name`), else the name of their class."""
    return str(getattr(embeddings, "given_name", type(embeddings).__name__))


def _checked(embeddings: "Embeddings", given: Any, count: int) -> list[list[float]]:
    """Return what embeddings gave as vectors: one for each text, of numbers, all of one length."""
    import numpy as np

    vectors = list(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes) else []
    fault = ""
    if len(vectors) != count:
        fault = f"it returned {len(vectors)} vectors for {count} texts"
    else:
        try:
            numbers = np.asarray(vectors, dtype=np.float64)
            if count and (numbers.ndim != 2 or not numbers.shape[1]):
                fault = "it returned no vectors, which are lists of numbers"
            elif not np.isfinite(numbers).all():
                fault = "it returned a number that is not finite"
        except (TypeError, ValueError):
            fault = "it returned no vectors of numbers that are all of one length"
    if fault:
        raise ModelError(
            f"embeddings {shown_name(embeddings)}: {fault}; expected a list of numbers for each text. Is it the "
            "right model, and is its server sound?"
        )
    return vectors


def is_provider_error(error: Exception) -> bool:
    """Whether an error is one of the drivers' own, and no bug."""
    return type(error).__module__.split(".")[0] in ("ollama", "httpx", "openai", "huggingface_hub")


@contextmanager
def _provider_errors(embeddings: "Embeddings") -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not (isinstance(error, (OSError, ValueError, RuntimeError)) or is_provider_error(error)):
            raise
        raise ModelError(
            f"embeddings {shown_name(embeddings)}: {error}. Is the server up, and does it have the model?"
        ) from error
