"""Keep vectors that were paid for once, by content and embeddings, so that a rebuild reuses them.

What the live generation has itself is dropped when a build is done: each vector stands once on the disk.
The file is only a cache: where it cannot be used, a build goes on without it and says so in the log.
"""

import hashlib
import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from graphrag_tools.embeddings.calls import embed_texts
from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.machine.plain_schema import connected
from graphrag_tools.progress import StageProgress

_BATCH = 256
_PRUNED_ABOVE = 5_000
_CHECKSUM_BYTES = 4
_FIRST = (
    "PRAGMA journal_mode=WAL",
    "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)",
)
_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""The second where the name of a damaged table stands in the message of the first."""
_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
Held = Callable[[Sequence[str]], Mapping[str, Vector]]
"""Returns those of some texts' vectors that are held elsewhere, by text."""


class EmbeddingCache:
    """A SQLite file beside the generations; what is in it survives a killed build."""

    def __init__(self, file: Path, identity: str, dimension: int | None = None) -> None:
        """`identity` is of the embeddings whose vectors these are; those of another `dimension` are made anew."""
        self._file = file
        self._dimension = dimension
        self._identity = identity.encode()
        self._used: set[bytes] = set()
        self._connection = self._opened()

    def vectors(
        self, texts: Sequence[str], embeddings: Embeddings, progress: StageProgress, held: Held | None = None
    ) -> list[NDArray[np.float32]]:
        """Return the vector of each text, embedding only those neither cached nor held elsewhere, batch by batch."""
        found: list[NDArray[np.float32]] = []
        for start in range(0, len(texts), _BATCH):
            found.extend(self._batch(list(texts[start : start + _BATCH]), embeddings, held))
            progress(len(found), len(texts))
        return found

    def missing(self, texts: Sequence[str]) -> set[str]:
        """Return those of the texts that have no vector here."""
        absent: set[str] = set()
        for start in range(0, len(texts), _BATCH):
            keys = {self._key(text): text for text in texts[start : start + _BATCH]}
            known = self._known(list(keys))
            absent.update(text for key, text in keys.items() if key not in known)
        return absent

    def put(self, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors by their texts, in one transaction."""
        rows = [(key, _sealed(key, vector)) for text, vector in vectors.items() for key in [self._key(text)]]

        def insert() -> None:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

        self._tried(insert, None)

    def drop(self, texts: Iterable[str]) -> None:
        """Drop the vectors of some texts, which are held elsewhere from now on."""

        def delete() -> None:
            before = self._connection.total_changes
            with self._connection:
                self._connection.executemany(
                    "DELETE FROM vectors WHERE key = ?", ((self._key(text),) for text in texts)
                )
            if self._connection.total_changes > before:
                self._connection.execute("VACUUM")

        self._tried(delete, None)

    def prune(self) -> None:
        """Drop what was not asked for since this was opened, if the file holds twice as many vectors, or 5,000 more.

        Until then they stay: a manual may come back.
        """

        def drop() -> None:
            (kept,) = self._connection.execute("SELECT count(*) FROM vectors").fetchone()
            if kept <= max(2 * len(self._used), len(self._used) + _PRUNED_ABOVE):
                return
            with self._connection:
                self._connection.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY)")
                self._connection.executemany("INSERT INTO used VALUES (?)", ((key,) for key in self._used))
                self._connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM used)")
                self._connection.execute("DROP TABLE used")
            self._connection.execute("VACUUM")

        self._tried(drop, None)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _batch(self, texts: list[str], embeddings: Embeddings, held: Held | None) -> list[NDArray[np.float32]]:
        keys = [self._key(text) for text in texts]
        known = self._known(keys)
        self._used.update(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        elsewhere = held(list(missing.values())) if held else {}
        for key, text in list(missing.items()):
            if text in elsewhere:
                known[key] = np.asarray(elsewhere[text], dtype=np.float32)
                del missing[key]
        if missing:
            vectors = embed_texts(embeddings, list(missing.values()))
            self.put(dict(zip(missing.values(), vectors, strict=True)))
            known |= {key: np.asarray(vector, dtype=np.float32) for key, vector in zip(missing, vectors, strict=True)}
        return [known[key] for key in keys]

    def _known(self, keys: list[bytes]) -> dict[bytes, NDArray[np.float32]]:
        def select() -> list[tuple[bytes, bytes]]:
            places = ",".join("?" * len(keys))
            query = f"SELECT key, vector FROM vectors WHERE key IN ({places})"  # noqa: S608  # nothing but "?"
            with closing(self._connection.execute(query, keys)) as rows:
                return rows.fetchall()

        # SQLite notices no changed bit in a value; what does not match its checksum is made anew.
        found: list[tuple[bytes, bytes]] = self._tried(select, [])
        read = {key: _unsealed(key, sealed) for key, sealed in found}
        return {
            key: vector for key, vector in read.items() if vector is not None and self._dimension in (None, len(vector))
        }

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(self._identity + b"\0" + text.encode()).digest()

    def _tried(self, work: Callable[[], _T], otherwise: _T) -> _T:
        """Do work on the file; where it fails, go on with an empty cache and return `otherwise`."""
        try:
            return work()
        except _ERRORS as error:
            self._connection.close()
            self._connection = self._anew(error)
            return otherwise

    def _opened(self) -> sqlite3.Connection:
        try:
            return connected(self._file, *_FIRST)
        except _ERRORS as error:
            return self._anew(error)

    def _anew(self, error: Exception) -> sqlite3.Connection:
        """Return an empty cache: in place of a damaged file, in memory where a whole one cannot be used."""
        _LOG.warning("%s: SQLite says %r; its vectors are made anew. It is only a cache.", self._file, str(error))
        # A file that is locked, full or read-only is an OperationalError; a damaged one is its parent class alone.
        if not isinstance(error, sqlite3.OperationalError):
            try:
                for name in (self._file.name, f"{self._file.name}-wal", f"{self._file.name}-shm"):
                    self._file.with_name(name).unlink(missing_ok=True)
                return connected(self._file, *_FIRST)
            except (OSError, *_ERRORS) as again:
                _LOG.warning("%s: cannot be replaced (%s); this build goes on without it.", self._file, again)
        return connected(":memory:", *_FIRST)


def _sealed(key: bytes, vector: Vector) -> bytes:
    return _with_checksum(key, np.asarray(vector, dtype=np.float32).tobytes())


def _unsealed(key: bytes, sealed: object) -> NDArray[np.float32] | None:
    """Return a vector, None where it is damaged, or somebody planted what is none."""
    if not isinstance(sealed, bytes) or sealed != _with_checksum(key, sealed[:-_CHECKSUM_BYTES]):
        return None
    content = sealed[:-_CHECKSUM_BYTES]
    if not content or len(content) % np.dtype(np.float32).itemsize:
        return None
    vector = np.frombuffer(content, dtype=np.float32)
    return vector if np.isfinite(vector).all() else None


def _with_checksum(key: bytes, content: bytes) -> bytes:
    return content + zlib.crc32(content, zlib.crc32(key)).to_bytes(_CHECKSUM_BYTES)
