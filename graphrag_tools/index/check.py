"""Check and repair of an index: its files, counts, content, and searches for what is known to be there."""

from collections.abc import Iterator, Sequence
from contextlib import closing

from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict

from graphrag_tools.embeddings import can_be_opened
from graphrag_tools.embeddings.identity import embeddings_info
from graphrag_tools.errors import GraphRAGToolsError, IndexNotFound, ModelError, NotTrusted, StoreError
from graphrag_tools.index.backend import Backend
from graphrag_tools.index.backends import open_backend
from graphrag_tools.index.build import rebuild_stores
from graphrag_tools.index.generation import Stores, check_counts
from graphrag_tools.index.manifest import MANIFEST_NAME, Manifest
from graphrag_tools.index.named_embeddings import open_named_embeddings
from graphrag_tools.manual.content_hash import content_hash
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.progress import Progress
from graphrag_tools.search.records import block_records, section_records
from graphrag_tools.stores.place import IndexPlace
from graphrag_tools.stores.protocols import LexicalStore, Record, Scored

_PROBES = 20
_BATCH = 1_000
_ITS_OWN = 0.999  # the cosine of a vector with itself, as an engine rounds it
_TIES = 50  # texts that stand in a manual as often as this may come before each other


class IndexReport(BaseModel):
    """What a check found. `damage` is one sentence per trouble; without any the index is sound."""

    model_config = ConfigDict(frozen=True)

    folder: str
    generation: int | None
    manuals: tuple[str, ...] = ()
    sections: int = 0
    options: int = 0
    blocks: int = 0
    damage: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be checked."""
    unreferenced: tuple[int, ...] = ()
    """Generations on disk that a killed build left, or that somebody was reading when they were to go."""
    repaired: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether no damage was found."""
        return not self.damage


def check_index(folder: str | IndexPlace, embeddings: Embeddings | None = None) -> IndexReport:
    """Check an index; `embeddings` are needed to check those of an index that was built with an object of one's own.

    Raises:
        IndexNotFound: There is no index, nor anything left of one.
        IndexMismatch: It is of a newer format.
    """
    return _checked(open_backend(folder), embeddings)


def _checked(backend: Backend, embeddings: Embeddings | None) -> IndexReport:
    try:
        live = backend.manifest()
    except IndexNotFound as error:
        if backend.spare_manifest() is None:
            raise
        return IndexReport(folder=str(backend.place), generation=None, damage=(str(error),))
    numbers = backend.generations()
    earlier = max((number for number in numbers if number < live.generation), default=None)
    damage = list(backend.check(live)) or list(_damaged_stores(backend, live))
    wrong, notes = _embeddings(backend, live, embeddings)
    return IndexReport(
        folder=str(backend.place),
        generation=live.generation,
        manuals=tuple(info.id for info in live.manuals),
        sections=live.sections,
        options=live.options,
        blocks=sum(info.blocks for info in live.manuals),
        damage=(*damage, *wrong),
        notes=notes,
        unreferenced=tuple(n for n in numbers if n not in (live.generation, earlier)),
    )


def repair_index(
    folder: str | IndexPlace, embeddings: Embeddings | None = None, progress: Progress | None = None
) -> IndexReport:
    """Mend what can be mended, and return what a check finds then; `repaired` says what was done.

    A lost index.json is written again from the newest generation. Damaged stores are built anew from the graphs. What
    no build needs any more is removed. Where a graph is lost, its damage stays in the report, with what to run.

    Raises:
        IndexNotFound: There is no index, nor anything left of one.
        IndexMismatch: It is of a newer format, or the embeddings are not those of the index.
        IndexLocked: A build is at work there.
        StoreError: The disk is full or read-only.
        ModelError: A vector is lost and the embeddings' server failed.
    """
    done: list[str] = []
    backend = open_backend(folder)
    found = _checked(backend, embeddings)
    if found.generation is None:
        done.append(_restored_manifest(backend))
        found = _checked(backend, embeddings)
    lost: tuple[str, ...] = ()
    if found.damage:
        try:
            made = rebuild_stores(backend.manifest(), backend, embeddings, progress)
            done.append(f"built generation {made.generation} from the stored graphs, without the sources")
        except StoreError as error:
            lost = (str(error),)
        found = _checked(backend, embeddings)
    if found.sound and found.unreferenced:
        with backend.lock():
            gone = backend.delete(found.unreferenced)
        done.append(f"removed the generations {', '.join(map(str, gone)) or 'that nobody reads any more'}")
        found = _checked(backend, embeddings)
    return found.model_copy(update={"repaired": tuple(done), "damage": (*found.damage, *lost)})


def _damaged_stores(backend: Backend, live: Manifest) -> Iterator[str]:
    """Look into the stores; only where all files are as they were written, since an engine may crash on others."""
    target = backend.place_of(live)
    try:
        with closing(backend.open_for_reading(live)) as stores:
            items = live.sections + live.options
            check_counts(target, stores, sections=live.sections, items=items, passages=live.passages)
            for info in live.manuals:
                graph = stores.graph.graph(info.id)
                if info.stored and content_hash(graph) != info.stored:
                    yield f"{target}: the graph of {info.id} is not what was built."
                yield from _not_found(stores, graph)
    except KeyError as error:
        yield f"{target}: the graph of {error} is missing."
    except GraphRAGToolsError as error:
        yield str(error)


def _not_found(stores: Stores, graph: MenuGraph) -> Iterator[str]:
    blocks = list(block_records(graph))
    lacking = [key for batch in _batches(blocks) for key in _lacking(stores, batch)]
    if lacking:
        yield f"{graph.manual_id}: {len(lacking)} blocks have no vector, {lacking[0]!r} among them."
        return
    for record in _regular_sample(blocks):
        vector = stores.vectors.vectors([record.key])[record.key]
        if not any(hit.score >= _ITS_OWN for hit in stores.vectors.search(vector, 1, record.manual)):
            yield f"{record.key}: a search by its own vector does not find it."
        if record.key not in {hit.key for hit in _found_by_words(stores.blocks, record)}:
            yield from _unless_without_words(stores, record)
    for record in _regular_sample(list(section_records(graph))):
        if record.key not in {hit.key for hit in _found_by_words(stores.sections, record)}:
            yield from _unless_without_words(stores, record)


def _unless_without_words(stores: Stores, record: Record) -> Iterator[str]:
    """A text of stop words and signs is found by none of its words, and one that is all over the manual may not be."""
    found = _found_by_words(stores.blocks, record)
    if 0 < len(found) < _TIES:
        yield f"{record.key}: a search by its own words does not find it."


def _found_by_words(store: LexicalStore, record: Record) -> list[Scored]:
    return store.search(record.text, _TIES, record.manual, [record.language])


def _lacking(stores: Stores, records: Sequence[Record]) -> list[str]:
    keys = [record.key for record in records]
    found = stores.vectors.vectors(keys)
    return [key for key in keys if key not in found]


def _batches(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    return (records[start : start + _BATCH] for start in range(0, len(records), _BATCH))


def _regular_sample(records: Sequence[Record]) -> Sequence[Record]:
    return records[:: max(1, len(records) // _PROBES)]


def _embeddings(backend: Backend, live: Manifest, given: Embeddings | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is wrong with the embeddings, and why they could not be checked."""
    name = live.embeddings.name
    if given is None and not can_be_opened(name):
        return (), (f"the index has embeddings of your own ({name}), which were not given and so not checked.",)
    try:
        found = embeddings_info(name, given or open_named_embeddings(backend.place, name), live.embeddings)
    except (ModelError, NotTrusted) as error:
        return (), (f"the embeddings could not be checked: {error}",)
    if found.fingerprint != live.embeddings.fingerprint:
        return (f"the embeddings {name} are others than the index was built with.",), ()
    return (), ()


def _restored_manifest(backend: Backend) -> str:
    with backend.lock():
        spare = backend.spare_manifest()
        if spare is None:
            raise IndexNotFound(f"{backend.place}: no generation in it is whole. Build the index again.")
        backend.publish(spare)
    return f"wrote {MANIFEST_NAME} again from generation {spare.generation}"
