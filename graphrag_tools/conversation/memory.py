"""Checkpointers that remember the threads of a chat: while the program runs, in a SQLite file, or in PostgreSQL."""

import os
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver

from graphrag_tools.conversation.serializer import StrictSerializer
from graphrag_tools.errors import ConfigError
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.machine.plain_schema import check_plain_schema, connected

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/+(.*)", re.IGNORECASE | re.DOTALL)
"""One slash is enough: a path has lost the other. A single letter is a drive."""
_POSTGRES = frozenset({"postgresql", "postgres"})


@contextmanager
def open_memory(file: str | Path | None = None) -> Iterator[BaseCheckpointSaver[str]]:
    """Open a checkpointer for `manual_workflow`: in memory without a file, else LangGraph's SQLite saver on it.

    In place of a file, `postgresql://user:password@host:port/database` opens LangGraph's PostgreSQL saver, which
    any number of programs share: its tables are made where they are missing, connections that a restart of the
    server has ended are replaced, and `ask` takes one turn at a time on a thread.

    For synchronous use; `aopen_memory` is its counterpart. What it keeps, either reads. A new file is its owner's
    alone to read. Whoever wrote it, reading runs nothing that it names: what is neither plain data nor of
    LangGraph's own safe types comes back as the data it was made of (`with_allowlist` allows more).

    Raises:
        ConfigError: The package langgraph-checkpoint-sqlite (or -postgres) is not installed, or the address is of
            another kind of server.
        StoreError: The file cannot be opened, or is no SQLite database; later, from asking: it is locked by
            another program, damaged, holds what is no chat, or the disk is full. Of a server also: it is down, does
            not answer, refuses user or password, or another turn on the thread takes too long.
    """
    if file is None:
        from langgraph.checkpoint.memory import InMemorySaver

        yield InMemorySaver(serde=StrictSerializer())
        return
    if address := _postgres_address(file):
        try:
            from graphrag_tools.conversation.postgres import open_postgres
        except ImportError as error:
            raise _no_postgres(error) from error
        with open_postgres(address) as shared:
            yield shared
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
            check_plain_schema(connection)
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
    if address := _postgres_address(file):
        try:
            from graphrag_tools.conversation.postgres import aopen_postgres
        except ImportError as error:
            raise _no_postgres(error) from error
        async with aopen_postgres(address) as shared:
            yield shared
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
        connected(file).close()
        connection = await aiosqlite.connect(file)
    try:
        memory = AsyncMemory(connection, file)
        with store_errors(file):
            await memory.setup()
        yield memory
    finally:
        await connection.close()


def _postgres_address(place: str | Path) -> str | None:
    """Return the address that a place is, None for a file. Raises ConfigError for one of another kind of server."""
    found = _ADDRESS.match(str(place))
    if found is None:
        return None
    if found[1].lower() not in _POSTGRES:
        # The rest may hold a password.
        raise ConfigError(
            f"the chat's memory: found an address that begins with {found[1]}://, expected a file or postgresql://…"
        )
    return f"postgresql://{found[2]}"


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


def _no_postgres(error: ImportError) -> ConfigError:
    return ConfigError(
        f"remembering chats in PostgreSQL needs the package langgraph-checkpoint-postgres ({error}). "
        f"Install it with: {install_extra('postgres')}"
    )
