"""Turns at the cores: as many threads search files at a time as there are cores, four at most, the others wait.

With more, each takes the interpreter from those that are nearly done, and all are late.
"""

import functools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from graphrag_tools.machine.cores import usable_cores

PLACES = min(usable_cores(), 4)
"""Half of a search is done under the interpreter's lock: no number of cores does more than two at once."""
_LONGEST_WAIT = 10.0
"""Seconds. A place is lost where Ctrl-C comes just as it is taken, or a thread hangs on a dead disk: searches go on."""


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of the places while a block runs, which begins when one is free, or after ten seconds without.

    What may be under it is work alone, never a wait for another machine, nor a second turn.
    """
    places = _places(os.getpid())
    is_taken = places.acquire(timeout=_LONGEST_WAIT)
    try:
        yield
    finally:
        if is_taken:
            places.release()


@functools.cache
def _places(_process: int) -> threading.Semaphore:
    # By process, because a place that a thread of the parent held at a fork is never given back in the child.
    return threading.Semaphore(PLACES)
