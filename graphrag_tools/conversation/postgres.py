"""LangGraph's PostgreSQL savers over pools of checked connections, so that many replicas share chats."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from hashlib import blake2b
from typing import Any

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow

from graphrag_tools.conversation.database import ChatDatabase
from graphrag_tools.conversation.errors_in_words import AsyncErrorsInWords, ErrorsInWords
from graphrag_tools.conversation.postgres_pools import (
    CONNECTION,
    AsyncPool,
    PatientConnection,
    Pool,
    open_async_pool,
    open_pool,
)
from graphrag_tools.conversation.serializer import StrictSerializer
from graphrag_tools.errors import StoreError
from graphrag_tools.text.characters import without_nul

_CALLS = 1
"""Connections for reading and writing: LangGraph's savers make one call at a time."""
_MOST_TURNS = 32
"""Connections for turns at once in a process; each holds its thread's lock, which ends with it."""
_SECONDS_FOR_A_TURN = 120.0
_SECONDS_BETWEEN_TRIES = 0.1
# What the page asks for a browser's conversations by, which LangGraph has no index for.
_INDEX = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS checkpoints_metadata_idx "
    "ON checkpoints USING gin (metadata jsonb_path_ops)"
)
# Tried again and again rather than waited for: who waits within a statement holds a snapshot, for which creating an
# index concurrently waits in turn.
_TRY_LOCK = "SELECT pg_try_advisory_lock(%s) AS locked"
_UNLOCK = "SELECT pg_advisory_unlock(%s)"


class Memory(ErrorsInWords, PostgresSaver):
    """The synchronous saver."""

    def __init__(self, database: ChatDatabase, calls: Pool, turns: Pool) -> None:
        """`database` is what errors name; calls and turns have connections of their own, because turns keep theirs."""
        super().__init__(calls, serde=StrictSerializer())
        self._database = database
        self.errors = database.errors
        self._turns = turns
        self._places = threading.BoundedSemaphore(turns.max_size)

    @contextmanager
    def one_turn(self, thread_id: str) -> Iterator[None]:
        """Hold the lock of a thread. Raises StoreError where another turn holds it too long."""
        if not self._places.acquire(timeout=_SECONDS_FOR_A_TURN):
            raise _crowded(self._database, self._turns.max_size)
        try:
            with self._locked(_lock_key(thread_id)):
                yield
        finally:
            self._places.release()

    @contextmanager
    def _locked(self, key: int) -> Iterator[None]:
        with self._database.errors():
            connection = self._turns.getconn()
        try:
            with self._database.errors():
                self._lock(connection, key)
            yield
        finally:
            with suppress(psycopg.Error):
                connection.execute(_UNLOCK, (key,))
            self._turns.putconn(connection)

    def _lock(self, connection: Connection[DictRow], key: int) -> None:
        deadline = time.monotonic() + _SECONDS_FOR_A_TURN
        while not _is_locked(connection.execute(_TRY_LOCK, (key,)).fetchone()):
            if time.monotonic() > deadline:
                raise _taken(self._database)
            time.sleep(_SECONDS_BETWEEN_TRIES)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint. Raises StoreError."""
        return super().put(config, _storable(checkpoint), metadata, new_versions)


class AsyncMemory(AsyncErrorsInWords, AsyncPostgresSaver):
    """The asynchronous saver."""

    def __init__(self, database: ChatDatabase, calls: AsyncPool, turns: AsyncPool) -> None:
        """Take the same as the synchronous one, in a running event loop."""
        super().__init__(calls, serde=StrictSerializer())
        self._database = database
        self.errors = database.errors
        self._turns = turns
        self._places = asyncio.BoundedSemaphore(turns.max_size)

    @asynccontextmanager
    async def a_one_turn(self, thread_id: str) -> AsyncIterator[None]:
        """Hold the lock of a thread. Raises StoreError where another turn holds it too long."""
        try:
            await asyncio.wait_for(self._places.acquire(), _SECONDS_FOR_A_TURN)
        except TimeoutError:
            raise _crowded(self._database, self._turns.max_size) from None
        try:
            async with self._locked(_lock_key(thread_id)):
                yield
        finally:
            self._places.release()

    @asynccontextmanager
    async def _locked(self, key: int) -> AsyncIterator[None]:
        with self._database.errors():
            connection = await self._turns.getconn()
        try:
            with self._database.errors():
                await self._lock(connection, key)
            yield
        finally:
            try:
                with suppress(psycopg.Error):
                    await connection.execute(_UNLOCK, (key,))
            finally:
                await self._turns.putconn(connection)

    async def _lock(self, connection: AsyncConnection[DictRow], key: int) -> None:
        deadline = time.monotonic() + _SECONDS_FOR_A_TURN
        while not _is_locked(await (await connection.execute(_TRY_LOCK, (key,))).fetchone()):
            if time.monotonic() > deadline:
                raise _taken(self._database)
            await asyncio.sleep(_SECONDS_BETWEEN_TRIES)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint. Raises StoreError."""
        return await super().aput(config, _storable(checkpoint), metadata, new_versions)


@contextmanager
def open_postgres(address: str) -> Iterator[Memory]:
    """Open the synchronous saver; it makes its tables where they are missing. Raises ConfigError and StoreError."""
    database = ChatDatabase.at(address)
    _make_tables(database)
    with open_pool(database, _CALLS) as calls, open_pool(database, _MOST_TURNS) as turns:
        yield Memory(database, calls, turns)


@asynccontextmanager
async def aopen_postgres(address: str) -> AsyncIterator[AsyncMemory]:
    """Open the same for asynchronous use."""
    database = ChatDatabase.at(address)
    await asyncio.to_thread(_make_tables, database)
    async with open_async_pool(database, _CALLS) as calls, open_async_pool(database, _MOST_TURNS) as turns:
        yield AsyncMemory(database, calls, turns)


def _make_tables(database: ChatDatabase) -> None:
    """Make LangGraph's tables, or bring older ones up to date, one program at a time; nothing where they are so.

    On a connection of its own: what is wrong with address, user or password, a pool would not say.
    """
    with database.errors(), PatientConnection.connect(database.conninfo, **CONNECTION) as looking:
        if _is_up_to_date(looking):
            return
    # Not a patient one's few seconds: an index of many chats takes as long as it takes.
    with database.errors(), Connection.connect(database.conninfo, **CONNECTION) as connection:
        key = _lock_key("")
        while not _is_locked(connection.execute(_TRY_LOCK, (key,)).fetchone()):
            time.sleep(_SECONDS_BETWEEN_TRIES)
        # The lock ends with the connection.
        PostgresSaver(connection).setup()
        connection.execute(_INDEX)


def _is_up_to_date(connection: Connection[DictRow]) -> bool:
    there = connection.execute("SELECT to_regclass('checkpoint_migrations') IS NOT NULL AS there").fetchone()
    if not there or not there["there"]:
        return False
    newest = connection.execute("SELECT max(v) AS v FROM checkpoint_migrations").fetchone()
    return newest is not None and newest["v"] is not None and newest["v"] >= len(PostgresSaver.MIGRATIONS) - 1


def _lock_key(thread_id: str) -> int:
    name = f"graphrag-tools:{thread_id}".encode(errors="replace")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)


def _is_locked(row: Mapping[str, Any] | None) -> bool:
    return row is not None and bool(row["locked"])


def _taken(database: ChatDatabase) -> StoreError:
    return StoreError(
        f"{database.shown}: another question on this conversation is still being answered after "
        f"{_SECONDS_FOR_A_TURN:.0f} s. Ask again when its answer is there."
    )


def _crowded(database: ChatDatabase, most: int) -> StoreError:
    return StoreError(
        f"{database.shown}: {most} questions are being answered here at once, and none ended within "
        f"{_SECONDS_FOR_A_TURN:.0f} s. Ask again later, or serve by more processes."
    )


def _storable(checkpoint: Checkpoint) -> Checkpoint:
    """Return a checkpoint as jsonb takes it, where LangGraph keeps texts that stand alone: without NUL."""
    values = {
        key: without_nul(value) if isinstance(value, str) else value
        for key, value in checkpoint["channel_values"].items()
    }
    return {**checkpoint, "channel_values": values}
