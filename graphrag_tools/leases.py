"""What keeps a generation on disk while somebody reads it: a shared lock on a file in its folder."""

import os
import shutil
import sys
from pathlib import Path

LEASE_NAME = ".in-use"


class Lease:
    """A reader's hold on a generation; the system ends it with the process at the latest."""

    def __init__(self, folder: Path) -> None:
        """Take it. A generation without a lease file, or on a disk without locks, is read without one."""
        self._descriptor: int | None = None
        try:
            self._descriptor = os.open(folder / LEASE_NAME, os.O_RDONLY)
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


def removed_unless_read(folder: Path) -> bool:
    """Remove a generation's folder, and return whether it is gone: not while somebody reads it."""
    descriptor: int | None = None
    try:
        descriptor = os.open(folder / LEASE_NAME, os.O_RDONLY)
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
