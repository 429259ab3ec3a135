"""One generation of an index: its stores, opened together, and what is read from them."""

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path

from langchain_core.embeddings import Embeddings
from pydantic import ValidationError

from graphrag_tools.embeddings.providers import is_english_only
from graphrag_tools.errors import ConfigError, StoreError, first_problem
from graphrag_tools.index.files import Lease, check_changed_files
from graphrag_tools.index.manifest import Manifest, WrittenFile
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.keys import manual_of
from graphrag_tools.manual.names import (
    QUOTES,
    ItemNames,
    NamedItem,
    NameMatch,
    NamesHeld,
    exact_match,
    near_match,
    of_manual,
)
from graphrag_tools.manual.near_names import NearNames
from graphrag_tools.search.hybrid import HybridSearch
from graphrag_tools.search.known_embeddings import KnownEmbeddings
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.candidates import CandidateSearch, SearchedStores
from graphrag_tools.stores.kept import Kept
from graphrag_tools.stores.protocols import GraphStore, LexicalStore, VectorStore
from graphrag_tools.stores.questions import QuestionStores, open_questions, searched_blocks
from graphrag_tools.stores.vector_stores import DEFAULT_VECTOR_STORE, VectorStoreName, open_vector_store
from graphrag_tools.text.language import ENGLISH

GRAPH_NAME, VECTORS_NAME = "graph.sqlite", "vectors"
SECTIONS_NAME, BLOCKS_NAME = "lexical/sections", "lexical/blocks"


@dataclass(slots=True)
class Stores:
    """The stores of a generation.

    `scratch` is the copy that they read, where they need one; `lease` keeps a build from deleting what they read.
    """

    graph: GraphStore
    sections: LexicalStore
    blocks: LexicalStore
    vectors: VectorStore
    scratch: Path | None = None
    questions: QuestionStores | None = None
    read_vocabulary: Callable[[], Vocabulary] = Vocabulary
    lease: Lease | None = None
    at_once: CandidateSearch | None = None
    """What answers a search in place of its stores, where each call is a round trip."""
    _process: int = field(default_factory=os.getpid)

    @property
    def vocabulary(self) -> Vocabulary:
        """How the manuals spell their words. Raises StoreError where it is damaged."""
        return self.read_vocabulary()

    def graph_of(self, item_id: str) -> MenuGraph:
        """Return the graph that an item belongs to. Raises KeyError for an unknown manual."""
        return self.graph.graph(manual_of(item_id))

    def close(self) -> None:
        """Let go of files and memory. A second call does nothing, nor does one in a process that was forked.

        Its parent still reads from them, and from the copy that closing removes.
        """
        if os.getpid() != self._process:
            return
        self.graph.close()
        self.vectors.close()
        if self.questions is not None:
            self.questions.close()
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)
        if self.lease is not None:
            self.lease.end()


def open_stores(
    folder: Path,
    scratch: Path | None = None,
    vector_store: VectorStoreName = DEFAULT_VECTOR_STORE,
    kept: Kept | None = None,
) -> Stores:
    """Open the stores in a generation's folder, making them where there are none: for vectors the one named.

    Those that are made begin with what is kept of another generation's folder. The folder has to be writable, even for
    reading. `scratch` is what closing them removes.

    Raises:
        ConfigError: Chroma wrote the vectors, and is not installed.
        StoreError: An engine cannot open its files.
    """
    from graphrag_tools.stores.sqlite import SqliteGraphStore
    from graphrag_tools.stores.tantivy import TantivyLexicalStore

    graph = SqliteGraphStore(folder / GRAPH_NAME, kept and kept.below(GRAPH_NAME))
    try:
        return Stores(
            graph=graph,
            sections=TantivyLexicalStore(folder / SECTIONS_NAME, kept and kept.below(SECTIONS_NAME)),
            blocks=TantivyLexicalStore(folder / BLOCKS_NAME, kept and kept.below(BLOCKS_NAME)),
            vectors=open_vector_store(folder / VECTORS_NAME, vector_store, kept and kept.below(VECTORS_NAME)),
            scratch=scratch,
            questions=open_questions(folder),
            read_vocabulary=LateVocabulary(folder),
        )
    except BaseException:
        graph.close()
        raise


def open_stores_for_reading(folder: Path, files: Mapping[str, WrittenFile]) -> Stores:
    """Open the stores of a generation that has these files, from a temporary copy where its disk is read-only or full.

    To read, Tantivy takes a lock file, and Chroma writes a row into its SQLite file.

    Raises:
        ConfigError: Chroma wrote the vectors, and is not installed.
        IndexNotFound: A file is missing.
        StoreError: A file is damaged, an engine cannot open it, or there is no room for the copy.
    """
    lease = Lease(folder)
    try:
        check_changed_files(folder, files)
        stores = _open_here_or_copied(folder)
    except BaseException:
        lease.end()
        raise
    stores.lease = lease
    return stores


_VOCABULARY = "vocabulary.json"


def write_vocabulary(folder: Path, vocabulary: Vocabulary) -> None:
    """Write how the manuals spell their words into a generation's folder."""
    (folder / _VOCABULARY).write_text(vocabulary.model_dump_json(), encoding="utf-8")


class LateVocabulary:
    """The vocabulary of a generation, which is parsed when it is first asked for: a look-up by name needs none.

    An empty one, which mends nothing, where it was built without.
    """

    def __init__(self, folder: Path) -> None:
        """Read the file, which may be deleted then."""
        self._file = folder / _VOCABULARY
        try:
            self._content = self._file.read_bytes()
        except FileNotFoundError:
            self._content = b"{}"

    def __call__(self) -> Vocabulary:
        """Return it, the same each time. Raises StoreError where it is damaged."""
        return self._parsed

    @cached_property
    def _parsed(self) -> Vocabulary:
        try:
            parsed = Vocabulary.model_validate_json(self._content)
        except ValidationError as error:
            raise StoreError(f"{self._file}: is damaged ({first_problem(error)}). Build the index again.") from error
        self._content = b""
        return parsed


def _open_here_or_copied(folder: Path) -> Stores:
    paths = (folder, *folder.rglob("*"))
    if pipes := [path for path in paths if path.is_fifo()]:
        raise StoreError(f"{pipes[0]}: is a pipe, and no file of an index. Build the index again.")
    if not all(os.access(path, os.W_OK) for path in paths):
        return _open_copy(folder)
    try:
        return open_stores(folder)
    except StoreError as in_place:
        try:
            return _open_copy(folder)
        except StoreError:
            raise in_place from in_place.__cause__


def _open_copy(folder: Path) -> Stores:
    scratch: Path | None = None
    try:
        scratch = Path(tempfile.mkdtemp(prefix="graphrag-tools-"))
        # Bytes only: the modes of a folder that nobody may write to are not wanted here.
        copy = shutil.copytree(folder, scratch / folder.name, copy_function=shutil.copyfile)
        for path in (copy, *copy.rglob("*")):
            path.chmod(0o700)
        return open_stores(copy, scratch)
    except BaseException as error:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        if isinstance(error, OSError):
            raise StoreError(f"{folder}: is read-only, and its temporary copy cannot be made ({error}).") from error
        raise


def check_counts(place: object, stores: Stores, *, sections: int, items: int, passages: int | None) -> None:
    """Refuse stores that do not hold as many records as they should; None is a number that nobody noted.

    Raises:
        StoreError: A count differs.
    """
    expected = {
        "graph": (stores.graph.count(), items),
        "sections": (stores.sections.count(), sections),
        "vectors": (stores.vectors.count(), passages),
    }
    for store, (found, wanted) in expected.items():
        if wanted is not None and found != wanted:
            raise StoreError(
                f"{place}: the {store} store holds {found} records, expected {wanted}. Build the index again."
            )


_NEAR_KEPT = 4
"""Manuals whose names are kept ready to be compared."""


def _near_names(graph: GraphStore, manual: str | None) -> NearNames:
    return NearNames(graph.folded_names(manual) or [])


@dataclass(eq=False)
class Generation:
    """A generation opened for reading.

    Its stores are closed when nobody uses it any more, so that a reader may move on while others still search.
    """

    manifest: Manifest
    stores: Stores
    embeddings: Embeddings

    def __post_init__(self) -> None:
        weakref.finalize(self, self.stores.close)
        # Of the store alone: a cache that held the generation would keep its files open until garbage is collected.
        self._near_names = lru_cache(_NEAR_KEPT)(partial(_near_names, self.stores.graph))

    @cached_property
    def _languages(self) -> dict[str, str]:
        """Each manual's, by its id, in order."""
        return {info.id: info.language for info in self.manifest.manuals}

    @cached_property
    def names(self) -> ItemNames:
        """Every item's name, for look-up."""
        return ItemNames(self.stores.graph.named_items())

    @cached_property
    def search(self) -> HybridSearch:
        """Search over this generation, to be used no longer than the generation is held.

        It knows the stores and not the generation: if the two held each other, an outdated generation would keep its
        files open until garbage is collected.
        """
        stores = self.stores
        languages, info = self._languages, self.manifest.embeddings
        foreign = set(languages.values()) - {ENGLISH} if is_english_only(info.name) else ()
        words, vectors = searched_blocks(stores.blocks, stores.vectors, stores.questions)
        return HybridSearch(
            SearchedStores(stores.sections, words, vectors, stores.at_once, stores.graph),
            KnownEmbeddings(self.embeddings, foreign, info.as_minilm),
            stores.graph_of,
            stores.vocabulary,
            languages,
        )

    def check_manual(self, manual: str | None) -> None:
        """Raise ConfigError if there is no such manual; None stands for all."""
        if manual is not None and manual not in self._languages:
            raise ConfigError(f"manual {manual!r}: not in this index; it has {', '.join(self._languages)}.")

    def resolve(self, text: str, manual: str | None = None) -> NameMatch:
        """Return which items a text means. An exact id, path or name needs no table of all names."""
        for identifier in (text.strip(), text.strip().strip(QUOTES)):
            item = self.stores.graph.item(identifier)
            if item is not None and manual in (None, item.manual):
                return NameMatch((NamedItem(item.id, item.manual, item.name, item.menu_path),), 1)
        called = self.stores.graph.items_called
        if called("") is None:
            return self.names.resolve(text, manual)

        def held(folded: str) -> NamesHeld:
            return called(folded) or NamesHeld([], [])

        exact = exact_match(text, manual, held)
        if exact is None and (written := self.stores.vocabulary.as_written(text)) != text:
            exact = exact_match(written, manual, held)
        return exact or near_match(text, self._near_names(manual), lambda name: of_manual(held(name).by_name, manual))

    def graph(self, manual: str) -> MenuGraph:
        """Return a manual's graph, while it is used this stays open. Raises KeyError for an unknown manual."""
        graph = self.stores.graph.graph(manual)
        graph.held = self
        return graph

    def graph_of(self, item_id: str) -> MenuGraph:
        """Return the graph that an item belongs to. Raises KeyError for an unknown manual."""
        return self.graph(manual_of(item_id))

    def item(self, item_id: str) -> MenuItem:
        """Return an item. Raises KeyError for an unknown id."""
        return self.graph_of(item_id).item(item_id)
