"""Answers that fit: two things compared, nothing said twice, what decides a question for yes or no first."""

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graphrag_tools.answer import Answer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.text.english.asking import compared_things
from graphrag_tools.workflow.graph import ask, manual_workflow


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("What's the difference between flight mode and power saving?", ("flight mode", "power saving")),
        ("compare the front light with the sleep screen", ("front light", "sleep screen")),
        ("flight mode vs. power saving", ("flight mode", "power saving")),
        ("Which is better, flight mode or power saving?", ("flight mode", "power saving")),
        ("how does flight mode differ from power saving", ("flight mode", "power saving")),
        ("How do I turn on flight mode or Bluetooth?", None),
        ("Can I read and listen?", None),
        ("", None),
    ],
)
def test_comparisons_are_told_from_other_questions(question: str, things: tuple[str, str] | None) -> None:
    assert compared_things(question) == things


def test_comparison_shows_both_items_with_their_ways(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    answer = ask(app, "What is the difference between flight mode and power saving?")
    assert answer.status == "answered"
    assert {source.title for source in answer.sources} == {"Flight mode", "Power saving"}
    for source in answer.sources:
        assert f"{source.title} ({' › '.join(source.path)}):\n" in answer.text
        assert all(line in answer.text for line in source.quote.splitlines())
    assert not {source.path for source in answer.sources} & {place.path for place in answer.alternatives}


def test_comparison_with_what_the_manual_lacks_is_none(sample_index_for_answers: ManualIndex) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), "flight mode vs snow tyres")
    assert (answer.status, answer.sources) == ("unsure", ())
    assert all(line.startswith("- ") for line in answer.text.splitlines()[1:]), "names of places, no quotes"


def asked_in_turn(index: ManualIndex, *questions: str) -> list[Answer]:
    app = manual_workflow(index, checkpointer=InMemorySaver())
    return [ask(app, question, {"configurable": {"thread_id": "one"}}) for question in questions]


def test_follow_up_gets_no_text_that_was_shown_before(sample_index_for_answers: ManualIndex) -> None:
    first, second, third = asked_in_turn(
        sample_index_for_answers, "How do I turn on flight mode?", "and how do I turn it off?", "Forget a paired device"
    )
    assert first.status == "answered"
    assert (second.status, second.menu_path, second.sources) == ("unsure", (), ()), "it answers nothing"
    assert "no more about that than what you have read, in Settings › Wi-Fi › Flight mode" in second.text
    assert first.text not in second.text
    assert first.menu_path not in [place.path for place in second.alternatives]
    assert third.status == "answered"


def test_the_same_question_again_gets_the_same_answer(sample_index_for_answers: ManualIndex) -> None:
    first, again = asked_in_turn(sample_index_for_answers, *["How do I turn on flight mode?"] * 2)
    assert (again.status, again.text) == ("answered", first.text)


def test_what_it_can_do_is_asked_of_the_device_where_the_item_does_not_say(
    sample_index_for_answers: ManualIndex,
) -> None:
    _, answer = asked_in_turn(sample_index_for_answers, "How do I turn on flight mode?", "Can it stand fresh water?")
    assert (answer.understood_as, answer.menu_path[-1]) == ("", "Water resistance")


def test_item_that_was_talked_of_is_no_sure_answer_to_words_found_elsewhere(
    sample_index_for_answers: ManualIndex,
) -> None:
    _, answer = asked_in_turn(sample_index_for_answers, "How do I turn on flight mode?", "How do I charge it?")
    assert answer.status == "unsure" or answer.menu_path[-1] != "Flight mode"


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("Can I read in the bath? How do I turn on flight mode?", "How do I turn on flight mode?"),
        ("How do I turn on flight mode and change the volume?", "change the volume?"),
        ("Who won the world cup and how do I turn on flight mode?", "how do I turn on flight mode?"),
        ("How do I turn on flight mode and use Bluetooth?", ""),
    ],
)
def test_the_part_of_a_question_that_is_not_answered_is_named(
    sample_index_for_answers: ManualIndex, question: str, left_out: str
) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), question)
    assert [warning.rpartition(": ")[2] for warning in answer.warnings] == ([left_out] if left_out else [])
