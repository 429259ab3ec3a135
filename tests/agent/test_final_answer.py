"""An agent's answer over turns: refusals, confidence, what unfinished turns leave, follow-ups, long threads."""

import asyncio
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent import draft_judging
from graphrag_tools.agent.agent import AgentOptions, manual_agent
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.confidence import ANSWER_FROM
from graphrag_tools.workflow import nodes
from graphrag_tools.workflow.graph import aask, ask

LOAN_QUESTION = "How long can I keep a borrowed book?"
FLIGHT_QUESTION = "How do I turn on flight mode?"
UNCOVERED = "Which vaccine does a parrot need for Iceland?"
LOANS = "larkfield/library/loans"
FLIGHT = "larkfield/settings/wi-fi/flight-mode"
GOOD = "A loan ends after 21 days."
LIE = "A loan ends after 28 days."
FLIGHT_PATH = ("Settings", "Wi-Fi", "Flight mode")


def thread(name: str = "a") -> Any:
    return {"configurable": {"thread_id": name}}


def reading(item: str = LOANS, id: str = "d1", text: str = "") -> AIMessage:
    return calling("describe_menu_item", id=id, item=item, text=text)


@pytest.mark.parametrize(
    "words",
    [
        "No section of the manual is about this.",
        "There is no answer about how long a book can be kept.",
        "I found nothing",
        "N/A",
        "I looked for 'borrowed book'. The items say nothing about how long one may be kept.",
    ],
)
def test_refusal_is_shown_as_one_and_not_sent_back(words: str, sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(reading(), saying(words))
    answer = ask(manual_agent(sample_index_for_answers, model), LOAN_QUESTION)
    assert (answer.status, answer.menu_path, model.left) == ("not_in_manual", (), 0)


@pytest.mark.parametrize("replies", [[" "], [LIE, LIE]])
def test_uncovered_question_is_not_quoted_for(replies: list[str], sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(reading(), *map(saying, replies))
    answer = ask(manual_agent(sample_index_for_answers, model), UNCOVERED)
    assert (answer.status, answer.sources, model.left) == ("not_in_manual", (), 0)


def test_confidence_is_that_of_the_question_whatever_the_model_searched_for(
    sample_index_for_answers: ManualIndex,
) -> None:
    seeds = saying("Feed it seeds.")
    model = ScriptedChatModel(calling("search_manual", query=LOAN_QUESTION), seeds, seeds)
    answer = ask(manual_agent(sample_index_for_answers, model), UNCOVERED)
    assert answer.status == "not_in_manual"
    assert answer.confidence is not None
    assert answer.confidence < ANSWER_FROM


def test_mended_question_is_said_as_the_workflow_says_it(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(*(saying(" ") for _ in range(2)))
    app = manual_agent(sample_index_for_answers, model)
    assert ask(app, "How do I turn on fligth mode?").understood_as == FLIGHT_QUESTION
    assert ask(app, FLIGHT_QUESTION).understood_as == ""


def test_verified_words_overrule_a_low_confidence(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(reading(), saying(GOOD))
    app = manual_agent(sample_index_for_answers, model, options=AgentOptions(refuse_below=1.0))
    assert ask(app, LOAN_QUESTION).text == GOOD


def test_answer_is_verified_once(sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    real, checked = draft_judging.problems, []

    def counted(answer: Any, question: str, index: Any) -> list[str]:
        checked.append(answer.text)
        return real(answer, question, index)

    monkeypatch.setattr(draft_judging, "problems", counted)
    ask(manual_agent(sample_index_for_answers, ScriptedChatModel(reading(), saying(GOOD))), LOAN_QUESTION)
    assert checked == [GOOD]


def broken_off(index: ManualIndex, *replies: Any) -> tuple[Any, ScriptedChatModel]:
    """An agent whose first turn fails with the last of the replies before `reading` and `GOOD` are played."""
    model = ScriptedChatModel(*replies, ModelError("the server is down"), reading(id="d9"), saying(GOOD))
    app = manual_agent(index, model, checkpointer=InMemorySaver())
    with pytest.raises(ModelError, match="the server is down"):
        ask(app, FLIGHT_QUESTION, thread())
    return app, model


@pytest.mark.parametrize("replies", [[], [reading(FLIGHT)], [reading(FLIGHT), saying(LIE)]])
def test_failed_turn_leaves_nothing_to_the_next(replies: list[Any], sample_index_for_answers: ManualIndex) -> None:
    app, model = broken_off(sample_index_for_answers, *replies)
    answer = ask(app, LOAN_QUESTION, thread())
    assert (answer.text, answer.warnings) == (GOOD, ())
    assert [m.text for m in model.asked[-2][1:]] == [LOAN_QUESTION]
    assert_valid(app.get_state(thread()).values["messages"])


@pytest.mark.parametrize("node", [nodes.TOOLS, nodes.AGENT_ENDS])
async def test_turn_cancelled_between_nodes_leaves_nothing(node: str, sample_index_for_answers: ManualIndex) -> None:
    """The task ends after the model's reply was kept, before its call was made or its draft was checked."""
    first = reading(FLIGHT) if node == nodes.TOOLS else saying("Flight mode is on for ever.")
    model = ScriptedChatModel(first, reading(id="d9"), saying(GOOD))
    app = manual_agent(sample_index_for_answers, model, checkpointer=InMemorySaver())

    async def cancelled() -> None:
        asked = {"messages": [("user", FLIGHT_QUESTION)]}
        async for update in app.astream(asked, thread(), stream_mode="updates", interrupt_before=[node]):
            if "__interrupt__" in update:
                raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await cancelled()
    assert app.get_state(thread()).next == (node,)
    assert (await aask(app, LOAN_QUESTION, thread())).text == GOOD
    assert [m.text for m in model.asked[1][1:]] == [LOAN_QUESTION]
    assert_valid(app.get_state(thread()).values["messages"])


def assert_valid(messages: list[AnyMessage]) -> None:
    """Each call has its result, and only answers are left beside questions."""
    called = [call["id"] for m in messages if isinstance(m, AIMessage) for call in m.tool_calls]
    assert called == [m.tool_call_id for m in messages if isinstance(m, ToolMessage)]
    assert sum(isinstance(m, HumanMessage) for m in messages) == 1


def test_finished_turns_stay_when_a_later_one_fails(sample_index_for_answers: ManualIndex) -> None:
    replies = [reading(), saying(GOOD), ModelError("down"), reading(id="d3"), saying(GOOD)]
    app = manual_agent(sample_index_for_answers, ScriptedChatModel(*replies), checkpointer=InMemorySaver())
    ask(app, LOAN_QUESTION, thread())
    with pytest.raises(ModelError):
        ask(app, "What is eating my battery?", thread())
    with pytest.raises(ConfigError):
        ask(app, " ", thread())
    ask(app, "And how long is a loan?", thread())
    kept = app.get_state(thread()).values["messages"]
    assert [m.text for m in kept if isinstance(m, HumanMessage)] == [LOAN_QUESTION, "And how long is a loan?"]


def test_history_that_a_caller_hands_in_is_kept(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(reading(), saying(GOOD))
    history = [("user", "Hello."), ("assistant", "Hello!"), ("user", "I borrow books."), ("user", LOAN_QUESTION)]
    manual_agent(sample_index_for_answers, model).invoke({"messages": history})
    assert [m.text for m in model.asked[0][1:]] == [text for _, text in history]


def test_long_thread_loses_whole_turns_and_says_so(sample_index_for_answers: ManualIndex) -> None:
    replies = [message for n in range(3) for message in (reading(id=f"d{n}"), saying(GOOD))]
    app = manual_agent(
        sample_index_for_answers,
        ScriptedChatModel(*replies),
        options=AgentOptions(thread_tokens=300),
        checkpointer=InMemorySaver(),
    )
    answers = [ask(app, LOAN_QUESTION, thread()) for _ in range(3)]
    assert answers[0].warnings == ()
    assert answers[-1].warnings[0].startswith("The conversation is longer than 300 tokens: its first ")
    kept = app.get_state(thread()).values["messages"]
    assert isinstance(kept[0], HumanMessage)
    assert sum(isinstance(m, HumanMessage) for m in kept) < 3


def test_thread_of_no_tokens_is_refused() -> None:
    with pytest.raises(ConfigError, match="thread_tokens is 0"):
        AgentOptions(thread_tokens=0)


def test_follow_up_is_understood_where_code_searches_and_quotes(sample_index_for_answers: ManualIndex) -> None:
    replies = [reading(FLIGHT), saying(" "), saying("Just turn it off.")]
    model = ScriptedChatModel(*replies)
    app = manual_agent(sample_index_for_answers, model, checkpointer=InMemorySaver())
    assert ask(app, FLIGHT_QUESTION, thread()).menu_path == FLIGHT_PATH
    answer = ask(app, "and how do I turn it off?", thread())
    assert (answer.status, answer.menu_path, answer.follow_up) == ("answered", FLIGHT_PATH, True)
    assert answer.question == "and how do I turn it off? (Flight mode)"
    assert answer.trace[0].arguments["query"] == answer.question
    assert model.asked[-1][-1].text == "and how do I turn it off?"


def test_seconds_mean_the_same_after_a_resume_in_another_process(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of another process may stand anywhere: only differences within one count."""
    model = ScriptedChatModel(reading(), saying(GOOD))
    app = manual_agent(sample_index_for_answers, model, checkpointer=InMemorySaver())
    app.invoke({"messages": [("user", LOAN_QUESTION)]}, thread(), interrupt_before=["tools"])
    monkeypatch.setattr("graphrag_tools.agent.final_answer.time.perf_counter", lambda: -1e9)
    answer = app.invoke(None, thread())["answer"]
    assert answer.text == GOOD
    assert 0 < answer.usage.seconds < 1e6
    assert [stage.stage for stage in answer.usage.stages] == ["model", "check"]
