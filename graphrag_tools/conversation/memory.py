"""Checkpointers that remember the threads of a chat: in memory while the program runs, or in a SQLite file."""

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver

from graphrag_tools.conversation.serializer import StrictSerializer
from graphrag_tools.errors import ConfigError
from graphrag_tools.installing import install_extra


@contextmanager
def open_memory(file: str | Path | None = None) -> Iterator[BaseCheckpointSaver[str]]:
    """Open a checkpointer for `manual_workflow`: in memory without a file, else LangGraph's SQLite saver on it.

    For synchronous use; `aopen_memory` is its counterpart. What it keeps, either reads. A new file is its owner's
    alone to read. Whoever wrote a file, reading it runs nothing that it names: what is neither plain data nor of
    LangGraph's own safe types comes back as the data it was made of (`with_allowlist` allows more).

    Raises:
        ConfigError: The package langgraph-checkpoint-sqlite is not installed.
        StoreError: The file cannot be opened, or is no SQLite database; later, from asking: it is locked by
            another program, damaged, holds what is no chat, or the disk is full.
    """
    if file is None:
        from langgraph.checkpoint.memory import InMemorySaver

        yield InMemorySaver(serde=StrictSerializer())
        return
    try:
        from graphrag_tools.conversation.sqlite import Memory, store_errors
    except ImportError as error:
        raise _not_installed() from error
    file = Path(file).expanduser()
    _create_private(file)
    with store_errors(file):
        connection = sqlite3.connect(file, check_same_thread=False)
    try:
        memory = Memory(connection, file)
        with store_errors(file):
            memory.setup()
        yield memory
    finally:
        connection.close()


@asynccontextmanager
async def aopen_memory(file: str | Path | None = None) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """Open the same for asynchronous use: ainvoke, astream, aask."""
    if file is None:
        from langgraph.checkpoint.memory import InMemorySaver

        yield InMemorySaver(serde=StrictSerializer())
        return
    try:
        import aiosqlite

        from graphrag_tools.conversation.sqlite import AsyncMemory, store_errors
    except ImportError as error:
        raise _not_installed() from error
    file = Path(file).expanduser()
    _create_private(file)
    with store_errors(file):
        # aiosqlite leaves a failed connection's thread behind, which outlives the event loop: fail before it begins.
        sqlite3.connect(file).close()
        connection = await aiosqlite.connect(file)
    try:
        memory = AsyncMemory(connection, file)
        with store_errors(file):
            await memory.setup()
        yield memory
    finally:
        await connection.close()


def _create_private(file: str | Path) -> None:
    """Create a missing file for its owner alone, since a chat is private; SQLite's files beside it take its rights."""
    if str(file) == ":memory:":
        return
    # One that exists stays as it is; why one cannot be created is for SQLite to say.
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _not_installed() -> ConfigError:
    return ConfigError(
        "remembering a chat in a file needs the package langgraph-checkpoint-sqlite. "
        f"Install it with: {install_extra('sqlite')}"
    )
