"""Files that are written whole or not at all: beside an old one first, then in its place."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(file: Path, suffix: str = ".new") -> Iterator[BinaryIO]:
    """Yield a file to write, which takes the place of an old one in one step, even if the machine stops.

    It is written beside the old one, under its name and a suffix. What lies there is deleted, as it is of a killed
    process, or a link that leads elsewhere: who writes at the same time as others needs a suffix of its own.

    Raises:
        OSError: The folder is missing or cannot be written, or the disk is full; nothing is left behind.
    """
    fresh = file.with_name(f"{file.name}{suffix}")
    fresh.unlink(missing_ok=True)
    try:
        with fresh.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def write_atomically(file: Path, content: bytes) -> None:
    """Put a file in place of an old one in one step; two processes may do so at once.

    Raises:
        OSError: The folder cannot be made or written; nothing is left behind.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with replacing(file, f".{secrets.token_hex(4)}.new") as out:
        out.write(content)
