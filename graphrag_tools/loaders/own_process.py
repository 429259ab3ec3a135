"""Read a file in a process of its own, so that one that breaks its reader, or never ends, costs an error only."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

MAX_MEMORY = 4 * 2**30
"""Bytes of address space that a reader may take, where the system can hold it to that."""


class ReaderEnded(Exception):
    """The process ended before it had read all; the message says how."""


class OutOfTime(ReaderEnded):
    """The process ended itself because its clock ran out."""


def reader_lines(program: str, path: Path) -> Generator[bytes]:
    """Run a Python program over a file and yield the lines that it writes as they come.

    The program finds the path in `sys.argv[1]`. It is ended if the generator is closed before its last line.

    Raises:
        ReaderEnded: It ended with an error, by a signal or out of memory.
        OutOfTime: It ended itself by `start_clock`.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    with subprocess.Popen(  # noqa: S603  # this Python, and programs of ours
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        try:
            yield from process.stdout or ()
            ended = process.wait()
        finally:
            process.kill()
    if ended == -getattr(signal, "SIGVTALRM", 0) and ended:
        raise OutOfTime("it takes too long")
    if ended:
        raise ReaderEnded(f"signal {-ended}" if ended < 0 else f"exit code {ended}, perhaps out of memory")


def limit_memory() -> None:
    """Hold this process to `MAX_MEMORY`, and let it leave no core file."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = MAX_MEMORY if most == resource.RLIM_INFINITY else min(MAX_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def start_clock(seconds: float) -> None:
    """Let this process end itself after so much processor time, unless this is called again before.

    Processor time and not the time of day, because a busy machine is no fault of the file. The signal needs no Python
    to act, so that a reader in C is ended too.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
