"""The stages of a build: embed, write, check. Each works in a generation that nobody reads yet."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings.cache import EmbeddingCache, Held
from graphrag_tools.embeddings.identity import EmbeddingsInfo
from graphrag_tools.errors import StoreError
from graphrag_tools.index.backend import FreshGeneration
from graphrag_tools.index.generation import check_counts
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.progress import Progress
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.search.records import block_records, section_records
from graphrag_tools.stores.protocols import Record
from graphrag_tools.vectors import Vector


@dataclass(frozen=True, slots=True)
class Embedder:
    """Embeddings, what identifies them, and the cache of what they made."""

    embeddings: Embeddings
    identity: EmbeddingsInfo
    cache: EmbeddingCache


@dataclass(frozen=True, slots=True)
class Content:
    """What a generation holds: graphs, the passages of all of them in order, a vector for each, and so of questions."""

    graphs: Sequence[MenuGraph]
    passages: Sequence[Record]
    vectors: Sequence[Vector]
    questions: Sequence[Record] = ()
    question_vectors: Sequence[Vector] = ()


def open_cache(file: Path, identity: EmbeddingsInfo) -> EmbeddingCache:
    """Open the index's cache for these embeddings."""
    # The same name and dimension may still be other weights: the fingerprint is part of the key.
    key = f"{identity.name} {identity.dimension} {[round(value, 3) for value in identity.fingerprint[:16]]}"
    return EmbeddingCache(file, key)


def embed_texts(
    records: Sequence[Record], embedder: Embedder, report: Progress, held: Held | None = None
) -> Sequence[Vector]:
    """Return the vector of each record's text, from the cache or from what is held elsewhere where they have them."""
    texts = [record.text for record in records]
    return embedder.cache.vectors(texts, embedder.embeddings, partial(report, "embed"), held)


def write_stores(fresh: FreshGeneration, content: Content, report: Progress) -> None:
    """Fill the stores of a new generation."""
    graphs, passages = content.graphs, content.passages
    with closing(fresh.open_stores()) as stores:
        for number, graph in enumerate(graphs):
            report("graph", number, len(graphs))
            stores.graph.write(graph)
        report("graph", len(graphs), len(graphs))
        stores.sections.write(record for graph in graphs for record in section_records(graph))
        report("words", 1, 2)
        stores.blocks.write(record for graph in graphs for record in block_records(graph))
        report("words", 2, 2)
        stores.vectors.write(passages, content.vectors)
        report("vectors", len(passages), len(passages))
    fresh.write_vocabulary(Vocabulary.of(graphs))
    fresh.write_questions(content.questions, content.question_vectors)


def check_stores(fresh: FreshGeneration, content: Content) -> None:
    """Open the written generation anew and see that every store holds and finds what it should.

    Raises:
        StoreError: One does not.
    """
    graphs = content.graphs
    items = sum(map(len, graphs))
    sections = sum(item.kind == "section" for graph in graphs for item in graph.items)
    with closing(fresh.open_stores()) as stores:
        check_counts(fresh.place, stores, sections=sections, items=items, passages=len(content.passages))
        nearest = stores.vectors.search(content.vectors[0], 1)
        if not nearest or stores.graph.item(graphs[0].items[0].id) is None:
            raise StoreError(f"{fresh.place}: a probe query found nothing in what was just written.")
