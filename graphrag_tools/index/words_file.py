"""The file in which a generation keeps how each of its manuals writes its words, for the build of the next one."""

import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path

from graphrag_tools.search.manual_words import ManualWords
from graphrag_tools.stores.errors import engine_errors
from graphrag_tools.stores.kept import Kept

WORDS_NAME = "words.sqlite"
_SCHEMA = "CREATE TABLE words (manual TEXT PRIMARY KEY, words BLOB NOT NULL)"


class WordsFile:
    """The words of manuals, a row for each."""

    def __init__(self, folder: Path, kept: Kept | None = None) -> None:
        """Make the file of a new generation, with what is kept of another's."""
        self._file = folder / WORDS_NAME
        with _engine_errors(self._file):
            if kept:
                shutil.copyfile(kept.folder / WORDS_NAME, self._file)
            self._connection = sqlite3.connect(self._file)
            with self._connection:
                if kept:
                    manuals = self._connection.execute("SELECT manual FROM words").fetchall()
                    gone = [row for row in manuals if row[0] not in kept.manuals]
                    self._connection.executemany("DELETE FROM words WHERE manual = ?", gone)
                else:
                    self._connection.execute(_SCHEMA)

    def write(self, manual: str, words: ManualWords) -> None:
        """Write the words of a manual, which has none here."""
        with _engine_errors(self._file), self._connection:
            self._connection.execute("INSERT INTO words VALUES (?, ?)", (manual, words.to_bytes()))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class WordsOfManuals:
    """The words of some manuals of a generation in order, read anew each time that they are gone through."""

    def __init__(self, folder: Path, manuals: Sequence[str]) -> None:
        self._file = folder / WORDS_NAME
        self._manuals = manuals

    def __iter__(self) -> Iterator[ManualWords]:
        """Yield them. Raises StoreError where the file is damaged."""
        with _engine_errors(self._file), closing(sqlite3.connect(self._file)) as connection:
            for manual in self._manuals:
                ((content,),) = connection.execute("SELECT words FROM words WHERE manual = ?", (manual,)).fetchall()
                yield ManualWords.from_bytes(content)


def _engine_errors(file: Path) -> AbstractContextManager[None]:
    return engine_errors(file, "SQLite", sqlite3.Error, ValueError, zlib.error, OSError)
