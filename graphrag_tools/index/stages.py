"""The stages of a build: embed, write, check. Each works in a generation that nobody reads yet."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings.cache import EmbeddingCache, Held
from graphrag_tools.embeddings.identity import EmbeddingsInfo
from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import StoreError
from graphrag_tools.index.backend import FreshGeneration
from graphrag_tools.index.generation import Stores, check_counts
from graphrag_tools.index.sources import ReadManual
from graphrag_tools.progress import Progress
from graphrag_tools.search.manual_words import ManualWords
from graphrag_tools.search.mending import Change, Vocabulary
from graphrag_tools.search.records import block_records, section_records
from graphrag_tools.stores.protocols import Batch, Record
from graphrag_tools.stores.vector_stores import write_batches

_BATCH = 1_024


@dataclass(frozen=True, slots=True)
class Embedder:
    """Embeddings, what identifies them, and the cache of what they made."""

    embeddings: Embeddings
    identity: EmbeddingsInfo
    cache: EmbeddingCache


@dataclass(frozen=True, slots=True)
class Plan:
    """All manuals of a generation in their order, and which of them it takes over as they stand in the live one."""

    manuals: Sequence[ReadManual]
    kept: AbstractSet[str] = frozenset()

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of all."""
        return tuple(manual.info.id for manual in self.manuals)

    @property
    def written(self) -> list[ReadManual]:
        """The manuals that are not taken over."""
        return [manual for manual in self.manuals if manual.info.id not in self.kept]


def open_cache(file: Path, identity: EmbeddingsInfo) -> EmbeddingCache:
    """Open the index's cache for these embeddings."""
    # The same name and dimension may still be other weights: the fingerprint is part of the key.
    key = f"{identity.name} {identity.dimension} {[round(value, 3) for value in identity.fingerprint[:16]]}"
    return EmbeddingCache(file, key, identity.dimension)


def embedded(
    passages: Sequence[Record], embedder: Embedder, report: Progress, held: Held | None = None
) -> Iterator[Batch]:
    """Yield passages with their vectors, some at a time; `embed_records` says where vectors come from."""
    for start in range(0, len(passages), _BATCH):
        batch = passages[start : start + _BATCH]
        yield batch, embed_records(batch, embedder, _progress_from(start, len(passages), report), held)


def _progress_from(start: int, total: int, report: Progress) -> Progress:
    """Return what reports a part of the work, which begins behind some of it, as progress of the whole."""
    return lambda stage, done, _of_part: report(stage, start + done, total)


def embed_records(
    records: Sequence[Record], embedder: Embedder, report: Progress, held: Held | None = None
) -> Sequence[Vector]:
    """Return the vector of each record's text, from the cache or from what is held elsewhere where they have them."""
    texts = [record.text for record in records]
    return embedder.cache.vectors(texts, embedder.embeddings, partial(report, "embed"), held)


def write_stores(
    fresh: FreshGeneration, plan: Plan, vectors: Iterable[Batch], passages: int, report: Progress
) -> Vector | None:
    """Fill the stores of a new generation; the passages of the manuals written come with their vectors, in batches.

    Return the first of these vectors, None where there is none.
    """
    first: list[Vector] = []
    written = plan.written
    with closing(fresh.open_stores()) as stores:
        write_batches(stores.vectors, _noting_first(vectors, first))
        for number, manual in enumerate(written):
            report("graph", number, len(written))
            stores.graph.write(manual.graph)
        report("graph", len(written), len(written))
        _write_words(stores, plan, fresh.parts(plan.order), report)
        report("vectors", passages, passages)
    fresh.write_words((manual.info.id, ManualWords.of(manual.graph)) for manual in written)
    before = fresh.words_before()
    change = Change(*before, come=fresh.words_of([manual.info.id for manual in written])) if before else None
    fresh.write_vocabulary(Vocabulary.merged(fresh.words_of(plan.order), change))
    return first[0] if first else None


def _noting_first(batches: Iterable[Batch], first: list[Vector]) -> Iterator[Batch]:
    for records, vectors in batches:
        if not first:
            first.extend(vectors[:1])
        yield records, vectors


def _write_words(stores: Stores, plan: Plan, parts: Sequence[tuple[str, ...]], report: Progress) -> None:
    by_id = {manual.info.id: manual for manual in plan.manuals}
    for number, part in enumerate(parts):
        graphs = [by_id[manual].graph for manual in part]
        stores.sections.write(record for graph in graphs for record in section_records(graph))
        report("words", 2 * number + 1, 2 * len(parts))
        stores.blocks.write(record for graph in graphs for record in block_records(graph))
        report("words", 2 * number + 2, 2 * len(parts))


def check_stores(fresh: FreshGeneration, plan: Plan, passages: int, probe: Vector | None) -> None:
    """Open the written generation anew and see that every store holds and finds what it should.

    `passages` is how many there are, `probe` the vector of one that was written, if any was.

    Raises:
        StoreError: A store does not.
    """
    infos = [manual.info for manual in plan.manuals]
    sections, options = sum(info.sections for info in infos), sum(info.options for info in infos)
    with closing(fresh.open_stores()) as stores:
        check_counts(fresh.place, stores, sections=sections, items=sections + options, passages=passages)
        found = probe is None or stores.vectors.search(probe, 1)
        if not found or len(stores.graph.graph(infos[0].id)) != infos[0].sections + infos[0].options:
            raise StoreError(f"{fresh.place}: a probe query found nothing in what was just written.")
