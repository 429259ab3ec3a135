"""Embed texts and questions, with a provider's failures put in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graphrag_tools.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings


def embed_texts(embeddings: "Embeddings", texts: list[str]) -> list[list[float]]:
    """Return the vectors of the texts, a provider's failure put in words.

    Raises:
        ModelError: The server of the embeddings is down, lacks the model, or refused.
    """
    with _provider_errors(embeddings):
        vectors = embeddings.embed_documents(texts)
        if len(vectors) != len(texts):
            raise ValueError(f"it returned {len(vectors)} vectors for {len(texts)} texts")
        return vectors


def embed_question(embeddings: "Embeddings", query: str) -> list[float]:
    """Return the vector of a question, which some embeddings make in another way than a text's.

    Raises:
        ModelError: As `embed_texts`.
    """
    with _provider_errors(embeddings):
        return embeddings.embed_query(query)


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
            f"embeddings {type(embeddings).__name__}: {error}. Is the server up, and does it have the model?"
        ) from error
