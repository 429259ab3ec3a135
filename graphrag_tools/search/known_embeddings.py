"""What a search has to know of its embeddings, beside how they embed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from langchain_core.embeddings import Embeddings


@runtime_checkable
class KnowsWords(Protocol):
    """Embeddings that tell which words are whole ones of their vocabulary."""

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one that they have learnt as a whole."""


@dataclass(frozen=True, slots=True)
class KnownEmbeddings:
    """Embeddings, and what a search has to know of them.

    `foreign` are the languages that they do not know, in which words decide. `as_minilm` puts a cosine of theirs on
    minilm's scale, for which cosines are weighed.
    """

    embeddings: Embeddings
    foreign: Collection[str] = ()
    as_minilm: Callable[[float], float] = float

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one that they have learnt as a whole; none is, if they do not tell."""
        return isinstance(self.embeddings, KnowsWords) and self.embeddings.knows(word)
