"""The vector store on embedded Chroma: cosine, one collection, its own folder."""

import itertools
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import StoreError
from graphrag_tools.stores.errors import engine_errors
from graphrag_tools.stores.protocols import Record, Scored

# Chroma loads when a store is opened: who only checks the files of an index needs none of its 500 modules.
if TYPE_CHECKING:
    import chromadb

_COLLECTION = "blocks"
_BATCH = 5_000  # chromadb 1.5.9 takes at most 5,461 records a call
_SEARCH_WIDTH = 200  # candidates that the HNSW walk keeps; the default of 100 is below what a search asks for
# By default the last 1,000 vectors stay in a log, and each reader writes an HNSW file anew to hold them: two readers at
# once, or a killed one, then leave it cut off (`test_several_processes_may_open_an_index_at_once`).
_LOGGED_VECTORS = 1
_CONFIGURATION: Any = {
    "hnsw": {
        "space": "cosine",
        "ef_search": _SEARCH_WIDTH,
        "batch_size": _LOGGED_VECTORS,
        "sync_threshold": _LOGGED_VECTORS,
    }
}
_OPENINGS = itertools.count(1)


DATABASE = "chroma.sqlite3"
_GROWING_TABLE = "acquire_write"
# Of SQLite's file header: the change counter and size in pages, and the change that the version number is valid for.
_CHANGING_HEADER = ((24, 32), (92, 100))


class ChromaVectorStore:
    """Vectors of blocks; Chroma's own embedding function is never used, nothing is sent anywhere.

    Chroma writes a row into its SQLite file whenever it opens one, so that the folder has to be writable.
    """

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        self._folder = folder
        self._count: int | None = None
        fresh = not (folder / "chroma.sqlite3").exists()
        with self._engine_errors():
            settings = Settings(anonymized_telemetry=False, allow_reset=False)
            self._client = chromadb.PersistentClient(_own_spelling(folder), settings=settings)
            try:
                self._collection = self._new_collection() if fresh else self._written_collection()
            except BaseException:
                self.close()
                raise

    def write(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        """Add records with their vectors, in batches that Chroma takes."""
        self._count = None
        with self._engine_errors():
            for start in range(0, len(records), _BATCH):
                batch = records[start : start + _BATCH]
                self._collection.add(
                    ids=[record.key for record in batch],
                    embeddings=np.asarray(vectors[start : start + _BATCH], dtype=np.float32),
                    metadatas=[{"manual": record.manual} for record in batch],
                )

    def search(self, vector: Vector, k: int, manual: str | None = None) -> list[Scored]:
        """Return the k nearest records, nearest first, scored by cosine."""
        where: Any = {"manual": manual} if manual is not None else None
        with self._engine_errors():
            found = self._collection.query(
                query_embeddings=np.asarray([vector], dtype=np.float32),
                n_results=max(1, min(k, self.count())),
                where=where,
                include=["distances"],
            )
        distances = (found["distances"] or [[]])[0]
        return [Scored(key, 1.0 - distance) for key, distance in zip(found["ids"][0], distances, strict=True)]

    def vectors(self, keys: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors of some keys; one that is not there is left out."""
        if not keys:
            return {}
        with self._engine_errors():
            found = self._collection.get(ids=list(keys), include=["embeddings"])
        vectors: Any = found["embeddings"]
        return dict(zip(found["ids"], vectors, strict=True))

    def count(self) -> int:
        """Return how many vectors there are."""
        # Chroma counts rows, which takes longer than a search; one that is only read does not change.
        if self._count is None:
            with self._engine_errors():
                self._count = self._collection.count()
        return self._count

    def close(self) -> None:
        """Let Chroma release the folder."""
        self._client.close()  # type: ignore[attr-defined]  # not in the client's declared interface

    def _new_collection(self) -> "chromadb.Collection":
        return self._client.create_collection(_COLLECTION, embedding_function=None, configuration=_CONFIGURATION)

    def _written_collection(self) -> "chromadb.Collection":
        return self._client.get_collection(_COLLECTION, embedding_function=None)

    def _engine_errors(self) -> AbstractContextManager[None]:
        from chromadb.errors import ChromaError

        return engine_errors(self._folder, "Chroma", ChromaError, OSError, RuntimeError, ValueError)


def _own_spelling(folder: Path) -> str:
    """Return the folder's path, spelled as no other store of this process spells it.

    chromadb 1.5.9 shares one engine among all clients with one spelling, also one that failed to start or
    whose folder was deleted and written anew (`test_folder_deleted_and_built_anew_while_the_old_is_open`).
    """
    return str(folder) + "".join("/." if bit == "1" else "/" for bit in f"{next(_OPENINGS):b}")


def compact(file: Path) -> None:
    """Leave no free page in the file, which the growing table would take and so change within the file.

    Raises:
        StoreError: The disk is full or read-only, or the file damaged.
    """
    with _sqlite_errors(file), closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("VACUUM")


def changing_ranges(file: Path) -> tuple[tuple[int, int], ...]:
    """Return from where to where, in bytes, a compacted file may change; it may also grow at its end.

    Raises:
        StoreError: The file is damaged.
    """
    with _sqlite_errors(file), closing(_read_only(file)) as connection:
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        roots = [root for (root,) in connection.execute(query, (_GROWING_TABLE,))]
    return (*_CHANGING_HEADER, *(((root - 1) * page_size, root * page_size) for root in roots))


def check_growing_table(file: Path) -> None:
    """Refuse a file whose growing table is damaged: a row added to it might be written over something else.

    Raises:
        StoreError: The table is damaged.
    """
    with _sqlite_errors(file), closing(_read_only(file)) as connection:
        found = connection.execute(f"PRAGMA integrity_check({_GROWING_TABLE})").fetchall()
    if found != [("ok",)]:
        raise StoreError(f"{file}: is damaged ({found[0][0]}). Build the index again.")


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _sqlite_errors(file: Path) -> AbstractContextManager[None]:
    return engine_errors(file, "SQLite", sqlite3.Error)
