"""LangGraph's SQLite savers, whose driver's errors are StoreErrors in words."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

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


class Memory(SqliteSaver):
    """The synchronous saver."""

    def __init__(self, connection: sqlite3.Connection, file: str | Path) -> None:
        """`file` is what errors name."""
        super().__init__(connection, serde=StrictSerializer())
        self._file = file

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint. Raises StoreError."""
        with store_errors(self._file):
            return super().get_tuple(config)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint. Raises StoreError."""
        with store_errors(self._file):
            return super().put(config, checkpoint, metadata, new_versions)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a stage has written. Raises StoreError."""
        with store_errors(self._file):
            super().put_writes(config, writes, task_id, task_path)


class AsyncMemory(AsyncSqliteSaver):
    """The asynchronous saver."""

    def __init__(self, connection: aiosqlite.Connection, file: str | Path) -> None:
        """`file` is what errors name."""
        super().__init__(connection, serde=StrictSerializer())
        self._file = file

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint. Raises StoreError."""
        with store_errors(self._file):
            return await super().aget_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield checkpoints, newest first. Raises StoreError."""
        with store_errors(self._file):
            async for found in super().alist(config, filter=filter, before=before, limit=limit):
                yield found

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete a thread. Raises StoreError."""
        with store_errors(self._file):
            await super().adelete_thread(thread_id)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint. Raises StoreError."""
        with store_errors(self._file):
            return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a stage has written. Raises StoreError."""
        with store_errors(self._file):
            await super().aput_writes(config, writes, task_id, task_path)


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
