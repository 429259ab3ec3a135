"""Which embeddings these are: a name, a revision where one can be told without embedding, a fingerprint."""

import importlib.metadata
import weakref

from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict

from graphrag_tools.embeddings import DEFAULT_EMBEDDINGS, probe_vector, same_embeddings
from graphrag_tools.errors import ModelError


class EmbeddingsInfo(BaseModel):
    """The embeddings that an index was built with; the fingerprint is the vector of a fixed sentence."""

    model_config = ConfigDict(frozen=True)

    name: str
    dimension: int
    fingerprint: list[float]
    revision: str | None = None
    """What changes with the weights behind the name, where that can be told without embedding."""


_PATIENCE_SECONDS = 10.0
_OLLAMA = "ollama:"
_fingerprints: dict[int, tuple["weakref.ref[Embeddings]", list[float]]] = {}


def embeddings_info(named: str | Embeddings, embedder: Embeddings, built: EmbeddingsInfo | None) -> EmbeddingsInfo:
    """Return what identifies these embeddings: `built` itself if they are those, which mostly costs no call.

    `named` is the string or the object that a user gave, `embedder` what it opens.

    Raises:
        ModelError: The embeddings' server failed.
    """
    name = named if isinstance(named, str) else type(named).__name__
    revision = revision_of(named)
    if built is not None and (built.name, built.revision) == (name, revision) and revision is not None:
        return built
    fingerprint = fingerprint_of(embedder)
    if built is not None and built.name == name and same_embeddings(built.fingerprint, fingerprint):
        return built.model_copy(update={"revision": revision})
    return EmbeddingsInfo(name=name, dimension=len(fingerprint), fingerprint=fingerprint, revision=revision)


def revision_of(named: str | Embeddings) -> str | None:
    """Return what changes when the weights behind a name do: a package's version or Ollama's digest.

    None where only the fingerprint tells: an object of one's own, a hosted model, a server that does not say.
    """
    if named == DEFAULT_EMBEDDINGS:
        return f"wordllama {importlib.metadata.version('wordllama')}"
    if isinstance(named, str) and named.startswith(_OLLAMA):
        return _ollama_digest(named.removeprefix(_OLLAMA))
    return None


def _ollama_digest(name: str) -> str | None:
    import httpx
    import ollama

    from graphrag_tools.models.ollama import ollama_address, shown_model

    try:
        return shown_model(ollama_address(), name, _PATIENCE_SECONDS).digest or None
    except (ModelError, httpx.HTTPError, ollama.ResponseError):
        return None


def fingerprint_of(embedder: Embeddings) -> list[float]:
    """Return the vector of a fixed sentence, asked of one object only once."""
    known = _fingerprints.get(id(embedder))
    if known is not None and known[0]() is embedder:
        return known[1]
    fingerprint = probe_vector(embedder)
    key = id(embedder)
    _fingerprints[key] = (weakref.ref(embedder, lambda _gone: _fingerprints.pop(key, None)), fingerprint)
    return fingerprint
