"""Vectors that were paid for once, kept by content and embeddings, so that a rebuild reuses them."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings import embedded
from graphrag_tools.errors import StoreError

_BATCH = 256


class EmbeddingCache:
    """A SQLite file beside the generations; what is in it survives a killed build."""

    def __init__(self, file: Path, identity: str) -> None:
        self._file = file
        self._identity = identity.encode()
        try:
            self._connection = sqlite3.connect(file)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        try:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        except sqlite3.Error as error:
            self.close()
            raise self._failed(error) from error

    def vectors(
        self, texts: Sequence[str], embeddings: Embeddings, progress: Callable[[int, int], None]
    ) -> list[list[float]]:
        """Return the vector of each text, embedding only those that are not cached, batch by batch."""
        found: list[list[float]] = []
        try:
            for start in range(0, len(texts), _BATCH):
                found.extend(self._batch(list(texts[start : start + _BATCH]), embeddings))
                progress(len(found), len(texts))
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return found

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _batch(self, texts: list[str], embeddings: Embeddings) -> list[list[float]]:
        keys = [hashlib.sha256(self._identity + b"\0" + text.encode()).digest() for text in texts]
        known = self._known(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            vectors = embedded(embeddings, list(missing.values()))
            fresh = dict(zip(missing, (np.asarray(vector, dtype=np.float32) for vector in vectors), strict=True))
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, vector.tobytes()) for key, vector in fresh.items()],
                )
            known |= fresh
        return [known[key].tolist() for key in keys]

    def _known(self, keys: list[bytes]) -> dict[bytes, "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
        with closing(self._connection.execute(query, keys)) as rows:
            return {key: np.frombuffer(vector, dtype=np.float32) for key, vector in rows}

    def _failed(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"{self._file}: SQLite says {str(error)!r}. Is the disk full or read-only? The file is only a cache: "
            "if it is damaged, delete it."
        )
