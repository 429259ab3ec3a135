import pytest

from graphrag_tools.follow_ups import Earlier, Understood, may_follow_up, understood
from graphrag_tools.index import ManualIndex

FLIGHT = "larkfield/settings/wi-fi/flight-mode"
LOANS = "larkfield/library/loans"
AFTER_FLIGHT = Earlier("How do I turn on flight mode?", FLIGHT)


def meant(question: str, index: ManualIndex, earlier: Earlier | None = AFTER_FLIGHT) -> Understood:
    return understood(question, earlier, index)


@pytest.mark.parametrize("question", ["why?", "and how do I turn it off?", "Where is that?", "How do I disable this?"])
def test_question_that_names_nothing_is_about_the_item_before(
    question: str, sample_index_for_answers: ManualIndex
) -> None:
    assert meant(question, sample_index_for_answers) == Understood(f"{question} (Flight mode)", FLIGHT)


def test_question_whose_words_the_item_has_is_about_it(sample_index_for_answers: ManualIndex) -> None:
    found = meant("does it turn off Bluetooth?", sample_index_for_answers)
    assert found == Understood("does it turn off Bluetooth? (Flight mode)", FLIGHT)


def test_option_keeps_its_section_as_the_scope(sample_index_for_answers: ManualIndex) -> None:
    usage = "larkfield/settings/battery/battery-usage"
    found = meant("and where is it?", sample_index_for_answers, Earlier("What uses power?", usage))
    assert found == Understood("and where is it? (Battery usage)", usage)


@pytest.mark.parametrize(
    "question",
    [
        "How long can I keep a borrowed book?",
        "And how long can I keep a borrowed book?",
        "Can it read the screen aloud?",
        "Is there a night mode with a black background?",
        "Is it possible to pair headphones?",
        "How do I reset this device?",
    ],
)
def test_new_subject_stands_alone_whatever_its_form(question: str, sample_index_for_answers: ManualIndex) -> None:
    assert meant(question, sample_index_for_answers) == Understood(question)


def test_what_about_puts_another_item_into_the_question_before(sample_index_for_answers: ManualIndex) -> None:
    found = meant("What about Bluetooth headphones?", sample_index_for_answers, Earlier("How do I pair Wi-Fi?", FLIGHT))
    assert found.question == "What about Bluetooth headphones? (How do I pair Wi-Fi?)"
    assert found.scope == "larkfield/settings/bluetooth/pair-headphones"


def test_words_that_no_text_has_do_not_fall_to_the_item_before(sample_index_for_answers: ManualIndex) -> None:
    assert meant("and the zxqv?", sample_index_for_answers) == Understood("and the zxqv?")
    assert meant("what about the zxqv?", sample_index_for_answers).scope is None


def test_without_an_earlier_answer_a_question_stands_alone(sample_index_for_answers: ManualIndex) -> None:
    assert meant("why?", sample_index_for_answers, None) == Understood("why?")


def test_item_that_is_gone_from_the_index_is_no_scope(sample_index_for_answers: ManualIndex) -> None:
    gone = Earlier("How do I fly?", "larkfield/nowhere")
    assert meant("why?", sample_index_for_answers, gone) == Understood("why?")


@pytest.mark.parametrize(
    ("question", "may"),
    [
        ("why?", True),
        ("How do I disable it?", True),
        ("And the volume?", True),
        ("for headphones?", True),
        ("How do I pair headphones?", False),
        ("I'm selling my reader, how do I wipe it?", False),
        ("Is there an alarm?", False),
        ("電池は?", False),
    ],
)
def test_which_questions_may_need_what_came_before(question: str, may: bool) -> None:
    assert may_follow_up(question) is may


def test_search_is_kept_to_the_manual_asked(two_manuals_index: ManualIndex) -> None:
    earlier = Earlier("How do I set the brightness?", "lamp/brightness")
    found = understood("and the colour of it?", earlier, two_manuals_index, "lamp")
    assert found.scope in (None, "lamp/colour")
    assert "lamp" in (found.scope or two_manuals_index.search(found.question, 1, "lamp")[0].section_id)
