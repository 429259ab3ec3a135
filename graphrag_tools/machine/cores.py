"""Count the machine's cores that this process may use."""

import os


def usable_cores() -> int:
    """Return their number, which may be less than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
