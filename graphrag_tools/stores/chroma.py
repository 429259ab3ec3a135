"""The vector store on embedded Chroma: cosine, one collection, its own folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import ChromaError

from graphrag_tools.errors import StoreError
from graphrag_tools.stores.protocols import Record, Scored

_COLLECTION = "blocks"
_BATCH = 5_000  # chromadb 1.5.9 takes at most 5,461 records a call
_SEARCH_WIDTH = 200  # candidates that the HNSW walk keeps; the default of 100 is below what a search asks for


class ChromaVectorStore:
    """Vectors of blocks; Chroma's own embedding function is never used, nothing is sent anywhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._engine_errors():
            settings = Settings(anonymized_telemetry=False, allow_reset=False)
            self._client = chromadb.PersistentClient(str(folder), settings=settings)
            self._collection = self._client.get_or_create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": _SEARCH_WIDTH}},
            )

    def write(self, records: Sequence[Record], vectors: Sequence[Sequence[float]]) -> None:
        """Add records with their vectors, in batches that Chroma takes."""
        with self._engine_errors():
            for start in range(0, len(records), _BATCH):
                batch = records[start : start + _BATCH]
                self._collection.add(
                    ids=[record.key for record in batch],
                    embeddings=np.asarray(vectors[start : start + _BATCH], dtype=np.float32),
                    metadatas=[{"manual": record.manual} for record in batch],
                )

    def search(self, vector: Sequence[float], k: int, manual: str | None = None) -> list[Scored]:
        """Return the k nearest records, nearest first, scored by cosine."""
        where: Any = {"manual": manual} if manual is not None else None
        with self._engine_errors():
            found = self._collection.query(
                query_embeddings=np.asarray([vector], dtype=np.float32),
                n_results=max(1, min(k, self._collection.count())),
                where=where,
                include=["distances"],
            )
        distances = (found["distances"] or [[]])[0]
        return [Scored(key, 1.0 - distance) for key, distance in zip(found["ids"][0], distances, strict=True)]

    def count(self) -> int:
        """Return how many vectors there are."""
        with self._engine_errors():
            return self._collection.count()

    def close(self) -> None:
        """Let Chroma release the folder."""
        self._client.close()  # type: ignore[attr-defined]  # not in the client's declared interface

    @contextmanager
    def _engine_errors(self) -> Iterator[None]:
        try:
            yield
        except (ChromaError, OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"{self._folder}: Chroma says {error}. Is the disk full or a file damaged?") from error
