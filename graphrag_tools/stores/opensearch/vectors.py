"""The vector store on OpenSearch: nearest neighbours by cosine, in Lucene's graph of each segment."""

import base64
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import StoreError
from graphrag_tools.stores.flat_file import quantised
from graphrag_tools.stores.opensearch.indices import Document, GenerationIndex, hits_of
from graphrag_tools.stores.opensearch.mappings import document_id, vector_mapping
from graphrag_tools.stores.opensearch.words import KEYS_ALONE, MOST_HITS
from graphrag_tools.stores.protocols import Record, Scored

_FEWEST_WALKED = 400
"""Lucene's walk through its graph is as wide as what it is to find: of the nearest 200, .9998 on the S10 manual."""
_READ_AT_ONCE = 1_000
_LETTERS = {"passage": "v", "question_vector": "w"}
_FIELDS = {"passage": "vector", "question_vector": "question_vector"}
_UNKNOWN_FIELD = 0


class OpenSearchVectorStore:
    """Vectors of one kind in an index, of passages or of questions; as 16-bit numbers, which the flat file has too."""

    def __init__(self, index: GenerationIndex, kind: str = "passage") -> None:
        self._index = index
        self._kind = kind
        self._field = _FIELDS[kind]

    def write(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        """Add records with their vectors.

        Raises:
            StoreError: A vector has another dimension than the others, or the cluster refuses them.
        """
        if len(records) != len(vectors):
            raise StoreError(f"{self._index.name}: found {len(vectors)} vectors for {len(records)} records.")
        if not records:
            return
        if not self._dimension:
            self._index.put_mapping({self._field: vector_mapping(len(vectors[0]))})
            del self.__dict__["_dimension"]
        self._index.load(self._document(*pair) for pair in zip(records, vectors, strict=True))

    def search(self, vector: Vector, k: int, manual: str | None = None) -> list[Scored]:
        """Return the k nearest records, nearest first, scored by cosine; none for a vector of length zero."""
        body = self.body(vector, k, manual)
        return cosines(self._index.search(body, manual=manual)[0]) if body else []

    def body(self, vector: Vector, k: int, manual: str | None) -> dict[str, Any] | None:
        """Return a search as OpenSearch takes it; None where nothing can be near."""
        if not self._dimension or k < 1:
            return None
        wanted = np.asarray(vector, dtype=np.float32)
        self._check_dimension(wanted)
        if not wanted.any():
            return None
        within = {"filter": {"term": {"manual": manual}}} if manual is not None else {}
        walked = min(max(_FEWEST_WALKED, k), MOST_HITS)
        near = {"vector": wanted.tolist(), "k": walked, **within}
        return {"query": {"knn": {self._field: near}}, "size": min(k, MOST_HITS), **KEYS_ALONE}

    def vectors(self, keys: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors of some keys, of length one; one that is not there is left out."""
        found: dict[str, Vector] = {}
        for start in range(0, len(keys), _READ_AT_ONCE):
            wanted = keys[start : start + _READ_AT_ONCE]
            found |= self._some_vectors(wanted)
        return found

    def _some_vectors(self, keys: Sequence[str]) -> dict[str, Vector]:
        # By a query, because the manual of a key that is none of ours is not told by it.
        ids = [self._document_id(key) for key in keys]
        body = {"query": {"ids": {"values": ids}}, "size": len(ids), "_source": ["key", "packed"]}
        (answer,) = self._index.search(body)
        sources = [hit["_source"] for hit in hits_of(answer)]
        return {source["key"]: _unit(unpacked(source["packed"])) for source in sources}

    def count(self) -> int:
        """Return how many vectors there are."""
        return self._index.count(self._kind)

    def close(self) -> None:
        """Make visible to all what was written; the connections are the cluster's."""
        self._index.make_visible()

    @cached_property
    def _dimension(self) -> int:
        properties = self._index.properties()
        return int(properties[self._field]["dimension"]) if self._field in properties else _UNKNOWN_FIELD

    def _check_dimension(self, vector: NDArray[Any]) -> None:
        if vector.shape != (self._dimension,):
            raise StoreError(
                f"{self._index.name}: found a vector of dimension {vector.size}, expected {self._dimension}."
            )

    def _document_id(self, key: str) -> str:
        return document_id(f"{_LETTERS[self._kind]}:{key}")

    def _document(self, record: Record, vector: Vector) -> Document:
        wanted = np.asarray(vector, dtype=np.float32)
        self._check_dimension(wanted)
        # As the flat file rounds them, so that both have the same cosines.
        whole = quantised(wanted[None])[0]
        source = {
            "kind": self._kind,
            "key": record.key,
            "manual": record.manual,
            "number": self._index.number(self._kind, record.manual),
            "packed": base64.b64encode(whole.astype("<i2").tobytes()).decode(),
            # One of length zero has no cosine, and is refused.
            **({self._field: whole.tolist()} if whole.any() else {}),
        }
        return Document(f"{_LETTERS[self._kind]}:{record.key}", record.manual, source)


def cosines(answer: Mapping[str, Any]) -> list[Scored]:
    """Return the hits of an answer, with cosines in place of Lucene's scores, which are (1 + cosine) / 2."""
    return [
        Scored(hit["fields"]["key"][0], min(1.0, max(-1.0, 2.0 * float(hit["_score"]) - 1.0)))
        for hit in hits_of(answer)
    ]


def unpacked(text: str) -> NDArray[np.float32]:
    """Return a vector as it was stored."""
    return np.frombuffer(base64.b64decode(text), dtype="<i2").astype(np.float32)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.sqrt(np.einsum("d,d->", vector, vector, dtype=np.float64)))
    unit: NDArray[np.float32] = vector / np.float32(length or 1.0)
    return unit
