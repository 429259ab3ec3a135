"""Manuals that an index already holds, read without their sources: graphs, and the vectors of their blocks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from graphrag_tools.embeddings.cache import EmbeddingCache, Held
from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import GraphRAGToolsError, StoreError
from graphrag_tools.index.backend import Backend, StoredGraphs
from graphrag_tools.index.manifest import Manifest, ManualInfo
from graphrag_tools.index.sources import ReadManual
from graphrag_tools.index.stages import Plan
from graphrag_tools.manual.content_hash import content_hash
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.search.records import passage_records
from graphrag_tools.stores.protocols import Record

_BATCH = 1_000


def stored_manuals(backend: Backend, live: Manifest, wanted: Sequence[ManualInfo]) -> list[ReadManual]:
    """Return some manuals of the live generation with their graphs, each proved by its content's hash when it is read.

    Where the live generation is damaged, another generation that holds the same content stands in.

    Raises:
        StoreError: No generation holds a manual's graph whole any more.
    """
    if not any(backend.check(live)):
        return [ReadManual(info, partial(_whole, backend, live, info)) for info in wanted]
    found = _read_anywhere(backend, live, wanted)
    return [found[info.id] for info in wanted]


def _whole(backend: Backend, live: Manifest, info: ManualInfo) -> MenuGraph:
    return _read_anywhere(backend, live, [info])[info.id].graph


def _read_anywhere(backend: Backend, live: Manifest, wanted: Sequence[ManualInfo]) -> dict[str, ReadManual]:
    """Read manuals from the live generation, or from another where it does not have them whole."""
    others = sorted(set(backend.generations()) - {live.generation}, reverse=True)
    found: dict[str, ReadManual] = {}
    for number in (live.generation, *others):
        left = [info for info in wanted if info.id not in found]
        if left:
            found |= _read_from(backend, number, left)
    if lost := [info for info in wanted if info.id not in found]:
        again = " ".join(f"{info.id}={info.source}" for info in lost)
        raise StoreError(
            f"{backend.place}: the graph of {lost[0].id} is damaged. Build it again from its source: {again}"
        )
    return found


def _read_from(backend: Backend, generation: int, wanted: Sequence[ManualInfo]) -> dict[str, ReadManual]:
    graphs = backend.open_graphs(generation)
    if graphs is None:
        return {}
    with closing(graphs):
        return {info.id: read for info in wanted for read in _proved(graphs, info)}


def _proved(store: StoredGraphs, info: ManualInfo) -> list[ReadManual]:
    try:
        graph = store.whole(info.id)  # the store is closed before the graph is used
        # An index of an earlier version has no hash to prove it by.
        return [ReadManual(info, lambda: graph)] if not info.stored or content_hash(graph) == info.stored else []
    except (KeyError, GraphRAGToolsError):
        return []


@contextmanager
def carried_over(
    backend: Backend,
    live: Manifest | None,
    plan: Plan,
    passages: Sequence[Record],
    cache: EmbeddingCache,
) -> Iterator[Held]:
    """Yield what returns, by text, the vectors that the live generation has of the manuals that stay as they are.

    Those of manuals that change or go are put into the cache: most texts of a changed one stay, and one that was
    taken out may come back. The passages are those of the manuals that are written, the cache has the live
    generation's embeddings; nothing is carried over from None.
    """
    if live is None:
        yield lambda _texts: {}
        return
    same = {(info.id, info.content) for info in live.manuals}
    stay = {manual.info.id for manual in plan.manuals if (manual.info.id, manual.info.content) in same}
    _keep_vectors(
        backend, live, _stored_passages(backend, live, [info for info in live.manuals if info.id not in stay]), cache
    )
    keys = {record.text: record.key for record in passages if record.manual in stay}
    with _vector_store(backend, live) as vectors_of:

        def held(texts: Sequence[str]) -> dict[str, Vector]:
            asked = {text: keys[text] for text in texts if text in keys}
            found = vectors_of(list(asked.values()))
            return {text: found[key] for text, key in asked.items() if key in found}

        yield held


def _keep_vectors(backend: Backend, live: Manifest, blocks: Sequence[Record], cache: EmbeddingCache) -> None:
    """Put into the cache what it lacks of the live generation's vectors, as far as their store is whole.

    The blocks have to be of that generation, and the cache of its embeddings.
    """
    absent = cache.missing([record.text for record in blocks])
    wanted = [record for record in blocks if record.text in absent]
    if not wanted:
        return
    with _vector_store(backend, live) as vectors_of:
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            found = vectors_of([record.key for record in batch])
            cache.put({record.text: found[record.key] for record in batch if record.key in found})


def _stored_passages(backend: Backend, live: Manifest, wanted: Sequence[ManualInfo]) -> list[Record]:
    """Return the passages of some manuals as the live generation has them; none of one whose graph is damaged."""
    read = _read_from(backend, live.generation, wanted)
    return [record for manual in read.values() for record in passage_records(manual.graph)]


@contextmanager
def _vector_store(backend: Backend, live: Manifest) -> Iterator[Callable[[Sequence[str]], dict[str, Vector]]]:
    """Yield what returns vectors by key: none where they are damaged."""
    store = backend.open_vectors(live)
    if store is None:
        yield lambda _keys: {}
        return
    with closing(store):
        yield store.vectors
