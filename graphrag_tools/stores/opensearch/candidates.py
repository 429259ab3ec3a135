"""All candidates of a question by one call of the cluster, questions by models among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphrag_tools.stores.candidates import BLOCK_CANDIDATES, SECTION_CANDIDATES, Asked, Candidates
from graphrag_tools.stores.opensearch.indices import GenerationIndex
from graphrag_tools.stores.opensearch.vectors import OpenSearchVectorStore, cosines
from graphrag_tools.stores.opensearch.words import OpenSearchLexicalStore, scored
from graphrag_tools.stores.protocols import best_first


@dataclass(frozen=True, slots=True)
class CandidatesInOneCall:
    """The stores of a generation, asked together: of blocks first, then of questions by models, if it has any."""

    section_index: GenerationIndex
    block_index: GenerationIndex
    sections: OpenSearchLexicalStore
    words: Sequence[OpenSearchLexicalStore]
    vectors: Sequence[OpenSearchVectorStore]

    def candidates(self, asked: Asked) -> Candidates:
        """Return the candidates of a question, by one `_msearch`."""
        manual, blocks = asked.manual, self.words[0]
        unknown = blocks.unknown_frequencies(asked.stems)
        of_blocks = [self._words(text, asked) for text in (asked.text, *asked.codes)]
        near = [store.body(asked.vector, BLOCK_CANDIDATES, manual) for store in self.vectors]
        section = self.sections.body(asked.text, SECTION_CANDIDATES, manual, asked.languages)
        counted = blocks.frequencies_body(unknown) if unknown else None
        by_words = [body for bodies in of_blocks for body in bodies if body]
        in_blocks = self.block_index
        answers = iter(
            in_blocks.cluster.search(
                [
                    *([self.section_index.asked_by_words(section)] if section else []),
                    *(in_blocks.asked(body, manual) for body in near if body),
                    *map(in_blocks.asked_by_words, by_words),
                    *([in_blocks.asked(counted)] if counted else []),
                ]
            )
        )
        sections = scored(next(answers)) if section else []
        nearest = best_first(*[cosines(next(answers)) for body in near if body])
        words = [best_first(*[scored(next(answers)) for body in bodies if body]) for bodies in of_blocks]
        if counted:
            blocks.keep_frequencies(unknown, next(answers))
        frequencies = {stem: blocks.document_frequency(stem) for stem in asked.stems}
        return Candidates(sections, words[0], nearest, words[1:], frequencies)

    def _words(self, text: str, asked: Asked) -> list[dict[str, Any] | None]:
        return [store.body(text, BLOCK_CANDIDATES, asked.manual, asked.languages) for store in self.words]
