"""What leaves through LangGraph's own streams: no word in `messages` that was not checked, drafts in `custom`."""

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import AgentOptions, manual_agent
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow.drafts import DRAFT_MARK
from graphrag_tools.workflow.graph import WorkflowOptions, manual_workflow

LOAN_QUESTION = "How long can I keep a borrowed book?"
ASKED: Any = {"messages": [("user", LOAN_QUESTION)]}
LOANS = "larkfield/library/loans"
GOOD = "A loan ends after 21 days."
LIE = "A loan ends after 28 days."
REPLIES = (calling("describe_menu_item", item=LOANS, text="Surely 99 days."), saying(LIE), saying(GOOD))


class StreamingChatModel(ScriptedChatModel):
    """Streams each reply word by word, its calls last."""

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        manager = kwargs.get("run_manager") or next((one for one in args if hasattr(one, "on_llm_new_token")), None)
        reply: Any = self._generate(messages).generations[0].message
        for piece in reply.text.split(" ") if reply.text else []:
            chunk = ChatGenerationChunk(message=AIMessageChunk(f"{piece} "))
            if manager:
                manager.on_llm_new_token(f"{piece} ", chunk=chunk)
            yield chunk
        yield ChatGenerationChunk(message=AIMessageChunk("", tool_calls=reply.tool_calls, chunk_position="last"))


def made(kind: str, index: ManualIndex, *replies: Any) -> Any:
    model = StreamingChatModel(*(replies or REPLIES))
    return manual_agent(index, model) if kind == "agent" else manual_workflow(index, model)


@pytest.mark.parametrize("kind", ["workflow", "agent"])
async def test_messages_carry_checked_words_alone(kind: str, sample_index_for_answers: ManualIndex) -> None:
    parts = [part for part, _ in made(kind, sample_index_for_answers).stream(ASKED, stream_mode="messages")]
    again = [p async for p, _ in made(kind, sample_index_for_answers).astream(ASKED, stream_mode="messages")]
    for messages in (parts, again):
        words = [message.text for message in messages if message.type in ("ai", "AIMessageChunk") and message.text]
        assert len(words) == 1
        assert words[0].startswith(f"{GOOD}\n\nOn the device: ")
        calls = [call["name"] for message in messages for call in getattr(message, "tool_calls", [])]
        assert "describe_menu_item" in calls


@pytest.mark.parametrize("kind", ["workflow", "agent"])
async def test_drafts_are_custom_events(kind: str, sample_index_for_answers: ManualIndex) -> None:
    events = list(made(kind, sample_index_for_answers).stream(ASKED, stream_mode="custom"))
    again = [e async for e in made(kind, sample_index_for_answers).astream(ASKED, stream_mode="custom")]
    for found in (events, again):
        drafts: dict[str, str] = {}
        for event in found:
            if event["type"] == "graphrag_tools.draft":
                drafts[event["id"]] = drafts.get(event["id"], "") + event["text"]
        written = [draft.strip() for draft in drafts.values()]
        assert written[-2:] == [LIE, GOOD]
        assert [event["type"] for event in found].count("graphrag_tools.draft_rejected") == 1


@pytest.mark.parametrize("kind", ["workflow", "agent"])
def test_answer_in_the_state_is_checked(kind: str, sample_index_for_answers: ManualIndex) -> None:
    states = made(kind, sample_index_for_answers).stream(ASKED, stream_mode="values")
    texts = {state["answer"].text for state in states if state.get("answer")}
    assert texts == {GOOD}


def test_model_does_not_stream_where_nobody_listens(sample_index_for_answers: ManualIndex) -> None:
    class Refusing(ScriptedChatModel):
        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
            raise AssertionError("streamed")

    app = manual_workflow(sample_index_for_answers, Refusing(*REPLIES))
    assert app.invoke(ASKED)["answer"].text == GOOD


def test_declining_leaves_no_word(sample_index_for_answers: ManualIndex) -> None:
    app = made("workflow", sample_index_for_answers, saying("The manual does not cover this."))
    words = [part.text for part, _ in app.stream(ASKED, stream_mode="messages") if part.type == "ai" and part.text]
    assert len(words) == 1
    assert "not_in_manual" not in words[0]


def made_with_drafts(kind: str, index: ManualIndex, *replies: Any) -> Any:
    model = StreamingChatModel(*replies)
    if kind == "agent":
        return manual_agent(index, model, options=AgentOptions(stream_drafts=True))
    options = WorkflowOptions(tool_mode="native", answers="written", stream_drafts=True)
    return manual_workflow(index, model, options=options)


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("kind", ["workflow", "agent"])
async def test_drafts_come_under_the_id_of_the_answer_where_they_are_asked_for(
    kind: str, waiting: bool, sample_index_for_answers: ManualIndex
) -> None:
    call = calling("describe_menu_item", item=LOANS)
    app = made_with_drafts(kind, sample_index_for_answers, call, saying(LIE), saying(GOOD))
    if waiting:
        parts = [part async for part, _ in app.astream(ASKED, stream_mode="messages")]
    else:
        parts = [part for part, _ in app.stream(ASKED, stream_mode="messages")]
    spoken = [part for part in parts if part.type in ("ai", "AIMessageChunk") and part.text]
    drafts, last = spoken[:-1], spoken[-1]
    assert "".join(part.text for part in drafts).strip() == LIE
    assert all(isinstance(part, AIMessageChunk) and part.response_metadata[DRAFT_MARK] for part in drafts)
    assert {part.id for part in spoken} == {last.id}
    assert not isinstance(last, AIMessageChunk)
    assert last.text.startswith(GOOD)


@pytest.mark.parametrize("kind", ["workflow", "agent"])
def test_answer_under_the_id_of_its_drafts_is_one_message_of_the_thread(
    kind: str, sample_index_for_answers: ManualIndex
) -> None:
    replies = [calling("describe_menu_item", item=LOANS), saying(GOOD)]
    app = made_with_drafts(kind, sample_index_for_answers, *replies, *replies)
    once = app.invoke(ASKED)["messages"]
    twice = app.invoke({"messages": [*once, ("user", ASKED["messages"][0][1])]})["messages"]
    said = [message.id for message in twice if message.type == "ai" and not message.tool_calls]
    assert len(said) == len(set(said)) == 2
