"""Embeddings by fastembed: a catalogue of ONNX models, which it fetches from the internet when first used."""

import importlib.util
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.machine.user_cache import user_cache

if TYPE_CHECKING:
    from collections.abc import Iterable


class FastEmbedEmbeddings(Embeddings):
    """One of fastembed's models, with the prompts for questions and texts that it knows of the model.

    Models are kept in FASTEMBED_CACHE_PATH, else in the user's cache folder, and not in fastembed's default, the
    folder for temporary files. A text longer than the model's input is cut, as fastembed does.
    """

    def __init__(self, model: str) -> None:
        """Look for the package; the model is fetched and loaded when it is first used.

        Raises:
            ConfigError: fastembed is not installed.
        """
        if importlib.util.find_spec("fastembed") is None:
            raise ConfigError(
                f"embeddings fastembed:{model}: fastembed is not installed. "
                f"Install it with: {install_extra('fastembed')}"
            )
        self.model = model
        self.given_name = f"fastembed:{model}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector per text. Raises ModelError if the model is unknown, or cannot be fetched or run."""
        return self._rows(self._model.passage_embed(texts))

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question. Raises as above."""
        return self._rows(self._model.query_embed(text))[0]

    @cached_property
    def _model(self) -> Any:
        from fastembed import TextEmbedding

        folder = str(Path(os.environ.get("FASTEMBED_CACHE_PATH") or user_cache("fastembed")).expanduser())
        try:
            return TextEmbedding(self.model, cache_dir=folder)
        except (ValueError, OSError) as error:
            raise ModelError(
                f"embeddings fastembed:{self.model}: {error} Expected a model of fastembed's list, "
                "and internet when it is first used."
            ) from error

    def _rows(self, vectors: "Iterable[Any]") -> list[list[float]]:
        return [vector.tolist() for vector in vectors]
