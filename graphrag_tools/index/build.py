"""Builds an index: a new generation beside the old one, checked, then switched to in one step."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from langchain_core.embeddings import Embeddings
from pydantic import Field, PrivateAttr

from graphrag_tools.embeddings import default_embeddings, open_embeddings, own_embeddings
from graphrag_tools.embeddings.identity import embeddings_info
from graphrag_tools.errors import ConfigError, GraphRAGToolsError, IndexNotFound, StoreError
from graphrag_tools.index.backend import Backend, FreshGeneration
from graphrag_tools.index.backends import open_backend
from graphrag_tools.index.enricher import Enricher, ModelTextReport
from graphrag_tools.index.manifest import Manifest, ManualInfo
from graphrag_tools.index.named_embeddings import remember_embeddings
from graphrag_tools.index.order import BuildOrder, is_of_this_package, order_as_built, recipe_with
from graphrag_tools.index.sources import ReadManual, read_manuals
from graphrag_tools.index.stages import (
    Embedder,
    Plan,
    check_stores,
    embed_records,
    embedded,
    open_cache,
    write_stores,
)
from graphrag_tools.index.stored import carried_over, stored_manuals
from graphrag_tools.loaders.reading import DEFAULT_READING, Reading
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sections import Manual
from graphrag_tools.progress import Progress, no_progress
from graphrag_tools.search.records import passage_records
from graphrag_tools.stores.place import IndexPlace
from graphrag_tools.stores.protocols import Record
from graphrag_tools.stores.questions import question_records
from graphrag_tools.stores.vector_stores import DEFAULT_VECTOR_STORE, VectorStoreName, check_vector_store
from graphrag_tools.text.language import ENGLISH

Source = str | Path | Manual
_FEW = 0.1
"""Multilingual embeddings answer .03 less of English questions rightly, and .27 more of those in other languages."""


class Built(Manifest):
    """What a build returns: the manifest of the live generation, and what need not be read from it again."""

    unchanged: bool = Field(default=False, exclude=True)
    """Whether there was nothing to do."""
    _manuals: tuple[ReadManual, ...] = PrivateAttr(default=())

    @property
    def graphs(self) -> tuple[MenuGraph, ...]:
        """The graph of each of `manuals`, in their order; one that the index had before is read from it now."""
        return tuple(manual.graph for manual in self._manuals)


def build_index(  # noqa: PLR0913  # the last ones by name only
    sources: Source | Iterable[Source],
    folder: str | IndexPlace,
    embeddings: str | Embeddings | None = None,
    progress: Progress | None = None,
    *,
    enricher: Enricher | None = None,
    reading: Reading | None = None,
    vector_store: VectorStoreName = DEFAULT_VECTOR_STORE,
    force: bool = False,
    wait: bool = False,
) -> Built:
    """Build an index of the given manuals in a folder, in place of what the folder's index held before.

    Where the manuals, the embeddings and this package are those of the index that is there, nothing is done, unless
    `force` says so, and what comes back is marked `unchanged`. With `wait`, a build at work there is waited for. A
    failure at any moment leaves the index that was there before as it was. No embeddings means those of
    `default_embeddings`: for another language than English where more than a tenth of the sections are in one.
    `enricher` writes texts into it, as `ModelTexts(...).open()` does with a model. `reading` says what a loader cannot
    tell by itself. `vector_store` is what searches the vectors: one file, or Chroma, which is to be installed.

    Raises:
        ManualError: A source cannot be read, two have one id, or one has no text.
        ConfigError: The folder holds something else, no source is given, or the vector store is not there.
        IndexMismatch: The folder holds an index of a newer format.
        IndexLocked: Another build is at work there.
        StoreError: The disk is full or read-only.
        ModelError: The embeddings' server failed, or the enricher's model.
    """
    backend = open_backend(folder)
    check_vector_store(vector_store)
    report = progress or no_progress
    live = None if force else live_manifest(backend)
    manuals = read_manuals(sources, report, reading or DEFAULT_READING, live.manuals if live else ())
    named = default_embeddings(_language_to_embed(manuals)) if embeddings is None else embeddings
    embedder = open_embeddings(named) if isinstance(named, str) else own_embeddings(named)
    recipe = recipe_with(enricher.recipe if enricher else "")
    order = BuildOrder(manuals, named, embedder, recipe, enricher, vector_store=vector_store, anew=force)
    with _build_errors(backend), backend.lock(wait=wait):
        built = _built(backend, order, report)
    if isinstance(named, str):
        remember_embeddings(backend.place, named)
    return built


def _language_to_embed(manuals: Iterable[ReadManual]) -> str:
    """Return the commonest language other than English where enough sections are in such ones, else English."""
    sections = Counter[str]()
    for manual in manuals:
        sections[manual.info.language] += manual.info.sections
    total, english = sections.total(), sections.pop(ENGLISH, 0)
    return sections.most_common(1)[0][0] if total - english > _FEW * total else ENGLISH


def add_manuals(
    sources: Source | Iterable[Source],
    folder: str | IndexPlace,
    embeddings: Embeddings | None = None,
    progress: Progress | None = None,
    *,
    reading: Reading | None = None,
    wait: bool = False,
) -> Built:
    """Add manuals to an index, each in place of the one with its id; the others stay, and need no source.

    What models wrote about the others stays, nothing is written about the new ones. `embeddings` are needed where the
    index was built with an object of one's own. `build_index` says what else raises.

    Raises:
        IndexNotFound: There is no index.
        IndexMismatch: The embeddings are not those of the index.
        StoreError: What the index holds is damaged.
    """
    report = progress or no_progress
    backend = open_backend(folder)
    backend.manifest()  # before a lock is left in a place that has no index
    added = {manual.info.id: manual for manual in read_manuals(sources, report, reading or DEFAULT_READING)}
    with _build_errors(backend), backend.lock(wait=wait):
        live = backend.manifest()
        stay = [info for info in live.manuals if info.id not in added]
        stored = {manual.info.id: manual for manual in stored_manuals(backend, live, stay)}
        places = dict.fromkeys([*(info.id for info in live.manuals), *added])
        manuals = [(added | stored)[place] for place in places]
        return _built(backend, order_as_built(manuals, backend, live, embeddings), report)


def remove_manuals(
    ids: Iterable[str],
    folder: str | IndexPlace,
    embeddings: Embeddings | None = None,
    progress: Progress | None = None,
    *,
    wait: bool = False,
) -> Built:
    """Take manuals out of an index; the others stay, and need no source. `add_manuals` says what else raises.

    Raises:
        ConfigError: There is no such manual, or none would be left.
    """
    gone = set(ids)
    backend = open_backend(folder)
    backend.manifest()
    with _build_errors(backend), backend.lock(wait=wait):
        live = backend.manifest()
        known = [info.id for info in live.manuals]
        if unknown := sorted(gone.difference(known)):
            raise ConfigError(f"manual {unknown[0]!r}: not in this index; it has {', '.join(known)}.")
        stay = [info for info in live.manuals if info.id not in gone]
        if not stay:
            raise ConfigError(f"{backend.place}: no manual would be left; delete the index instead.")
        order = order_as_built(stored_manuals(backend, live, stay), backend, live, embeddings)
        return _built(backend, order, progress or no_progress)


def rebuild_stores(live: Manifest, backend: Backend, embeddings: Embeddings | None, progress: Progress | None) -> Built:
    """Build a new generation from what a damaged one still holds and the cache, without any source.

    Raises:
        StoreError: The graph of a manual is lost.
        IndexLocked, IndexMismatch, ModelError: As `add_manuals`.
    """
    with _build_errors(backend), backend.lock():
        order = order_as_built(stored_manuals(backend, live, live.manuals), backend, live, embeddings)
        return _generation(backend, replace(order, repairs=True), live, progress or no_progress)


def live_manifest(backend: Backend) -> Manifest | None:
    """Return the manifest of the live generation, None where there is none that can be read.

    Raises:
        IndexMismatch: It is of a newer format.
    """
    try:
        return backend.manifest()
    except IndexNotFound:
        return None


def _built(backend: Backend, order: BuildOrder, report: Progress) -> Built:
    """Return what was ordered, building it where the live generation is something else."""
    infos = [manual.info for manual in order.manuals]
    same = None if order.anew else _unchanged_manifest(backend, infos, order)
    if same is None:
        return _generation(backend, order, live_manifest(backend), report)
    backend.delete([number for number in backend.generations() if number > same.generation])
    report("unchanged", len(infos), len(infos))
    return _with_graphs(same, order.manuals, unchanged=True)


def _unchanged_manifest(backend: Backend, wanted: Sequence[ManualInfo], order: BuildOrder) -> Manifest | None:
    """Return the manifest of the live generation if it is whole and is what the order would make, else None.

    Texts by models that a budget or a failure left out are still to be made. Where a manual was only moved or
    renamed outside its text, the manifest is brought up to date.

    Raises:
        ModelError: The embeddings' server failed, which is asked only where nothing else tells what it runs.
    """
    live = live_manifest(backend)
    if live is None or (live.recipe, live.vector_store) != (order.recipe, order.vector_store):
        return None
    if _contents(live.manuals) != _contents(wanted):
        return None
    if any(told.left or told.failed for told in live.model_texts):
        return None
    found = embeddings_info(order.named, order.embedder, live.embeddings)
    if (found.name, found.fingerprint) != (live.embeddings.name, live.embeddings.fingerprint):
        return None
    if any(backend.check(live)):
        return None
    stored = [info.model_copy(update={"stored": was.stored}) for info, was in zip(wanted, live.manuals, strict=True)]
    infos = tuple(_with_first_build(stored, live))
    current = live.model_copy(update={"manuals": infos, "embeddings": found})
    if current != live:
        backend.publish(current)
    told = tuple(one.model_copy(update={"calls": 0}) for one in current.model_texts)
    return current.model_copy(update={"model_texts": told})


def _with_first_build(wanted: Sequence[ManualInfo], live: Manifest | None) -> list[ManualInfo]:
    """Return the manuals' infos with the time at which their content first came into the index."""
    known = {(info.id, info.content): info.built for info in live.manuals} if live else {}
    return [info.model_copy(update={"built": known.get((info.id, info.content)) or info.built}) for info in wanted]


def _contents(infos: Sequence[ManualInfo]) -> list[tuple[str, str]]:
    return [(info.id, info.content) for info in infos]


def _with_graphs(manifest: Manifest, manuals: Sequence[ReadManual], *, unchanged: bool) -> Built:
    built = Built(**dict(manifest), unchanged=unchanged)
    built._manuals = tuple(manuals)
    return built


def _generation(backend: Backend, order: BuildOrder, live: Manifest | None, report: Progress) -> Built:
    """Build a new generation and switch to it."""
    number = max([*backend.generations(), live.generation if live else 0]) + 1
    if not order.repairs:
        backend.delete(_unneeded(backend, live))
    fresh: FreshGeneration | None = None
    try:
        fresh = backend.begin(number, order.vector_store)
        identity = embeddings_info(order.named, order.embedder, live.embeddings if live else None)
        with closing(open_cache(backend.cache_file(), identity)) as cache:
            embedder = Embedder(order.embedder, identity, cache)
            built, passages = _written(backend, fresh, order, embedder, number, live, report)
            backend.publish(built)
            cache.drop(record.text for record in passages)
            cache.prune()
    except BaseException:
        # An interrupt may come just after the switch.
        if fresh is not None and not _may_be_live(backend, number):
            fresh.discard()
        raise
    return built


def _written(  # noqa: PLR0913, PLR0917  # what a build knows
    backend: Backend,
    fresh: FreshGeneration,
    order: BuildOrder,
    embedder: Embedder,
    number: int,
    live: Manifest | None,
    report: Progress,
) -> tuple[Built, Sequence[Record]]:
    """Fill the new generation, with what `live` has of the same vectors; return its passages too."""
    same = live and is_of_this_package(live) and live.embeddings.fingerprint == embedder.identity.fingerprint
    before = live if same else None
    manuals, told = _enriched(backend, order, report)
    plan = Plan(manuals, _taken_over(fresh, manuals, None if order.makes_all else before))
    graphs = [manual.graph for manual in plan.written]
    passages = [record for graph in graphs for record in passage_records(graph)]
    with carried_over(backend, before, plan, passages, embedder.cache) as held:
        probe = write_stores(fresh, plan, embedded(passages, embedder, report, held), len(passages), report)
    asked = list(question_records(graphs))
    fresh.write_questions(asked, embed_records(asked, embedder, no_progress))
    fresh.finish()
    there = len(passages) + fresh.passages
    check_stores(fresh, plan, there, probe)
    manifest = Manifest(
        generation=number,
        embeddings=embedder.identity,
        manuals=tuple(_with_first_build([manual.info for manual in manuals], live)),
        files=fresh.files(),
        vector_store=order.vector_store,
        passages=there,
        recipe=order.recipe,
        model_texts=told,
    )
    return _with_graphs(manifest, manuals, unchanged=False), passages


def _taken_over(fresh: FreshGeneration, manuals: Sequence[ReadManual], live: Manifest | None) -> AbstractSet[str]:
    """Take over what is the same in the live generation, if it has any, and return which manuals need no writing."""
    there = {(info.id, info.content, info.stored) for info in live.manuals} if live else set()
    infos = [manual.info for manual in manuals]
    same = frozenset(info.id for info in infos if (info.id, info.content, info.stored) in there)
    return fresh.keep(live, same, infos)


def _enriched(
    backend: Backend, order: BuildOrder, report: Progress
) -> tuple[Sequence[ReadManual], tuple[ModelTextReport, ...]]:
    """Return the manuals with what the enricher writes about them, and its report."""
    if order.enricher is None:
        return order.manuals, order.told
    graphs, told = order.enricher.enrich([manual.graph for manual in order.manuals], backend.cache_file(), report)
    return [manual.with_graph(graph) for manual, graph in zip(order.manuals, graphs, strict=True)], told


def _unneeded(backend: Backend, live: Manifest | None) -> list[int]:
    """Return all generations but the live one; where it is not known which that is, only those half written."""
    if live is not None:
        return [number for number in backend.generations() if number != live.generation]
    return backend.unfinished()


def _may_be_live(backend: Backend, number: int) -> bool:
    """Whether a generation is the live one, or that cannot be told: the next build deletes what is not."""
    try:
        live = live_manifest(backend)
    except GraphRAGToolsError:
        return True
    return live is not None and live.generation == number


@contextmanager
def _build_errors(backend: Backend) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename or backend.place
        raise StoreError(f"{place}: {error.strerror or error}. Is the disk full or read-only?") from error
