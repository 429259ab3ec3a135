"""FinalAnswerCheck beside middleware of others, which may end a turn or add to it."""

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import AgentState, ModelCallLimitMiddleware, after_agent, before_agent, before_model
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.runtime import Runtime
from langgraph.types import Command
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.final_answer import FinalAnswerCheck
from graphrag_tools.agent.tool_calls import ToolCallRepair
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.manual_tools import ManualToolkit
from graphrag_tools.workflow.graph import ask

REFUSED = "I may not talk about that."
GOOD = "A loan ends after 21 days."
READ = calling("describe_menu_item", item="larkfield/library/loans")
THREAD: Any = {"configurable": {"thread_id": "a"}}
_State = AgentState[Any]


def refuse(state: _State, _runtime: Runtime[Any]) -> dict[str, Any] | None:
    if "secret" not in state["messages"][-1].text:
        return None
    return {"messages": [AIMessage(REFUSED)], "jump_to": "end"}


def sign(_state: _State, _runtime: Runtime[Any]) -> dict[str, Any]:
    return {"messages": [AIMessage("Sent by the reader's desk.")]}


def agent(index: ManualIndex, *replies: AIMessage, other: Any, is_first: bool) -> Any:
    middleware = [FinalAnswerCheck(index)]
    middleware.insert(0 if is_first else 1, other)
    tools = ManualToolkit(index=index).get_tools()
    return create_agent(ScriptedChatModel(*replies), tools, middleware=middleware, checkpointer=InMemorySaver())


@pytest.mark.parametrize("hook", [before_agent, before_model])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_guard_that_ends_a_turn_has_the_last_word(
    is_first: bool, hook: Any, sample_index_for_answers: ManualIndex
) -> None:
    guard = hook(can_jump_to=["end"])(refuse)
    app = agent(sample_index_for_answers, READ, saying(GOOD), other=guard, is_first=is_first)
    assert ask(app, "How long is a loan?", THREAD).status == "answered"
    refused = ask(app, "What is the secret of loans?", THREAD)
    assert (refused.text, refused.status, refused.menu_path) == (REFUSED, "not_from_manual", ())
    assert refused.warnings == ("Not from the manual: nothing was looked up.",)
    assert app.get_state(THREAD).values["messages"][-1].text == REFUSED


def test_a_limit_that_ends_a_turn_after_a_rejected_draft_leaves_it_to_the_manual(
    sample_index_for_answers: ManualIndex,
) -> None:
    limit = ModelCallLimitMiddleware(run_limit=2, exit_behavior="end")
    lie = saying("A loan ends after 28 days.")
    app = agent(sample_index_for_answers, READ, lie, other=limit, is_first=False)
    answer = ask(app, "How long is a loan?", THREAD)
    assert (answer.status, answer.mode, answer.menu_path) == ("answered", "quoted", ("Library", "Loans"))


@pytest.mark.parametrize("is_first", [True, False])
def test_what_others_add_at_the_end_is_not_the_models_word(
    is_first: bool, sample_index_for_answers: ManualIndex
) -> None:
    app = agent(sample_index_for_answers, READ, saying(GOOD), other=after_agent(sign), is_first=is_first)
    answer = ask(app, "How long is a loan?", THREAD)
    assert (answer.text, answer.status, answer.mode, answer.warnings) == (GOOD, "answered", "written", ())


def test_a_model_that_other_middleware_asks_again_after_the_check_is_checked_again(
    sample_index_for_answers: ManualIndex,
) -> None:
    asked: list[str] = []

    def ask_again(state: _State, _runtime: Runtime[Any]) -> dict[str, Any] | None:
        asked.append(state["messages"][-1].text)
        return {"jump_to": "model"} if len(asked) == 1 else None

    again = after_agent(can_jump_to=["model"])(ask_again)
    lie = saying("A loan ends after 28 days.")
    app = agent(sample_index_for_answers, READ, saying(GOOD), lie, lie, other=again, is_first=True)
    answer = ask(app, "How long is a loan?", THREAD)
    assert asked[0].startswith(GOOD)
    assert (answer.status, answer.mode, answer.menu_path) == ("answered", "quoted", ("Library", "Loans"))


@pytest.mark.parametrize("thread", ["new", "used"])
def test_words_of_a_model_that_is_entered_without_a_beginning_are_checked(
    thread: str, sample_index_for_answers: ManualIndex
) -> None:
    lie = saying("A loan ends after 28 days.")
    before = [READ, saying(GOOD)] if thread == "used" else []
    app = agent(sample_index_for_answers, *before, lie, lie, lie, other=after_agent(lambda *_: None), is_first=False)
    if before:
        ask(app, "How long is a loan?", THREAD)
    enter: Any = Command(goto="model", update={"messages": [HumanMessage("How long is a loan?")]})
    answer = app.invoke(enter, THREAD)["answer"]
    assert (answer.status, answer.mode, answer.menu_path) == ("answered", "quoted", ("Library", "Loans"))


def test_thoughts_that_a_model_writes_into_its_words_are_no_part_of_an_answer(
    sample_index_for_answers: ManualIndex,
) -> None:
    thinking = saying(f"<think>The user says 99 days?</think>\n{GOOD}")
    other = after_agent(lambda *_: None)
    app = agent(sample_index_for_answers, READ, thinking, other=other, is_first=False)
    answer = ask(app, "How long is a loan?", THREAD)
    assert (answer.text, answer.mode, answer.warnings) == (GOOD, "written", ())
    greeting = saying("<think>A greeting.</think>Hello!")
    assert ask(agent(sample_index_for_answers, greeting, other=other, is_first=False), "hi", THREAD).text == "Hello!"


def drop_look_ups(state: _State, _runtime: Runtime[Any]) -> dict[str, Any]:
    gone = [one for one in state["messages"] if isinstance(one, ToolMessage) or getattr(one, "tool_calls", None)]
    return {"messages": [RemoveMessage(id=one.id or "") for one in gone]}


def keep_last(state: _State, _runtime: Runtime[Any]) -> dict[str, Any]:
    return {"messages": [RemoveMessage(id=REMOVE_ALL_MESSAGES), state["messages"][-1]]}


def sum_up(state: _State, _runtime: Runtime[Any]) -> dict[str, Any] | None:
    if len(state["messages"]) == 1:
        return None
    summary = HumanMessage("They ask about loans.", additional_kwargs={"lc_source": "summarization"})
    return {"messages": [RemoveMessage(id=REMOVE_ALL_MESSAGES), summary, *state["messages"][-2:]]}


@pytest.mark.parametrize("drop", [drop_look_ups, keep_last, sum_up])
def test_what_was_read_counts_though_other_middleware_drops_it(
    drop: Any, sample_index_for_answers: ManualIndex
) -> None:
    """A draft was held against what was left: against another item, whose words were quoted in its place."""
    other = calling("describe_menu_item", id="o", item="larkfield/settings/wi-fi/flight-mode")
    app = agent(sample_index_for_answers, READ, other, saying(GOOD), other=before_model(drop), is_first=False)
    answer = ask(app, "How long is a loan?", THREAD)
    assert (answer.text, answer.mode, answer.menu_path) == (GOOD, "written", ("Library", "Loans"))
    assert (answer.warnings, answer.usage.model_calls) == ((), 3)
    assert [call.tool for call in answer.trace] == ["describe_menu_item"] * 2
    lie = saying("A loan ends after 28 days.")
    app = agent(sample_index_for_answers, READ, other, lie, lie, other=before_model(drop), is_first=False)
    quoted = ask(app, "How long is a loan?", {"configurable": {"thread_id": "lie"}})
    assert (quoted.mode, quoted.menu_path) == ("quoted", ("Library", "Loans"))


def test_calls_that_were_summed_up_count_towards_their_limit(sample_index_for_answers: ManualIndex) -> None:
    calls = [calling("search_manual", id=str(k), query=f"loan {k}") for k in range(4)]
    model = ScriptedChatModel(*calls, saying(GOOD))
    app = create_agent(
        model,
        ManualToolkit(index=sample_index_for_answers).get_tools(),
        middleware=[
            FinalAnswerCheck(sample_index_for_answers),
            ToolCallRepair(sample_index_for_answers, max_calls=3),
            before_model(sum_up),
        ],
    )
    ask(app, "How long is a loan?")
    assert "all 3 calls for this question are used up" in model.asked[4][-1].text


def test_a_question_that_somebody_changes_while_a_run_waits_is_the_one_that_is_answered(
    sample_index_for_answers: ManualIndex,
) -> None:
    app = create_agent(
        ScriptedChatModel(READ, saying(GOOD), saying(GOOD)),
        ManualToolkit(index=sample_index_for_answers).get_tools(),
        middleware=[FinalAnswerCheck(sample_index_for_answers)],
        checkpointer=InMemorySaver(),
        interrupt_before=["tools"],
    )
    app.invoke({"messages": [("user", "How do I turn on flight mode?")]}, THREAD)
    asked = app.get_state(THREAD).values["messages"][0]
    app.update_state(THREAD, {"messages": [HumanMessage("How long is a loan?", id=asked.id)]})
    answer = app.invoke(None, THREAD)["answer"]
    assert (answer.question, answer.text, answer.mode) == ("How long is a loan?", GOOD, "written")


def test_half_characters_of_a_model_leave_its_words_as_they_are_told(sample_index_for_answers: ManualIndex) -> None:
    half = "\ud83d"
    search = calling("search_manual", id="s", query=f"loan {half}")
    app = agent(
        sample_index_for_answers,
        search,
        READ,
        saying(f"{GOOD}{half}"),
        saying(GOOD),
        other=after_agent(sign),
        is_first=True,
    )
    answer = ask(app, "How long is a loan?", THREAD)
    assert (answer.text, answer.mode) == (GOOD, "written")
    assert answer.trace[0].arguments == {"query": "loan \ufffd"}
