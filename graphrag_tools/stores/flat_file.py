"""The file of the flat vector store, which is replaced whole, in one step.

Two lines of text and five arrays: what it is and its format; a header in JSON behind its checksum; then the rows, the
inverse of their lengths, where each key ends, the keys, and of many rows the signs. Each begins at 64 bytes.
"""

import json
import mmap
import tempfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import StoreError
from graphrag_tools.machine.new_files import replacing

FILE = "vectors.flat"
Floats: TypeAlias = NDArray[np.float32]
_Bytes: TypeAlias = NDArray[np.uint8]
_FORMAT = 1
_WHAT = b"graphrag-tools flat vectors "
_ALIGNED = 64
_HIGHEST = 32_767
_LEAST = 1e-30
"""A vector of smaller numbers is taken for zero."""
_BATCH = 1_024


@dataclass(frozen=True)
class Table:
    """The content of a file: rows as whole numbers, those of each manual from one row to another.

    `ends` says where each row's key ends in `keys`; `signs` has a row of 64-bit words for each 64 numbers, or none.
    """

    dimension: int
    manuals: Mapping[str, tuple[int, int]]
    rows: NDArray[np.int16]
    inverse_lengths: Floats
    ends: NDArray[np.int64]
    keys: _Bytes
    signs: NDArray[np.uint64]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @cached_property
    def places(self) -> dict[str, int]:
        """The row of each key."""
        return {key: at for at, key in enumerate(self.keys_of(range(self.count)))}

    def key(self, at: int) -> str:
        """Return the key of a row."""
        return self.keys_of([at])[0]

    def keys_of(self, places: Sequence[int]) -> list[str]:
        """Return the keys of some rows."""
        at = np.asarray(places, dtype=np.intp)
        starts, ends = np.where(at > 0, self.ends[at - 1], 0).tolist(), self.ends[at].tolist()
        content = self.keys.data
        return [str(content[start:end], "utf-8") for start, end in zip(starts, ends, strict=True)]

    def range_of(self, manual: str | None) -> tuple[int, int]:
        """Return from where to where a manual's rows are, or all; none for an unknown one."""
        return (0, self.count) if manual is None else self.manuals.get(manual, (0, 0))

    def unit_row(self, at: int) -> Floats:
        """Return a row as a vector of length one; one of zeros stays."""
        unit: Floats = self.rows[at] * self.inverse_lengths[at]
        return unit


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one manual that stand or are to stand together, with their keys."""

    manual: str
    keys: bytes
    """One behind the other."""
    key_lengths: NDArray[np.int64]
    rows: NDArray[np.int16]


class Spool:
    """A nameless file in which rows wait until all are known, so that they need not be held."""

    def __init__(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=file.parent)  # noqa: SIM115  # closed by `close`
        except OSError as error:
            raise failed(file, error) from error
        self._waiting: list[tuple[str, list[bytes], tuple[int, int]]] = []
        self.dimension = 0

    def add(self, manual: str, keys: list[bytes], vectors: Sequence[Vector]) -> None:
        """Add vectors. Raises ValueError where one is not finite or has another dimension than those before."""
        for start in range(0, len(vectors), _BATCH):
            floats = _as_floats(vectors[start : start + _BATCH])
            if self.dimension not in (0, floats.shape[1]):
                raise ValueError(_several({self.dimension, floats.shape[1]}))
            self.dimension = floats.shape[1]
            self._file.write(quantised(floats).tobytes())
        self._waiting.append((manual, keys, (self._file.tell(), len(vectors))))

    def pieces(self) -> dict[str, list[Piece]]:
        """Return what was added, by manual, its rows as they stand in the file."""
        found: dict[str, list[Piece]] = {}
        self._file.flush()
        for manual, keys, (end, count) in self._waiting:
            shape = (count, self.dimension)
            start = end - 2 * count * self.dimension
            rows = np.memmap(self._file, dtype=np.int16, mode="r", offset=start, shape=shape)
            lengths = np.array([len(key) for key in keys], dtype=np.int64)
            found.setdefault(manual, []).append(Piece(manual, b"".join(keys), lengths, rows))
        return found

    def close(self) -> None:
        """Let go of the file, which is gone then."""
        self._file.close()


def pieces_of(table: Table) -> dict[str, list[Piece]]:
    """Return the rows of a table by manual."""
    found: dict[str, list[Piece]] = {}
    for manual, (start, stop) in table.manuals.items():
        ends = np.concatenate(([table.ends[start - 1] if start else 0], table.ends[start:stop]))
        keys = table.keys[ends[0] : ends[-1]].tobytes()
        found[manual] = [Piece(manual, keys, np.diff(ends), table.rows[start:stop])]
    return found


def packed_signs(rows: NDArray[Any]) -> NDArray[np.uint64]:
    """Return which numbers of each row are above zero, a bit each: words of 64 by rows."""
    wide = np.zeros((len(rows), _words(rows.shape[1]) * 64), dtype=np.bool_)
    wide[:, : rows.shape[1]] = rows > 0
    packed: NDArray[np.uint64] = np.ascontiguousarray(np.packbits(wide, axis=1).view(np.uint64).T)
    return packed


def write_table(file: Path, pieces: Sequence[Piece], *, with_signs: int) -> None:
    """Write a file beside the one that is there, then put it in its place; with signs if it has more rows than that.

    The pieces of one manual have to follow each other.

    Raises:
        StoreError: The disk is full or read-only.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as out:
            _write(out, pieces, with_signs)
    except OSError as error:
        raise failed(file, error) from error


def read_table(file: Path, *, mapped: bool = True) -> Table:
    """Return what a file holds, by a map of it or read whole; an empty table where there is none.

    Raises:
        StoreError: It is damaged, of a newer format, or cannot be read.
    """
    try:
        with file.open("rb") as opened:
            what = opened.readline(_ALIGNED)
            _check_format(file, what)
            header = opened.readline()
            content = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if mapped else file.read_bytes()
        shape, manuals = _read_header(header)
        arrays = list(shape.arrays(np.frombuffer(content, dtype=np.uint8), len(what) + len(header)))
    except FileNotFoundError:
        arrays = list(_Shape(0, 0, 0, has_signs=False).arrays(np.empty(0, np.uint8), 0))
        return Table(0, {}, *arrays)
    except OSError as error:
        raise failed(file, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{file}: is cut off or damaged ({error}). Build the index again.") from error
    return Table(shape.dimension, manuals, *arrays)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The sizes of a file's arrays."""

    dimension: int
    rows: int
    key_bytes: int
    has_signs: bool

    def arrays(self, content: _Bytes, start: int) -> Iterator[NDArray[Any]]:
        """Yield the arrays that begin at a byte. Raises ValueError if the content is shorter or longer than they."""
        kinds: list[tuple[type[np.generic], tuple[int, ...]]] = [
            (np.int16, (self.rows, self.dimension)),
            (np.float32, (self.rows,)),
            (np.int64, (self.rows,)),
            (np.uint8, (self.key_bytes,)),
        ]
        if self.has_signs:
            kinds.append((np.uint64, (_words(self.dimension), self.rows)))
        end = start
        for kind, shape in kinds:
            begin = end + -end % _ALIGNED
            end = begin + int(np.prod(shape)) * np.dtype(kind).itemsize
            yield content[begin:end].view(kind).reshape(shape)
        if end != len(content):
            raise ValueError(f"it has {len(content)} bytes, expected {end}")
        if not self.has_signs:
            yield np.empty((0, self.rows), dtype=np.uint64)


def _write(out: IO[bytes], pieces: Sequence[Piece], with_signs: int) -> None:
    ends = np.cumsum(np.concatenate([np.empty(0, np.int64), *(piece.key_lengths for piece in pieces)]))
    dimension = max((piece.rows.shape[1] for piece in pieces), default=0)
    has_signs = len(ends) > with_signs
    keys = b"".join(piece.keys for piece in pieces)
    out.write(_head(_Shape(dimension, len(ends), len(keys), has_signs), _ranges(pieces)))
    lengths = [np.empty(0, dtype=np.float32)]
    signs: list[NDArray[np.uint64]] = []
    for piece in pieces:
        for start in range(0, len(piece.rows), _BATCH):
            rows = piece.rows[start : start + _BATCH]
            lengths.append(_inverse_lengths(rows))
            if has_signs:
                signs.append(packed_signs(rows))
            out.write(rows.tobytes())
    words = [np.concatenate(signs, axis=1).tobytes()] if signs else []
    for array in (np.concatenate(lengths).tobytes(), ends.tobytes(), keys, *words):
        out.write(bytes(-out.tell() % _ALIGNED))
        out.write(array)


def _ranges(pieces: Sequence[Piece]) -> dict[str, tuple[int, int]]:
    ranges: dict[str, tuple[int, int]] = {}
    at = 0
    for piece in pieces:
        ranges[piece.manual] = (ranges.get(piece.manual, (at, at))[0], at + len(piece.rows))
        at += len(piece.rows)
    return ranges


def _as_floats(vectors: Sequence[Vector]) -> Floats:
    dimensions = {len(vector) for vector in vectors}
    if len(dimensions) > 1:
        raise ValueError(_several(dimensions))
    floats = np.asarray(vectors, dtype=np.float32)
    if not np.isfinite(floats).all():
        raise ValueError("found a vector with a number that is not finite")
    return floats


def _several(dimensions: Collection[int]) -> str:
    return f"found vectors of several dimensions ({', '.join(map(str, sorted(dimensions)))}), expected one"


def _head(shape: _Shape, manuals: Mapping[str, tuple[int, int]]) -> bytes:
    header = {"dimension": shape.dimension, "rows": shape.rows, "key_bytes": shape.key_bytes, "signs": shape.has_signs}
    document = json.dumps({**header, "manuals": manuals}).encode()
    lines = b"%s%d\n%08x %s" % (_WHAT, _FORMAT, zlib.crc32(document), document)
    return lines + b" " * (-(len(lines) + 1) % _ALIGNED) + b"\n"


def _read_header(line: bytes) -> tuple[_Shape, dict[str, tuple[int, int]]]:
    checksum, _, document = line.rstrip(b" \n").partition(b" ")
    if int(checksum, 16) != zlib.crc32(document):
        raise ValueError("the checksum of its header has changed")
    header = json.loads(document)
    shape = _Shape(header["dimension"], header["rows"], header["key_bytes"], header["signs"])
    return shape, {name: (start, stop) for name, (start, stop) in header["manuals"].items()}


def _check_format(file: Path, what: bytes) -> None:
    number = what.removeprefix(_WHAT).strip()
    if not what.startswith(_WHAT) or not number.isdigit():
        raise StoreError(f"{file}: is no file of vectors, or damaged. Build the index again.")
    if int(number) > _FORMAT:
        raise StoreError(
            f"{file}: vectors of format {int(number)}; this version reads up to {_FORMAT}. "
            "Upgrade graphrag-tools, or build the index again."
        )


def quantised(vectors: Floats) -> NDArray[np.int16]:
    """Return vectors as whole numbers up to the highest; those made of such rows come back as the same."""
    largest = np.abs(vectors).max(axis=1, initial=0.0, keepdims=True)
    scale = np.where(largest > _LEAST, _HIGHEST / np.maximum(largest, _LEAST), 0.0)
    return np.rint(vectors * scale).astype(np.int16)


def _inverse_lengths(rows: NDArray[np.int16]) -> Floats:
    lengths = np.sqrt(np.einsum("rd,rd->r", rows, rows, dtype=np.float64))
    inverse: Floats = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0).astype(np.float32)
    return inverse


def _words(dimension: int) -> int:
    return -(-dimension // 64)


def failed(file: Path, error: OSError) -> StoreError:
    """Return what the system says of a file, as an error of a store."""
    return StoreError(f"{file}: {error.strerror or error}. Is the disk full or read-only?")
