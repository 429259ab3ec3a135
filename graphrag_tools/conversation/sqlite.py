"""LangGraph's SQLite savers, whose driver's errors are StoreErrors in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import aiosqlite
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graphrag_tools.conversation.errors_in_words import AsyncErrorsInWords, ErrorsInWords
from graphrag_tools.conversation.serializer import StrictSerializer
from graphrag_tools.errors import StoreError

# First match wins, in the words of SQLite.
_MEANINGS = {
    "locked": "Another program is using it: end that, or remember the chat in another file.",
    "disk is full": "The disk is full: make room.",
    "readonly": "It cannot be written: correct its rights, or remember the chat in another file.",
    "malformed": "It is damaged: restore it, or remember the chat in a new file.",
    "": "Expected a new file or an earlier chat's.",
}


class Memory(ErrorsInWords, SqliteSaver):
    """The synchronous saver."""

    def __init__(self, connection: sqlite3.Connection, file: str | Path) -> None:
        """`file` is what errors name."""
        super().__init__(connection, serde=StrictSerializer())
        self.errors = partial(store_errors, file)


class AsyncMemory(AsyncErrorsInWords, AsyncSqliteSaver):
    """The asynchronous saver."""

    def __init__(self, connection: aiosqlite.Connection, file: str | Path) -> None:
        """`file` is what errors name."""
        super().__init__(connection, serde=StrictSerializer())
        self.errors = partial(store_errors, file)


@contextmanager
def store_errors(file: str | Path) -> Iterator[None]:
    """Turn SQLite's errors, and the serializer's, into StoreError, in words; for `with` around awaited calls too."""
    try:
        yield
    except sqlite3.Error as error:
        remedy = next(words for sign, words in _MEANINGS.items() if sign in str(error))
        raise StoreError(f"{file}: cannot remember the chat there ({error}). {remedy}") from error
    except NotImplementedError as error:
        remedy = "It holds what no chat of this program does: remember the chat in a new file."
        raise StoreError(f"{file}: cannot remember the chat there ({error}). {remedy}") from error
