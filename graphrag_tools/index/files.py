"""The files of a generation: recorded when it is built, checked when it is opened, kept while somebody reads them."""

import contextlib
import json
import os
import secrets
import shutil
import sys
import time
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from graphrag_tools.errors import IndexNotFound, StoreError
from graphrag_tools.index.manifest import WrittenFile
from graphrag_tools.machine.new_files import replacing
from graphrag_tools.stores.chroma import DATABASE, changing_ranges, check_growing_table

LEASE_NAME = ".in-use"
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
"""A pipe in the place of a lease file, in an index of somebody else, is not waited for."""
_CHECKED_NAME = ".checked"
_SETTLED_NS = 2_000_000_000
"""A file changed later than this before it was checked may change again without another time: clocks tick coarsely."""
_Stamp: TypeAlias = list[int | None]
_PIECE_BYTES = 1 << 20


def written_files(folder: Path) -> dict[str, WrittenFile]:
    """Return the files in a generation's folder, without the hidden ones, which are for an engine's own use."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): _written_file(path) for path in paths}


def check_files(folder: Path, expected: Mapping[str, WrittenFile]) -> None:
    """Refuse a generation that is not whole: an engine may answer from what is left, or crash the process.

    Raises:
        IndexNotFound: A file is missing.
        StoreError: A file is cut off, or not as it was written.
    """
    for name, written in expected.items():
        check_file(folder, name, written)


def check_changed_files(folder: Path, expected: Mapping[str, WrittenFile]) -> None:
    """Do the same, reading only those files that have been written to since they were last found whole.

    What was found is kept beside them, where that can be written. `check_files` says what is raised.
    """
    known = _read_stamps(folder)
    found: dict[str, _Stamp] = {}
    for name, written in expected.items():
        stamp = _stamp(folder / name, written)  # before it is read: what changes meanwhile is read again next time
        if stamp is None or stamp != known.get(name):
            check_file(folder, name, written)
        if stamp is not None:
            found[name] = stamp
    if found != known:
        _write_stamps(folder, found)


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


def _stamp(path: Path, written: WrittenFile) -> _Stamp | None:
    """Return what changes with each change of a file; None of one that may change unseen."""
    try:
        found = path.stat()
    except OSError:
        return None
    is_settled = max(found.st_mtime_ns, found.st_ctime_ns) < time.time_ns() - _SETTLED_NS
    if written.crc32 is None or not is_settled:
        return None
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, written.crc32]


def _read_stamps(folder: Path) -> dict[str, object]:
    try:
        stamps = json.loads((folder / _CHECKED_NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _write_stamps(folder: Path, stamps: Mapping[str, _Stamp]) -> None:
    # A folder that nobody may write to is read whole each time.
    with contextlib.suppress(OSError), replacing(folder / _CHECKED_NAME, f".{secrets.token_hex(4)}") as file:
        file.write(json.dumps(stamps).encode())


class Lease:
    """A reader's hold on a generation; the system ends it with the process at the latest."""

    def __init__(self, folder: Path) -> None:
        """Take it. A generation without a lease file, or on a disk without locks, is read without one."""
        self._descriptor: int | None = None
        try:
            self._descriptor = os.open(folder / LEASE_NAME, _READING)
            _lock(self._descriptor, alone=False)
        except OSError:  # also where a build is deleting the folder: its files are then missed
            self.end()

    def end(self) -> None:
        """Give it up. A second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def make_leasable(folder: Path) -> None:
    """Make the file that readers of this generation hold."""
    (folder / LEASE_NAME).touch()


def delete_unless_read(folder: Path) -> bool:
    """Delete a generation's folder, and return whether it is gone: not while somebody reads it."""
    descriptor: int | None = None
    try:
        descriptor = os.open(folder / LEASE_NAME, _READING)
        _lock(descriptor, alone=True)
    except FileNotFoundError:
        pass  # one of an earlier version, or only half written
    except OSError:
        _close(descriptor)
        return False
    # The descriptor stays open until the folder is gone, so that nobody takes a lease meanwhile.
    shutil.rmtree(folder, ignore_errors=True)
    _close(descriptor)
    return not folder.exists()


def _lock(descriptor: int, *, alone: bool) -> None:
    if sys.platform != "win32":  # Windows deletes no file that is open, and needs no lease
        import fcntl

        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)


def _close(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


def _written_file(path: Path) -> WrittenFile:
    size = path.stat().st_size
    if path.name != DATABASE:
        return WrittenFile(size=size, crc32=_checksum(path, size))
    changing = changing_ranges(path)
    return WrittenFile(size=size, crc32=None, changing=changing, rest_crc32=_checksum(path, size, changing))


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
