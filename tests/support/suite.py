"""The layout of a run of the tests: where their files are, and what several workers share or keep apart."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

_MEMORY_DISK = Path("/dev/shm")
_ROOM = 2 << 30


def use_memory_disk() -> None:
    """Let pytest make its temporary folders on a memory disk, where there is one with room that may run programs.

    The tests wait for the disk most of all, because each index that they build is flushed to it. Pytest numbers the
    folders and removes old ones there as it does elsewhere, so that several runs at once do not meet.
    """
    if not _MEMORY_DISK.is_dir() or not os.access(_MEMORY_DISK, os.W_OK):
        return
    runs_programs = not os.statvfs(_MEMORY_DISK).f_flag & getattr(os, "ST_NOEXEC", 0)
    if runs_programs and shutil.disk_usage(_MEMORY_DISK).free >= _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY_DISK))


def keep_bytecode() -> None:
    """Let Python keep what it compiles, also where PYTHONDONTWRITEBYTECODE says that it should not.

    Hundreds of tests start a process, and each would compile anew all that it imports, which takes as long again.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return this worker's own copy of the folder that `make` fills, which is called once for all workers."""
    shared = common_folder(factory, f"{name}-of-all")
    with FileLock(shared / "lock"):
        if not (shared / "made").exists():
            make(shared / "index")
            (shared / "made").touch()
    return Path(shutil.copytree(shared / "index", factory.mktemp(name) / "index"))


def common_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """Return the folder of a name that all workers of this run have in common."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    folder.mkdir(exist_ok=True)
    return folder


def in_one_worker(factory: pytest.TempPathFactory, name: str) -> None:
    """Fail the test if another worker of this run has said the same name."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    file = common_folder(factory, "in-one-worker") / name
    try:
        with file.open("x", encoding="utf-8") as made:
            made.write(worker)
    except FileExistsError:
        if (other := file.read_text(encoding="utf-8")) != worker:
            pytest.fail(f"{name} was started by {worker} and by {other}: the tests of its group were not kept together")
