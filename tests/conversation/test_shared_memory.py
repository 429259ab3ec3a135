"""Chats that several programs share in a real PostgreSQL: threads, turns at once, tables, characters."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.graph import START, MessagesState, StateGraph
from support.places import REPOSITORY
from support.postgres import PASSWORD, Postgres
from support.processes import HANG_SECONDS, running
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.conversation import postgres as memory_module
from graphrag_tools.conversation.memory import aopen_memory, open_memory
from graphrag_tools.errors import StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.web.conversations import list_conversations, read_turns
from graphrag_tools.workflow.graph import aask, ask, manual_workflow
from graphrag_tools.workflow.streaming import Answered, stream_answer

FLIGHT_QUESTION = "How do I turn on flight mode?"
LOAN_QUESTION = "How long can I keep a borrowed book?"
FOLLOW_UP = "and how do I turn it off?"
UNDERSTOOD = "and how do I turn it off? (Flight mode)"
THREAD: Any = {"configurable": {"thread_id": "kitchen"}}
OPEN_AT_ONCE = 6


def test_thread_goes_on_in_another_program(sample_index_for_answers: ManualIndex, chats: str) -> None:
    with open_memory(chats) as memory:
        ask(manual_workflow(sample_index_for_answers, checkpointer=memory), FLIGHT_QUESTION, THREAD)
    asking = (
        "import sys; from graphrag_tools.conversation.memory import open_memory;"
        "from graphrag_tools.index.index import ManualIndex;"
        "from graphrag_tools.workflow.graph import ask, manual_workflow\n"
        "with open_memory(sys.argv[1]) as memory:\n"
        "    app = manual_workflow(ManualIndex.open(sys.argv[2]), checkpointer=memory)\n"
        "    print(ask(app, sys.argv[3], {'configurable': {'thread_id': 'kitchen'}}).question)"
    )
    command = [sys.executable, "-c", asking, chats, str(sample_index_for_answers.folder), FOLLOW_UP]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, cwd=REPOSITORY, check=True)
    assert done.stdout.strip() == UNDERSTOOD


async def test_thread_of_either_kind_is_read_by_the_other(sample_index_for_answers: ManualIndex, chats: str) -> None:
    with open_memory(chats) as memory:
        ask(manual_workflow(sample_index_for_answers, checkpointer=memory), FLIGHT_QUESTION, THREAD)
    async with aopen_memory(chats) as waiting:
        app = manual_workflow(sample_index_for_answers, checkpointer=waiting)
        assert (await aask(app, FOLLOW_UP, THREAD)).question == UNDERSTOOD
    with open_memory(chats) as memory:
        assert ask(manual_workflow(sample_index_for_answers, checkpointer=memory), "why?", THREAD).follow_up


@pytest.mark.parametrize("written", ["postgres://", "POSTGRESQL://", "postgresql:/"])
def test_address_is_read_as_people_and_paths_write_it(written: str, chats: str, tmp_path: Path) -> None:
    with open_memory(Path(chats.replace("postgresql://", written))) as memory:
        assert memory.get_tuple(THREAD) is None


def test_restart_of_the_server_between_two_turns_loses_nothing(
    postgres: Postgres, sample_index_for_answers: ManualIndex, chats: str
) -> None:
    with open_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        ask(app, FLIGHT_QUESTION, THREAD)
        postgres.stop()
        postgres.start()
        assert ask(app, FOLLOW_UP, THREAD).question == UNDERSTOOD


async def test_crash_of_the_server_between_two_turns_loses_nothing_for_those_who_wait(
    postgres: Postgres, sample_index_for_answers: ManualIndex, chats: str
) -> None:
    async with aopen_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        await aask(app, FLIGHT_QUESTION, THREAD)
        await asyncio.to_thread(postgres.kill)
        await asyncio.to_thread(postgres.start)
        assert (await aask(app, FOLLOW_UP, THREAD)).question == UNDERSTOOD


def test_tables_that_many_replicas_make_at_once_are_made(postgres: Postgres, chats: str) -> None:
    start = threading.Barrier(OPEN_AT_ONCE)

    def open_once(_: int) -> bool:
        start.wait(HANG_SECONDS)
        with open_memory(chats) as memory:
            return memory.get_tuple(THREAD) is None

    with ThreadPoolExecutor(OPEN_AT_ONCE) as threads:
        assert all(threads.map(open_once, range(OPEN_AT_ONCE)))
    made = postgres.run("SELECT count(*) FROM checkpoint_migrations", chats.rpartition("/")[2])
    assert made == [(len(PostgresSaver.MIGRATIONS),)]


@pytest.mark.parametrize("steps", [1, 4, 7])
def test_tables_of_an_older_version_are_brought_up_to_date(
    steps: int, sample_index_for_answers: ManualIndex, chats: str
) -> None:
    with closing(psycopg.connect(chats, autocommit=True)) as connection:
        for number, step in enumerate(PostgresSaver.MIGRATIONS[:steps]):
            connection.execute(step)  # type: ignore[call-overload]
            connection.execute("INSERT INTO checkpoint_migrations VALUES (%s)", (number,))
    with open_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        assert ask(app, FLIGHT_QUESTION, THREAD).status == "answered"


def test_user_who_may_not_make_tables_uses_those_that_are_there(
    postgres: Postgres, sample_index_for_answers: ManualIndex, chats: str
) -> None:
    database = chats.rpartition("/")[2]
    clerk = f"clerk_{database}"
    postgres.run(f"CREATE ROLE {clerk} LOGIN PASSWORD 'clerk'")
    theirs = postgres.address(database, clerk, "clerk")
    with pytest.raises(StoreError, match=r"permission denied.* Its user lacks rights"), open_memory(theirs):
        pass
    with open_memory(chats):
        postgres.run(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {clerk}", database)
    with open_memory(theirs) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        assert ask(app, FLIGHT_QUESTION, THREAD).status == "answered"


def slowed(index: ManualIndex, memory: Any, inside: Callable[[], None]) -> Any:
    """A graph of somebody's own that does something before the workflow answers."""

    def think(_: MessagesState) -> dict[str, Any]:
        inside()
        return {}

    graph = StateGraph(MessagesState)
    graph.add_node("think", think)
    graph.add_node("manual", manual_workflow(index))
    graph.add_edge(START, "think")
    graph.add_edge("think", "manual")
    return graph.compile(checkpointer=memory)


@pytest.mark.parametrize("other_thread", [False, True])
def test_two_turns_at_once_are_taken_one_after_the_other_on_the_same_thread_alone(
    other_thread: bool, sample_index_for_answers: ManualIndex, chats: str
) -> None:
    second_config: Any = {"configurable": {"thread_id": "hall"}} if other_thread else THREAD
    inside, second_done = threading.Event(), threading.Event()
    order: list[str] = []

    def wait_for_the_second() -> None:
        inside.set()
        # On a thread of its own the second one gets here; else nothing but the time would end this.
        second_done.wait(HANG_SECONDS if other_thread else 1)

    with open_memory(chats) as memory, open_memory(chats) as elsewhere, ThreadPoolExecutor(1) as threads:

        def first() -> None:
            ask(slowed(sample_index_for_answers, memory, wait_for_the_second), FLIGHT_QUESTION, THREAD)
            order.append("first")

        running = threads.submit(first)
        assert inside.wait(HANG_SECONDS)
        again = manual_workflow(sample_index_for_answers, checkpointer=elsewhere)
        ask(again, LOAN_QUESTION, second_config)
        order.append("second")
        second_done.set()
        running.result(HANG_SECONDS)
        said = elsewhere.get_tuple(THREAD)
    assert order == (["second", "first"] if other_thread else ["first", "second"])
    assert said is not None
    asked = [one.text for one in said.checkpoint["channel_values"]["messages"] if isinstance(one, HumanMessage)]
    assert asked == ([FLIGHT_QUESTION] if other_thread else [FLIGHT_QUESTION, LOAN_QUESTION])


async def test_many_turns_at_once_from_two_replicas_all_come_into_the_thread(
    sample_index_for_answers: ManualIndex, chats: str
) -> None:
    async with aopen_memory(chats) as one, aopen_memory(chats) as other:
        apps = [manual_workflow(sample_index_for_answers, checkpointer=memory) for memory in (one, other)]
        questions = [FLIGHT_QUESTION, LOAN_QUESTION, "How do I charge the battery?", "How do I add a bookmark?"]
        await asyncio.gather(*(aask(apps[at % 2], question, THREAD) for at, question in enumerate(questions)))
        state = await apps[0].aget_state(THREAD)
    asked = [message.text for message in state.values["messages"] if isinstance(message, HumanMessage)]
    assert sorted(asked) == sorted(questions)


@pytest.mark.parametrize("waiting", [False, True])
def test_turn_that_waits_too_long_for_another_is_refused_in_words(
    waiting: bool, sample_index_for_answers: ManualIndex, chats: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "_SECONDS_FOR_A_TURN", 0.01)

    async def ask_waiting() -> None:
        async with aopen_memory(chats) as memory:
            await aask(manual_workflow(sample_index_for_answers, checkpointer=memory), LOAN_QUESTION, THREAD)

    with open_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        events = stream_answer(app, FLIGHT_QUESTION, THREAD)
        next(events)
        with pytest.raises(StoreError, match=r"another question on this conversation .* Ask again"):
            asyncio.run(ask_waiting()) if waiting else ask(app, LOAN_QUESTION, THREAD)
        assert isinstance([*events][-1], Answered)
        assert ask(app, LOAN_QUESTION, THREAD).status == "answered"


@pytest.mark.parametrize("waiting", [False, True])
def test_more_turns_at_once_than_a_process_takes_wait_and_are_refused_in_words(
    waiting: bool, sample_index_for_answers: ManualIndex, chats: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "_MOST_TURNS", 1)
    monkeypatch.setattr(memory_module, "_SECONDS_FOR_A_TURN", 0.01)
    said = "1 questions are being answered here at once"

    async def wait() -> None:
        async with aopen_memory(chats) as memory, memory.a_one_turn("kitchen"):  # type: ignore[attr-defined]
            app = manual_workflow(sample_index_for_answers, checkpointer=memory)
            with pytest.raises(StoreError, match=said):
                await aask(app, FLIGHT_QUESTION, {"configurable": {"thread_id": "hall"}})

    def stay() -> None:
        with open_memory(chats) as memory:
            app = manual_workflow(sample_index_for_answers, checkpointer=memory)
            with memory.one_turn("kitchen"), pytest.raises(StoreError, match=said):  # type: ignore[attr-defined]
                ask(app, FLIGHT_QUESTION, {"configurable": {"thread_id": "hall"}})
            assert ask(app, FLIGHT_QUESTION, {"configurable": {"thread_id": "hall"}}).status == "answered"

    asyncio.run(wait()) if waiting else stay()


def test_replica_that_dies_in_a_turn_leaves_the_thread_to_others(
    sample_index_for_answers: ManualIndex, chats: str
) -> None:
    holding = (
        "import sys; from graphrag_tools.conversation.memory import open_memory\n"
        "with open_memory(sys.argv[1]) as memory, memory.one_turn('kitchen'):\n"
        "    print('begun', flush=True)\n"
        "    sys.stdin.read()"
    )
    with running([sys.executable, "-c", holding, chats], stdin=subprocess.PIPE, cwd=REPOSITORY) as replica:
        assert replica.stdout is not None
        assert replica.stdout.readline() == "begun\n"
        replica.kill()
        with open_memory(chats) as memory:
            app = manual_workflow(sample_index_for_answers, checkpointer=memory)
            assert ask(app, FLIGHT_QUESTION, THREAD).status == "answered"


async def test_server_is_to_notice_within_a_minute_that_a_replica_is_lost(chats: str) -> None:
    with open_memory(chats) as memory:
        connection = vars(memory)["_turns"].getconn()
        shown = [connection.execute(f"SHOW tcp_keepalives_{name}").fetchone() for name in ("idle", "interval", "count")]
        vars(memory)["_turns"].putconn(connection)
    async with aopen_memory(chats) as waiting:
        other = await vars(waiting)["_turns"].getconn()
        idle = await (await other.execute("SHOW tcp_keepalives_idle")).fetchone()
        await vars(waiting)["_turns"].putconn(other)
    assert [[*row.values()] for row in shown] == [["30"], ["10"], ["3"]]
    assert [*idle.values()] == ["30"]


async def test_turn_that_is_cancelled_leaves_the_thread_to_the_next(
    sample_index_for_answers: ManualIndex, chats: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "_SECONDS_FOR_A_TURN", 0.01)
    inside = asyncio.Event()

    async def think(_: MessagesState) -> dict[str, Any]:
        inside.set()
        await asyncio.sleep(HANG_SECONDS)
        return {}

    async with aopen_memory(chats) as memory:
        graph = StateGraph(MessagesState).add_node("think", think).add_edge(START, "think")
        task = asyncio.create_task(aask(graph.compile(checkpointer=memory), FLIGHT_QUESTION, THREAD))
        await asyncio.wait_for(inside.wait(), HANG_SECONDS)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        assert (await aask(app, LOAN_QUESTION, THREAD)).status == "answered"


STRANGE = "How do I turn on \x00flight\ud800 mode\udc00\ud83d\ude00?"


@pytest.mark.parametrize("place", ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_characters_that_no_database_keeps_are_cleaned_out_of_a_question(
    place: str, sample_index_for_answers: ManualIndex, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    places = {"memory": lambda: None, "sqlite": lambda: tmp_path / "chat"}
    where = places.get(place, lambda: request.getfixturevalue("chats"))()
    with open_memory(where) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        answer = ask(app, STRANGE, THREAD)
        assert answer.menu_path == ("Settings", "Wi-Fi", "Flight mode")
        assert ask(app, FOLLOW_UP, THREAD).follow_up
        kept = app.get_state(THREAD).values["messages"][0].text
    assert kept == "How do I turn on flight\ufffd mode\ufffd😀?"


@pytest.mark.parametrize("words", ["a\x00b", "a\ud800b"])
async def test_such_characters_are_kept_out_where_a_graph_is_run_without_asking_by_us(
    words: str, sample_index_for_answers: ManualIndex, chats: str
) -> None:
    model = ScriptedChatModel(calling("get_menu_path", item="larkfield/library/loans"), saying(words), saying(words))
    asked = {"messages": [("user", f"{LOAN_QUESTION} {words}")]}
    with open_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, model, checkpointer=memory)
        assert app.invoke(asked, THREAD)["answer"].status in ("answered", "unsure")
    async with aopen_memory(chats) as waiting:
        plain = manual_workflow(sample_index_for_answers, checkpointer=waiting)
        assert (await plain.ainvoke(asked, THREAD))["answer"].status in ("answered", "unsure")


def test_what_a_row_names_is_not_called(chats: str, tmp_path: Path, sample_index_for_answers: ManualIndex) -> None:
    written = tmp_path / "written"
    with open_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        ask(app, FLIGHT_QUESTION, THREAD)
        permissive = PostgresSaver(psycopg.connect(chats, autocommit=True, row_factory=psycopg.rows.dict_row))
        kind, packed = permissive.serde.dumps_typed(Path(written))
        with closing(permissive.conn) as connection:
            connection.execute(
                "UPDATE checkpoint_blobs SET type = %s, blob = %s WHERE channel = 'hits'", ("pickle", b"cos\nsystem\n.")
            )
        with pytest.raises(StoreError, match=r"Unknown serialization type: pickle\)\. It holds what no chat"):
            ask(app, FOLLOW_UP, THREAD)
    assert kind == "msgpack"
    assert packed
    assert not written.exists()


async def test_page_lists_and_reads_the_conversations_of_a_browser(
    sample_index_for_answers: ManualIndex, chats: str
) -> None:
    async with aopen_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        for thread, browser in (("a", "mine"), ("b", "theirs"), ("c", "mine")):
            config: Any = {"configurable": {"thread_id": thread, "browser": browser}}
            await aask(app, f"{LOAN_QUESTION} {thread}", config)
        listed = await list_conversations(memory, "mine")
        assert [one.id for one in listed] == ["c", "a"]
        assert [turn.question for turn in await read_turns(app, "c")] == [f"{LOAN_QUESTION} c"]
        with psycopg.connect(chats, options="-c enable_seqscan=off") as connection:
            asked = """EXPLAIN SELECT * FROM checkpoints WHERE metadata @> '{"browser": "mine", "step": -1}'"""
            plan = connection.execute(asked).fetchall()
        assert any("checkpoints_metadata_idx" in str(line) for line in plan), plan
        await memory.adelete_thread("c")
        assert [one.id for one in await list_conversations(memory, "mine")] == ["a"]


def test_memory_does_not_show_its_password(chats: str) -> None:
    with open_memory(chats) as memory:
        assert PASSWORD not in repr(vars(memory)["_database"])


def test_history_is_read_newest_first(sample_index_for_answers: ManualIndex, chats: str) -> None:
    with open_memory(chats) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        ask(app, FLIGHT_QUESTION, THREAD)
        newest = next(iter(app.get_state_history(THREAD)))
        assert isinstance(newest.values["messages"][-1], AIMessage)
        memory.delete_thread("kitchen")
        assert [*app.get_state_history(THREAD)] == []
