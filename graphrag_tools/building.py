"""Building an index: a new generation beside the old one, checked, then switched to in one step."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout
from langchain_core.embeddings import Embeddings

from graphrag_tools.calibration import calibrated_coverage
from graphrag_tools.coverage import CoverageModel
from graphrag_tools.embedding_cache import EmbeddingCache
from graphrag_tools.embeddings import (
    DEFAULT_EMBEDDINGS,
    embedded_query,
    open_embeddings,
    probe_vector,
    same_embeddings,
)
from graphrag_tools.errors import ConfigError, IndexLocked, IndexNotFound, ManualError, StoreError
from graphrag_tools.generation import Stores, check_counts, open_stores, written_files
from graphrag_tools.graph import SEE_ALSO, MenuGraph
from graphrag_tools.loaders import load_manual
from graphrag_tools.manifest import (
    CACHE_NAME,
    GENERATIONS,
    LOCK_NAME,
    EmbeddingsInfo,
    Manifest,
    ManualInfo,
    generation_folder,
    read_manifest,
    write_manifest,
)
from graphrag_tools.manual import Manual
from graphrag_tools.manual_graph import build_graph
from graphrag_tools.model_texts import ModelTexts, open_writers, with_model_texts
from graphrag_tools.search import HybridSearch, block_records, section_records
from graphrag_tools.stores.protocols import Record
from graphrag_tools.stores.questions import question_records, searched_blocks, write_questions
from graphrag_tools.whitening import Whitening

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, what is done and what is to do."""


def build_index(
    sources: Iterable[str | Path | Manual],
    folder: Path,
    embeddings: str | Embeddings = DEFAULT_EMBEDDINGS,
    progress: Progress | None = None,
    texts: ModelTexts | None = None,
) -> Manifest:
    """Build an index of the given manuals in a folder, in place of what the folder's index held before.

    A failure at any moment leaves the index that was there before as it was. `texts` are what models write into it.

    Raises:
        ManualError: A source cannot be read, two have one id, or one has no text.
        ConfigError: The folder holds something else, or no source is given.
        IndexMismatch: The folder holds an index of a newer format.
        IndexLocked: Another build is at work there.
        StoreError: The disk is full or read-only.
        ModelError: The embeddings' server failed, or a model for the texts cannot be used.
    """
    writers = open_writers(texts)
    report = progress or _no_report
    manuals = _loaded(list(sources), report)
    graphs = [build_graph(manual) for manual in manuals]
    embedder = open_embeddings(embeddings) if isinstance(embeddings, str) else embeddings
    with _build_errors(folder), _locked(folder):
        number = _next_generation(folder)
        _drop_generations(folder, keep={_live_generation(folder)})
        target = generation_folder(folder, number)
        try:
            identity = _identity(embeddings, embedder)
            graphs, told = with_model_texts(graphs, folder / CACHE_NAME, writers, report)
            blocks, vectors = _written(target, graphs, folder / CACHE_NAME, embedder, identity, report)
            questions = partial(
                _question_vectors, (blocks[0].text, vectors[0]), folder / CACHE_NAME, embedder, identity
            )
            coverage = _calibrated(target, graphs, embedder, Whitening.of(vectors), questions, report)
            manifest = Manifest(
                generation=number,
                embeddings=identity,
                manuals=tuple(map(_info, manuals, graphs)),
                files=written_files(target),
                coverage=coverage,
                model_texts=told,
            )
            write_manifest(folder, manifest)
        except BaseException:
            if _live_generation(folder) != number:  # an interrupt may come just after the switch
                shutil.rmtree(target, ignore_errors=True)
            raise
    return manifest


def _no_report(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def _loaded(sources: Sequence[str | Path | Manual], report: Progress) -> list[Manual]:
    if not sources:
        raise ConfigError("no manual given; expected at least one path.")
    manuals: list[Manual] = []
    for number, source in enumerate(sources):
        report("read", number, len(sources))
        manual = source if isinstance(source, Manual) else load_manual(*_named_source(source))
        if any(manual.id == earlier.id for earlier in manuals):
            raise ManualError(
                f"{manual.source}: a second manual with the id {manual.id!r}. Name it: NAME={manual.source}"
            )
        if not manual.id or "/" in manual.id:
            raise ManualError(f"{manual.source}: found the manual id {manual.id!r}; expected one that has no '/'.")
        if not any(section.blocks for section in manual.sections):
            raise ManualError(f"{manual.source}: {len(manual.sections)} sections, but no text in any of them.")
        manuals.append(manual)
    report("read", len(sources), len(sources))
    return manuals


def _named_source(source: str | Path) -> tuple[str | Path, str | None]:
    """Read "NAME=PATH", which gives a manual its id, where no file has that very name."""
    name, equals, path = str(source).partition("=")
    if equals and name and "/" not in name and not Path(source).exists():
        return path, name
    return source, None


def _embedded(
    blocks: Sequence[Record], cache_file: Path, embedder: Embeddings, identity: EmbeddingsInfo, report: Progress
) -> list[list[float]]:
    # The same name and dimension may still be other weights: the fingerprint is part of the key.
    key = f"{identity.name} {identity.dimension} {[round(value, 3) for value in identity.fingerprint[:16]]}"
    with closing(EmbeddingCache(cache_file, key)) as cache:
        texts = [record.text for record in blocks]
        return cache.vectors(texts, embedder, lambda done, total: report("embed", done, total))


def _written(
    target: Path,
    graphs: Sequence[MenuGraph],
    cache_file: Path,
    embedder: Embeddings,
    identity: EmbeddingsInfo,
    report: Progress,
) -> tuple[list[Record], list[list[float]]]:
    """Write and check a generation's stores; return its blocks and their vectors."""
    blocks = [record for graph in graphs for record in block_records(graph)]
    vectors = _embedded(blocks, cache_file, embedder, identity, report)
    target.mkdir(parents=True)
    _write(target, graphs, blocks, vectors, report)
    asked = list(question_records(graphs))
    write_questions(target, asked, _embedded(asked, cache_file, embedder, identity, _no_report))
    _check(target, graphs, blocks, embedder)
    return blocks, vectors


def _write(
    target: Path,
    graphs: Sequence[MenuGraph],
    blocks: Sequence[Record],
    vectors: Sequence[Sequence[float]],
    report: Progress,
) -> None:
    with _opened(target) as stores:
        for number, graph in enumerate(graphs):
            report("graph", number, len(graphs))
            stores.graph.write(graph)
        report("graph", len(graphs), len(graphs))
        stores.sections.write(record for graph in graphs for record in section_records(graph))
        report("words", 1, 2)
        stores.blocks.write(blocks)
        report("words", 2, 2)
        stores.vectors.write(blocks, vectors)
        report("vectors", len(blocks), len(blocks))


def _check(target: Path, graphs: Sequence[MenuGraph], blocks: Sequence[Record], embedder: Embeddings) -> None:
    """Open the written generation anew and see that every store holds and finds what it should."""
    items = sum(map(len, graphs))
    sections = sum(item.kind == "section" for graph in graphs for item in graph.items)
    with _opened(target) as stores:
        check_counts(target, stores, sections=sections, items=items, blocks=len(blocks))
        nearest = stores.vectors.search(embedded_query(embedder, blocks[0].text), 1)
        if not nearest or stores.graph.item(graphs[0].items[0].id) is None:
            raise StoreError(f"{target}: a probe query found nothing in what was just written.")


def _identity(named: str | Embeddings, embedder: Embeddings) -> EmbeddingsInfo:
    fingerprint = probe_vector(embedder)
    name = named if isinstance(named, str) else type(named).__name__
    return EmbeddingsInfo(name=name, dimension=len(fingerprint), fingerprint=fingerprint)


def _question_vectors(
    known: tuple[str, list[float]],
    cache_file: Path,
    embedder: Embeddings,
    identity: EmbeddingsInfo,
    questions: list[str],
) -> list[list[float]]:
    """Embed questions, in batches and from the cache where a question's vector is made as a text's is.

    `known` is a text and its vector, to see whether that is so.
    """
    text, vector = known
    if same_embeddings(embedded_query(embedder, text), vector):
        records = [Record("", "", question) for question in questions]
        return _embedded(records, cache_file, embedder, identity, _no_report)
    return [embedded_query(embedder, question) for question in questions]


def _calibrated(
    target: Path,
    graphs: Sequence[MenuGraph],
    embedder: Embeddings,
    whitening: Whitening,
    question_vectors: Callable[[list[str]], Sequence[Sequence[float]]],
    report: Progress,
) -> CoverageModel | None:
    by_manual = {graph.manual_id: graph for graph in graphs}

    def graph_of(item_id: str) -> MenuGraph:
        return by_manual[item_id.partition("/")[0]]

    with _opened(target) as stores:
        words, vectors = searched_blocks(stores.blocks, stores.vectors, stores.questions)
        search = HybridSearch(stores.sections, words, vectors, embedder, graph_of, whitening)
        return calibrated_coverage(
            graphs, search, whitening, question_vectors, lambda done, total: report("calibrate", done, total)
        )


@contextmanager
def _opened(target: Path) -> Iterator[Stores]:
    stores = open_stores(target)
    try:
        yield stores
    finally:
        stores.close()


def _info(manual: Manual, graph: MenuGraph) -> ManualInfo:
    sections = [item for item in graph.items if item.kind == "section"]
    return ManualInfo(
        id=manual.id,
        title=manual.title,
        source=manual.source,
        sections=len(sections),
        options=len(graph) - len(sections),
        blocks=sum(len(item.blocks) for item in sections),
        sections_with_taps=sum(bool(item.taps) for item in sections),
        see_also=len(graph.edges(SEE_ALSO)),
        unresolved_links=tuple(f"{found.item}: {found.link.target}" for found in graph.unresolved),
        skipped=tuple(f"{skipped.where}: {skipped.why}" for skipped in manual.skipped),
    )


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    _check_is_index_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexLocked(f"{folder}: another build is at work there. Wait until it ends, then build again.") from error
    try:
        yield
    finally:
        lock.release()


def _check_is_index_folder(folder: Path) -> None:
    if folder.is_file():
        raise ConfigError(f"{folder}: is a file; expected a folder for the index.")
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    # An index.json is a common name; the lock is there since the first build began, though it may not be copied.
    if found and LOCK_NAME not in found and _live_generation(folder) is None:
        raise ConfigError(f"{folder}: holds {found[0]!r} and no index; expected an index, or an empty or new folder.")


def _live_generation(folder: Path) -> int | None:
    try:
        return read_manifest(folder).generation
    except IndexNotFound:
        return None


def _numbers(folder: Path) -> list[int]:
    found = (folder / GENERATIONS).iterdir() if (folder / GENERATIONS).is_dir() else iter(())
    return [int(path.name) for path in found if path.name.isdecimal()]


def _next_generation(folder: Path) -> int:
    return max([*_numbers(folder), _live_generation(folder) or 0]) + 1


def _drop_generations(folder: Path, keep: set[int | None]) -> None:
    for number in _numbers(folder):
        if number not in keep:
            shutil.rmtree(generation_folder(folder, number), ignore_errors=True)


@contextmanager
def _build_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError as error:
        around = error.object[max(0, error.start - 20) : error.end + 20]
        raise ManualError(f"a manual holds half a character (a lone surrogate) here: {around!r}. Mend it.") from error
    except OSError as error:
        place = error.filename or os.fspath(folder)
        raise StoreError(f"{place}: {error.strerror or error}. Is the disk full or read-only?") from error
