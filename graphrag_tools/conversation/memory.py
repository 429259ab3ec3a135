"""Where a chat's threads are remembered: in memory while the program runs, or in a SQLite file."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Checkpointer

from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.conversation.follow_ups import Earlier, Understood
from graphrag_tools.errors import ConfigError
from graphrag_tools.search.hit import Hit


@contextmanager
def open_memory(file: str | Path | None = None) -> Iterator[BaseCheckpointSaver[str]]:
    """Open a checkpointer for `manual_workflow`: in memory without a file, else LangGraph's SQLite saver on it.

    For synchronous use; `aopen_memory` is its counterpart. What it keeps, either reads.

    Raises:
        ConfigError: The package langgraph-checkpoint-sqlite is not installed.
        StoreError: The file cannot be opened, or is no SQLite database; later, from asking: it is locked by
            another program, damaged, or the disk is full.
    """
    if file is None:
        from langgraph.checkpoint.memory import InMemorySaver

        yield InMemorySaver()
        return
    try:
        from graphrag_tools.conversation.sqlite import Memory, store_errors
    except ImportError as error:
        raise _not_installed() from error
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

        yield InMemorySaver()
        return
    try:
        import aiosqlite

        from graphrag_tools.conversation.sqlite import AsyncMemory, store_errors
    except ImportError as error:
        raise _not_installed() from error
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


def _not_installed() -> ConfigError:
    return ConfigError(
        "remembering a chat in a file needs the package langgraph-checkpoint-sqlite. "
        "Install it with: pip install 'graphrag-tools[sqlite]'"
    )


STATE_TYPES = (Answer, Earlier, Hit, StageTime, Understood, Usage)
"""What a checkpoint of a workflow or an agent holds beside messages and plain data."""


def knowing_our_types(checkpointer: Checkpointer) -> Checkpointer:
    """Return a checkpointer with the types of our states allowed; LangGraph warns of others and may refuse them."""
    if not isinstance(checkpointer, BaseCheckpointSaver) or type(checkpointer.serde) is not JsonPlusSerializer:
        return checkpointer
    names = [(kind.__module__, kind.__name__) for kind in STATE_TYPES]
    knowing = checkpointer.with_allowlist(names)
    if knowing is checkpointer:
        # The default serializer allows all types, each with a warning: there is no list to add to.
        knowing = copy(checkpointer)
        fallback = checkpointer.serde.pickle_fallback
        knowing.serde = JsonPlusSerializer(pickle_fallback=fallback, allowed_msgpack_modules=names)
    return knowing
