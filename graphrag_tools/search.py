"""Hybrid search: sections by BM25, blocks by vector and by BM25, fused per question with equal weight."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings import embedded_query
from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.graph import MenuGraph, MenuItem
from graphrag_tools.stores.protocols import LexicalStore, Record, Scored, VectorStore
from graphrag_tools.words import inverse_document_frequency, stems, weighted_share, words

_SECTION_CANDIDATES = 100
_BLOCK_CANDIDATES = 200
_BLOCKS_PER_HIT = 3
_BLOCK_MARK = "#"


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that fits a question.

    `score` is the fused one, 0 to 3, comparable within one search only. `blocks` are positions in the
    section's blocks, best first. `item_id` is the option that the best block names, else the section.
    `cosine`, of the best block, and `word_share`, 0 to 1, the idf-weighted share of the question's
    words that the section holds, compare across searches.
    """

    section_id: str
    item_id: str
    score: float
    blocks: tuple[int, ...]
    cosine: float
    word_share: float


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
            yield Record(f"{item.id}{_BLOCK_MARK}{position}", item.manual, text)


class HybridSearch:
    """Search over the stores of one generation; `item` looks an id up."""

    def __init__(
        self,
        sections: LexicalStore,
        blocks: LexicalStore,
        vectors: VectorStore,
        embeddings: Embeddings,
        item: Callable[[str], MenuItem],
        option: Callable[[str, int], str | None],
    ) -> None:
        self._sections = sections
        self._blocks = blocks
        self._vectors = vectors
        self._embeddings = embeddings
        self._item = item
        self._option = option

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
        by_section = _scores(self._sections.search(question, _SECTION_CANDIDATES, manual))
        vector = embedded_query(self._embeddings, question)
        cosines = _scores(self._vectors.search(vector, _BLOCK_CANDIDATES, manual))
        by_block = _scores(self._blocks.search(question, _BLOCK_CANDIDATES, manual))
        section_cosines = _best_per_section(cosines)
        fused: dict[str, float] = {}
        for signal in (by_section, section_cosines, _best_per_section(by_block)):
            for section, score in _scaled(signal).items():
                fused[section] = fused.get(section, 0.0) + score
        ranked = sorted(fused, key=lambda section: (-fused[section], section))[:k]
        best_blocks = _blocks_by_section(_scaled(cosines), _scaled(by_block))
        weights = {stem: self.idf(stem) for stem in stems(question)}
        return [
            self._hit(
                section,
                fused[section],
                best_blocks.get(section, ()),
                section_cosines.get(section, 0.0),
                weights,
            )
            for section in ranked
        ]

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stem over all blocks."""
        return inverse_document_frequency(self._blocks.count(), self._blocks.document_frequency(stem))

    def has_word(self, stem: str) -> bool:
        """Whether any block holds a word with this stem."""
        return self._blocks.document_frequency(stem) > 0

    def _hit(
        self, section: str, score: float, blocks: tuple[int, ...], cosine: float, weights: dict[str, float]
    ) -> Hit:
        try:
            item = self._item(section)
        except KeyError as error:
            raise StoreError(
                f"search found {section!r}, which the graph does not have. Build the index again."
            ) from error
        positions = tuple(at for at in blocks if at < len(item.blocks))
        option = self._option(section, positions[0]) if positions else None
        text = " ".join((*item.path, *(block.text for block in item.blocks)))
        share = weighted_share(weights, stems(text), weights.__getitem__)
        return Hit(section, option or section, score, positions, cosine, share)


def _sections(graph: MenuGraph) -> Iterable[MenuItem]:
    return (item for item in graph.items if item.kind == "section")


def _scores(found: Iterable[Scored]) -> dict[str, float]:
    return {scored.key: scored.score for scored in found}


def _split(key: str) -> tuple[str, int]:
    section, _, position = key.rpartition(_BLOCK_MARK)
    return section, int(position)


def _best_per_section(by_block: dict[str, float]) -> dict[str, float]:
    best: dict[str, float] = {}
    for key, score in by_block.items():
        section, _ = _split(key)
        best[section] = max(score, best.get(section, score))
    return best


def _scaled(scores: dict[str, float]) -> dict[str, float]:
    """Scale scores to 0..1 over the candidates; all equal gives 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {key: (score - low) / (high - low) for key, score in scores.items()}


def _blocks_by_section(*signals: dict[str, float]) -> dict[str, tuple[int, ...]]:
    """Return each section's best block positions, best first, by the sum of the scaled signals."""
    total: dict[str, float] = {}
    for signal in signals:
        for key, score in signal.items():
            total[key] = total.get(key, 0.0) + score
    best: dict[str, list[int]] = {}
    for key in sorted(total, key=lambda key: (-total[key], key)):
        section, position = _split(key)
        positions = best.setdefault(section, [])
        if len(positions) < _BLOCKS_PER_HIT:
            positions.append(position)
    return {section: tuple(positions) for section, positions in best.items()}
