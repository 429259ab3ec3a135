"""Turns at the cores: as many threads search files at a time as there are cores, the others wait.

With more, each takes the interpreter from those that are nearly done, and all are late.
"""

import functools
import os
import threading

from graphrag_tools.cores import usable_cores


def turn() -> threading.Semaphore:
    """Return what a thread holds while it searches: a block under it begins when a place is free.

    What may be under it is work alone, never a wait for another machine, nor a second turn.
    """
    return _places(os.getpid())


@functools.cache
def _places(_process: int) -> threading.Semaphore:
    # By process, because a place that a thread of the parent held at a fork is never given back in the child.
    return threading.Semaphore(usable_cores())
