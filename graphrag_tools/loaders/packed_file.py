"""Refuse packed documents (zip files such as .docx) that unpack to more than a manual is."""

import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graphrag_tools.errors import ManualError

UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, RuntimeError, NotImplementedError)
"""What `zipfile` raises for archives that are damaged, protected or packed in a way it does not know."""
_TEXT_SUFFIXES = (".xml", ".rels", ".xhtml", ".html", ".htm")


@dataclass(frozen=True, slots=True)
class PackedLimits:
    """How much a packed document may hold, and how long reading it may take.

    The text of a manual of a thousand sections is some 5 MB of a .docx; the reader needs several seconds for each MB.
    """

    text_bytes: int = 16 * 2**20
    all_bytes: int = 500 * 2**20
    """Pictures included."""
    members: int = 10_000
    seconds: float = 30
    """Of processor time."""


def check_packed_file(path: Path, limits: PackedLimits) -> None:
    """Look at a zip file's directory, before anything is unpacked; what is unpacked is never more than it says.

    Raises:
        ManualError: Too many files in it, or too much when unpacked.
        OSError, zipfile.BadZipFile: It cannot be read as a zip file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except ValueError as error:  # names that are not in the encoding that they are said to be in
        raise zipfile.BadZipFile(str(error)) from error
    if len(members) > limits.members:
        raise ManualError(
            f"{path}: {len(members):,} files are packed in it; expected at most {limits.members:,}. "
            "Save it anew from the program that it was written with."
        )
    check_text(path, (member for member in members if member.filename.lower().endswith(_TEXT_SUFFIXES)), limits)
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.all_bytes:
        raise ManualError(
            f"{path}: {_in_mb(unpacked)} when unpacked; expected at most {_in_mb(limits.all_bytes)}. "
            "Make its pictures smaller, or split it."
        )


def check_text(path: Path, members: Iterable[zipfile.ZipInfo], limits: PackedLimits) -> None:
    """Refuse a document of which these files are the text, whatever they are called, where they are too much of it.

    Raises:
        ManualError: They are.
    """
    text = sum(member.file_size for member in members)
    if text > limits.text_bytes:
        raise ManualError(
            f"{path}: {_in_mb(text)} of text when unpacked; expected at most {_in_mb(limits.text_bytes)}. "
            "Split it at its chapters."
        )


def _in_mb(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"
