"""What PostgreSQL's savers do about turns and pools, as far as that is told without a server."""

import asyncio
import re
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import pq
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, ConnectionPool, PoolTimeout

from graphrag_tools.conversation import postgres, postgres_pools
from graphrag_tools.conversation.database import ChatDatabase
from graphrag_tools.conversation.postgres import AsyncMemory, Memory
from graphrag_tools.conversation.serializer import StrictSerializer
from graphrag_tools.errors import StoreError

DATABASE = ChatDatabase("dbname=chats", "postgresql://db/chats")


class Turns:
    """A pool whose one connection has a lock after so many tries; for both kinds of savers."""

    max_size = 1

    def __init__(self, tries: int = 1, error: Exception | None = None) -> None:
        self.tries = tries
        self.error = error
        self.did: list[tuple[str, int]] = []
        self.is_out = False

    def execute(self, statement: str, keys: tuple[int]) -> Any:
        word = "try" if "try" in statement else "unlock"
        self.did.append((word, *keys))
        if self.error and word == "try":
            raise self.error
        self.tries -= word == "try"
        return SimpleNamespace(fetchone=lambda: {"locked": self.tries <= 0})

    def getconn(self) -> Any:
        self.is_out = True
        return SimpleNamespace(execute=self.execute)

    def putconn(self, _connection: Any) -> None:
        self.is_out = False


class AsyncTurns(Turns):
    async def getconn(self) -> Any:  # type: ignore[override]
        async def execute(statement: str, keys: tuple[int]) -> Any:
            found = self.execute(statement, keys).fetchone()

            async def fetchone() -> Any:
                return found

            return SimpleNamespace(fetchone=fetchone)

        self.is_out = True
        return SimpleNamespace(execute=execute)

    async def putconn(self, _connection: Any) -> None:  # type: ignore[override]
        self.is_out = False


async def take_turn(turns: Turns, thread: str = "kitchen") -> None:
    """Take a turn of a thread by the saver that the pool is of."""
    calls: Any = SimpleNamespace()
    pool: Any = turns
    if isinstance(turns, AsyncTurns):
        async with AsyncMemory(DATABASE, calls, pool).a_one_turn(thread):
            assert turns.is_out
    else:
        with Memory(DATABASE, calls, pool).one_turn(thread):
            assert turns.is_out


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_SECONDS_BETWEEN_TRIES", 0.0)


KINDS = [Turns, AsyncTurns]


async def test_whoever_wrote_the_chats_reading_them_runs_nothing() -> None:
    nothing: Any = SimpleNamespace(max_size=1)
    for memory in (Memory(DATABASE, nothing, nothing), AsyncMemory(DATABASE, nothing, nothing)):
        assert isinstance(memory.serde, StrictSerializer)


@pytest.mark.parametrize("kind", KINDS)
async def test_turn_is_tried_for_until_it_is_had_and_given_back(kind: type[Turns]) -> None:
    turns = kind(tries=3)
    await take_turn(turns)
    assert [word for word, _ in turns.did] == ["try", "try", "try", "unlock"]
    assert len({key for _, key in turns.did}) == 1
    assert not turns.is_out


@pytest.mark.parametrize("kind", KINDS)
async def test_each_thread_has_a_lock_of_its_own(kind: type[Turns]) -> None:
    keys = []
    for thread in ("kitchen", "hall", "kitchen", "\ud800"):
        turns = kind()
        await take_turn(turns, thread)
        keys.append(turns.did[0][1])
    assert keys[0] == keys[2]
    assert len(set(keys)) == 3
    assert all(-(2**63) <= key < 2**63 for key in keys)


@pytest.mark.parametrize("kind", KINDS)
async def test_turn_that_is_not_had_in_time_is_said(kind: type[Turns], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_SECONDS_FOR_A_TURN", -1.0)
    turns = kind(tries=3)
    said = "postgresql://db/chats: another question on this conversation is still being answered after -1 s. Ask again"
    if kind is AsyncTurns:
        # A wait of no time would not even begin.
        monkeypatch.setattr(postgres, "_SECONDS_FOR_A_TURN", 0.001)
        monkeypatch.setattr(postgres, "_SECONDS_BETWEEN_TRIES", 0.002)
        said = said.replace("-1 s", "0 s")
        turns.tries = 100
    with pytest.raises(StoreError, match=re.escape(said)):
        await take_turn(turns)
    assert turns.did[-1][0] == "unlock"
    assert not turns.is_out


@pytest.mark.parametrize("kind", KINDS)
async def test_driver_that_fails_in_a_turn_is_said_and_its_connection_given_back(kind: type[Turns]) -> None:
    turns = kind(error=psycopg.OperationalError("connection refused"))
    with pytest.raises(StoreError, match=r"cannot remember the chat there \(connection refused\)"):
        await take_turn(turns)
    assert not turns.is_out


async def test_more_turns_at_once_than_there_are_connections_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_SECONDS_FOR_A_TURN", 0.001)
    said = (
        "postgresql://db/chats: 1 questions are being answered here at once, and none ended within 0 s. "
        "Ask again later, or serve by more processes."
    )
    pool: Any = Turns()
    memory = Memory(DATABASE, pool, pool)
    with memory.one_turn("kitchen"), pytest.raises(StoreError) as refused, memory.one_turn("hall"):
        pass
    assert str(refused.value) == said
    with memory.one_turn("hall"):
        pass
    pool = AsyncTurns()
    waiting = AsyncMemory(DATABASE, pool, pool)
    async with waiting.a_one_turn("kitchen"):
        with pytest.raises(StoreError) as refused:
            async with waiting.a_one_turn("hall"):
                pass
    assert str(refused.value) == said
    async with waiting.a_one_turn("hall"):
        pass


def test_texts_are_kept_without_what_jsonb_does_not_take() -> None:
    checkpoint: Any = {"id": "1", "channel_values": {"question": "How\x00?", "hits": [1], "asked": "Why?"}}
    kept = postgres._storable(checkpoint)
    assert kept == {"id": "1", "channel_values": {"question": "How?", "hits": [1], "asked": "Why?"}}
    assert checkpoint["channel_values"]["question"] == "How\x00?"


@pytest.mark.parametrize(
    ("rows", "is_so"),
    [
        ([{"there": True}, {"v": 10_000}], True),
        ([{"there": True}, {"v": 0}], False),
        ([{"there": True}, {"v": None}], False),
        ([{"there": True}, None], False),
        ([{"there": False}, {"v": 10_000}], False),
        ([None, {"v": 10_000}], False),
    ],
)
def test_tables_are_left_alone_only_where_they_are_up_to_date(rows: list[Any], is_so: bool) -> None:
    asked: list[str] = []

    def execute(statement: str) -> Any:
        asked.append(re.sub(r"\W+", " ", statement).strip().lower())
        return SimpleNamespace(fetchone=lambda: rows.pop(0))

    connection: Any = SimpleNamespace(execute=execute)
    assert postgres._is_up_to_date(connection) is is_so
    statements = [
        "select to_regclass checkpoint_migrations is not null as there",
        "select max v as v from checkpoint_migrations",
    ]
    assert asked == statements[: len(asked)] != []


async def test_pools_check_their_connections_and_keep_none_that_nobody_asks_for() -> None:
    pools: list[Any] = [postgres_pools.open_pool(DATABASE, 7), postgres_pools.open_async_pool(DATABASE, 7)]
    for pool, kind in zip(pools, (ConnectionPool, AsyncConnectionPool), strict=True):
        assert isinstance(pool, kind)
        assert (pool.min_size, pool.max_size, pool.timeout, pool.reconnect_timeout) == (0, 7, 5, 1.0)
        assert pool.conninfo == "dbname=chats"
        assert pool.kwargs == {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
        assert pool._check == kind.check_connection
        assert pool.closed
    assert pools[0].connection_class is postgres_pools.PatientConnection
    assert pools[1].connection_class is postgres_pools.AsyncPatientConnection


@pytest.mark.parametrize("waiting", [False, True])
async def test_pool_that_waited_in_vain_looks_whether_the_server_is_there_before_it_waits_again(
    waiting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    is_up = False

    def connect(conninfo: str, **options: Any) -> Any:
        assert (conninfo, options["connect_timeout"]) == ("dbname=chats", 2)
        done.append("looked")
        if not is_up:
            raise psycopg.OperationalError("connection refused")
        return SimpleNamespace(close=close)

    def getconn(_self: Any, _timeout: float | None) -> str:
        done.append("waited")
        if not is_up:
            raise PoolTimeout("couldn't get a connection")
        return "connection"

    async def agetconn(pool: Any, seconds: float | None) -> str:
        return getconn(pool, seconds)

    async def aconnect(conninfo: str, **options: Any) -> Any:
        return connect(conninfo, **options)

    async def nothing() -> None:
        pass

    close = nothing if waiting else lambda: None
    kinds: Any = (
        (AsyncConnectionPool, postgres_pools.AsyncPatientConnection, postgres_pools.open_async_pool)
        if waiting
        else (ConnectionPool, postgres_pools.PatientConnection, postgres_pools.open_pool)
    )
    kind, connection, opening = kinds
    monkeypatch.setattr(kind, "getconn", agetconn if waiting else getconn)
    monkeypatch.setattr(connection, "connect", aconnect if waiting else connect)
    pool = opening(DATABASE, 1)

    async def call() -> Any:
        found = pool.getconn()
        return await found if asyncio.iscoroutine(found) else found

    for says in ("couldn't get a connection", "connection refused", "connection refused"):
        with pytest.raises(psycopg.OperationalError, match=says):
            await call()
    is_up = True
    assert [await call(), await call()] == ["connection", "connection"]
    assert done == ["waited", "looked", "looked", "looked", "waited", "waited"]


async def test_loss_of_a_replica_is_noticed_within_a_minute() -> None:
    said: list[str] = []

    async def execute(statement: str) -> None:
        said.append(statement)

    for pool in (postgres_pools.open_pool(DATABASE, 1), postgres_pools.open_async_pool(DATABASE, 1)):
        configure: Any = pool._configure
        if isinstance(pool, AsyncConnectionPool):
            await configure(SimpleNamespace(execute=execute))
        else:
            configure(SimpleNamespace(execute=said.append))
    figures = [int(one.rpartition(" = ")[2]) for one in said]
    assert figures[:3] == figures[3:]
    idle, interval, count = figures[:3]
    assert idle + interval * count <= 60


@pytest.mark.parametrize(
    ("status", "is_over"), [(pq.TransactionStatus.ACTIVE, True), (pq.TransactionStatus.IDLE, False)]
)
@pytest.mark.parametrize("waiting", [False, True])
async def test_call_that_is_never_answered_is_given_up(
    waiting: bool, status: pq.TransactionStatus, is_over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[Any] = []
    error = psycopg.OperationalError("timeout expired")

    def fail(_self: Any, _gen: Any, interval: float, timeout: float) -> None:
        waited.append((interval, timeout))
        raise error

    async def afail(*given: Any) -> None:
        fail(*given)

    monkeypatch.setattr(psycopg.Connection, "wait", fail)
    monkeypatch.setattr(psycopg.AsyncConnection, "wait", afail)
    finished: list[bool] = []
    given: Any = SimpleNamespace(
        transaction_status=status, status=pq.ConnStatus.BAD, finish=lambda: finished.append(True)
    )
    kind: Any = postgres_pools.AsyncPatientConnection if waiting else postgres_pools.PatientConnection
    connection = kind.__new__(kind)
    connection.pgconn = given

    async def call() -> None:
        result = connection.wait(iter(()))
        if asyncio.iscoroutine(result):
            await result

    with pytest.raises(psycopg.OperationalError) as said:
        await call()
    assert str(said.value) == ("no answer came within 5 s" if is_over else "timeout expired")
    assert (said.value.__cause__ is error) is is_over
    assert finished == [True] * is_over
    assert waited == [(0.1, 5)]
