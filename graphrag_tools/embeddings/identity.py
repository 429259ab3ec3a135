"""Tell embeddings apart: by name, by revision where one is known without embedding, by fingerprint."""

import weakref

import numpy as np
from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict

from graphrag_tools.embeddings.calls import embed_texts, shown_name
from graphrag_tools.embeddings.providers import fitted_scale, has_minilms_scale, weights_revision
from graphrag_tools.embeddings.scale import CosineScale
from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import ModelError

_PROBE = "From Settings, tap Display, and then choose how long the screen stays on."
_SAME_COSINE = 0.999
_fingerprints: dict[int, tuple["weakref.ref[Embeddings]", list[float]]] = {}


class EmbeddingsInfo(BaseModel):
    """The embeddings that an index was built with; the fingerprint is the vector of a fixed sentence."""

    model_config = ConfigDict(frozen=True)

    name: str
    dimension: int
    fingerprint: list[float]
    revision: str | None = None
    """What changes with the weights behind the name, where that can be told without embedding."""
    scale: CosineScale | None = None
    """None where cosines are taken as they are: minilm and its like, an index of a version that measured none."""

    def as_minilm(self, cosine: float) -> float:
        """Return a cosine of these embeddings on minilm's scale."""
        return self.scale.as_minilm(cosine) if self.scale else cosine


def embeddings_info(named: str | Embeddings, embedder: Embeddings, built: EmbeddingsInfo | None) -> EmbeddingsInfo:
    """Return what identifies these embeddings: `built` itself if they are those, which mostly costs no call.

    `named` is the string or the object that a user gave, `embedder` what it opens.

    Raises:
        ModelError: The embeddings' server failed.
    """
    name = named if isinstance(named, str) else type(named).__name__
    revision = revision_of(named)
    if built is not None and (built.name, built.revision) == (name, revision) and revision is not None:
        return _scaled(built, embedder)
    fingerprint = fingerprint_of(embedder)
    if built is not None and built.name == name and same_embeddings(built.fingerprint, fingerprint):
        return _scaled(built.model_copy(update={"revision": revision}), embedder)
    found = EmbeddingsInfo(name=name, dimension=len(fingerprint), fingerprint=fingerprint, revision=revision)
    return _scaled(found, embedder)


def _scaled(info: EmbeddingsInfo, embedder: Embeddings) -> EmbeddingsInfo:
    if info.scale or has_minilms_scale(info.name):
        return info
    return info.model_copy(update={"scale": fitted_scale(info.name) or CosineScale.measured(embedder)})


def revision_of(named: str | Embeddings) -> str | None:
    """Return what changes when the weights behind a name do: a package's version or Ollama's digest.

    None where only the fingerprint tells: an object of one's own, a hosted model, a server that does not say.
    """
    return weights_revision(named) if isinstance(named, str) else None


def fingerprint_of(embedder: Embeddings) -> list[float]:
    """Return the vector of a fixed sentence, asked of one object only once."""
    known = _fingerprints.get(id(embedder))
    if known is not None and known[0]() is embedder:
        return known[1]
    fingerprint = probe_vector(embedder)
    key = id(embedder)
    _fingerprints[key] = (weakref.ref(embedder, lambda _gone: _fingerprints.pop(key, None)), fingerprint)
    return fingerprint


def probe_vector(embeddings: Embeddings) -> list[float]:
    """Return the vector of a fixed sentence: the fingerprint of these embeddings. Raises ModelError for zeros alone."""
    vector = embed_texts(embeddings, [_PROBE])[0]
    if not np.any(vector):
        raise ModelError(f"embeddings {shown_name(embeddings)}: a plain sentence has nothing but zeros as its vector.")
    return vector


def same_embeddings(built_with: Vector, found: Vector) -> bool:
    """Whether two fingerprints are of the same embeddings: equal dimension and cosine of at least .999."""
    if len(built_with) != len(found):
        return False
    first, second = np.asarray(built_with), np.asarray(found)
    norms = float(np.linalg.norm(first) * np.linalg.norm(second))
    return norms > 0 and float(first @ second) / norms >= _SAME_COSINE
