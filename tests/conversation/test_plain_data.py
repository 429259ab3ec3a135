"""Checkpoints hold plain data, under whatever saver; what is read of a state is typed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ormsgpack
import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.errors import EmptyChannelError
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import ValidationError
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.answer import Answer, Usage
from graphrag_tools.conversation.follow_ups import Earlier, Understood
from graphrag_tools.conversation.memory import open_memory
from graphrag_tools.conversation.plain_data import PlainChannel, plain_update
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.hit import Hit
from graphrag_tools.workflow.graph import ask, manual_workflow
from graphrag_tools.workflow.options import WorkflowOptions

FLIGHT_QUESTION = "How do I turn on flight mode?"
FLIGHT = "larkfield/settings/wi-fi/flight-mode"
FLIGHT_TEXT = "From Settings, tap Wi-Fi > Flight mode, and then turn on the switch."
HIT = Hit(section_id="m/a/b", item_id="m/a/b", score=3.0, blocks=(0, 2), cosine=0.9, confidence=1.0)
THREAD: Any = {"configurable": {"thread_id": "a"}}
_FOREIGN = frozenset({"datetime", "langchain_core", "langgraph"})


def channel(kind: Any) -> "PlainChannel[Any]":
    return PlainChannel(kind, "key")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (list[Hit], [HIT]),
        (Earlier | None, Earlier("How?", "m/a")),
        (Earlier | None, None),
        (Understood, Understood("How?", scope="m/a", covered=True, follow_up=True, base="What?")),
        (Usage, Usage(model_calls=2)),
        (Answer | None, Answer(text="Yes.", status="answered", menu_path=("A", "B"))),
        (list[tuple[str, list[str]]], [("draft", ["reason"])]),
    ],
)
def test_channel_holds_plain_data_and_gives_out_its_type(kind: Any, value: Any) -> None:
    first = channel(kind)
    assert first.update([value])
    assert first.get() == value
    kept = first.checkpoint()
    assert ormsgpack.unpackb(ormsgpack.packb(kept)) == kept
    assert type(kept) in (dict, list, type(None))
    assert first.copy().get() == channel(kind).from_checkpoint(kept).get() == value
    assert type(channel(kind).from_checkpoint(value).checkpoint()) is type(kept), "typed data of an earlier version"


def test_channel_without_a_value_is_empty() -> None:
    assert not channel(Usage).update([])
    with pytest.raises(EmptyChannelError):
        channel(Usage).from_checkpoint(channel(Usage).checkpoint()).get()


def test_channel_refuses_to_read_what_does_not_fit() -> None:
    wrong = channel(Usage)
    wrong.update([{"model_calls": "many"}])
    with pytest.raises(ValidationError):
        wrong.get()


def test_update_keeps_messages_as_they_are() -> None:
    message = AIMessage("Yes.")
    assert plain_update({"messages": [message], "hits": [HIT]}) == {
        "messages": [message],
        "hits": [HIT.model_dump(mode="json")],
    }


class NamesTypes(JsonPlusSerializer):
    """The default serializer, which notes the package of every type in what it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.named: set[str] = set()
        inner = self._unpack_ext_hook

        def note(code: int, packed: bytes) -> Any:
            self._note(packed)
            return inner(code, packed)

        self._unpack_ext_hook = note

    def _note(self, packed: bytes) -> None:
        module, *_ = ormsgpack.unpackb(packed, ext_hook=lambda _code, inside: self._note(inside))
        self.named.add(module.partition(".")[0])


def workflow(index: ManualIndex, saver: Any) -> Any:
    model = ScriptedChatModel(
        *(calling("get_menu_path", item=FLIGHT), saying("It makes coffee.", id="1"), saying(FLIGHT_TEXT)),
        *(saying("How do I turn off flight mode?"), calling("get_menu_path", item=FLIGHT), saying(FLIGHT_TEXT)),
    )
    return manual_workflow(index, model, options=WorkflowOptions(tool_mode="native"), checkpointer=saver)


def agent(index: ManualIndex, saver: Any) -> Any:
    model = ScriptedChatModel(
        *(calling("search_manual", query="flight mode", id="1"), calling("describe_menu_item", item=FLIGHT, id="2")),
        *(saying("It makes coffee."), saying(FLIGHT_TEXT)),
        *(calling("get_menu_path", item=FLIGHT, id="3"), saying(FLIGHT_TEXT)),
    )
    return manual_agent(index, model, checkpointer=saver)


BUILDERS = pytest.mark.parametrize("build", [workflow, agent])


@BUILDERS
def test_checkpoints_and_writes_name_no_type_of_ours(
    build: Callable[..., Any], sample_index_for_answers: ManualIndex
) -> None:
    serializer = NamesTypes()
    saver = InMemorySaver(serde=serializer)
    app = build(sample_index_for_answers, saver)
    for question in (FLIGHT_QUESTION, "and how do I turn it off?"):
        assert ask(app, question, THREAD).status == "answered"
    assert len(list(saver.list(THREAD))) > 10, "each of them read with its writes"
    assert "langchain_core" in serializer.named
    assert serializer.named <= _FOREIGN


@contextmanager
def saver_of(kind: str, folder: Path) -> Iterator[BaseCheckpointSaver[str]]:
    match kind:
        case "foreign, in memory":
            yield InMemorySaver()
        case "foreign, SQLite":
            with SqliteSaver.from_conn_string(str(folder / "foreign.sqlite")) as saver:
                yield saver
        case _:
            with open_memory(folder / "own.sqlite" if "SQLite" in kind else None) as memory:
                yield memory


@BUILDERS
@pytest.mark.parametrize("kind", ["foreign, in memory", "foreign, SQLite", "own, in memory", "own, SQLite"])
def test_second_turn_is_silent_under_any_saver(
    kind: str,
    build: Callable[..., Any],
    msgpack_mode: str,
    sample_index_for_answers: ManualIndex,
    deserialisation_events: Callable[[], list[Any]],
    tmp_path: Path,
) -> None:
    with saver_of(kind, tmp_path) as saver:
        app = build(sample_index_for_answers, saver)
        first = ask(app, FLIGHT_QUESTION, THREAD)
        second = ask(app, "and how do I turn it off?", THREAD)
        states = list(app.get_state_history(THREAD))
    assert (first.follow_up, second.follow_up, second.menu_path) == (False, True, first.menu_path)
    assert states[0].values["answer"] == second
    assert deserialisation_events() == []


class ParentState(MessagesState):
    answer: Answer | None


def allowing_answers() -> InMemorySaver:
    return InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=[Answer]))


@pytest.mark.parametrize(("kept", "saver"), [(False, "foreign"), (True, "own"), (True, "that allows answers")])
def test_second_turn_is_silent_under_a_parent_graphs_saver(
    kept: bool,
    saver: str,
    msgpack_mode: str,
    sample_index_for_answers: ManualIndex,
    deserialisation_events: Callable[[], list[Any]],
) -> None:
    """A parent that keeps the answer in a state of its own is given it typed, and so has to name the type."""
    parent = StateGraph(ParentState) if kept else StateGraph(MessagesState)
    parent.add_node("manual", manual_workflow(sample_index_for_answers))
    parent.add_edge(START, "manual")
    with open_memory() as memory:
        savers = {"foreign": InMemorySaver(), "own": memory, "that allows answers": allowing_answers()}
        app: Any = parent.compile(checkpointer=savers[saver])
        for text in (FLIGHT_QUESTION, "How do I rename it?"):
            state = app.invoke({"messages": [("user", text)]}, THREAD)
        [last, *earlier] = app.get_state_history(THREAD)
    assert "in Settings › Wi-Fi › Flight mode" in state["messages"][-1].text
    assert earlier
    if kept:
        assert state["answer"].status == "unsure"
        assert last.values["answer"] == state["answer"]
    assert deserialisation_events() == []
