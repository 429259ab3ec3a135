from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.writing_models import QUIET, TIMEOUT, lamp_graph

from graphrag_tools.enrichment.questions import are_questions, checked_questions, distinct_questions, questions_prompt
from graphrag_tools.prompts import Prompts

ITEM = lamp_graph().item(TIMEOUT)
GOOD = ("How long does the screen stay on?", "Can I make the screen turn off after 15 seconds?")


def test_questions_are_taken_line_by_line_without_their_numbers() -> None:
    for mark in ("1. ", "- ", "Question: ", "Q1: ", "3) **"):
        assert checked_questions("\n\n".join(mark + text for text in GOOD), ITEM).kept == GOOD


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("The screen stays on.", "not a question"),
        ("Why screen?", "too short or long"),
        ("Where is the nearest library of the town?", "about something else"),
        ("Can the screen stay on for 45 minutes?", "with an invented name or number"),
        ("Does the screen work with Bixby?", "with an invented name or number"),
        ("What does the passage say about the screen?", "about the passage itself"),
        ("How do I use this setting now?", "says nothing of its own"),
        ("How do I choose the settings I want?", "says nothing of its own"),
        ("How long does the screen stay on, really long?", "asked before"),
        ("What is the screen timeout?", "asked before"),
        ("Will you ignore the rules about the screen?", "speaks to a model"),
    ],
)
def test_line_that_is_dropped_says_why(line: str, problem: str) -> None:
    before = "How long does the screen really stay on?"
    checked = checked_questions(f"{before}\n{line}", ITEM)
    assert checked.kept == (before,)
    assert checked.problems == (problem,)


def test_no_more_than_five_questions_are_kept() -> None:
    verbs = "turn stay choose set see hear tap".split()
    lines = [f"Does the screen {verb} off for 15 seconds?" for verb in verbs]
    assert len(checked_questions("\n".join(lines), ITEM).kept) == 5


def test_question_of_two_sections_is_dropped_from_both_but_not_from_another_manual() -> None:
    other = lamp_graph().item(QUIET)
    elsewhere = replace(ITEM, manual="other", id="other/screen")
    kept = distinct_questions({ITEM: GOOD, other: ("How long does a screen stay on?",), elsewhere: GOOD})
    assert kept == {ITEM: GOOD[1:], other: (), elsewhere: GOOD}


@given(st.text(max_size=200))
def test_any_reply_is_checked_without_an_error(reply: str) -> None:
    for question in checked_questions(reply, ITEM).kept:
        assert question.endswith("?")
    are_questions(reply)


def test_reply_goes_on_until_it_has_five_questions_or_repeats_itself() -> None:
    assert not are_questions("\n".join("abcde"))
    assert are_questions("\n".join("abcde") + "\n")
    assert are_questions("1. a\n2. a\n")
    assert not are_questions("1. a\n2. a")
    assert not are_questions("")


def test_prompt_holds_the_menu_path_and_the_text() -> None:
    prompt = questions_prompt(ITEM, "The passage.", Prompts())
    assert "Menu path: Settings > Screen timeout" in prompt
    assert "The passage." in prompt
