"""Read a PDF in a process of its own, so that a file that breaks the reader, or never ends, costs an error only."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.pdf.pages import Failure, Message, Outline, PdfPage

MAX_MEMORY = 4 * 2**30
"""Bytes of address space that the reader may take, where the system can hold it to that."""
MAX_SECONDS = 120
"""Of processor time on one page, where the system can tell."""
_MESSAGES = TypeAdapter(Message)
_START = "from graphrag_tools.loaders.pdf.process import read_to_stdout; read_to_stdout()"
_STEPS = {3: "is damaged or no PDF", 4: "is encrypted", 5: "is encrypted in a way that is not supported"}
_REMEDIES = {
    4: "expected one that opens without a password. Save a copy without it",
    5: "expected one that opens without a password. Save a copy without it",
}


def read_pdf(path: Path) -> Iterator[Outline | PdfPage]:
    """Yield the outline, then each page in order.

    Raises:
        ConfigError: pypdfium2 is not installed.
        ManualError: The file is no PDF that can be read, or reading it takes too much.
    """
    if find_spec("pypdfium2") is None:
        raise ConfigError('reading PDF needs pypdfium2. Install it: pip install "graphrag-tools[pdf]".')
    with closing(_messages(path)) as messages:
        for message in messages:
            if message.failure is not None:
                raise ManualError(f"{path}: {message.failure.words}")
            found = message.outline or message.page
            if found is not None:
                yield found


def _messages(path: Path) -> Generator[Message]:
    command = [sys.executable, "-c", _START, str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    read = -1  # the outline comes before page 1
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            for line in process.stdout or ():
                yield _MESSAGES.validate_json(line)
                read += 1
            ended = process.wait()
        except ValidationError as error:
            raise ManualError(_broke_off(path, read, "it sent what cannot be understood")) from error
        finally:
            process.kill()
    if ended:
        raise ManualError(_broke_off(path, read, _end(ended)))


def _end(code: int) -> str:
    if code == -getattr(signal, "SIGVTALRM", 0):
        return f"the page takes more than {MAX_SECONDS} s"
    return f"signal {-code}" if code < 0 else f"exit code {code}, perhaps out of memory"


def _broke_off(path: Path, read: int, why: str) -> str:
    place = "the outline" if read < 0 else f"page {read + 1}"
    return f"{path}: reading it broke off at {place} ({why}). Is the file damaged? Save it anew from a PDF viewer."


def read_to_stdout() -> None:
    """Run the reader on the file that the command line names, and write a message a line."""
    _limit()
    for message in _read(Path(sys.argv[1])):
        sys.stdout.buffer.write(_MESSAGES.dump_json(message) + b"\n")
        sys.stdout.buffer.flush()  # a process that dies on the next page has told of this one


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = MAX_MEMORY if most == resource.RLIM_INFINITY else min(MAX_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(path: Path) -> Iterator[Message]:
    from pypdfium2 import PdfiumError

    from graphrag_tools.loaders.pdf.pdfium import opened, outline_of, page_of

    try:
        with opened(path) as document:
            _start_clock()
            yield Message(outline=outline_of(document))
            for number in range(1, len(document) + 1):
                _start_clock()
                yield Message(page=page_of(document, number))
    except PdfiumError as error:
        code = getattr(error, "err_code", None) or 0
        found = _STEPS.get(code, f"cannot be read ({error})")
        remedy = _REMEDIES.get(code, "expected a PDF. Is the file complete? Open it in a viewer and save it anew")
        yield Message(failure=Failure(f"the file {found}; {remedy}."))


def _start_clock() -> None:
    """Let the process end itself if it is not called again in time; the signal needs no Python to act."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, MAX_SECONDS)
