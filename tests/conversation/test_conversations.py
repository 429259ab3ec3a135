"""Conversations over threads: follow-ups, checkpointers, two users, long threads, cancelling."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import OllamaServer
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.graph import WorkflowOptions, aask, ask, manual_workflow
from graphrag_tools.workflow.streaming import Token, astream_answer

FLIGHT_QUESTION = "How do I turn on flight mode?"
LOAN_QUESTION = "How long can I keep a borrowed book?"
FLIGHT = "larkfield/settings/wi-fi/flight-mode"


def thread(name: str) -> Any:
    return {"configurable": {"thread_id": name}}


def test_follow_up_is_answered_from_the_item_before_and_says_so(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    first, second = ask(app, FLIGHT_QUESTION, thread("a")), ask(app, "and where is it?", thread("a"))
    assert (first.follow_up, second.follow_up) == (False, True)
    assert second.menu_path == first.menu_path == ("Settings", "Wi-Fi", "Flight mode")
    assert second.question == "and where is it? (Flight mode)"
    assert second.trace[0].arguments["query"] == second.question


def test_what_was_shown_is_not_shown_again_but_for_the_way(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    first = ask(app, FLIGHT_QUESTION, thread("a"))
    where = ask(app, "and where is it?", thread("a"))
    assert (where.status, where.taps) == ("answered", first.taps)
    assert where.text == "From Settings, tap Wi-Fi > Flight mode, and then turn on the switch."
    assert where.text in first.text != where.text
    off = ask(app, "and how do I turn it off?", thread("a"))
    assert off.status == "unsure"
    assert "no more about that than what you have read, in Settings › Wi-Fi › Flight mode" in off.text


def test_new_subject_is_noticed(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    ask(app, FLIGHT_QUESTION, thread("a"))
    answer = ask(app, LOAN_QUESTION, thread("a"))
    assert (answer.menu_path, answer.follow_up) == (("Library", "Loans"), False)


def test_refused_subject_is_what_it_means_next(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    asked = (FLIGHT_QUESTION, "What is the weather in Paris?", "and how do I turn it off?", LOAN_QUESTION, "where?")
    answers = [ask(app, question, thread("a")) for question in asked]
    assert [answer.status for answer in answers[:3]] == ["answered", "not_in_manual", "not_in_manual"]
    assert answers[2].question == "and how do I turn it off? (What is the weather in Paris?)"
    assert answers[4].menu_path == answers[3].menu_path == ("Library", "Loans")


@pytest.mark.parametrize(
    "question", ["Does it have a parking brake?", "Can I defrost it?", "What about the fax machine?"]
)
def test_what_a_follow_up_is_completed_with_lends_it_no_coverage(
    question: str, sample_index_for_answers: ManualIndex
) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    ask(app, FLIGHT_QUESTION, thread("a"))
    assert ask(app, question, thread("a")).status == "not_in_manual"


@pytest.mark.parametrize("question", ["where are they saved?", "how do I print them?"])
def test_follow_up_of_few_words_is_doubtful_where_the_manual_has_them(
    question: str, sample_index_for_answers: ManualIndex
) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    ask(app, LOAN_QUESTION, thread("a"))
    answer = ask(app, question, thread("a"))
    assert (answer.status, answer.follow_up) == ("unsure", True)


def test_what_refers_to_a_doubtful_answer_is_not_refused(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    asked = ("my pages look strange and pale", "how do I fix it?")
    doubtful, follow_up = (ask(app, question, thread("a")) for question in asked)
    assert (doubtful.status, follow_up.status) == ("unsure", "unsure")
    assert follow_up.question == f"{asked[1]} ({asked[0]})"


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather in Paris",
        "And what is the weather in Paris?",
        "the weather in Paris?",
        "what about the weather in Paris?",
        "Is it raining in Paris?",
        "Will it rain tomorrow?",
        "What is 12 times 12?",
        "what time is it?",
        "how are you?",
        "who won the world cup",
        "and pizza?",
        "Who wrote Hamlet?",
    ],
)
def test_what_has_nothing_to_do_with_the_item_before_is_judged_as_outside(
    question: str, sample_index_for_answers: ManualIndex
) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    outside = ask(app, question, thread("outside"))
    ask(app, FLIGHT_QUESTION, thread("inside"))
    inside = ask(app, question, thread("inside"))
    assert (inside.status, inside.menu_path, inside.text) == (outside.status, outside.menu_path, outside.text)


def test_small_talk_leaves_the_item_to_be_talked_of(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    ask(app, FLIGHT_QUESTION, thread("a"))
    ask(app, "And how are you?", thread("a"))
    assert ask(app, "How do I find it?", thread("a")).menu_path == ("Settings", "Wi-Fi", "Flight mode")


def test_thanks_are_no_question_and_change_nothing(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    ask(app, FLIGHT_QUESTION, thread("a"))
    assert ask(app, "Thank you!", thread("a")).status == "not_in_manual"
    assert ask(app, "How do I find it?", thread("a")).menu_path == ("Settings", "Wi-Fi", "Flight mode")


def test_question_that_is_cut_or_folded_is_no_follow_up(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    assert ask(app, f"{FLIGHT_QUESTION} {'a ' * 2_000}", thread("a")).follow_up is False


def test_model_that_earned_it_rewrites_the_follow_up(sample_index_for_answers: ManualIndex) -> None:
    quote = "From Settings, tap Wi-Fi > Flight mode, and then turn on the switch."
    model = ScriptedChatModel(
        *(calling("get_menu_path", item=FLIGHT), saying(quote)),
        *(saying("Where do I find flight mode?"), calling("get_menu_path", item=FLIGHT), saying(quote)),
    )
    app = manual_workflow(sample_index_for_answers, model, checkpointer=InMemorySaver())
    ask(app, FLIGHT_QUESTION, thread("a"))
    answer = ask(app, "Where is that?", thread("a"))
    assert (answer.question, answer.follow_up, answer.usage.model_calls) == ("Where do I find flight mode?", True, 3)


def test_rewriting_that_invents_is_replaced_by_the_code(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(
        calling("get_menu_path", item=FLIGHT),
        saying("How do I buy a turbo boost?"),
        calling("get_menu_path", item=FLIGHT),
    )
    options = WorkflowOptions(answers="quoted")
    app = manual_workflow(sample_index_for_answers, model, options=options, checkpointer=InMemorySaver())
    ask(app, FLIGHT_QUESTION, thread("a"))
    assert ask(app, "Where is that?", thread("a")).question == "Where is that? (Flight mode)"


@pytest.mark.parametrize("waiting", [False, True])
def test_blank_question_leaves_the_thread_as_it_was(waiting: bool, sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    ask(app, FLIGHT_QUESTION, thread("a"))
    before = app.get_state(thread("a"))
    with pytest.raises(ConfigError, match="the question is empty"):
        asyncio.run(aask(app, " \n", thread("a"))) if waiting else ask(app, " \n", thread("a"))
    assert app.get_state(thread("a")) == before


def test_history_that_the_caller_keeps_is_read_for_follow_ups(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    state = app.invoke({"messages": [("user", FLIGHT_QUESTION)]})
    again = app.invoke({"messages": [*state["messages"], ("user", "and where is it?")]})
    assert again["answer"].question == "and where is it? (Flight mode)"
    assert again["answer"].menu_path == ("Settings", "Wi-Fi", "Flight mode")


def test_history_of_words_alone_is_read_for_follow_ups(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    said: list[Any] = []
    for question in (FLIGHT_QUESTION, "zxqv blorpt wug", "and where is it?"):
        state = app.invoke({"messages": [*said, ("user", question)]})
        said += [("user", question), ("assistant", state["messages"][-1].text)]
    assert state["answer"].menu_path == ("Settings", "Wi-Fi", "Flight mode")


def test_what_the_checkpointer_kept_goes_before_what_the_messages_tell(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    ask(app, FLIGHT_QUESTION, thread("a"))
    app.update_state(thread("a"), {"earlier": None})
    assert ask(app, "and how do I turn it off?", thread("a")).follow_up is False


def test_long_thread_loses_its_oldest_turns_and_says_so(sample_index_for_answers: ManualIndex) -> None:
    options = WorkflowOptions(thread_tokens=900)
    app = manual_workflow(sample_index_for_answers, options=options, checkpointer=InMemorySaver())
    answers = [ask(app, question, thread("a")) for question in (FLIGHT_QUESTION, LOAN_QUESTION, "and where is it?")]
    assert answers[0].warnings == ()
    assert answers[-1].warnings == ("The conversation is longer than 900 tokens: its first 6 messages were dropped.",)
    kept = app.get_state(thread("a")).values["messages"]
    assert [message.text for message in kept if isinstance(message, HumanMessage)] == [
        LOAN_QUESTION,
        "and where is it?",
    ]
    assert answers[-1].menu_path == ("Library", "Loans")


async def test_asynchronous_thread_in_sqlite(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "chat.sqlite")) as saver:
        app = manual_workflow(sample_index_for_answers, checkpointer=saver)
        await aask(app, FLIGHT_QUESTION, thread("a"))
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "chat.sqlite")) as saver:
        app = manual_workflow(sample_index_for_answers, checkpointer=saver)
        answer = await aask(app, "where?", thread("a"))
    assert answer.menu_path == ("Settings", "Wi-Fi", "Flight mode")


async def test_many_users_at_once_do_not_mix(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    subjects = [(FLIGHT_QUESTION, "Flight mode"), (LOAN_QUESTION, "Loans")] * 6

    async def converse(number: int, question: str) -> Any:
        await aask(app, question, thread(str(number)))
        return await aask(app, "and where is it?", thread(str(number)))

    answers = await asyncio.gather(*(converse(number, question) for number, (question, _) in enumerate(subjects)))
    assert [answer.menu_path[-1] for answer in answers] == [item for _, item in subjects]


async def test_cancelled_answer_stops_the_server_and_spares_the_thread(
    ollama_server: OllamaServer, sample_index_for_answers: ManualIndex
) -> None:
    app = manual_workflow(
        sample_index_for_answers,
        f"ollama:{ollama_server.weak}",
        options=WorkflowOptions(answers="written", tool_mode="none", choices=1),
        model_options=ModelOptions(base_url=ollama_server.base_url, max_tokens=4_000),
        checkpointer=InMemorySaver(),
    )
    begun = asyncio.Event()

    async def listen() -> None:
        async for event in astream_answer(app, FLIGHT_QUESTION, thread("a")):
            if isinstance(event, Token):
                begun.set()

    task = asyncio.create_task(listen())
    await asyncio.wait_for(begun.wait(), 120)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    quoting = manual_workflow(sample_index_for_answers, checkpointer=app.checkpointer)
    answer = await aask(quoting, LOAN_QUESTION, thread("a"))
    assert answer.menu_path == ("Library", "Loans")
    assert httpx.get(f"{ollama_server.base_url}/api/version", trust_env=False).status_code == 200
