"""What is said where the database of a chat's memory is not there, not ours, silent, or lost in a turn."""

import asyncio
import logging
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import free_port
from langgraph.graph import START, MessagesState, StateGraph
from support.postgres import Postgres, paused
from support.processes import HANG_SECONDS

from graphrag_tools.conversation import postgres_pools
from graphrag_tools.conversation.memory import aopen_memory, open_memory
from graphrag_tools.errors import ConfigError, GraphRAGToolsError, StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.workflow.graph import aask, ask, manual_workflow

FLIGHT_QUESTION = "How do I turn on flight mode?"
LOAN_QUESTION = "How long can I keep a borrowed book?"
THREAD: Any = {"configurable": {"thread_id": "kitchen"}}
SECRET = "hidden-word"
USERS = 8


def said_of(address: str | Path) -> str:
    """What opening says, which is the same for those who wait, and shows no password."""

    async def wait() -> None:
        async with aopen_memory(address):
            pass

    with pytest.raises(GraphRAGToolsError) as failed, open_memory(address):
        pass
    with pytest.raises(type(failed.value)) as waited:
        asyncio.run(wait())
    # Sockets and backends have numbers of their own each time.
    assert re.sub(r"\d+", "", str(waited.value)) == re.sub(r"\d+", "", str(failed.value))
    assert SECRET not in str(failed.value)
    return str(failed.value)


def test_wrong_password_is_said_without_it(postgres: Postgres) -> None:
    said = said_of(postgres.address(password=SECRET))
    assert "password authentication failed" in said
    assert said.endswith("Correct the user or the password.")
    assert said.startswith(f"postgresql://127.0.0.1:{postgres.port}/postgres: cannot remember the chat there (")


def test_unknown_user_is_said(postgres: Postgres) -> None:
    assert said_of(postgres.address(user="stranger")).endswith("Correct the user or the password.")


def test_missing_password_is_said(postgres: Postgres) -> None:
    assert said_of(f"postgresql://keeper@127.0.0.1:{postgres.port}/postgres").endswith(
        "Correct the user or the password."
    )


def test_missing_database_is_said(postgres: Postgres) -> None:
    said = said_of(postgres.address("no_such_chats"))
    assert said.endswith(
        'database "no_such_chats" does not exist). Create the database (createdb), or correct its name.'
    )


def test_database_with_other_tables_of_that_name_is_said(postgres: Postgres, chats: str) -> None:
    postgres.run("CREATE TABLE checkpoint_migrations (name text)", chats.rpartition("/")[2])
    assert said_of(chats).endswith("give another database, or remove the tables checkpoint…")


def test_replica_that_cannot_be_written_is_said(postgres: Postgres, chats: str) -> None:
    database = chats.rpartition("/")[2]
    postgres.run(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    assert said_of(chats).endswith("It cannot be written: give the address of the primary.")


def test_server_without_a_connection_left_is_said(postgres: Postgres, chats: str) -> None:
    database = chats.rpartition("/")[2]
    postgres.run(f"CREATE ROLE crowd_{database} LOGIN PASSWORD 'crowd' CONNECTION LIMIT 0")
    assert "too many connections" in said_of(postgres.address(database, f"crowd_{database}", "crowd"))


def test_server_that_is_down_is_said() -> None:
    said = said_of(f"postgresql://me:{SECRET}@127.0.0.1:{free_port()}/chats")
    assert "refused" in said
    assert said.endswith("Is the server up and its address right?")


def test_unknown_host_is_said() -> None:
    assert said_of(f"postgresql://me:{SECRET}@no-such-host.invalid/chats").endswith("correct the address.")


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_server_that_never_answers_is_said() -> None:
    with silent_server() as port:
        said = said_of(f"postgresql://me:{SECRET}@127.0.0.1:{port}/chats?connect_timeout=2")
    assert "timeout" in said
    assert said.endswith("Is the server up and its address right?")


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://me:{SECRET}@{SECRET}@db/chats",
        f"postgresql://me:a/{SECRET}@db/chats",
        f"postgresql://me:1/{SECRET}@db/chats",
        f"postgresql://me:{SECRET}%zz@db/chats",
        f"postgresql://me:{SECRET}@db/chats?{SECRET}=1",
        f"postgresql://me:{SECRET}@db:port/chats",
        f"postgresql://me:{SECRET}@[db/chats",
    ],
)
def test_address_that_cannot_be_read_is_not_quoted(address: str) -> None:
    assert "expected postgresql:// and then user:password@host:port/database" in said_of(address)


@pytest.mark.parametrize("scheme", ["redis", "mysql", "postgresql+psycopg", "https", "sqlite"])
def test_address_of_another_kind_is_refused_and_makes_no_file(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for address in (f"{scheme}://me:{SECRET}@db/chats", Path(f"{scheme}://me:{SECRET}@db/chats")):
        assert f"begins with {scheme}://, expected a file or postgresql://" in said_of(address)
    assert list(tmp_path.iterdir()) == []


async def test_missing_package_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "graphrag_tools.conversation.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "langgraph.checkpoint.postgres", None)
    with pytest.raises(ConfigError, match=re.escape(install_extra("postgres"))), open_memory("postgresql://db/x"):
        pass
    with pytest.raises(ConfigError, match=re.escape(install_extra("postgres"))):
        async with aopen_memory("postgresql://db/x"):
            pass


@pytest.fixture
def less_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call of a turn waits for a server that has gone."""
    monkeypatch.setattr(postgres_pools, "SECONDS_TO_ANSWER", 2)


def broken(index: ManualIndex, memory: Any, meanwhile: Any) -> Any:
    """The workflow as a node behind something that happens in the middle of the turn."""

    def happen(_: MessagesState) -> dict[str, Any]:
        meanwhile()
        return {}

    graph = StateGraph(MessagesState).add_node("happen", happen).add_node("manual", manual_workflow(index))
    return graph.add_edge(START, "happen").add_edge("happen", "manual").compile(checkpointer=memory)


def test_server_lost_in_a_turn_is_said_and_the_chat_goes_on_when_it_is_back(
    less_patient: None,
    postgres: Postgres,
    sample_index_for_answers: ManualIndex,
    chats: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with open_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        ask(app, FLIGHT_QUESTION, THREAD)
        try:
            with pytest.raises(StoreError, match="cannot remember the chat there"):
                ask(broken(sample_index_for_answers, memory, postgres.kill), LOAN_QUESTION, THREAD)
        finally:
            postgres.start()
        again = ask(app, LOAN_QUESTION, THREAD)
        state = app.get_state(THREAD).values
    assert (again.status, again.menu_path) == ("answered", ("Library", "Loans"))
    assert [one.text for one in state["messages"] if one.type == "human"][-1] == LOAN_QUESTION
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


async def test_server_lost_in_a_turn_is_said_to_those_who_wait(
    less_patient: None, postgres: Postgres, sample_index_for_answers: ManualIndex, chats: str
) -> None:
    async with aopen_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        try:
            with pytest.raises(StoreError, match="cannot remember the chat there"):
                await aask(broken(sample_index_for_answers, memory, postgres.kill), LOAN_QUESTION, THREAD)
        finally:
            await asyncio.to_thread(postgres.start)
        assert (await aask(app, FLIGHT_QUESTION, THREAD)).status == "answered"


async def test_many_users_of_two_replicas_get_right_answers_or_an_error_while_the_server_restarts(
    postgres: Postgres, sample_index_for_answers: ManualIndex, chats: str
) -> None:
    subjects = ((FLIGHT_QUESTION, "Flight mode"), (LOAN_QUESTION, "Loans"))
    asked_first = asyncio.Semaphore(0)
    restarted = asyncio.Event()

    async def converse(app: Any, number: int) -> list[str]:
        question, item = subjects[number % 2]
        config: Any = {"configurable": {"thread_id": f"user-{number}"}}
        seen = []
        for turn, words in enumerate((question, "and where is it?", "how do I find it?", "and where is it?")):
            if turn == 3:
                await asyncio.wait_for(restarted.wait(), HANG_SECONDS)
            try:
                answer = await aask(app, words, config)
            except StoreError:
                seen.append("error")
            else:
                seen.append("right" if answer.menu_path[-1:] == (item,) else f"wrong: {answer.question}")
            asked_first.release()
        return seen

    async def restart() -> None:
        for _ in range(USERS):
            await asked_first.acquire()
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(postgres.start)
        restarted.set()

    async with aopen_memory(chats) as one, aopen_memory(chats) as other:
        apps = [manual_workflow(sample_index_for_answers, checkpointer=memory) for memory in (one, other)]
        users = [converse(apps[number // 2 % 2], number) for number in range(USERS)]
        *talks, _ = await asyncio.gather(*users, restart())
    assert not [turn for talk in talks for turn in talk if turn.startswith("wrong")], talks
    assert [talk[-1] for talk in talks] == ["right"] * USERS


@pytest.mark.parametrize("waiting", [False, True])
def test_connection_on_which_no_answer_comes_is_given_up(
    waiting: bool,
    postgres: Postgres,
    sample_index_for_answers: ManualIndex,
    chats: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres_pools, "SECONDS_TO_ANSWER", 1)
    hanging = threading.Event()

    def hang() -> None:
        held.enter_context(paused(postgres.processes_of(chats.rpartition("/")[2])))
        hanging.set()

    async def wait() -> None:
        async with aopen_memory(chats) as memory:
            await aask(broken(sample_index_for_answers, memory, hang), LOAN_QUESTION, THREAD)

    def go_on() -> None:
        with open_memory(chats) as memory:
            ask(broken(sample_index_for_answers, memory, hang), LOAN_QUESTION, THREAD)

    with ExitStack() as held, pytest.raises(StoreError, match=r"no answer came within 1 s|couldn't get a connection"):
        asyncio.run(wait()) if waiting else go_on()
    assert hanging.is_set()
