"""One builder at a time: the lock on an index folder, and who holds it."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError

from graphrag_tools.errors import ConfigError, IndexLocked, IndexNotFound
from graphrag_tools.index.manifest import CACHE_NAME, GENERATIONS, LOCK_NAME, MANIFEST_NAME, read_manifest

# Not in the lock file itself, which each attempt to take the lock empties.
HOLDER_NAME = "build.holder"
_OURS = re.compile("|".join(map(re.escape, (LOCK_NAME, HOLDER_NAME, MANIFEST_NAME, CACHE_NAME, GENERATIONS))))
"""How names begin of what a build writes, deletes or makes a file beside: whoever made the index may have put links."""


class _Holder(BaseModel):
    """The process that builds; the file of a killed one stays until the next build."""

    pid: int
    host: str
    since: datetime


@contextmanager
def build_lock(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of an index folder, which is made where there is none; with `wait`, as soon as it is free.

    Raises:
        ConfigError: The folder holds something else, or links in the place of what a build writes.
        IndexMismatch: It holds an index of a newer format.
        IndexLocked: Another build is at work there.
    """
    _check_is_index_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK_NAME)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout as error:
        raise IndexLocked(
            f"{folder}: another build is at work there{_holder(folder)}. Wait until it ends, then build again."
        ) from error
    holder = folder / HOLDER_NAME
    try:
        now = datetime.now(UTC).replace(microsecond=0)
        holder.write_text(_Holder(pid=os.getpid(), host=socket.gethostname(), since=now).model_dump_json())
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        found = _Holder.model_validate_json((folder / HOLDER_NAME).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError):
        return ""
    return f" (process {found.pid} on {found.host}, since {found.since:%Y-%m-%d %H:%M:%S} UTC)"


def _check_is_index_folder(folder: Path) -> None:
    if folder.is_file():
        raise ConfigError(f"{folder}: is a file; expected a folder for the index.")
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if links := [name for name in found if _OURS.match(name) and (folder / name).is_symlink()]:
        raise ConfigError(f"{folder}: {links[0]!r} is a link; a build would write to where it leads. Delete the link.")
    # An index.json is a common name; the lock is there since the first build began, though it may not be copied.
    if not _holds_an_index(folder) and found and LOCK_NAME not in found:
        raise ConfigError(f"{folder}: holds {found[0]!r} and no index; expected an index, or an empty or new folder.")


def _holds_an_index(folder: Path) -> bool:
    try:
        read_manifest(folder)
    except IndexNotFound:
        return False
    return True
