from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import opened
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from langgraph.checkpoint.memory import InMemorySaver
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.answer import Answer
from graphrag_tools.cli.ask import LiveAnswer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.graph import ask, manual_workflow
from graphrag_tools.workflow.options import WorkflowOptions
from graphrag_tools.workflow.streaming import (
    Answered,
    DraftRejected,
    Quoted,
    StageEnded,
    Token,
    ToolCalled,
    astream_answer,
    stream_answer,
)

LOAN_QUESTION = "How long can I keep a borrowed book?"
LOANS = "larkfield/library/loans"
GOOD = "A loan ends after 21 days."
LIE = "A loan ends after 28 days."


class StreamingChatModel(ScriptedChatModel):
    """Streams each reply word by word, its calls last."""

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        reply: Any = self._generate(messages).generations[0].message
        for piece in reply.text.split(" ") if reply.text else []:
            yield ChatGenerationChunk(message=AIMessageChunk(f"{piece} "))
        yield ChatGenerationChunk(message=AIMessageChunk("", tool_calls=reply.tool_calls, chunk_position="last"))


async def test_a_stream_that_is_left_is_closed_at_once(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    app: Any = manual_workflow(sample_index_for_answers)
    inner: list[Any] = []

    def kept(name: str) -> Any:
        stream = getattr(type(app), name)

        def keep(*args: Any, **kwargs: Any) -> Any:
            inner.append(stream(app, *args, **kwargs))
            return inner[-1]

        return keep

    monkeypatch.setattr(app, "stream", kept("stream"))
    monkeypatch.setattr(app, "astream", kept("astream"))
    left: Any = stream_answer(app, LOAN_QUESTION)
    next(left)
    left.close()
    left = astream_answer(app, LOAN_QUESTION)
    await anext(left)
    await left.aclose()
    assert [inner[0].gi_frame, inner[1].ag_frame] == [None, None]


def test_stages_and_calls_come_in_order_and_the_answer_last(sample_index_for_answers: ManualIndex) -> None:
    events = list(stream_answer(manual_workflow(sample_index_for_answers), LOAN_QUESTION))
    stages = [event.stage for event in events if isinstance(event, StageEnded)]
    assert stages == ["resolve", "search", "choose", "tools", "answer", "verify"]
    calls = [(event.tool, event.by) for event in events if isinstance(event, ToolCalled)]
    assert calls == [("search_manual", "workflow"), ("describe_menu_item", "workflow")]
    assert isinstance(events[-1], Answered)
    assert events[-1].answer.menu_path == ("Library", "Loans")
    assert sum(isinstance(event, Answered) for event in events) == 1


async def test_asynchronous_events_are_the_same(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    events = [event async for event in astream_answer(app, LOAN_QUESTION)]
    again = list(stream_answer(app, LOAN_QUESTION))
    assert [type(event) for event in events] == [type(event) for event in again]


def test_rejected_draft_is_told_before_the_next_words(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(calling("describe_menu_item", item=LOANS), saying(LIE), saying(GOOD))
    events = list(stream_answer(manual_workflow(sample_index_for_answers, model), LOAN_QUESTION))
    assert sum(isinstance(event, DraftRejected) for event in events) == 1
    assert isinstance(events[-1], Answered)
    assert events[-1].answer.text == GOOD


def quoted(events: list[Any]) -> list[Any]:
    return [event.answer for event in events if isinstance(event, Quoted)]


def test_the_quote_is_told_before_a_model_is_asked(sample_index_for_answers: ManualIndex) -> None:
    model = StreamingChatModel(calling("describe_menu_item", item=LOANS), saying(GOOD))
    events = list(stream_answer(manual_workflow(sample_index_for_answers, model), LOAN_QUESTION))
    [quote] = quoted(events)
    first_words = next(at for at, event in enumerate(events) if isinstance(event, Token))
    assert events.index(Quoted(quote)) < first_words
    alone = ask(manual_workflow(sample_index_for_answers), LOAN_QUESTION)
    assert (quote.text, quote.menu_path, quote.model) == (alone.text, alone.menu_path, "none")
    assert events[-1].answer.text == GOOD


async def test_no_quote_is_told_where_no_model_follows_or_search_is_not_sure(
    sample_index_for_answers: ManualIndex,
) -> None:
    app = manual_workflow(sample_index_for_answers)
    assert not quoted([event async for event in astream_answer(app, LOAN_QUESTION)])
    model = ScriptedChatModel(saying("The manual does not say."), saying("The manual does not say."))
    asking = manual_workflow(sample_index_for_answers, model)
    assert not quoted(list(stream_answer(asking, "Who won the football last night?")))


def drafts(events: list[Any]) -> list[str]:
    """The drafts that a live view shows one after the other."""
    shown = [""]
    for event in events:
        if isinstance(event, Token):
            shown[-1] += event.text
        elif isinstance(event, DraftRejected):
            shown.append("")
    return [draft.strip() for draft in shown]


def test_agent_drops_words_beside_calls_and_drafts_sent_back(sample_index_for_answers: ManualIndex) -> None:
    first = calling("describe_menu_item", text="Let me look.", item=LOANS)
    app = manual_agent(sample_index_for_answers, StreamingChatModel(first, saying(LIE), saying(GOOD)))
    events = list(stream_answer(app, LOAN_QUESTION))
    assert drafts(events) == ["Let me look.", LIE, GOOD]
    assert [event.failed for event in events if isinstance(event, DraftRejected)] == [False, True]
    assert isinstance(events[-1], Answered)
    assert (events[-1].answer.text, sum(isinstance(event, Answered) for event in events)) == (GOOD, 1)


def test_words_that_an_agent_is_asked_for_again_are_dropped(sample_index_for_answers: ManualIndex) -> None:
    """A reply whose calls were all dropped is asked for again within one stage."""
    unknown = calling("order_pizza", text="I order.")
    replies = [unknown, calling("describe_menu_item", item=LOANS, text="I read."), saying(GOOD)]
    app = manual_agent(sample_index_for_answers, StreamingChatModel(*replies))
    events = list(stream_answer(app, LOAN_QUESTION))
    assert drafts(events) == ["I order.", "I read.", GOOD]


async def test_agent_streams_the_same_without_blocking(sample_index_for_answers: ManualIndex) -> None:
    first = calling("describe_menu_item", text="Let me look.", item=LOANS)
    app = manual_agent(sample_index_for_answers, StreamingChatModel(first, saying(LIE), saying(GOOD)))
    assert drafts([event async for event in astream_answer(app, LOAN_QUESTION)]) == ["Let me look.", LIE, GOOD]


def test_small_model_streams_its_tokens(gguf_runtime: Path, sample_index_for_answers: ManualIndex) -> None:
    small = opened("gguf:smollm2", ModelOptions(max_tokens=40))
    app = manual_workflow(sample_index_for_answers, small, options=WorkflowOptions(answers="written"))
    events = list(stream_answer(app, LOAN_QUESTION))
    assert sum(isinstance(event, Token) for event in events) > 5
    assert isinstance(events[-1], Answered)
    assert events[-1].answer.status == "answered"


def test_events_of_two_threads_do_not_mix(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())

    def stream(question: str, thread: str) -> Any:
        return stream_answer(app, question, {"configurable": {"thread_id": thread}})

    one, two = stream("How do I turn on flight mode?", "one"), stream(LOAN_QUESTION, "two")
    together = [event for pair in zip(one, two, strict=True) for event in pair]
    first, second = together[-2:]
    assert (first.answer.menu_path[-1], second.answer.menu_path[-1]) == ("Flight mode", "Loans")


@pytest.mark.parametrize("calls", [True, False])
def test_live_view_shows_stage_and_draft_and_calls_where_they_are_wanted(calls: bool, capsys: Any) -> None:
    from rich.console import Console

    live, console = LiveAnswer(lambda answer: answer.text, calls=calls), Console(width=200)
    console.print(live.take(Quoted(Answer(text="After 21 days.", status="answered"))))
    assert "After 21 days." in capsys.readouterr().out
    console.print(live.take(ToolCalled("search_manual", {"query": "loans"}, "workflow")))
    console.print(live.take(StageEnded("choose")))
    console.print(live.take(Token("A loan")))
    shown = capsys.readouterr().out
    for part in ("Reading the manual …", "Draft, not checked yet: A loan"):
        assert part in shown
    assert ("search_manual('loans')\n" in shown) is calls
    console.print(live.take(DraftRejected(failed=False)))
    assert "did not hold" not in capsys.readouterr().out
    console.print(live.take(DraftRejected()))
    assert "A loan" not in capsys.readouterr().out
