"""Read a PDF in a process of its own, so that a file that breaks the reader, or never ends, costs an error only."""

import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.own_process import (
    OutOfTime,
    ReaderEnded,
    limit_memory,
    reader_lines,
    start_clock,
)
from graphrag_tools.loaders.pdf.pages import Failure, Outline, PdfPage
from graphrag_tools.machine.installing import install_extra

MAX_SECONDS = 120
"""Of processor time on one page, where the system can tell."""
_Message: TypeAlias = Failure | Outline | PdfPage
_MESSAGES: TypeAdapter[_Message] = TypeAdapter(_Message)
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
        raise ConfigError(f"reading PDF needs pypdfium2. Install it: {install_extra('pdf')}.")
    with closing(_messages(path)) as messages:
        for message in messages:
            if isinstance(message, Failure):
                raise ManualError(f"{path}: {message.words}")
            yield message


def _messages(path: Path) -> Generator[_Message]:
    read = -1  # the outline comes before page 1
    try:
        with closing(reader_lines(_START, path)) as lines:
            for line in lines:
                yield _MESSAGES.validate_json(line)
                read += 1
    except OutOfTime as error:
        raise ManualError(_broke_off(path, read, f"the page takes more than {MAX_SECONDS} s")) from error
    except ReaderEnded as error:
        raise ManualError(_broke_off(path, read, str(error))) from error
    except ValidationError as error:
        raise ManualError(_broke_off(path, read, "it sent what cannot be understood")) from error


def _broke_off(path: Path, read: int, why: str) -> str:
    place = "the outline" if read < 0 else f"page {read + 1}"
    return f"{path}: reading it broke off at {place} ({why}). Is the file damaged? Save it anew from a PDF viewer."


def read_to_stdout() -> None:
    """Run the reader on the file that the command line names, and write a message a line."""
    limit_memory()
    for message in _read(Path(sys.argv[1])):
        sys.stdout.buffer.write(_MESSAGES.dump_json(message) + b"\n")
        sys.stdout.buffer.flush()  # a process that dies on the next page has told of this one


def _read(path: Path) -> Iterator[_Message]:
    from pypdfium2 import PdfiumError

    from graphrag_tools.loaders.pdf.pdfium import opened, outline_of, page_of

    try:
        with opened(path) as document:
            start_clock(MAX_SECONDS)
            yield outline_of(document)
            for number in range(1, len(document) + 1):
                start_clock(MAX_SECONDS)
                yield page_of(document, number)
    except PdfiumError as error:
        code = getattr(error, "err_code", None) or 0
        found = _STEPS.get(code, f"cannot be read ({error})")
        remedy = _REMEDIES.get(code, "expected a PDF. Is the file complete? Open it in a viewer and save it anew")
        yield Failure(f"the file {found}; {remedy}.")
