"""Protocols of the stores under an index, three small ones, the same for every back end.

Every store lives in one generation: it is written once, by one builder, and only read afterwards.
Keys are opaque to a store. Errors of an engine come out as `StoreError`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, Protocol, TypeAlias

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.names import NamedItem, NamesHeld
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.text.words import content_words

_MOST_SEARCHED_WORDS = 200


@dataclass(frozen=True, slots=True)
class Record:
    """A text under a key, belonging to one manual."""

    key: str
    manual: str
    text: str
    language: str = ENGLISH
    """What it is stemmed by."""


class Scored(NamedTuple):  # as is sooner made than a dataclass: a search makes five hundred
    """A key and how well it fits; higher is better, and only comparable within one search."""

    key: str
    score: float


def best_first(*found: Sequence[Scored]) -> list[Scored]:
    """Return what several searches of one kind found, best first."""
    return sorted(chain.from_iterable(found), key=lambda scored: -scored.score)


def searched_words(query: str, language: str) -> list[str]:
    """Return the words of a query that are searched by: of one as long as a book the first, for BM25 gains no more."""
    return content_words(query, language)[:_MOST_SEARCHED_WORDS]


Batch: TypeAlias = tuple[Sequence[Record], Sequence[Vector]]
"""Records and a vector for each."""


class GraphStore(Protocol):
    """Menu items and edges of many manuals."""

    def write(self, graph: MenuGraph) -> None:
        """Add one manual's graph; a manual is written once."""

    def graph(self, manual: str) -> MenuGraph:
        """Return one manual's graph. Raises KeyError for an unknown manual."""

    def item(self, item_id: str) -> MenuItem | None:
        """Return one item, None where there is none."""

    def read_ahead(self, ids: Iterable[str]) -> None:
        """Read some items in one call, so that they are at hand when they are asked for; unknown ids do no harm."""

    def named_items(self) -> list[NamedItem]:
        """Return every item's id, name and path, in reading order."""

    def items_called(self, text: str) -> NamesHeld | None:
        """Return the items whose path and whose name are a text, both `folded`; None if that cannot be told quickly."""

    def folded_names(self, manual: str | None = None) -> list[str] | None:
        """Return the distinct names of items, `folded`, by the first item of each; None if that takes all items' read.

        With a manual they are those that items of it have.
        """

    def count(self) -> int:
        """Return how many items there are."""

    def close(self) -> None:
        """Let go of files and connections."""


class LexicalStore(Protocol):
    """Full-text search over records, scored by BM25."""

    def write(self, records: Iterable[Record]) -> None:
        """Add records, those of a manual in one call; called once or more."""

    def search(
        self, query: str, k: int, manual: str | None = None, languages: Collection[str] = (ENGLISH,)
    ) -> list[Scored]:
        """Return the k best records, best first; fewer where fewer share a word with the query.

        The query is read as each of the languages, and held against the records of that language alone.
        """

    def document_frequency(self, stem: str) -> int:
        """Return how many records hold a word with this stem."""

    def count(self) -> int:
        """Return how many records there are."""


class VectorStore(Protocol):
    """Nearest-neighbour search by cosine."""

    def write(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        """Add records with their vectors, all of one dimension; called once or more."""

    def search(self, vector: Vector, k: int, manual: str | None = None) -> list[Scored]:
        """Return the k nearest records by cosine (-1 to 1), nearest first."""

    def vectors(self, keys: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors of some keys; one that is not there is left out."""

    def count(self) -> int:
        """Return how many vectors there are."""

    def close(self) -> None:
        """Let go of files and memory."""
