"""Embeddings of an Ollama server that read every word: a text longer than the model's context is read in parts."""

import math
from collections.abc import Sequence

from langchain_core.embeddings import Embeddings

from graphrag_tools.models.ollama import OllamaAddress, ollama_address, ollama_client
from graphrag_tools.models.ollama_package import ollama

_SECONDS = 300.0
_AT_ONCE = 32
_TOO_LONG = "exceeds the context length"
_FEWEST_CHARACTERS = 16


class OllamaTextEmbeddings(Embeddings):
    """A model of the server at OLLAMA_HOST.

    By default /api/embed drops the end of a text that is too long, and says nothing (seen on 0.17.4). Here it is told
    to refuse; such a text is halved until its parts fit, and gets the mean of their vectors by length.
    """

    def __init__(self, model: str, address: OllamaAddress | None = None) -> None:
        """Ask no server yet. Raises ConfigError if OLLAMA_HOST is no address."""
        self.model = model
        self.given_name = f"ollama:{model}"
        self._address = address or ollama_address()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector per text.

        Raises:
            ollama.ResponseError, ConnectionError, httpx.TransportError: The server failed or lacks the model.
        """
        with ollama_client(self._address, _SECONDS) as client:
            batches = (texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE))
            return [vector for batch in batches for vector in self._vectors(client, batch)]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of one text."""
        return self.embed_documents([text])[0]

    def _vectors(self, client: ollama.Client, texts: Sequence[str]) -> list[list[float]]:
        try:
            found = client.embed(self.model, list(texts), truncate=False).embeddings
            return [list(vector) for vector in found]
        except ollama.ResponseError as error:
            if _TOO_LONG not in error.error or (len(texts) == 1 and len(texts[0]) < _FEWEST_CHARACTERS):
                raise
        if len(texts) > 1:
            return [vector for text in texts for vector in self._vectors(client, [text])]
        parts = _halves(texts[0])
        return [_mean(self._vectors(client, parts), [len(part) for part in parts])]


def _halves(text: str) -> list[str]:
    """Return a text in two, at the white space before its middle if there is one."""
    middle = text.rfind(" ", 1, len(text) // 2 + 1)
    cut = middle if middle > 0 else len(text) // 2
    return [text[:cut], text[cut:]]


def _mean(vectors: Sequence[Sequence[float]], weights: Sequence[int]) -> list[float]:
    """Return the weighted mean of unit vectors as a unit vector."""
    total = [
        sum(weight * value for weight, value in zip(weights, row, strict=True)) for row in zip(*vectors, strict=True)
    ]
    length = math.hypot(*total) or 1.0
    return [value / length for value in total]
