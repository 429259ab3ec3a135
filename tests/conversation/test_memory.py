import re
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graphrag_tools.conversation.memory import aopen_memory, open_memory
from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.workflow.graph import aask, ask, manual_workflow

FLIGHT_QUESTION = "How do I turn on flight mode?"
THREAD: Any = {"configurable": {"thread_id": "kitchen"}}


def test_without_a_file_threads_live_in_memory() -> None:
    with open_memory() as memory:
        assert isinstance(memory, InMemorySaver)


def test_thread_goes_on_after_the_program_ended(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite"
    with open_memory(file) as memory:
        ask(manual_workflow(sample_index_for_answers, checkpointer=memory), "How do I turn on flight mode?", THREAD)
    with open_memory(file) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        answer = ask(app, "and how do I turn it off?", THREAD)
        other = ask(app, "and how do I turn it off?", {"configurable": {"thread_id": "hall"}})
    assert (answer.question, answer.follow_up) == ("and how do I turn it off? (Flight mode)", True)
    assert "in Settings › Wi-Fi › Flight mode" in answer.text
    assert (other.question, other.follow_up) == ("and how do I turn it off?", False)


def test_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("buy milk\n" * 200, encoding="utf-8")
    said = r"notes\.txt: cannot remember the chat there .* Expected a new file"
    with pytest.raises(StoreError, match=said), open_memory(file):
        pass
    assert file.read_text(encoding="utf-8").startswith("buy milk")


def test_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot remember the chat there"), open_memory(tmp_path / "no" / "chat"):
        pass


def damage(file: Path) -> None:
    """Overwrite what the database holds, not its head."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    size = file.stat().st_size
    with file.open("r+b") as out:
        out.seek(100)
        out.write(b"\xff" * (size - 100))


def hold(file: Path) -> sqlite3.Connection:
    """Begin to write and do not end."""
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_file_that_is_damaged_meanwhile_is_said(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite"
    with open_memory(file) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        ask(app, FLIGHT_QUESTION, THREAD)
        damage(file)
        with pytest.raises(StoreError, match=r"chat\.sqlite: cannot remember the chat there .*malformed.*damaged"):
            ask(app, "why?", THREAD)


async def test_file_that_is_damaged_meanwhile_is_said_to_those_who_wait(
    sample_index_for_answers: ManualIndex, tmp_path: Path
) -> None:
    file = tmp_path / "chat.sqlite"
    async with aopen_memory(file) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        await aask(app, FLIGHT_QUESTION, THREAD)
        damage(file)
        with pytest.raises(StoreError, match=r"chat\.sqlite: cannot remember the chat there .*malformed.*damaged"):
            await aask(app, "why?", THREAD)


def test_file_in_use_is_said_and_the_chat_goes_on_after(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite"
    with open_memory(file) as memory:
        memory.conn.execute("PRAGMA busy_timeout = 0")  # type: ignore[attr-defined]
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        other = hold(file)
        with pytest.raises(StoreError, match=r"locked\)\. Another program is using it"):
            ask(app, FLIGHT_QUESTION, THREAD)
        other.close()
        assert ask(app, FLIGHT_QUESTION, THREAD).status == "answered"


async def test_file_in_use_is_said_to_those_who_wait(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite"
    async with aopen_memory(file) as memory:
        await memory.conn.execute("PRAGMA busy_timeout = 0")  # type: ignore[attr-defined]
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        other = hold(file)
        with pytest.raises(StoreError, match=r"locked\)\. Another program is using it"):
            await aask(app, FLIGHT_QUESTION, THREAD)
        other.close()
        assert (await aask(app, FLIGHT_QUESTION, THREAD)).status == "answered"


@pytest.mark.parametrize("pages", [8, 20])
def test_full_disk_is_said(pages: int, sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    with open_memory(tmp_path / "chat.sqlite") as memory:
        memory.conn.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        with pytest.raises(StoreError, match=r"full\)\. The disk is full: make room"):
            ask(app, FLIGHT_QUESTION, THREAD)


async def test_thread_of_either_kind_is_read_by_the_other(
    sample_index_for_answers: ManualIndex, tmp_path: Path
) -> None:
    file = tmp_path / "chat.sqlite"
    with open_memory(file) as memory:
        ask(manual_workflow(sample_index_for_answers, checkpointer=memory), FLIGHT_QUESTION, THREAD)
    async with aopen_memory(file) as waiting:
        app = manual_workflow(sample_index_for_answers, checkpointer=waiting)
        assert (await aask(app, "and how do I turn it off?", THREAD)).follow_up
    with open_memory(file) as memory:
        assert ask(manual_workflow(sample_index_for_answers, checkpointer=memory), "why?", THREAD).follow_up


async def test_asynchronous_memory_says_the_same_of_a_bad_file(tmp_path: Path) -> None:
    async with aopen_memory() as memory:
        assert isinstance(memory, InMemorySaver)
    (tmp_path / "notes.txt").write_text("buy milk\n" * 200, encoding="utf-8")
    for file in (tmp_path / "notes.txt", tmp_path / "no" / "chat"):
        with pytest.raises(StoreError, match="cannot remember the chat there"):
            async with aopen_memory(file):
                pass


async def test_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(StoreError, match="unable to open"):
        async with aopen_memory(tmp_path / "no" / "chat"):
            pass
    assert set(threading.enumerate()) <= before


async def test_missing_package_is_said_to_those_who_wait(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delitem(sys.modules, "graphrag_tools.conversation.sqlite", raising=False)
    monkeypatch.setitem(sys.modules, "langgraph.checkpoint.sqlite", None)
    with pytest.raises(ConfigError, match=re.escape(install_extra("sqlite"))):
        async with aopen_memory(tmp_path / "chat"):
            pass


def test_missing_package_names_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delitem(sys.modules, "graphrag_tools.conversation.sqlite", raising=False)
    monkeypatch.setitem(sys.modules, "langgraph.checkpoint.sqlite", None)
    with pytest.raises(ConfigError, match=re.escape(install_extra("sqlite"))), open_memory(tmp_path / "chat"):
        pass


def rights(file: Path) -> dict[str, str]:
    return {found.name: oct(found.stat().st_mode & 0o777) for found in file.parent.glob(f"{file.name}*")}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
async def test_new_file_is_its_owners_alone_and_an_old_one_stays_as_it_is(
    sample_index_for_answers: ManualIndex, tmp_path: Path
) -> None:
    one, other, shared = tmp_path / "a" / "one", tmp_path / "b" / "other", tmp_path / "c" / "shared"
    for file in (one, other, shared):
        file.parent.mkdir()
    shared.touch()
    shared.chmod(0o644)
    for file, expected in ((one, "0o600"), (shared, "0o644")):
        with open_memory(file) as memory:
            ask(manual_workflow(sample_index_for_answers, checkpointer=memory), FLIGHT_QUESTION, THREAD)
            assert rights(file) == dict.fromkeys((file.name, f"{file.name}-wal", f"{file.name}-shm"), expected)
    async with aopen_memory(other) as waiting:
        await aask(manual_workflow(sample_index_for_answers, checkpointer=waiting), FLIGHT_QUESTION, THREAD)
        assert set(rights(other).values()) == {"0o600"}


def test_memory_named_so_by_sqlite_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_memory(":memory:"):
        assert list(tmp_path.iterdir()) == []
