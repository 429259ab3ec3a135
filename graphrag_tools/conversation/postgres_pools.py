"""Pools of connections to PostgreSQL that are checked before use, and on which no call waits for ever."""

from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, ConnectionPool, PoolTimeout

from graphrag_tools.conversation.database import SECONDS_TO_ANSWER, ChatDatabase

Result = TypeVar("Result")
Pool = ConnectionPool[Connection[DictRow]]
AsyncPool = AsyncConnectionPool[AsyncConnection[DictRow]]
_SECONDS_TO_RECONNECT = 1.0
"""The pool's pauses between its tries double until then; after it, the next call tries at once."""
_INTERVAL = 0.1
CONNECTION: dict[str, Any] = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
"""What LangGraph's savers want of a connection."""
# The least that libpq waits for a server that does not even refuse.
_LOOKING = {**CONNECTION, "connect_timeout": 2}
# A replica that has lost its power or its network says no farewell; the server is to notice within a minute.
_NOTICE_LOSS = ("SET tcp_keepalives_idle = 30", "SET tcp_keepalives_interval = 10", "SET tcp_keepalives_count = 3")


class PatientConnection(Connection[DictRow]):
    """A connection on which no call waits for ever: a network may lose a server without a word."""

    def wait(self, gen: PQGen[Result], interval: float = _INTERVAL, timeout: float | None = None) -> Result:
        """Wait as long as a server that is up takes. Raises OperationalError, after which it is closed."""
        try:
            return super().wait(gen, interval, timeout or SECONDS_TO_ANSWER)
        except psycopg.OperationalError as error:
            if _is_awaited(self.pgconn):
                # Its answer would come to the next call.
                self.pgconn.finish()
                raise _no_answer() from error
            raise


class AsyncPatientConnection(AsyncConnection[DictRow]):
    """The same, awaited."""

    async def wait(self, gen: PQGen[Result], interval: float = _INTERVAL, timeout: float | None = None) -> Result:
        """Wait as long as a server that is up takes. Raises OperationalError, after which it is closed."""
        try:
            return await super().wait(gen, interval, timeout or SECONDS_TO_ANSWER)
        except psycopg.OperationalError as error:
            if _is_awaited(self.pgconn):
                # Its answer would come to the next call.
                self.pgconn.finish()
                raise _no_answer() from error
            raise


class LookingPool(ConnectionPool[Connection[DictRow]]):
    """A pool that has once waited in vain, and then looks whether the server is there before it waits again.

    A turn makes several calls, one after the other; each would wait as long for a server that refuses at once.
    """

    _is_lost = False

    def getconn(self, timeout: float | None = None) -> Connection[DictRow]:
        """Return a checked connection. Raises OperationalError."""
        if self._is_lost:
            PatientConnection.connect(str(self.conninfo), **_LOOKING).close()
        try:
            found = super().getconn(timeout)
        except PoolTimeout:
            self._is_lost = True
            raise
        self._is_lost = False
        return found


class AsyncLookingPool(AsyncConnectionPool[AsyncConnection[DictRow]]):
    """The same, awaited."""

    _is_lost = False

    async def getconn(self, timeout: float | None = None) -> AsyncConnection[DictRow]:
        """Return a checked connection. Raises OperationalError."""
        if self._is_lost:
            await (await AsyncPatientConnection.connect(str(self.conninfo), **_LOOKING)).close()
        try:
            found = await super().getconn(timeout)
        except PoolTimeout:
            self._is_lost = True
            raise
        self._is_lost = False
        return found


def open_pool(database: ChatDatabase, most: int) -> Pool:
    """Return a pool, to be opened by `with`, of at most so many connections; none are kept that nobody asks for."""
    return LookingPool(
        database.conninfo,
        connection_class=PatientConnection,
        check=ConnectionPool.check_connection,
        configure=_let_loss_be_noticed,
        **_pooling(most),
    )


def open_async_pool(database: ChatDatabase, most: int) -> AsyncPool:
    """Return the same for asynchronous use."""
    return AsyncLookingPool(
        database.conninfo,
        connection_class=AsyncPatientConnection,
        check=AsyncConnectionPool.check_connection,
        configure=_alet_loss_be_noticed,
        **_pooling(most),
    )


def _pooling(most: int) -> dict[str, Any]:
    return {
        "min_size": 0,
        "max_size": most,
        "timeout": SECONDS_TO_ANSWER,
        "reconnect_timeout": _SECONDS_TO_RECONNECT,
        "kwargs": CONNECTION,
        "open": False,
    }


def _let_loss_be_noticed(connection: Connection[DictRow]) -> None:
    for statement in _NOTICE_LOSS:
        connection.execute(statement)


async def _alet_loss_be_noticed(connection: AsyncConnection[DictRow]) -> None:
    for statement in _NOTICE_LOSS:
        await connection.execute(statement)


def _is_awaited(connection: PGconn) -> bool:
    return connection.transaction_status == TransactionStatus.ACTIVE


def _no_answer() -> psycopg.OperationalError:
    return psycopg.OperationalError(f"no answer came within {SECONDS_TO_ANSWER} s")
