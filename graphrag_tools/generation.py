"""One generation of an index: its stores, opened together, and what is read from them."""

import os
import shutil
import tempfile
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from langchain_core.embeddings import Embeddings

from graphrag_tools.errors import ConfigError, IndexNotFound, StoreError
from graphrag_tools.graph import MenuGraph, MenuItem
from graphrag_tools.manifest import Manifest, WrittenFile
from graphrag_tools.names import ItemNames
from graphrag_tools.search import HybridSearch
from graphrag_tools.stores.protocols import GraphStore, LexicalStore, VectorStore
from graphrag_tools.stores.questions import QuestionStores, open_questions, searched_blocks

_GRAPHS_KEPT = 4
# Chroma writes a row into its SQLite file whenever it opens it.
_WRITTEN_WHILE_READ = ("vectors/chroma.sqlite3", "questions/vectors/chroma.sqlite3")
_PIECE_BYTES = 1 << 20


@dataclass(slots=True)
class Stores:
    """The stores of a generation; `scratch` is the copy that they read, where they need one."""

    graph: GraphStore
    sections: LexicalStore
    blocks: LexicalStore
    vectors: VectorStore
    scratch: Path | None = None
    questions: QuestionStores | None = None

    def close(self) -> None:
        """Let go of files and memory. A second call does nothing."""
        self.graph.close()
        self.vectors.close()
        if self.questions is not None:
            self.questions.close()
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)


def open_stores(folder: Path, scratch: Path | None = None) -> Stores:
    """Open the stores in a generation's folder, making them where there are none.

    The folder has to be writable, even for reading. `scratch` is what closing them removes.

    Raises:
        StoreError: An engine cannot open its files.
    """
    from graphrag_tools.stores.chroma import ChromaVectorStore
    from graphrag_tools.stores.sqlite import SqliteGraphStore
    from graphrag_tools.stores.tantivy import TantivyLexicalStore

    graph = SqliteGraphStore(folder / "graph.sqlite")
    try:
        return Stores(
            graph=graph,
            sections=TantivyLexicalStore(folder / "lexical" / "sections"),
            blocks=TantivyLexicalStore(folder / "lexical" / "blocks"),
            vectors=ChromaVectorStore(folder / "vectors"),
            scratch=scratch,
            questions=open_questions(folder),
        )
    except BaseException:
        graph.close()
        raise


def open_stores_for_reading(folder: Path) -> Stores:
    """Open the stores of a whole generation, from a temporary copy where its disk is read-only or full.

    To read, Tantivy takes a lock file, and Chroma writes a row into its SQLite file.

    Raises:
        StoreError: An engine cannot open its files, or there is no room for the copy.
    """
    if not all(os.access(path, os.W_OK) for path in (folder, *folder.rglob("*"))):
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


def written_files(folder: Path) -> dict[str, WrittenFile]:
    """Return the files in a generation's folder, without the hidden ones, which are for an engine's own use."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): _written_file(path, folder) for path in paths}


def _written_file(path: Path, folder: Path) -> WrittenFile:
    changes = path.relative_to(folder).as_posix() in _WRITTEN_WHILE_READ
    return WrittenFile(size=path.stat().st_size, crc32=None if changes else _checksum(path))


def check_files(folder: Path, expected: Mapping[str, WrittenFile]) -> None:
    """Refuse a generation that is not whole: an engine may answer from what is left, or crash the process.

    Raises:
        IndexNotFound: A file is missing.
        StoreError: A file is cut off, or not as it was written.
    """
    for name, written in expected.items():
        path = folder / name
        if not path.is_file():
            raise IndexNotFound(f"{folder}: {name} is missing; part of the index was deleted. Build it again.")
        if (size := path.stat().st_size) < written.size:
            raise StoreError(f"{path}: is cut off, {size} of {written.size} bytes. Build the index again.")
        if written.crc32 not in (None, _checksum(path)):
            raise StoreError(f"{path}: is damaged, its checksum has changed. Build the index again.")


def check_counts(folder: Path, stores: Stores, *, sections: int, items: int, blocks: int) -> None:
    """Refuse stores that do not hold as many records as they should.

    Raises:
        StoreError: A count differs.
    """
    expected = {
        "graph": (stores.graph.count(), items),
        "sections": (stores.sections.count(), sections),
        "blocks": (stores.blocks.count(), blocks),
        "vectors": (stores.vectors.count(), blocks),
    }
    for store, (found, wanted) in expected.items():
        if found != wanted:
            raise StoreError(
                f"{folder}: the {store} store holds {found} records, expected {wanted}. Build the index again."
            )


def _checksum(path: Path) -> int:
    checksum = 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                checksum = zlib.crc32(piece, checksum)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror}).") from error
    return checksum


@dataclass(eq=False)
class Generation:
    """A generation opened for reading. Graphs of manuals are cached, the last used few.

    Its stores are closed when nobody uses it any more, so that a reader may move on while others still search.
    """

    manifest: Manifest
    stores: Stores
    embeddings: Embeddings
    _graphs: OrderedDict[str, MenuGraph] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        weakref.finalize(self, self.stores.close)

    @cached_property
    def names(self) -> ItemNames:
        """Every item's name, for look-up."""
        return ItemNames(self.stores.graph.named_items())

    @cached_property
    def search(self) -> HybridSearch:
        """Search over this generation."""
        stores = self.stores
        whitening = self.manifest.coverage.whitening if self.manifest.coverage else None
        words, vectors = searched_blocks(stores.blocks, stores.vectors, stores.questions)
        return HybridSearch(stores.sections, words, vectors, self.embeddings, self.graph_of, whitening)

    def check_manual(self, manual: str | None) -> None:
        """Raise ConfigError if there is no such manual; None stands for all."""
        known = [info.id for info in self.manifest.manuals]
        if manual is not None and manual not in known:
            raise ConfigError(f"manual {manual!r}: not in this index; it has {', '.join(known)}.")

    def graph(self, manual: str) -> MenuGraph:
        """Return a manual's graph. Raises KeyError for an unknown manual."""
        graph = self._graphs.pop(manual, None) or self.stores.graph.graph(manual)
        self._graphs[manual] = graph
        while len(self._graphs) > _GRAPHS_KEPT:
            self._graphs.popitem(last=False)
        return graph

    def graph_of(self, item_id: str) -> MenuGraph:
        """Return the graph that an item belongs to. Raises KeyError for an unknown manual."""
        return self.graph(item_id.partition("/")[0])

    def item(self, item_id: str) -> MenuItem:
        """Return an item. Raises KeyError for an unknown id."""
        return self.graph_of(item_id).item(item_id)
