"""A chat file of version 0.1.0, which holds typed objects by the module paths of that time, goes on as before."""

import gzip
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.places import SAMPLE_MANUAL
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.answer import Answer
from graphrag_tools.conversation.memory import aopen_memory, open_memory
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.hit import Hit
from graphrag_tools.web.conversations import list_conversations, read_turns
from graphrag_tools.workflow.graph import ask, manual_workflow

OLD_FILE = Path(__file__).with_name("chat-0.1.0.sqlite.gz")
FLIGHT = "sample-manual/settings/wi-fi/flight-mode"
FLIGHT_PATH = ("Settings", "Wi-Fi", "Flight mode")
FLIGHT_TEXT = "From Settings, tap Wi-Fi > Flight mode, and then turn on the switch."


def thread(name: str) -> Any:
    return {"configurable": {"thread_id": name}}


@pytest.fixture
def old_chats(tmp_path: Path) -> Path:
    file = tmp_path / "chat.sqlite"
    with gzip.open(OLD_FILE) as packed, file.open("wb") as out:
        shutil.copyfileobj(packed, out)
    return file


@pytest.fixture(scope="module")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """The sample manual, with the id that it has in the old file."""
    index = ManualIndex.build([f"sample-manual={SAMPLE_MANUAL}"], tmp_path_factory.mktemp("old") / "index")
    yield index
    index.close()


@pytest.fixture(autouse=True)
def silent(msgpack_mode: str, deserialisation_events: Callable[[], list[Any]]) -> Iterator[None]:
    """Each of these tests, in both modes of LangGraph, ends without a word about types; warnings are errors."""
    yield
    assert deserialisation_events() == []


@pytest.mark.parametrize(
    ("name", "status", "menu_path"),
    [
        ("answered", "answered", FLIGHT_PATH),
        ("refused", "not_in_manual", ()),
        ("of-a-browser", "answered", None),
    ],
)
def test_last_answer_is_read(
    name: str, status: str, menu_path: tuple[str, ...] | None, sample_index: ManualIndex, old_chats: Path
) -> None:
    with open_memory(old_chats) as memory:
        app = manual_workflow(sample_index, checkpointer=memory)
        values = app.get_state(thread(name)).values
        history = list(app.get_state_history(thread(name)))
    answer = values["answer"]
    assert isinstance(answer, Answer)
    assert answer.status == status
    assert menu_path in (None, answer.menu_path)
    assert answer.usage.stages[0].stage == "resolve"
    assert all(isinstance(hit, Hit) for hit in values["hits"])
    assert len(history) > 5


def test_answered_thread_goes_on(sample_index: ManualIndex, old_chats: Path) -> None:
    with open_memory(old_chats) as memory:
        app = manual_workflow(sample_index, checkpointer=memory)
        answer = ask(app, "Where is it?", thread("answered"))
        assert len(turns_of(app, "answered")) == 3
    assert (answer.follow_up, answer.menu_path) == (True, FLIGHT_PATH)


def turns_of(app: Any, name: str) -> list[Answer]:
    finished = [state.values["answer"] for state in app.get_state_history(thread(name)) if not state.next]
    return [answer for answer in finished if answer is not None]


def test_agents_thread_goes_on(sample_index: ManualIndex, old_chats: Path) -> None:
    model = ScriptedChatModel(calling("describe_menu_item", item=FLIGHT, id="new"), saying(FLIGHT_TEXT))
    with open_memory(old_chats) as memory:
        app = manual_agent(sample_index, model, checkpointer=memory)
        assert isinstance(app.get_state(thread("agent")).values["answer"], Answer)
        answer = ask(app, "and how do I turn it off?", thread("agent"))
    assert (answer.follow_up, answer.menu_path, answer.mode) == (True, FLIGHT_PATH, "written")


def test_unfinished_thread_is_finished(sample_index: ManualIndex, old_chats: Path) -> None:
    with open_memory(old_chats) as memory:
        app = manual_workflow(sample_index, checkpointer=memory)
        assert app.get_state(thread("unfinished")).next == ("choose",)
        state = app.invoke(None, thread("unfinished"))
    assert state["answer"].status == "answered"
    assert [stage.stage for stage in state["answer"].usage.stages[:2]] == ["resolve", "search"]


async def test_conversations_of_a_browser_are_listed(sample_index: ManualIndex, old_chats: Path) -> None:
    async with aopen_memory(old_chats) as memory:
        [conversation] = await list_conversations(memory, "b-1")
        assert (conversation.id, await list_conversations(memory, "b-2")) == ("of-a-browser", [])
        [turn] = await read_turns(manual_workflow(sample_index, checkpointer=memory), conversation.id)
    assert (turn.question, turn.answer.status) == (conversation.title, "answered")
