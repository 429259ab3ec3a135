"""Everything that a search asks the stores about one question, in one call."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.stores.protocols import GraphStore, LexicalStore, Scored, VectorStore
from graphrag_tools.stores.turns import turn

SECTION_CANDIDATES = 100
BLOCK_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the stores are asked: its text for words, its vector, its codes, and the stems to be counted."""

    text: str
    vector: Vector
    manual: str | None
    languages: Sequence[str]
    codes: Sequence[str]
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may answer a question: sections and blocks by words, passages by vector, and the blocks with each code.

    `frequencies` says in how many blocks each of the stems stands.
    """

    sections: Sequence[Scored]
    blocks: Sequence[Scored]
    nearest: Sequence[Scored]
    coded: Sequence[Sequence[Scored]]
    frequencies: Mapping[str, int]


class CandidateSearch(Protocol):
    """A back end that answers all of it in one round trip."""

    def candidates(self, asked: Asked) -> Candidates:
        """Return the candidates of a question. Raises StoreError where an answer is not whole."""


@dataclass(frozen=True, slots=True)
class SearchedStores:
    """What a search reads: sections and blocks by words, passages by vector; questions by models beside the blocks.

    `at_once` is what answers in their place where each call is a round trip, `graph` has the items that were found.
    """

    sections: LexicalStore
    blocks: LexicalStore
    vectors: VectorStore
    at_once: CandidateSearch | None = None
    graph: GraphStore | None = None

    def turn(self) -> AbstractContextManager[object]:
        """Return what a thread holds while it searches and reads hits: nothing where another machine does that."""
        return nullcontext() if self.at_once is not None else turn()

    def candidates(self, asked: Asked) -> Candidates:
        """Return the candidates of a question: by one call where there is one for all, else store by store."""
        if self.at_once is not None:
            return self.at_once.candidates(asked)
        blocks, manual, languages = self.blocks, asked.manual, asked.languages
        nearest = self.vectors.search(asked.vector, BLOCK_CANDIDATES, manual)
        return Candidates(
            blocks=blocks.search(asked.text, BLOCK_CANDIDATES, manual, languages),
            sections=self.sections.search(asked.text, SECTION_CANDIDATES, manual, languages),
            nearest=nearest,
            coded=[blocks.search(code, BLOCK_CANDIDATES, manual, languages) for code in asked.codes],
            frequencies={stem: blocks.document_frequency(stem) for stem in asked.stems},
        )

    def read_ahead(self, ids: Iterable[str]) -> None:
        """Have items at hand that are looked up next, where each look-up by itself would be a call."""
        if self.graph is not None:
            self.graph.read_ahead(ids)
