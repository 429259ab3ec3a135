"""Bound what callers can make a server write to its log: each place in the code says little, and little at a time."""

import logging
import sys
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from traceback import format_exception_only

from graphrag_tools.text.characters import without_controls
from graphrag_tools.text.redaction import hide_secrets

_LINES_A_MINUTE = 5
_SECONDS = 60.0
_LONGEST_LINE = 500
_LONGEST_TRACEBACK = 6_000
_CUT = " … "
_LOUD = ("engineio.server", "socketio.server")
"""The logs that write to standard error by themselves: those of the socket of NiceGUI's pages."""


@dataclass(slots=True)
class _Place:
    """What one place in the code has said."""

    begun: float
    """When its present minute began, in seconds of `time.monotonic`."""
    lines: int = 0
    left_out: int = 0
    told: bool = False
    """Whether an error that was raised there was written with its traceback."""


class BoundedLog(logging.Handler):
    """Write warnings and errors to standard error, as much as an operator reads, whatever callers send.

    A place is where a message is logged, or where its error was raised: callers choose what is said, but not how many
    such places there are. The first error of a place is written with its traceback. After it, a place has five lines a
    minute, of 500 characters; the next one says how many were left out. Secrets and control characters are taken out.
    """

    def __init__(self) -> None:
        """Begin with nothing said."""
        super().__init__(logging.WARNING)
        self._places: defaultdict[tuple[object, ...], _Place] = defaultdict(lambda: _Place(time.monotonic()))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or count it where its place has said enough."""
        place = self._places[_place(record)]
        now = time.monotonic()
        if now - place.begun >= _SECONDS:
            place.begun, place.lines = now, 0
        if place.lines >= _LINES_A_MINUTE:
            place.left_out += 1
            return
        place.lines += 1
        with suppress(Exception):  # as logging does: nothing else fails because something could not be written
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, or its message and traceback where it is the first error of its place."""
        place = self._places[_place(record)]
        if record.exc_info and not place.told:
            place.told = True
            return _shortened(_clean(super().format(record)), _LONGEST_TRACEBACK)
        error = format_exception_only(*record.exc_info[:2]) if record.exc_info else []
        words = _clean(": ".join([record.getMessage(), *error])).split()
        line = _shortened(" ".join(words), _LONGEST_LINE)
        more, place.left_out = place.left_out, 0
        return f"{line} ({more} more of these were left out)" if more else line


def bound_the_log() -> None:
    """Have all that this program logs written by a `BoundedLog`, in place of what imports have set up."""
    logging.getLogger().handlers[:] = [BoundedLog()]
    for name in _LOUD:
        logging.getLogger(name).handlers.clear()


def _place(record: logging.LogRecord) -> tuple[object, ...]:
    raised = record.exc_info[2] if record.exc_info else None
    while raised and raised.tb_next:
        raised = raised.tb_next
    return record.pathname, record.lineno, raised and raised.tb_frame.f_code, raised and raised.tb_lineno


def _clean(text: str) -> str:
    return hide_secrets(without_controls(text))


def _shortened(text: str, longest: int) -> str:
    """Return a text without its middle where it is longer."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}{_CUT}{text[-half:]}"
