"""Which bytes of Chroma's SQLite file may change while it is only read, so that all others can be checked.

Opening it, chromadb 1.5.9 adds a row to its table acquire_write, and writes nothing else
(`test_opening_changes_only_what_is_known_to_change`).
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from graphrag_tools.errors import StoreError

DATABASE = "chroma.sqlite3"
_GROWING_TABLE = "acquire_write"
# Of SQLite's file header: the change counter and size in pages, and the change that the version number is valid for.
_CHANGING_HEADER = ((24, 32), (92, 100))


def compact(file: Path) -> None:
    """Leave no free page in the file, which the growing table would take and so change within the file.

    Raises:
        StoreError: The disk is full or read-only, or the file damaged.
    """
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("VACUUM")
    except sqlite3.Error as error:
        raise _failed(file, error) from error


def changing_ranges(file: Path) -> tuple[tuple[int, int], ...]:
    """Return from where to where, in bytes, a compacted file may change; it may also grow at its end.

    Raises:
        StoreError: The file is damaged.
    """
    try:
        with closing(_read_only(file)) as connection:
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
            query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
            roots = [root for (root,) in connection.execute(query, (_GROWING_TABLE,))]
    except sqlite3.Error as error:
        raise _failed(file, error) from error
    return (*_CHANGING_HEADER, *(((root - 1) * page_size, root * page_size) for root in roots))


def check_growing_table(file: Path) -> None:
    """Refuse a file whose growing table is damaged: a row added to it might be written over something else.

    Raises:
        StoreError: The table is damaged.
    """
    try:
        with closing(_read_only(file)) as connection:
            found = connection.execute(f"PRAGMA integrity_check({_GROWING_TABLE})").fetchall()
    except sqlite3.Error as error:
        raise _failed(file, error) from error
    if found != [("ok",)]:
        raise StoreError(f"{file}: is damaged ({found[0][0]}). Build the index again.")


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _failed(file: Path, error: sqlite3.Error) -> StoreError:
    return StoreError(f"{file}: SQLite says {str(error)!r}. Is the disk full or read-only, or the file damaged?")
