"""Where a chat's threads are remembered: in memory while the program runs, or in a SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver

from graphrag_tools.errors import ConfigError, StoreError


@contextmanager
def open_memory(file: str | Path | None = None) -> Iterator[BaseCheckpointSaver[str]]:
    """Open a checkpointer for `manual_workflow`: in memory without a file, else LangGraph's SQLite saver on it.

    For synchronous use; an asynchronous program takes langgraph's AsyncSqliteSaver.

    Raises:
        ConfigError: The package langgraph-checkpoint-sqlite is not installed.
        StoreError: The file cannot be opened, or is no SQLite database.
    """
    if file is None:
        from langgraph.checkpoint.memory import InMemorySaver

        yield InMemorySaver()
        return
    try:
        from langgraph.checkpoint.sqlite import SqliteSaver
    except ImportError as error:
        raise ConfigError(
            "remembering a chat in a file needs the package langgraph-checkpoint-sqlite. "
            "Install it with: pip install 'graphrag-tools[sqlite]'"
        ) from error
    try:
        connection = sqlite3.connect(file, check_same_thread=False)
    except sqlite3.Error as error:
        raise _unusable(file, error) from error
    try:
        saver = SqliteSaver(connection)
        try:
            saver.setup()
        except sqlite3.Error as error:
            raise _unusable(file, error) from error
        yield saver
    finally:
        connection.close()


def _unusable(file: str | Path, error: sqlite3.Error) -> StoreError:
    return StoreError(f"{file}: cannot remember the chat there ({error}). Expected a new file or an earlier chat's.")
