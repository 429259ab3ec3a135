"""Hybrid search: sections by BM25, blocks by vector and by BM25, fused per question with equal weight."""

import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings import embed_question
from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.search.hit import Hit
from graphrag_tools.search.whitening import Whitening
from graphrag_tools.stores.protocols import LexicalStore, Record, Scored, VectorStore
from graphrag_tools.text.words import inverse_document_frequency, stems, weighted_share, words
from graphrag_tools.vectors import Vector

_SECTION_CANDIDATES = 100
_BLOCK_CANDIDATES = 200
_BLOCKS_PER_HIT = 3


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the three signals found for one question, unscaled."""

    question: str
    vector: Vector
    sections: Mapping[str, float]
    cosines: Mapping[str, float]
    blocks: Mapping[str, float]

    def without(self, section: str) -> "Candidates":
        """Return the candidates as they would be if the manual lacked a section."""

        def others(scores: Mapping[str, float]) -> dict[str, float]:
            return {key: score for key, score in scores.items() if RecordKey.parse(key).section != section}

        sections = {key: score for key, score in self.sections.items() if key != section}
        return Candidates(self.question, self.vector, sections, others(self.cosines), others(self.blocks))


def section_records(graph: MenuGraph) -> Iterable[Record]:
    """The texts that whole sections are searched by: title, path and text."""
    for item in _sections(graph):
        text = "\n".join(block.text for block in item.blocks)
        yield Record(item.id, item.manual, f"{item.name}\n{' '.join(item.path)}\n{text}")


def block_records(graph: MenuGraph) -> Iterable[Record]:
    """The texts that blocks are searched by: each prefixed with its section's title, which alone stands
    for a section without text."""
    for item in _sections(graph):
        texts = [f"{item.name}: {block.text}" for block in item.blocks] or [item.name]
        for position, text in enumerate(texts):
            yield Record(str(RecordKey(item.id, position)), item.manual, text)


class HybridSearch:
    """Search over the stores of one generation; `graph_of` returns the graph that an item id belongs to."""

    def __init__(
        self,
        sections: LexicalStore,
        blocks: LexicalStore,
        vectors: VectorStore,
        embeddings: Embeddings,
        graph_of: Callable[[str], MenuGraph],
        whitening: Whitening | None = None,
    ) -> None:
        self._sections = sections
        self._blocks = blocks
        self._vectors = vectors
        self._embeddings = embeddings
        self._graph_of = graph_of
        self._whitening = whitening

    def search(self, query: str, k: int = 5, manual: str | None = None) -> list[Hit]:
        """Return the k best sections, best first; none for a query without a word.

        Raises:
            ConfigError: k is less than 1.
            ModelError: The embeddings' server failed.
            StoreError: An engine failed.
        """
        if k < 1:
            raise ConfigError(f"k is {k}; expected 1 or more sections.")
        # Half a character, as from a terminal with another encoding, is none that an engine takes.
        question = query.encode(errors="replace").decode()
        if not words(question):
            return []
        vector = embed_question(self._embeddings, question)
        return self.hits(self.candidates(question, vector, manual), k)

    def candidates(self, question: str, vector: Vector, manual: str | None = None) -> Candidates:
        """Return what the three signals find for a question and its vector."""
        return Candidates(
            question=question,
            vector=vector,
            sections=_scores(self._sections.search(question, _SECTION_CANDIDATES, manual)),
            cosines=_scores(self._vectors.search(vector, _BLOCK_CANDIDATES, manual)),
            blocks=_scores(self._blocks.search(question, _BLOCK_CANDIDATES, manual)),
        )

    def hits(self, found: Candidates, k: int, removed: str | None = None) -> list[Hit]:
        """Return the k best sections among the candidates, best first.

        `removed` is a section to leave out, as if the manual lacked it, words it alone has included.
        """
        kept = found.without(removed) if removed is not None else found
        cosines, bm25 = _best_per_section(kept.cosines), _best_per_section(kept.blocks)
        of_blocks = _best_per_section({key: score for key, score in kept.cosines.items() if _is_of_block(key)})
        fused: dict[str, float] = {}
        for signal in (kept.sections, cosines, bm25):
            for section, score in _scaled(signal).items():
                fused[section] = fused.get(section, 0.0) + score
        ranked = sorted(fused, key=lambda section: (-fused[section], section))[:k]
        best_blocks = _blocks_by_section(set(ranked), _scaled(kept.cosines), _scaled(kept.blocks))
        weights = self._weights(found.question, removed)
        matches = self._matches(kept, best_blocks, sum(weights.values()) or 1.0)
        return [
            self._hit(
                section,
                best_blocks.get(section, ()),
                weights,
                score=fused[section],
                cosine=of_blocks.get(section, 0.0),
                match=matches.get(section, 0.0),
            )
            for section in ranked
        ]

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stem over all blocks."""
        return inverse_document_frequency(self._blocks.count(), self._blocks.document_frequency(stem))

    def _matches(self, found: Candidates, blocks: Mapping[str, Sequence[int]], total: float) -> dict[str, float]:
        """Return `Hit.match` of sections with blocks; `total` is what the question's words weigh together.

        All three of one block: what each signal finds best may be three places that have nothing to do with each
        other. Equal weights: weights fitted on made questions, and further figures (the lead over the next section,
        near words, title words, agreement of the signals), did no better on people's.
        """
        keys = {section: [str(RecordKey(section, at)) for at in positions] for section, positions in blocks.items()}
        whitened = self._whitened_cosines(found.vector, [key for of_section in keys.values() for key in of_section])
        return {
            section: max(
                found.cosines.get(key, 0.0) + whitened.get(key, 0.0) + found.blocks.get(key, 0.0) / total
                for key in of_section
            )
            for section, of_section in keys.items()
        }

    def _whitened_cosines(self, question: Vector, keys: Sequence[str]) -> dict[str, float]:
        if self._whitening is None:
            return {}
        vectors = self._vectors.vectors(keys)
        return dict(zip(vectors, self._whitening.cosines(question, list(vectors.values())), strict=True))

    def _weights(self, question: str, removed: str | None) -> dict[str, float]:
        """Return the question's stems and their idf, counted without a removed section."""
        wanted = stems(question)
        gone = _block_stems(self._graph_of(removed).item(removed)) if removed is not None else ()
        return {
            stem: inverse_document_frequency(
                self._blocks.count() - len(gone),
                max(0, self._blocks.document_frequency(stem) - sum(stem in block for block in gone)),
            )
            for stem in wanted
        }

    def _hit(
        self,
        section: str,
        blocks: tuple[int, ...],
        weights: Mapping[str, float],
        *,
        score: float,
        cosine: float,
        match: float,
    ) -> Hit:
        try:
            graph = self._graph_of(section)
            item = graph.item(section)
        except KeyError as error:
            raise StoreError(
                f"search found {section!r}, which the graph does not have. Build the index again."
            ) from error
        positions = tuple(at for at in blocks if at < len(item.blocks))
        option = graph.option_at(section, positions[0]) if positions else None
        present = _text_stems(" ".join(item.path)).union(*_block_stems(item))
        return Hit(
            section_id=section,
            item_id=option or section,
            score=score,
            blocks=positions,
            cosine=cosine,
            word_share=weighted_share(weights, present, weights.__getitem__),
            match=match,
            item=item,
        )


def _block_stems(item: MenuItem) -> list[frozenset[str]]:
    """The stems of each block under its section's title, or of the title alone."""
    title = _text_stems(item.name)
    return [title | _text_stems(block.text) for block in item.blocks] or [title]


@functools.lru_cache(maxsize=20_000)
def _text_stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def _sections(graph: MenuGraph) -> Iterable[MenuItem]:
    return (item for item in graph.items if item.kind == "section")


def _scores(found: Iterable[Scored]) -> dict[str, float]:
    return {scored.key: scored.score for scored in found}


def _is_of_block(key: str) -> bool:
    return RecordKey.parse(key).kind == "block"


def _best_per_section(by_block: Mapping[str, float]) -> dict[str, float]:
    best: dict[str, float] = {}
    for key, score in by_block.items():
        section = RecordKey.parse(key).section
        best[section] = max(score, best.get(section, score))
    return best


def _scaled(scores: Mapping[str, float]) -> dict[str, float]:
    """Scale scores to 0..1 over the candidates; all equal gives 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {key: (score - low) / (high - low) for key, score in scores.items()}


def _blocks_by_section(wanted: Collection[str], *signals: Mapping[str, float]) -> dict[str, tuple[int, ...]]:
    """Return the wanted sections' best block positions, best first, by the sum of the scaled signals."""
    totals: dict[str, dict[int, float]] = {}
    for signal in signals:
        for key, score in signal.items():
            parsed = RecordKey.parse(key)
            if parsed.section in wanted and parsed.kind == "block":
                of_section = totals.setdefault(parsed.section, {})
                of_section[parsed.position] = of_section.get(parsed.position, 0.0) + score
    return {
        section: tuple(sorted(total, key=lambda at: (-total[at], f"{at}"))[:_BLOCKS_PER_HIT])
        for section, total in totals.items()
    }
