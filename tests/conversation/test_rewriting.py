import pytest
from conftest import opened
from support.scripted_models import ScriptedChatModel, saying

from graphrag_tools.conversation.follow_ups import Earlier, Understood, understand_question
from graphrag_tools.conversation.form import form_of
from graphrag_tools.conversation.rewriting import is_believable, meaning
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.steps import run_steps
from graphrag_tools.prompts import Prompts

FLIGHT = "larkfield/settings/wi-fi/flight-mode"
EARLIER = Earlier("How do I turn on flight mode?", FLIGHT)
QUESTION = "and how do I turn it off?"


def rewritten(
    reply: str, index: ManualIndex, question: str = QUESTION, earlier: Earlier = EARLIER
) -> tuple[Understood, ScriptedChatModel]:
    chat = ScriptedChatModel(saying(reply))
    return run_steps(meaning(question, earlier, index, None, opened(chat), Prompts())), chat


def by_code(question: str, index: ManualIndex) -> Understood:
    return understand_question(question, EARLIER, index)


def test_rewritten_question_is_taken_with_the_scope_of_its_subject(sample_index_for_answers: ManualIndex) -> None:
    found, chat = rewritten(' "How do I turn off flight mode?"\n', sample_index_for_answers)
    assert found == Understood("How do I turn off flight mode?", FLIGHT, covered=True, follow_up=True)
    [[prompt]] = chat.asked
    for part in (QUESTION, EARLIER.question, "Settings > Wi-Fi > Flight mode"):
        assert part in prompt.text


def test_rewritten_question_about_what_the_item_lacks_is_left_to_search(sample_index_for_answers: ManualIndex) -> None:
    found, _ = rewritten("Can I defrost flight mode?", sample_index_for_answers, "Can I defrost it?")
    assert found == Understood("Can I defrost flight mode?", follow_up=True)


def test_question_repeated_stands_alone(sample_index_for_answers: ManualIndex) -> None:
    question = "And how long is a loan?"
    assert rewritten(question.lower(), sample_index_for_answers, question)[0] == Understood(question)


def test_question_repeated_that_needs_the_one_before_is_completed_by_code(
    sample_index_for_answers: ManualIndex,
) -> None:
    found, _ = rewritten("And how do I turn it off", sample_index_for_answers)
    assert found == by_code(QUESTION, sample_index_for_answers)


def test_model_is_not_asked_what_form_or_a_refusal_tells(sample_index_for_answers: ManualIndex) -> None:
    refused = Earlier("How do I buy a car?", None)
    for question, earlier in (("How long is a loan?", EARLIER), ("How do I insure it?", refused)):
        found, chat = rewritten("never read", sample_index_for_answers, question, earlier)
        assert found == understand_question(question, earlier, sample_index_for_answers)
        assert chat.asked == []


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (QUESTION, "How do I turn on flight mode?"),
        (QUESTION, "How do I turn flight mode on and off?"),
        (QUESTION, "How do I turn off Wi-Fi?"),
        ("Why does it not work?", "Why does flight mode work?"),
        ("Does it work?", "Why does flight mode not work?"),
        ("Can I set it for 45 minutes?", "Can I set flight mode for minutes?"),
        ("How often can I do it?", "How can I do flight mode?"),
        ("Does it stop Bluetooth?", "Does flight mode stop?"),
        ("How do I enable it?", "How do I disable flight mode?"),
    ],
)
def test_rewriting_that_turns_the_question_is_not_believed(
    question: str, reply: str, sample_index_for_answers: ManualIndex
) -> None:
    assert rewritten(reply, sample_index_for_answers, question)[0] == by_code(question, sample_index_for_answers)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Could you please tell me where that is?", "Where is flight mode?"),
        ("and Bluetooth?", "How do I turn on Bluetooth?"),
        ("How often can I do that?", "How often can I turn on flight mode?"),
    ],
)
def test_rewriting_that_keeps_the_question_is_believed(
    question: str, reply: str, sample_index_for_answers: ManualIndex
) -> None:
    assert rewritten(reply, sample_index_for_answers, question)[0].question == reply


@pytest.mark.parametrize(
    "reply", ["", "How do I turn off the turbo boost?", "Flight mode.\nYou turn it off so.", "flight " * 100, "飛行"]
)
def test_reply_with_other_words_is_not_believed(reply: str, sample_index_for_answers: ManualIndex) -> None:
    assert rewritten(reply, sample_index_for_answers)[0] == by_code(QUESTION, sample_index_for_answers)


def test_words_of_the_path_are_believed(sample_index_for_answers: ManualIndex) -> None:
    item = sample_index_for_answers.item(FLIGHT)
    assert is_believable("How do I turn off Wi-Fi flight mode in the settings?", form_of(QUESTION), EARLIER, item)


@pytest.mark.parametrize(
    ("reply", "believed"),
    [
        ("How do I turn off flight mode?", True),  # names the item
        ("How do I turn off the aeroplane switch?", True),  # the words of the question before
        ("How do I turn off the switch?", False),
        ("How do I turn it off?", False),
    ],
)
def test_a_question_that_refers_back_has_to_say_what_to(
    reply: str, believed: bool, sample_index_for_answers: ManualIndex
) -> None:
    earlier = Earlier("How do I turn on the aeroplane switch?", FLIGHT)
    item = sample_index_for_answers.item(FLIGHT)
    assert is_believable(reply, form_of(QUESTION), earlier, item) is believed
