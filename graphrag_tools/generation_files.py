"""The files of a generation: recorded when it is built, checked whenever it is opened."""

import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from graphrag_tools.errors import IndexNotFound, StoreError
from graphrag_tools.manifest import WrittenFile
from graphrag_tools.stores.chroma_file import DATABASE, changing_ranges, check_growing_table

_PIECE_BYTES = 1 << 20


def written_files(folder: Path) -> dict[str, WrittenFile]:
    """Return the files in a generation's folder, without the hidden ones, which are for an engine's own use."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): _written_file(path) for path in paths}


def _written_file(path: Path) -> WrittenFile:
    size = path.stat().st_size
    if path.name != DATABASE:
        return WrittenFile(size=size, crc32=_checksum(path, size))
    changing = changing_ranges(path)
    return WrittenFile(size=size, crc32=None, changing=changing, rest_crc32=_checksum(path, size, changing))


def check_files(folder: Path, expected: Mapping[str, WrittenFile]) -> None:
    """Refuse a generation that is not whole: an engine may answer from what is left, or crash the process.

    Raises:
        IndexNotFound: A file is missing.
        StoreError: A file is cut off, or not as it was written.
    """
    for name, written in expected.items():
        check_file(folder, name, written)


def check_file(folder: Path, name: str, written: WrittenFile) -> None:
    """Refuse one file of a generation; `check_files` says what is raised."""
    path = folder / name
    if not path.is_file():
        raise IndexNotFound(f"{folder}: {name} is missing; part of the index was deleted. Build it again.")
    if (size := path.stat().st_size) < written.size:
        raise StoreError(f"{path}: is cut off, {size} of {written.size} bytes. Build the index again.")
    if written.crc32 not in (None, _checksum(path, size)):
        raise _damaged(path)
    if written.rest_crc32 is not None:
        if written.rest_crc32 != _checksum(path, written.size, written.changing):
            raise _damaged(path)
        check_growing_table(path)


def _damaged(path: Path) -> StoreError:
    return StoreError(f"{path}: is damaged, its checksum has changed. Build the index again.")


def _checksum(path: Path, size: int, without: Iterable[tuple[int, int]] = ()) -> int:
    """Return the CRC-32 of the first `size` bytes, with zeros in the ranges to leave out."""
    checksum, at = 0, 0
    try:
        with path.open("rb") as file:
            while piece := bytearray(file.read(min(_PIECE_BYTES, size - at))):
                for start, end in without:
                    first, last = max(start - at, 0), min(end - at, len(piece))
                    if first < last:
                        piece[first:last] = bytes(last - first)
                checksum = zlib.crc32(piece, checksum)
                at += len(piece)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror}).") from error
    return checksum
