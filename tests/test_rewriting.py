import pytest
from conftest import opened
from scripted_models import ScriptedChatModel, saying

from graphrag_tools.follow_ups import Earlier, Understood
from graphrag_tools.index import ManualIndex
from graphrag_tools.model_calls import finished
from graphrag_tools.prompts import Prompts
from graphrag_tools.rewriting import is_believable, rewriting

FLIGHT = "larkfield/settings/wi-fi/flight-mode"
EARLIER = Earlier("How do I turn on flight mode?", FLIGHT)
QUESTION = "and how do I turn it off?"


def rewritten(reply: str, index: ManualIndex) -> tuple[Understood | None, ScriptedChatModel]:
    chat = ScriptedChatModel(saying(reply))
    return finished(rewriting(opened(chat), Prompts(), QUESTION, EARLIER, index.item(FLIGHT))), chat


def test_rewritten_question_is_taken(sample_index_for_answers: ManualIndex) -> None:
    found, chat = rewritten(' "How do I turn off flight mode?"\n', sample_index_for_answers)
    assert found == Understood("How do I turn off flight mode?")
    [[prompt]] = chat.asked
    for part in (QUESTION, EARLIER.question, "Settings > Wi-Fi > Flight mode"):
        assert part in prompt.text


def test_question_repeated_stands_alone(sample_index_for_answers: ManualIndex) -> None:
    found, _ = rewritten("And how do I turn it off", sample_index_for_answers)
    assert found == Understood(QUESTION)


@pytest.mark.parametrize(
    "reply", ["", "How do I turn off the turbo boost?", "Flight mode.\nYou turn it off so.", "flight " * 100, "飛行"]
)
def test_reply_with_other_words_is_not_believed(reply: str, sample_index_for_answers: ManualIndex) -> None:
    assert rewritten(reply, sample_index_for_answers)[0] is None


def test_words_of_the_path_are_believed(sample_index_for_answers: ManualIndex) -> None:
    item = sample_index_for_answers.item(FLIGHT)
    assert is_believable("How do I turn off Wi-Fi flight mode in the settings?", QUESTION, EARLIER, item)
