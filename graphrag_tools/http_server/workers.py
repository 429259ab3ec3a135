"""Several processes that serve one address: a parent that listens, and workers that take calls from its socket."""

import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from graphrag_tools.errors import ConfigError

_logger = logging.getLogger(__name__)
_VARIABLE = "_GRAPHRAG_TOOLS_WORKER"
"""Where a worker finds the numbers of its two sockets: the one listened on, and the one to its parent."""
_PROGRAM = "from graphrag_tools.cli.app import main; main()"
_SECONDS_BETWEEN_LOOKS = 0.2
_SECONDS_BEFORE_ANOTHER = 1.0
_SECONDS_TO_END = 10


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker process has of its parent."""

    listening: socket.socket
    parent: socket.socket

    def say_ready(self) -> None:
        """Tell the parent that calls are taken from now on."""
        with suppress(OSError):
            self.parent.send(b"1")


def is_worker() -> bool:
    """Whether this process is a worker that has not begun to serve."""
    return _VARIABLE in os.environ


def become_worker() -> Worker | None:
    """Return what this process serves as a worker of another, None if it is none; its own children are none."""
    numbers = os.environ.pop(_VARIABLE, "")
    if not numbers:
        return None
    listening, parent = (socket.socket(fileno=int(number)) for number in numbers.split(","))
    return Worker(listening, parent)


def run_workers(
    count: int, listening: socket.socket, environment: Mapping[str, str], ready: Callable[[], None]
) -> None:
    """Run this very command in several processes until SIGTERM or Ctrl-C; one that ends is replaced.

    `environment` is added to theirs; `ready` is called once all of them take calls. A worker ends when this process
    does, however that ends.

    Raises:
        ConfigError: This system cannot give a socket to another process.
        SystemExit: A worker could not begin, and has said why; with its exit code. Or it was stopped before it could.
    """
    if sys.platform == "win32":
        raise ConfigError("several workers need a system that gives sockets to other processes; take --workers 1.")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    running = [_Running(listening, environment)]
    try:
        # The first alone, so that what is wrong with the options is said once.
        _wait_for(running, stopping)
        running += [_Running(listening, environment) for _ in range(count - 1)]
        _wait_for(running, stopping)
        ready()
        while not stopping.wait(_SECONDS_BETWEEN_LOOKS):
            for at, worker in enumerate(running):
                if (code := worker.process.poll()) is not None:
                    _logger.warning("a worker ended (%d); another takes its place", code)
                    if not worker.is_ready():
                        stopping.wait(_SECONDS_BEFORE_ANOTHER)
                    worker.end()
                    running[at] = _Running(listening, environment)
    finally:
        _end(running)


class _Running:
    """A worker, as its parent sees it."""

    def __init__(self, listening: socket.socket, environment: Mapping[str, str]) -> None:
        self._own, theirs = socket.socketpair()
        self._said_ready = False
        numbers = (listening.fileno(), theirs.fileno())
        with theirs:
            # -P, because the folder that this runs in may hold modules of anybody.
            self.process = subprocess.Popen(  # noqa: S603 - this program itself
                [sys.executable, "-P", "-c", _PROGRAM, *sys.argv[1:]],
                env={**os.environ, **environment, _VARIABLE: ",".join(map(str, numbers))},
                pass_fds=numbers,
                stdin=subprocess.DEVNULL,
            )

    def begins(self, stopping: threading.Event) -> bool:
        """Wait until it takes calls; whether it does, since it may end before, or this process may have to."""
        while not stopping.is_set() and not self.is_ready():
            if self.process.poll() is not None:
                return False
        return not stopping.is_set()

    def is_ready(self) -> bool:
        """Whether it has ever taken calls."""
        if not self._said_ready and select.select([self._own], [], [], _SECONDS_BETWEEN_LOOKS)[0]:
            self._said_ready = self._own.recv(1) != b""
        return self._said_ready

    def end(self) -> None:
        """Wait for it to have ended, which it was told to, and kill it where it has not."""
        try:
            self.process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._own.close()


def _wait_for(running: list[_Running], stopping: threading.Event) -> None:
    for worker in running:
        if not worker.begins(stopping):
            raise SystemExit(worker.process.poll() or 0)


def _end(running: list[_Running]) -> None:
    for worker in running:
        worker.process.terminate()
    for worker in running:
        worker.end()
