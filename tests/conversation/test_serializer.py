"""Somebody's chat file: whatever it names, reading it imports and calls nothing."""

import asyncio
import importlib
import os
import pickle
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import ormsgpack
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.serde import jsonplus

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.memory import aopen_memory, open_memory
from graphrag_tools.conversation.serializer import StrictSerializer
from graphrag_tools.errors import StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.web.conversations import list_conversations, read_turns
from graphrag_tools.workflow.graph import ask, manual_workflow

THREAD: Any = {"configurable": {"thread_id": "a", "browser": "b-1"}}
QUESTION = "How do I turn on flight mode?"
ANSWER = Answer(text="Yes.", status="answered", menu_path=("A",))


def called(code: int, module: str, name: str, *arguments: Any) -> ormsgpack.Ext:
    """An extension type that has LangGraph's open serializer import and call something."""
    return ormsgpack.Ext(code, ormsgpack.packb((module, name, *arguments)))


def bombs(mark: Path) -> dict[str, Any]:
    """What creates a file when it is called, in each form that LangGraph's serializer has for calls."""
    touch = f"touch {mark}"
    single, several, keywords = (
        jsonplus.EXT_CONSTRUCTOR_SINGLE_ARG,
        jsonplus.EXT_CONSTRUCTOR_POS_ARGS,
        jsonplus.EXT_CONSTRUCTOR_KW_ARGS,
    )
    plain = {
        "os.system": called(single, "os", "system", touch),
        "posix.system": called(single, "posix", "system", touch),
        "subprocess.Popen": called(
            several, "subprocess", "Popen", [touch, -1, None, None, None, None, None, True, True]
        ),
        "subprocess.run": called(keywords, "subprocess", "run", {"args": touch, "shell": True}),
        "builtins.eval": called(single, "builtins", "eval", f"open({str(mark)!r}, 'w')"),
        "builtins.open": called(several, "builtins", "open", [str(mark), "w"]),
        "pathlib.Path.touch": called(jsonplus.EXT_METHOD_SINGLE_ARG, "pathlib", "Path", str(mark), "touch"),
        "pydantic 1": called(jsonplus.EXT_PYDANTIC_V1, "subprocess", "run", {"args": touch, "shell": True}),
        "pydantic 2": called(jsonplus.EXT_PYDANTIC_V2, "subprocess", "run", {"args": touch, "shell": True}, "x"),
        "a name of ours": called(single, "graphrag_tools.models.open", "os.system", touch),
        "a function of ours": called(several, "graphrag_tools.index.lock", "Path", [str(mark)]),
    }
    return {
        **plain,
        "within a list": {"deep": [plain["os.system"]]},
        "within a type that is read": called(single, "builtins", "set", [plain["os.system"]]),
        "within a type of ours": called(keywords, "graphrag_tools.search", "Hit", {"score": plain["os.system"]}),
    }


BOMBS = list(bombs(Path("mark")))


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], bool]:
    """Whether nothing was run: no file created, and nothing imported by the serializer but what is safe."""
    imported: list[str] = []
    real = importlib.import_module

    def import_module(name: str, package: str | None = None) -> Any:
        imported.append(name)
        return real(name, package)

    monkeypatch.setattr(jsonplus.importlib, "import_module", import_module)
    foreign = {"os", "posix", "subprocess", "builtins", "graphrag_tools"}
    mark = tmp_path / "mark"
    return lambda: (
        not mark.exists()
        and not [name for name in imported if name.partition(".")[0] in foreign and name != "builtins"]
    )


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_named_is_neither_imported_nor_called(
    bomb: str, nothing_runs: Callable[[], bool], tmp_path: Path
) -> None:
    packed = ormsgpack.packb(bombs(tmp_path / "mark")[bomb])
    StrictSerializer().loads_typed(("msgpack", packed))
    assert nothing_runs()


@pytest.mark.parametrize(
    ("module", "name", "says"),
    [
        ("graphrag_tools.search", "Hit", False),
        ("graphrag_tools.conversation.follow_ups", "Earlier", False),
        ("graphrag_tools", "Anything", False),
        ("graphrag_tools_of_others", "Hit", True),
        ("os", "graphrag_tools", True),
    ],
)
def test_types_that_an_earlier_version_wrote_are_data_without_a_word(
    module: str, name: str, says: bool, caplog: pytest.LogCaptureFixture
) -> None:
    for packed in (called(jsonplus.EXT_CONSTRUCTOR_KW_ARGS, module, name, {"score": 1.0}), [1, {"a": 2}]):
        read = StrictSerializer().loads_typed(("msgpack", ormsgpack.packb({"kept": [packed]})))
        assert read["kept"][0] in ({"score": 1.0}, [1, {"a": 2}])
    assert (name in caplog.text) == says


@pytest.mark.parametrize("kind", ["pickle", "json", "unheard-of"])
def test_other_forms_are_not_read(kind: str, nothing_runs: Callable[[], bool], tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match=f"Unknown serialization type: {kind}"):
        StrictSerializer().loads_typed((kind, pickled(tmp_path / "mark")))
    assert nothing_runs()


class Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.mark}",)


def pickled(mark: Path) -> bytes:
    return pickle.dumps(Bomb(mark))


def test_bombs_would_go_off_in_the_open(tmp_path: Path) -> None:
    """The bombs are live: LangGraph's default serializer runs one."""
    mark = tmp_path / "mark"
    jsonplus.JsonPlusSerializer(allowed_msgpack_modules=True).loads_typed(
        ("msgpack", ormsgpack.packb(bombs(mark)["os.system"]))
    )
    assert mark.exists()


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"bytes",
        b"bytes of graphrag_tools",
        {"a": [1, 2.5, "x", None], "b": datetime(2026, 1, 2, tzinfo=UTC)},
        [HumanMessage("Hi", id="1"), AIMessage("", tool_calls=[{"name": "a", "args": {}, "id": "1"}], id="2")],
        {1, 2},
        {1: "from graphrag_tools import ask", None: 0.5, 2.5: [2]},
        {"text": "from graphrag_tools import ask", "set": {3}},
        ANSWER,
        {"answer": ANSWER},
    ],
)
def test_what_is_written_is_read_again(value: Any) -> None:
    serializer = StrictSerializer()
    assert serializer.loads_typed(serializer.dumps_typed(value)) == value


def test_data_that_is_no_call_is_read_beside_the_name_of_this_package() -> None:
    serializer = StrictSerializer()
    read = serializer.loads_typed(serializer.dumps_typed({"from": "graphrag_tools", "vector": np.array([1.5, 2.0])}))
    assert read["vector"].tolist() == [1.5, 2.0]


def test_half_characters_are_replaced_wherever_they_stand() -> None:
    half = "\ud83d"
    serializer = StrictSerializer()
    written = {half: [half, {"a": (half, 1)}], "said": AIMessage(half, id="1", additional_kwargs={half: half})}
    read = serializer.loads_typed(serializer.dumps_typed(written))
    assert read == {"\ufffd": ["\ufffd", {"a": ["\ufffd", 1]}], "said": read["said"]}
    assert (read["said"].content, read["said"].additional_kwargs) == ("\ufffd", {"\ufffd": "\ufffd"})


def test_types_that_a_program_allows_are_read() -> None:
    serializer = StrictSerializer()
    allowing = serializer.with_msgpack_allowlist([("fractions", "Fraction")])
    packed = ormsgpack.packb(called(jsonplus.EXT_CONSTRUCTOR_POS_ARGS, "fractions", "Fraction", [1, 2]))
    assert serializer.loads_typed(("msgpack", packed)) == [1, 2]
    assert allowing.loads_typed(("msgpack", packed)) == 0.5


def plant(file: Path, bomb: Any, kind: str = "msgpack") -> None:
    """Put a value in the place of every checkpoint's channel and of every write."""
    packed = bomb if isinstance(bomb, bytes) else ormsgpack.packb(bomb)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE writes SET type = ?, value = ?", (kind, packed))
        if kind != "msgpack":
            connection.execute("UPDATE checkpoints SET type = ?, checkpoint = ?", (kind, packed))
        else:
            rows = connection.execute("SELECT rowid, checkpoint FROM checkpoints").fetchall()
            for row, checkpoint in rows:
                read = StrictSerializer().loads_typed(("msgpack", checkpoint))
                planted = {**read, "channel_values": {**read["channel_values"], "extra": bomb, "__start__": bomb}}
                packed_again = ormsgpack.packb(
                    planted, default=jsonplus._msgpack_default, option=ormsgpack.OPT_NON_STR_KEYS
                )
                connection.execute("UPDATE checkpoints SET checkpoint = ? WHERE rowid = ?", (packed_again, row))
    connection.close()


@pytest.fixture
def chat_file(sample_index_for_answers: ManualIndex, tmp_path: Path) -> Path:
    file = tmp_path / "chat.sqlite"
    with open_memory(file) as memory:
        ask(manual_workflow(sample_index_for_answers, checkpointer=memory), QUESTION, THREAD)
    return file


async def read_all(file: Path, index: ManualIndex) -> None:
    """Read a file in every way that the package has: ask again, go through history, and as the chat page does."""
    for reader in (_asked, _listed, _shown):
        try:
            await reader(file, index)
        except (StoreError, NotImplementedError, TypeError, KeyError, ValueError):
            continue  # A chat that was tampered with may be refused; it may not run.


async def _asked(file: Path, index: ManualIndex) -> None:
    await asyncio.to_thread(_ask, file, index)


def _ask(file: Path, index: ManualIndex) -> None:
    with open_memory(file) as memory:
        ask(manual_workflow(index, checkpointer=memory), QUESTION, THREAD)


async def _listed(file: Path, index: ManualIndex) -> None:
    async with aopen_memory(file) as memory:
        await list_conversations(memory, "b-1")


async def _shown(file: Path, index: ManualIndex) -> None:
    async with aopen_memory(file) as memory:
        await read_turns(manual_workflow(index, checkpointer=memory), "a")


@pytest.mark.parametrize("bomb", ["os.system", "builtins.eval", "subprocess.run", "within a type that is read"])
async def test_planted_rows_run_nothing(
    bomb: str, chat_file: Path, sample_index_for_answers: ManualIndex, nothing_runs: Callable[[], bool], tmp_path: Path
) -> None:
    plant(chat_file, bombs(tmp_path / "mark")[bomb])
    await read_all(chat_file, sample_index_for_answers)
    assert nothing_runs()


async def test_planted_pickle_is_said_and_not_read(
    chat_file: Path, sample_index_for_answers: ManualIndex, nothing_runs: Callable[[], bool], tmp_path: Path
) -> None:
    plant(chat_file, pickled(tmp_path / "mark"), "pickle")
    await read_all(chat_file, sample_index_for_answers)
    with pytest.raises(StoreError, match=r"chat\.sqlite: cannot remember the chat there .*pickle.*new file"):
        _ask(chat_file, sample_index_for_answers)
    with pytest.raises(StoreError, match="pickle"):
        await _shown(chat_file, sample_index_for_answers)
    assert nothing_runs()
