"""Processes that tests start: none outlives its test, and none is waited for without an end."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

HANG_SECONDS = 240
"""Nothing takes that long unless it hangs. Less than pytest's own timeout, so that what hangs is named and ended."""
_END_SECONDS = 20


@contextmanager
def running(command: Sequence[object], **options: Any) -> "Iterator[subprocess.Popen[str]]":
    """Start a command with its standard output as a pipe; it is killed if it goes on after the block.

    `with subprocess.Popen` would wait for it instead, even where a timeout broke the block off.
    """
    process = subprocess.Popen([str(part) for part in command], **{"stdout": subprocess.PIPE, "text": True, **options})
    try:
        yield process
    finally:
        end_process(process)


def end_process(process: "subprocess.Popen[Any]") -> None:
    """Kill a process if it still runs, and close its pipes."""
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=_END_SECONDS)
