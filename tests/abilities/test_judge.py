"""Judging replies to probes: each fault is seen, and a good reply passes."""

import pytest
from langchain_core.messages import AIMessage
from support.probing_models import choice_call, follow_up, written_answer

from graphrag_tools.abilities import cases as probe_set
from graphrag_tools.abilities.hard_cases import HARD_WRITING, hard_choices
from graphrag_tools.abilities.judge import (
    THINKS_ALOUD,
    call_fault,
    choice_fault,
    follow_up_fault,
    reply_fault,
    schema_fault,
    writing_fault,
)
from graphrag_tools.abilities.probe import offered_tools
from graphrag_tools.tool_calling.callers import DECLINE, call_message

DESCALING, LIGHTS, _, NO_ANSWER, _ = probe_set.WRITING
OFF, LONG, CHANGE = probe_set.FOLLOW_UPS


def call(tool: str, **arguments: object) -> AIMessage:
    return call_message(tool, arguments, by="model")


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (None, "no tool call"),
        (AIMessage("Let me look."), "no tool call"),
        (call("find_setting", item="Water hardness"), "an unknown tool: find_setting"),
        (call("get_menu_path", place="Water hardness"), "arguments that get_menu_path does not take"),
        (call("search_manual", query="hardness", k="many"), "arguments that search_manual does not take"),
        (call("get_menu_path", item="brewer/drinks/strength"), "a call about something else"),
    ],
)
def test_native_call_that_does_not_fit_is_said(made: AIMessage | None, fault: str) -> None:
    assert fault in call_fault(made, offered_tools(), probe_set.CALLS[2])


def test_native_call_that_fits_has_no_fault() -> None:
    made = call("get_menu_path", item="brewer/settings/water-hardness")
    assert call_fault(made, offered_tools(), probe_set.CALLS[2]) == ""


@pytest.mark.parametrize(
    ("made", "obeys"),
    [
        (call("describe_menu_item", item="brewer/care/descaling"), True),
        (call("search_manual", query="mug"), True),
        (AIMessage(DECLINE), True),
        (call("describe_menu_item", item="brewer/invented"), False),
        (call("search_manual", query=" "), False),
        (AIMessage("sure"), False),
        (None, False),
    ],
)
def test_call_under_the_schema_obeys_it_or_not(made: AIMessage | None, obeys: bool) -> None:
    assert (schema_fault(made, probe_set.ITEMS) == "") is obeys


def test_choice_is_right_by_id_path_or_title_wherever_it_stands() -> None:
    for case in probe_set.choice_cases():
        item = next(item for item in case.items if item.id == case.right)
        for name in (item.id, item.menu_path, item.name.upper()):
            assert choice_fault(call("describe_menu_item", item=name), case) == ""


def test_wrong_choice_names_its_place() -> None:
    case = probe_set.choice_cases()[1]
    assert choice_fault(call("get_menu_path", item=case.items[0].id), case).startswith("place 1 chosen")
    assert choice_fault(call("search_manual", query="mug"), case) == "no item chosen, but search_manual"
    assert choice_fault(None, case) == "no item chosen"
    assert choice_fault(AIMessage(DECLINE), case) == "no item chosen"


def test_where_no_item_answers_declining_is_right_and_choosing_wrong() -> None:
    case = next(case for case in hard_choices() if not case.right)
    assert choice_fault(AIMessage(DECLINE), case) == ""
    assert choice_fault(call("describe_menu_item", item=case.items[2].id), case).endswith("which none answers")
    assert choice_fault(AIMessage("perhaps"), case) == "no item chosen"


def test_answer_from_the_line_beside_is_not_the_answer() -> None:
    light = HARD_WRITING[0]
    assert writing_fault(AIMessage("The machine is heating."), light) == ""
    assert writing_fault(AIMessage("The machine is being rinsed."), light).startswith("not the answer")
    assert writing_fault(AIMessage(light.text), light).startswith("not the answer")


@pytest.mark.parametrize(
    ("case", "said", "fault"),
    [
        (DESCALING, "Order a technician from the service website.", "words not from the text"),
        (DESCALING, "Fill the tank with 5 liters, place a bowl, press Start.", "a number not from the text"),
        (DESCALING, "Fill the tank, place a bowl, press **Start Descaling**.", "a name not from the text"),
        (DESCALING, "Fill the tank.", "not the answer"),
        (DESCALING, "NOT IN MANUAL", "NOT IN MANUAL said wrongly"),
        (NO_ANSWER, "From Settings, press Cup warmer.", "NOT IN MANUAL missed"),
        (LIGHTS, "The water tank is empty.", "not the answer"),
    ],
)
def test_writing_that_invents_or_misses_is_said(case: probe_set.WritingCase, said: str, fault: str) -> None:
    assert writing_fault(AIMessage(said), case).startswith(fault)


def test_numbered_steps_are_no_invented_numbers() -> None:
    said = "1. Fill the tank with 0.5 liters of descaler.\n2. Place a bowl.\n3. Press **Start**."
    assert writing_fault(AIMessage(said), DESCALING) == ""


@pytest.mark.parametrize("case", [*probe_set.WRITING, *HARD_WRITING])
def test_text_itself_passes_as_an_answer(case: probe_set.WritingCase) -> None:
    assert writing_fault(written_answer(case), case) == ""


@pytest.mark.parametrize(
    ("case", "said", "fault"),
    [
        (OFF, "How do I turn it off?", "does not say what it is about"),
        (OFF, "How do I turn on or off the cup warmer?", "says more than was asked"),
        (OFF, "How do I turn off the cup warmer from the mobile app?", "says more than was asked"),
        (CHANGE, "Where do I find the serial number for strength?", "says more than was asked"),
        (LONG, "Sure!\nHow long does descaling take?", "more than a question"),
    ],
)
def test_follow_up_that_does_not_stand_alone_is_said(case: probe_set.FollowUpCase, said: str, fault: str) -> None:
    assert follow_up_fault(AIMessage(said), case).startswith(fault)


@pytest.mark.parametrize("case", probe_set.FOLLOW_UPS)
def test_follow_up_that_stands_alone_has_no_fault(case: probe_set.FollowUpCase) -> None:
    assert follow_up_fault(follow_up(case), case) == ""


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (AIMessage("<think>Hm.</think> Six."), THINKS_ALOUD),
        (AIMessage("Six cups and", response_metadata={"done_reason": "length"}), "too long"),
        (AIMessage(" \n"), "an empty reply"),
        (AIMessage("Six cups."), ""),
    ],
)
def test_reply_with_thoughts_cut_or_empty_is_a_fault(reply: AIMessage, fault: str) -> None:
    assert reply_fault(reply).startswith(fault)
    assert bool(reply_fault(reply)) is bool(fault)


def test_each_place_holds_the_right_item_equally_often() -> None:
    cases = probe_set.choice_cases()
    places = [[item.id for item in case.items].index(case.right) for case in cases]
    assert sorted(places) == [*range(5)]
    assert all(choice_fault(choice_call(case), case) == "" for case in cases)
