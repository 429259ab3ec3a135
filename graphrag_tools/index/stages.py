"""The stages of a build: embed, write, check, calibrate. Each works in a generation that nobody reads yet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings import embed_question, same_embeddings
from graphrag_tools.embeddings.cache import EmbeddingCache
from graphrag_tools.embeddings.identity import EmbeddingsInfo
from graphrag_tools.errors import StoreError
from graphrag_tools.index.generation import Stores, check_counts, open_stores
from graphrag_tools.index.manifest import CACHE_NAME, Manifest
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.keys import manual_of
from graphrag_tools.progress import Progress
from graphrag_tools.search.calibration import calibrated_coverage, minhash, resemblance
from graphrag_tools.search.coverage import CoverageModel
from graphrag_tools.search.hybrid import HybridSearch, section_records
from graphrag_tools.search.whitening import Whitening
from graphrag_tools.stores.chroma import DATABASE, compact
from graphrag_tools.stores.protocols import Record
from graphrag_tools.stores.questions import searched_blocks, write_questions
from graphrag_tools.vectors import Vector

# The share of an index's blocks that may have changed since its coverage was measured.
_RESEMBLANCE_KEPT = 0.95
_QUERY_MARK = "query\0"


@dataclass(frozen=True, slots=True)
class Embedder:
    """Embeddings, what identifies them, and the cache of what they made."""

    embeddings: Embeddings
    identity: EmbeddingsInfo
    cache: EmbeddingCache


@dataclass(frozen=True, slots=True)
class Content:
    """What a generation holds: graphs, the blocks of all of them in order, a vector for each, and so of questions."""

    graphs: Sequence[MenuGraph]
    blocks: Sequence[Record]
    vectors: Sequence[Vector]
    questions: Sequence[Record] = ()
    question_vectors: Sequence[Vector] = ()


@dataclass(frozen=True, slots=True)
class Calibration:
    """A coverage model and the sketch of the blocks that it was measured on."""

    coverage: CoverageModel | None
    measured_on: tuple[int, ...]


def open_cache(folder: Path, identity: EmbeddingsInfo) -> EmbeddingCache:
    """Open the index's cache for these embeddings."""
    # The same name and dimension may still be other weights: the fingerprint is part of the key.
    key = f"{identity.name} {identity.dimension} {[round(value, 3) for value in identity.fingerprint[:16]]}"
    return EmbeddingCache(folder / CACHE_NAME, key)


def embed_texts(records: Sequence[Record], embedder: Embedder, report: Progress) -> Sequence[Vector]:
    """Return the vector of each record's text, from the cache where it has them."""
    texts = [record.text for record in records]
    return embedder.cache.vectors(texts, embedder.embeddings, partial(report, "embed"))


def write_stores(target: Path, content: Content, report: Progress) -> None:
    """Fill the stores of a new generation."""
    graphs, blocks = content.graphs, content.blocks
    with _opened(target) as stores:
        for number, graph in enumerate(graphs):
            report("graph", number, len(graphs))
            stores.graph.write(graph)
        report("graph", len(graphs), len(graphs))
        stores.sections.write(record for graph in graphs for record in section_records(graph))
        report("words", 1, 2)
        stores.blocks.write(blocks)
        report("words", 2, 2)
        stores.vectors.write(blocks, content.vectors)
        report("vectors", len(blocks), len(blocks))
    write_questions(target, content.questions, content.question_vectors)
    for database in target.rglob(DATABASE):
        compact(database)


def check_stores(target: Path, content: Content) -> None:
    """Open the written generation anew and see that every store holds and finds what it should.

    Raises:
        StoreError: One does not.
    """
    graphs = content.graphs
    items = sum(map(len, graphs))
    sections = sum(item.kind == "section" for graph in graphs for item in graph.items)
    with _opened(target) as stores:
        check_counts(target, stores, sections=sections, items=items, blocks=len(content.blocks))
        nearest = stores.vectors.search(content.vectors[0], 1)
        if not nearest or stores.graph.item(graphs[0].items[0].id) is None:
            raise StoreError(f"{target}: a probe query found nothing in what was just written.")


def calibrate(
    target: Path, content: Content, embedder: Embedder, before: Manifest | None, report: Progress
) -> Calibration:
    """Measure the coverage model, or keep that of `before` while at most 5% of the blocks changed since it was."""
    sketch = minhash(record.text for record in content.blocks)
    if before is not None and before.coverage is not None and _still_alike(before.calibrated_on, sketch):
        return Calibration(before.coverage, before.calibrated_on)
    whitening = Whitening.of(content.vectors)
    by_manual = {graph.manual_id: graph for graph in content.graphs}

    def graph_of(item_id: str) -> MenuGraph:
        return by_manual[manual_of(item_id)]

    def question_vectors(questions: list[str]) -> Sequence[Vector]:
        return _question_vectors((content.blocks[0].text, content.vectors[0]), questions, embedder)

    with _opened(target) as stores:
        words, vectors = searched_blocks(stores.blocks, stores.vectors, stores.questions)
        search = HybridSearch(stores.sections, words, vectors, embedder.embeddings, graph_of, whitening)
        coverage = calibrated_coverage(
            content.graphs, search, whitening, question_vectors, partial(report, "calibrate")
        )
    return Calibration(coverage, sketch)


def _still_alike(measured_on: Sequence[int], sketch: Sequence[int]) -> bool:
    return bool(measured_on) and resemblance(measured_on, sketch) >= _RESEMBLANCE_KEPT


def _question_vectors(known: tuple[str, Vector], questions: list[str], embedder: Embedder) -> Sequence[Vector]:
    """Embed questions, in batches and from the cache where a question's vector is made as a text's is.

    `known` is a text and its vector, to see whether that is so.
    """
    text, vector = known
    if same_embeddings(embed_question(embedder.embeddings, text), vector):
        return embedder.cache.vectors(questions, embedder.embeddings, lambda _done, _total: None)
    marked = [f"{_QUERY_MARK}{question}" for question in questions]
    return embedder.cache.vectors(marked, _AsQueries(embedder.embeddings), lambda _done, _total: None)


class _AsQueries(Embeddings):
    """Embeds marked texts as questions, for embeddings that make a question's vector in a way of its own."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._embeddings.embed_query(text.removeprefix(_QUERY_MARK))


@contextmanager
def _opened(target: Path) -> Iterator[Stores]:
    stores = open_stores(target)
    try:
        yield stores
    finally:
        stores.close()
