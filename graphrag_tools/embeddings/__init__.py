"""Embeddings by one string, and the fingerprint that ties an index to the ones it was built with."""

import importlib
import importlib.util
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.vectors import Vector

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from wordllama import WordLlamaInference

DEFAULT_EMBEDDINGS = "wordllama"
_PROBE = "From Settings, tap Display, and then choose how long the screen stays on."


class WordLlamaEmbeddings(Embeddings):
    """Static embeddings of 256 dimensions that come inside the wordllama package: 16 MB, numpy, no download."""

    @cached_property
    def _model(self) -> "WordLlamaInference":
        wordllama = _import_quietly("wordllama")
        # By default wordllama looks for its own files in the wrong folder and then downloads them.
        spec = importlib.util.find_spec("wordllama")
        folder = Path(spec.origin).parent if spec and spec.origin else None
        model: WordLlamaInference = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
        return model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector per text, zeros for an empty one."""
        # Not with norm=True: wordllama divides by zero for a text without a token.
        raw: NDArray[np.float32] = self._model.embed(texts)
        norms = np.linalg.norm(raw, axis=1, keepdims=True)
        vectors: list[list[float]] = (raw / np.where(norms > 0, norms, 1)).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of one text."""
        return self.embed_documents([text])[0]


def can_be_opened(name: str) -> bool:
    """Whether a name that an index holds opens its embeddings, and is not that of an object of the user's own."""
    return ":" in name or name == DEFAULT_EMBEDDINGS


def open_embeddings(name: str = DEFAULT_EMBEDDINGS) -> Embeddings:
    """Return the embeddings that a string names.

    "wordllama"; "ollama:MODEL", at OLLAMA_HOST; "onnx:FOLDER", a model on this disk; or any other PROVIDER:MODEL of
    LangChain's init_embeddings ("openai:…", "huggingface:…"). Only the last may cut a long text without a word.

    Raises:
        ConfigError: The string is empty or names a provider that LangChain does not know.
        ModelError: The provider's package is not installed, its set-up failed, or the folder lacks a file.
    """
    if name == DEFAULT_EMBEDDINGS:
        return WordLlamaEmbeddings()
    provider, _, model = name.partition(":")
    if provider == "ollama" and model:
        from graphrag_tools.embeddings.ollama import OllamaTextEmbeddings

        return OllamaTextEmbeddings(model)
    if provider == "onnx" and model:
        from graphrag_tools.embeddings.onnx import OnnxEmbeddings

        return OnnxEmbeddings(model)
    from langchain.embeddings import init_embeddings

    try:
        return init_embeddings(name)
    except ImportError as error:
        raise ModelError(f"embeddings {name!r}: {error}") from error
    except ValueError as error:
        raise ConfigError(
            f"embeddings {name!r}: {error} Expected wordllama, ollama:MODEL, onnx:FOLDER or another provider:MODEL."
        ) from error
    except Exception as error:
        if not _is_provider_error(error):
            raise
        raise ModelError(f"embeddings {name!r}: {error}") from error


def embedded(embeddings: Embeddings, texts: list[str]) -> list[list[float]]:
    """Return the vectors of the texts, a provider's failure put in words.

    Raises:
        ModelError: The server of the embeddings is down, lacks the model, or refused.
    """
    with _provider_errors(embeddings):
        vectors = embeddings.embed_documents(texts)
        if len(vectors) != len(texts):
            raise ValueError(f"it returned {len(vectors)} vectors for {len(texts)} texts")
        return vectors


def embedded_query(embeddings: Embeddings, query: str) -> list[float]:
    """Return the vector of a question, which some embeddings make in another way than a text's.

    Raises:
        ModelError: As `embedded`.
    """
    with _provider_errors(embeddings):
        return embeddings.embed_query(query)


def probe_vector(embeddings: Embeddings) -> list[float]:
    """Return the vector of a fixed sentence: the fingerprint of these embeddings."""
    return embedded(embeddings, [_PROBE])[0]


def same_embeddings(built_with: Vector, found: Vector) -> bool:
    """Whether two fingerprints are of the same embeddings: equal dimension and cosine of at least .999."""
    if len(built_with) != len(found):
        return False
    first, second = np.asarray(built_with), np.asarray(found)
    norms = float(np.linalg.norm(first) * np.linalg.norm(second))
    return norms > 0 and float(first @ second) / norms >= 0.999


def _import_quietly(name: str) -> ModuleType:
    """Import a package that sets up the root logger on import, and undo that."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    module = importlib.import_module(name)
    root.handlers[:] = handlers
    root.setLevel(level)
    return module


@contextmanager
def _provider_errors(embeddings: Embeddings) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        raise _failed(embeddings, error) from error
    except Exception as error:
        if not _is_provider_error(error):
            raise
        raise _failed(embeddings, error) from error


def _is_provider_error(error: Exception) -> bool:
    return type(error).__module__.split(".")[0] in ("ollama", "httpx", "openai", "huggingface_hub")


def _failed(embeddings: Any, error: Exception) -> ModelError:
    return ModelError(f"embeddings {type(embeddings).__name__}: {error}. Is the server up, and does it have the model?")
