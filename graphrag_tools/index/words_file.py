"""The file in which a generation keeps how each of its manuals writes its words, for the build of the next one."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path

from graphrag_tools.machine.plain_schema import connected
from graphrag_tools.search.manual_words import ManualWords, PackedWords, WordsOfManuals
from graphrag_tools.stores.errors import engine_errors
from graphrag_tools.stores.kept import Kept

WORDS_NAME = "words.sqlite"
_SCHEMA = f"CREATE TABLE words (manual TEXT PRIMARY KEY, {', '.join(f'{part} BLOB' for part in PackedWords._fields)})"


class WordsFile:
    """The words of manuals, a row for each."""

    def __init__(self, folder: Path, kept: Kept | None = None) -> None:
        """Make the file of a new generation, with what is kept of another's."""
        self._file = folder / WORDS_NAME
        with _engine_errors(self._file):
            if kept:
                shutil.copyfile(kept.folder / WORDS_NAME, self._file)
            self._connection = connected(self._file, *(() if kept else (_SCHEMA,)))
            if kept:
                with self._connection:
                    manuals = self._connection.execute("SELECT manual FROM words").fetchall()
                    gone = [row for row in manuals if row[0] not in kept.manuals]
                    self._connection.executemany("DELETE FROM words WHERE manual = ?", gone)

    def write(self, manual: str, words: ManualWords) -> None:
        """Write the words of a manual, which has none here."""
        with _engine_errors(self._file), self._connection:
            self._connection.execute("INSERT INTO words VALUES (?, ?, ?)", (manual, *words.packed()))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def words_of(folder: Path, manuals: Sequence[str]) -> WordsOfManuals:
    """Return the words of some manuals of a generation."""
    return WordsOfManuals(folder / WORDS_NAME, partial(_read, folder / WORDS_NAME, manuals))


def manuals_with_words(folder: Path) -> list[str]:
    """Return the manuals of which a generation has the words. Raises StoreError where the file is damaged."""
    with _engine_errors(folder / WORDS_NAME), closing(connected(folder / WORDS_NAME)) as connection:
        return [manual for (manual,) in connection.execute("SELECT manual FROM words")]


def _read(file: Path, manuals: Sequence[str], part: str) -> Iterator[bytes]:
    query = f"SELECT {part} FROM words WHERE manual = ?"  # noqa: S608  # one of the fields
    with _engine_errors(file), closing(connected(file)) as connection:
        for manual in manuals:
            ((content,),) = connection.execute(query, (manual,)).fetchall()
            yield content


def _engine_errors(file: Path) -> AbstractContextManager[None]:
    return engine_errors(file, "SQLite", sqlite3.Error, ValueError, OSError)
