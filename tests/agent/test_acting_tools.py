"""Tools that act and return next to nothing: what a model reports of them is not put aside for the manual's words."""

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.tools import StructuredTool
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.final_answer import FinalAnswerCheck
from graphrag_tools.agent.tool_calls import ToolCallRepair
from graphrag_tools.answer import Answer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.manual_tools import ManualToolkit


def asked(
    index: ManualIndex, question: str, name: str, arguments: dict[str, Any], result: Any, said: str, *before: AIMessage
) -> Answer:
    """The answer of an agent that makes the calls `before`, calls one tool of another kind, and then says something."""
    schema = {"type": "object", "properties": {argument: {} for argument in arguments}}
    tool = StructuredTool(name=name, description="Act.", args_schema=schema, func=lambda **_: result)
    call = AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "1", "type": "tool_call"}])
    model = ScriptedChatModel(*before, call, saying(said), saying(said))
    tools = [*ManualToolkit(index=index).get_tools(), tool]
    app = create_agent(model, tools, middleware=[FinalAnswerCheck(index), ToolCallRepair(index)])
    answer: Answer = app.invoke({"messages": [("user", question)]})["answer"]
    return answer


@pytest.mark.parametrize(
    ("question", "name", "arguments", "result", "said"),
    [
        ("Turn on flight mode", "set_flight_mode", {"on": True}, "true", "Flight mode is now on."),
        ("Turn on flight mode", "toggle", {"what": "flight_mode"}, {"success": True}, "I turned on flight mode."),
        ("Turn on flight mode", "toggle", {"what": "flight_mode"}, "", "I turned on flight mode for you."),
        ("Turn on flight mode", "toggle", {"what": "flight_mode"}, None, "I turned on flight mode for you."),
        ("Turn on flight mode", "toggle", {"what": "flight_mode"}, "ok", "Done."),
        ("Is flight mode on?", "status", {}, "on", "Yes, flight mode is on."),
        ("Is Bluetooth on?", "status", {}, "false", "No, Bluetooth is off."),
        ("Which loans do I have?", "my_loans", {}, [], "You have no loans at the moment."),
        ("Renew my loan of Dune", "renew", {"title": "Dune"}, "not allowed", "Sorry, the loan cannot be renewed."),
        ("Put the device to sleep in 5 minutes", "sleep", {"minutes": 5}, "ok", "The device will sleep in 5 minutes."),
        ("I want a human to talk about my loan", "transfer", {}, "done", "I have connected you with a colleague."),
    ],
)
def test_report_of_an_act_passes_as_it_is(  # the columns of the table
    question: str, name: str, arguments: dict[str, Any], result: Any, said: str, sample_index_for_answers: ManualIndex
) -> None:
    answer = asked(sample_index_for_answers, question, name, arguments, result, said)
    assert (answer.text, answer.status) == (said, "not_from_manual")
    assert answer.warnings == (f"Not from the manual: it rests on {name}.",)


def test_report_passes_where_the_manual_was_searched_before_the_act(sample_index_for_answers: ManualIndex) -> None:
    search = calling("search_manual", id="0", query="flight mode")
    said, toggled = "Flight mode is now on.", ("toggle", {"what": "flight_mode"}, "ok")
    answer = asked(sample_index_for_answers, "Turn on flight mode", *toggled, said, search)
    assert (answer.text, answer.status) == (said, "not_from_manual")
    lie = asked(sample_index_for_answers, "How do I turn on flight mode?", *toggled, "Hold it for 90 seconds.", search)
    assert (lie.status, lie.mode, lie.menu_path) == ("answered", "quoted", ("Settings", "Wi-Fi", "Flight mode"))


@pytest.mark.parametrize(
    ("name", "arguments", "result", "said"),
    [
        ("get_user", {}, {"name": "Joe"}, "28 days."),
        ("get_user", {}, {"name": "Joe"}, "A loan ends after 40 days."),
        ("get_user", {}, {"name": "Joe"}, "Open the hatch, lift the cover and press the lever for a while."),
        ("remember", {"fact": "A loan ends after 40 days."}, "ok", "A loan ends after 40 days."),
        ("repeat", {"fact": "Loans never come to an end"}, "Loans never come to an end", "Loans never come to an end."),
        ("get_user", {}, {"name": "Joe"}, "Yes."),
    ],
)
def test_claim_about_the_manual_is_judged_whatever_else_was_done(
    name: str, arguments: dict[str, Any], result: Any, said: str, sample_index_for_answers: ManualIndex
) -> None:
    answer = asked(sample_index_for_answers, "How long is a loan?", name, arguments, result, said)
    assert (answer.status, answer.mode, answer.menu_path) == ("answered", "quoted", ("Library", "Loans"))


FLIGHT_MODE = calling("describe_menu_item", id="0", item="larkfield/settings/wi-fi/flight-mode")
ON = "Flight mode is now on."


@pytest.mark.parametrize("question", ["Turn on flight mode", "Could you turn on flight mode, please?"])
def test_report_of_an_act_is_not_the_manuals_though_it_was_read_before(
    question: str, sample_index_for_answers: ManualIndex
) -> None:
    toggled = ("toggle", {"what": "flight_mode"}, "ok")
    answer = asked(sample_index_for_answers, question, *toggled, ON, FLIGHT_MODE)
    assert (answer.text, answer.status, answer.sources) == (ON, "not_from_manual", ())
    more = f"{ON} It turns off Wi-Fi and Bluetooth together."
    both = asked(sample_index_for_answers, question, *toggled, more, FLIGHT_MODE)
    assert (both.text, both.status, both.menu_path[-1]) == (more, "answered", "Flight mode")
    assert both.warnings == ("Not all of it is from the manual: some rests on toggle.",)
    lie = f"{ON} It ends after 90 seconds."
    mended = asked(sample_index_for_answers, question, *toggled, lie, FLIGHT_MODE)
    assert (mended.mode, mended.text.startswith(ON), "90" in mended.text) == ("quoted", True, False)


@pytest.mark.parametrize(
    ("question", "name", "arguments", "result", "said"),
    [
        ("Is job 7 done?", "job_status", {"job": 7}, "job 7: running", "job 7: still running"),
        ("Parcel 55?", "parcel_status", {"parcel": 55}, "Parcel 55: shipped on 3 May", "Shipped on 3 May."),
        ("How full is my battery?", "battery_level", {}, "62 %", "62 %"),
        ("What does the tea cost?", "describe_article", {"article": "tea"}, "tea: 5 EUR", "5 EUR."),
    ],
)
def test_what_only_another_tool_returned_is_not_the_manuals_though_it_was_read_before(  # the columns of the table
    question: str, name: str, arguments: dict[str, Any], result: Any, said: str, sample_index_for_answers: ManualIndex
) -> None:
    answer = asked(sample_index_for_answers, question, name, arguments, result, said, FLIGHT_MODE)
    assert (answer.text, answer.status, answer.sources) == (said, "not_from_manual", ())


def test_words_on_the_manual_that_may_report_too_are_for_it_to_bear_out(sample_index_for_answers: ManualIndex) -> None:
    """Nobody asked for something to be done: a report says, as an answer does, what is and what is not."""
    read = calling("describe_menu_item", id="0", item="larkfield/library/loans")
    mine = ("my_loans", {}, [])
    answer = asked(sample_index_for_answers, "Can a loan be extended?", *mine, "A loan can never be extended.", read)
    assert (answer.status, answer.mode) == ("answered", "quoted")
    true = asked(sample_index_for_answers, "How long is a loan?", *mine, "A loan ends after 21 days.", read)
    assert (true.mode, true.warnings) == ("written", ())


LONG = "Note number 17 is in your personal notebook since Monday, as kept by the assistant: {}"


@pytest.mark.parametrize("kept", ["saved: {}", LONG, "Notiz: {} Größe: 3"])
@pytest.mark.parametrize(
    ("question", "claim"),
    [("How long is a loan?", "A loan ends after 40 days."), ("How long is a loan?", "Zwei Jahre, größtenteils.")],
)
@pytest.mark.parametrize("read", [True, False])
def test_words_that_a_tool_repeats_of_its_call_bear_out_nothing(
    read: bool, question: str, claim: str, kept: str, sample_index_for_answers: ManualIndex
) -> None:
    before = [calling("describe_menu_item", id="0", item="larkfield/library/loans")] if read else []
    note = ("write_note", {"body": claim}, kept.format(claim))
    for said in (claim, f"Saved: {claim}"):
        answer = asked(sample_index_for_answers, question, *note, said, *before)
        assert (answer.status, answer.mode, answer.menu_path) == ("answered", "quoted", ("Library", "Loans"))
        assert claim not in answer.text


def test_words_that_only_a_note_has_rest_on_nothing(sample_index_for_answers: ManualIndex) -> None:
    claim = "It can fly 90 km."
    note = ("write_note", {"body": claim}, LONG.format(claim))
    answer = asked(sample_index_for_answers, "How far can it fly?", *note, claim)
    assert answer.warnings == ("Not from the manual: nothing was looked up.",)


def test_what_another_tool_found_passes_though_it_was_asked_in_words_of_the_question(
    sample_index_for_answers: ManualIndex,
) -> None:
    found = "In Hamburg a borrowed book is due after 28 days, says the city."
    web = ("web_search", {"query": "borrowed book due Hamburg"}, found)
    said = "In Hamburg a borrowed book is due after 28 days."
    answer = asked(sample_index_for_answers, "How long can I keep a borrowed book in Hamburg?", *web, said)
    assert (answer.text, answer.status) == (said, "not_from_manual")


@pytest.mark.parametrize("read", [True, False])
def test_what_was_done_as_it_was_asked_for_is_told_with_the_words_of_the_call(
    read: bool, sample_index_for_answers: ManualIndex
) -> None:
    before = [calling("describe_menu_item", id="0", item="larkfield/library/loans")] if read else []
    event = ("create_event", {"title": "Return Dune", "date": "2026-12-19"}, "Event created: Return Dune, 2026-12-19")
    said = "I have created the event 'Return Dune' on 2026-12-19."
    answer = asked(sample_index_for_answers, "Put a reminder for when my loan of Dune ends", *event, said, *before)
    assert (answer.text, answer.status) == (said, "not_from_manual")
