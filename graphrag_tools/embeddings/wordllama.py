"""Static embeddings that come inside the wordllama package: no server, no download."""

import importlib
import importlib.metadata
import importlib.util
import logging
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings.vectors import of_length_one

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from wordllama import WordLlamaInference


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
        vectors: list[list[float]] = of_length_one(raw).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of one text."""
        return self.embed_documents([text])[0]


def installed_revision() -> str:
    """Return the package's version, with which its weights may change."""
    return f"wordllama {importlib.metadata.version('wordllama')}"


def _import_quietly(name: str) -> ModuleType:
    """Import a package that sets up the root logger on import, and undo that."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    module = importlib.import_module(name)
    root.handlers[:] = handlers
    root.setLevel(level)
    return module
