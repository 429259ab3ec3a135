"""Read a manual's source file: its bytes or its text, or an error that says what is wrong with it."""

import codecs
import re
from collections.abc import Collection
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.manual.sections import Skipped

_NO_FILE = "{path}: no such file. Give the path of a manual."
_NOT_STORED = "{path}: a pipe or device; expected a file. Save what it gives as one, and give that."
_EMPTY = "{path}: the file is empty; expected one with text."
_KINDS = (
    (re.compile(rb"%PDF-"), "a PDF", ".pdf"),
    (re.compile(rb"PK\x03\x04(?=.{0,4000}word/)", re.DOTALL), "a Word document", ".docx"),
    (
        re.compile(rb"\xd0\xcf\x11\xe0"),
        "a document of an older Office, or one with a password: save it as .docx, without one",
        "",
    ),
    (re.compile(rb"\{\\rtf"), "rich text: save it as .docx", ""),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html)", re.IGNORECASE), "an HTML page", ".html"),
)
"""How files begin, and what they are then."""
_START = 4096
_BLANKS = b" \t\r\n\v\f\0"


def check_file(path: Path) -> None:
    """Raise ManualError if there is no such file, or nothing in it: for readers that open it themselves."""
    check_stored(path)
    if not path.is_file():
        raise ManualError(_NO_FILE.format(path=path))
    if not path.stat().st_size:
        raise ManualError(_EMPTY.format(path=path))


def check_stored(path: Path) -> None:
    """Raise ManualError for what is neither file nor folder, because a pipe may keep a reader waiting for ever."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ManualError(_NOT_STORED.format(path=path))


def misnamed(path: Path, suffixes: Collection[str]) -> str:
    """Return what a file is whose name says otherwise, and what to do; "" where they agree or it is not known.

    `suffixes` are those that a file of this format may have.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError:
        return ""
    for begin, kind, suffix in _KINDS:
        if begin.match(start) and suffix not in suffixes:
            return f"it is {kind}" + (f": call it {path.stem}{suffix}" if suffix else "")
    return ""


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """Return the file's bytes, at most so many.

    Raises:
        ManualError: The file is missing, is none, cannot be read, is too large, or holds nothing but white space.
    """
    check_stored(path)
    try:
        size = path.stat().st_size
        if most is not None and size > most:
            raise ManualError(
                f"{path}: {size / 2**20:,.0f} MB; expected a page of at most {most // 2**20} MB. Split it."
            )
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ManualError(_NO_FILE.format(path=path)) from error
    except OSError as error:
        raise ManualError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if not raw.strip(_BLANKS):
        raise ManualError(_EMPTY.format(path=path))
    return raw


def read_text(path: Path) -> str:
    """Return the file's text: UTF-8, or UTF-16 where a byte order mark says so ("Unicode" of Windows' Notepad).

    Raises:
        ManualError: The file cannot be read (see `read_bytes`), or is not in that encoding.
    """
    raw = read_bytes(path)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError as error:
            raise ManualError(f"{path}: begins as UTF-16 and is none. Save the file as UTF-8.") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ManualError(
            f"{path}, line {line}: byte 0x{raw[error.start]:02x} is not UTF-8. Save the file as UTF-8."
        ) from error


def not_read(name: str, path: Path, error: ManualError) -> Skipped:
    """Return the report of a file of a folder that could not be read: loud, unless there is nothing in it."""
    why = str(error).removeprefix(str(path)).lstrip(":, ")
    return Skipped(name, f"NOT READ: {why}" if path.stat().st_size else why)


def text_or_nothing(path: Path) -> str:
    """Return the text of a file that a manual can do without, such as a site's configuration; "" where it has none."""
    try:
        return read_text(path)
    except ManualError:
        return ""
