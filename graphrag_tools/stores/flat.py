"""The flat vector store: rows of one manual together in a memory-mapped file, each compared with the question."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import StoreError
from graphrag_tools.stores.flat_file import (
    FILE,
    Floats,
    Piece,
    Spool,
    Table,
    failed,
    packed_signs,
    pieces_of,
    read_table,
    write_table,
)
from graphrag_tools.stores.kept import Kept
from graphrag_tools.stores.protocols import Batch, Record, Scored

EXACT_ROWS = 25_000
"""Up to here each row is compared; beyond, those whose signs are nearest: of 100,000 rows in a third of the time."""
_FEWEST_COMPARED = 8_192
_SHARE_COMPARED = 64
"""Of more rows, one in so many is compared: `python -m benchmarks.scale` prints the recall."""
_SAMPLED = 16
"""One distance in so many tells which are small."""
_BATCH, _SIGN_BATCH = 512, 32_768
"""Rows that are worked on at a time, few enough to stay in the processor's cache."""


class FlatVectorStore:
    """Vectors of blocks, each kept as 16-bit numbers; exact up to `EXACT_ROWS` rows of what is searched.

    Of more rows, those whose signs are nearest are compared: by Hamming distance, in which the larger half of the
    query's numbers counts twice. Threads, processes and their forks may share one; it is pickled as its place.
    """

    def __init__(self, folder: Path, kept: Kept | None = None) -> None:
        """Open what is in a folder; one without the file is empty, and what is kept of another comes into it first.

        Raises:
            StoreError: The file is damaged, of a newer format, or cannot be read.
        """
        self._folder = folder
        self._kept = None if (folder / FILE).exists() else kept
        self._table: Table | None = read_table(folder / FILE)

    def __reduce__(self) -> tuple[type["FlatVectorStore"], tuple[Path]]:
        """Pickle and copy as the place alone."""
        return FlatVectorStore, (self._folder,)

    def write(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        """Add records with their vectors; a key that is there keeps the vector it has. Each call rewrites the file.

        Raises:
            StoreError: A vector has another dimension than the others, or the disk is full or read-only.
        """
        self.write_all([(records, vectors)])

    def write_all(self, batches: Iterable[Batch]) -> None:
        """Add batches of records with their vectors, one after another, of which none is held.

        `write` says what is raised.
        """
        file = self._folder / FILE
        # Not as it is mapped: no system but POSIX replaces a file that is.
        before = read_table(file, mapped=False) if self._opened().count else self._opened()
        kept, self._kept = self._kept, None
        source = read_table(kept.folder / FILE) if kept else None
        with closing(Spool(file)) as spool:
            spool.dimension = before.dimension or (source.dimension if source else 0)
            try:
                self._spool(batches, set(before.places), spool)
            except ValueError as error:
                raise StoreError(f"{file}: {error}.") from error
            except OSError as error:
                raise failed(file, error) from error
            pieces = _in_order([pieces_of(before), _kept_pieces(source, kept), spool.pieces()], kept)
            self._table = None
            try:
                write_table(file, pieces, with_signs=EXACT_ROWS)
            finally:
                self._table = read_table(file)

    def _spool(self, batches: Iterable[Batch], known: set[str], spool: Spool) -> None:
        for records, vectors in batches:
            if len(records) != len(vectors):
                raise StoreError(f"{self._folder}: found {len(vectors)} vectors for {len(records)} records.")
            fresh: dict[str, tuple[list[bytes], list[Vector]]] = {}
            for record, vector in zip(records, vectors, strict=True):
                if record.key not in known:
                    known.add(record.key)
                    keys, rows = fresh.setdefault(record.manual, ([], []))
                    keys.append(record.key.encode())
                    rows.append(vector)
            for manual, (keys, rows) in fresh.items():
                spool.add(manual, keys, rows)

    def search(self, vector: Vector, k: int, manual: str | None = None) -> list[Scored]:
        """Return the k nearest records, nearest first, scored by cosine; of equal ones those of lower rows."""
        table = self._opened()
        start, stop = table.range_of(manual)
        if start == stop or k < 1:
            return []
        query = self._unit(vector, table.dimension)
        rows = _compared_rows(table, query, range(start, stop), k)
        cosines = _cosines(table, query, rows)
        lowest = np.partition(cosines, -k)[-k] if k < len(cosines) else cosines.min()
        near = np.flatnonzero(cosines >= lowest)
        best = near[np.argsort(-cosines[near], kind="stable")][:k].tolist()
        places = [int(rows[at]) for at in best]
        return [Scored(*found) for found in zip(table.keys_of(places), cosines[best].tolist(), strict=True)]

    def vectors(self, keys: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors of some keys, of length one; one that is not there is left out."""
        table = self._opened()
        return {key: table.unit_row(table.places[key]) for key in keys if key in table.places}

    def count(self) -> int:
        """Return how many vectors there are."""
        return self._opened().count

    def close(self) -> None:
        """Let go of the file, as soon as no search is at work in it."""
        self._table = None

    def _opened(self) -> Table:
        table = self._table
        if table is None:
            raise StoreError(f"{self._folder}: this vector store was closed. Open it again.")
        return table

    def _unit(self, vector: Vector, dimension: int) -> Floats:
        query = np.asarray(vector, dtype=np.float32)
        if query.shape != (dimension,):
            raise StoreError(f"{self._folder}: found a vector of dimension {query.size}, expected {dimension}.")
        length = float(np.sqrt(np.einsum("d,d->", query, query, dtype=np.float64)))
        unit: Floats = query / np.float32(length or 1.0)
        return unit


def _kept_pieces(source: Table | None, kept: Kept | None) -> dict[str, list[Piece]]:
    found = pieces_of(source) if source else {}
    return {manual: found[manual] for manual in kept.manuals if manual in found} if kept else {}


def _in_order(by_manual: Sequence[dict[str, list[Piece]]], kept: Kept | None) -> list[Piece]:
    """Return all pieces, those of one manual together: manuals as they are ordered, or as they came."""
    order = dict.fromkeys([*(kept.places if kept else ()), *chain.from_iterable(by_manual)])
    return [piece for manual in order for pieces in by_manual for piece in pieces.get(manual, ())]


def _compared_rows(table: Table, query: Floats, within: range, k: int) -> "range | NDArray[np.intp]":
    """Return all rows of a range, or those of a long one whose signs are nearest to the query's."""
    # At least as many as are sampled of these are found, because so many stand in the sample itself.
    compared = max(_FEWEST_COMPARED, _SAMPLED * k, len(within) // _SHARE_COMPARED)
    if len(within) <= max(EXACT_ROWS, compared) or not len(table.signs):
        return within
    distances = _sign_distances(table.signs[:, within.start : within.stop], query)
    counts = np.bincount(distances[::_SAMPLED])
    # A Python number: with one of NumPy's, each distance would be made as wide as it is first.
    reached = int(np.searchsorted(np.cumsum(counts), -(-compared // _SAMPLED)))
    near: NDArray[np.intp] = np.flatnonzero(distances <= reached) + within.start
    return near


def _sign_distances(signs: NDArray[np.uint64], query: Floats) -> NDArray[np.uint16]:
    """Return in how many signs each row differs from the query; where its number is a large one, that counts twice."""
    size = np.abs(query)
    own, large = packed_signs(query[None])[:, 0], packed_signs((size - np.median(size))[None])[:, 0]
    distances = np.zeros(signs.shape[1], dtype=np.uint16)
    for start in range(0, len(distances), _SIGN_BATCH):
        here = distances[start : start + _SIGN_BATCH]
        other, once = np.empty(len(here), dtype=np.uint64), np.empty(len(here), dtype=np.uint8)
        twice = np.empty_like(once)
        for word, of_query, counts_twice in zip(signs, own, large, strict=True):
            np.bitwise_xor(word[start : start + _SIGN_BATCH], of_query, out=other)
            np.bitwise_count(other, out=once)
            np.bitwise_and(other, counts_twice, out=other)
            # At most 64 and 64: one byte holds the sum.
            once += np.bitwise_count(other, out=twice)
            here += once
    return distances


def _cosines(table: Table, query: Floats, rows: "range | NDArray[np.intp]") -> Floats:
    """Return the cosine of each of the rows with a vector of length one."""
    cosines = np.empty(len(rows), dtype=np.float32)
    floats = np.empty((min(_BATCH, len(rows)), table.dimension), dtype=np.float32)
    for start in range(0, len(rows), _BATCH):
        # Taken batch by batch, because rows that lie apart would leave the processor's cache before they are used.
        at = rows[start : start + _BATCH]
        taken = slice(at.start, at.stop) if isinstance(at, range) else at
        batch = floats[: len(at)]
        # Of rows that lie apart, `take` has a way of its own, in half the time of an index.
        batch[:] = table.rows[taken] if isinstance(taken, slice) else table.rows.take(taken, axis=0)
        # Row by row: a matrix product's threads burn more than they save on so little.
        cosines[start : start + _BATCH] = np.vecdot(batch, query) * table.inverse_lengths[taken]
    clipped: Floats = np.clip(cosines, -1.0, 1.0)
    return clipped
