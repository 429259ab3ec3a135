from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from graphrag_tools.answer import Answer, Place, Source, Usage
from graphrag_tools.conversation.answer_message import answer_message, chat_text, shown_text
from graphrag_tools.conversation.earlier_turns import earlier_in
from graphrag_tools.conversation.follow_ups import Earlier
from graphrag_tools.index.index import ManualIndex

FLIGHT = "larkfield/settings/wi-fi/flight-mode"
LOANS = "larkfield/library/loans"
ANSWER = Answer(
    text="Turn on the switch.",
    status="answered",
    menu_path=("Settings", "Wi-Fi", "Flight mode"),
    taps=("Settings", "Wi-Fi", "Flight mode"),
)
NOW = HumanMessage("why?")


def looked_up(index: ManualIndex, item_id: str, *, stored: bool = False) -> list[Any]:
    call = {"name": "describe_menu_item", "args": {"item": item_id}, "id": "1", "type": "tool_call"}
    artifact = {"id": item_id} if stored else index.item(item_id)
    return [AIMessage("", tool_calls=[call]), ToolMessage("…", tool_call_id="1", artifact=artifact)]


def test_text_shows_words_path_and_taps() -> None:
    assert shown_text(ANSWER).splitlines() == [
        "Turn on the switch.",
        "",
        "On the device: Settings > Wi-Fi > Flight mode",
        "Menu path: Settings > Wi-Fi > Flight mode",
    ]


def test_item_is_read_from_the_path_that_an_answer_shows(sample_index_for_answers: ManualIndex) -> None:
    said = [HumanMessage("Where is it?"), AIMessage(shown_text(ANSWER)), NOW]
    assert earlier_in(said, sample_index_for_answers) == Earlier("Where is it?", FLIGHT)


def test_ways_are_named_in_the_language_of_the_manual_and_read_back(sample_index_for_answers: ManualIndex) -> None:
    place = Place(id=LOANS, title="Loans", path=("Library", "Loans"))
    german = ANSWER.model_copy(update={"language": "de", "manual": "lampe", "alternatives": (place,)})
    for shown in (shown_text(german), chat_text(german)):
        assert "Menüpfad: Settings > Wi-Fi > Flight mode" in shown.splitlines()
        said = [HumanMessage("Wo?"), AIMessage(shown), NOW]
        assert earlier_in(said, sample_index_for_answers) == Earlier("Wo?", FLIGHT)
    assert chat_text(german).split("\n\n")[1:] == [
        "Am Gerät: Settings > Wi-Fi > Flight mode",
        "Menüpfad: Settings > Wi-Fi > Flight mode",
        "Aus der Anleitung: lampe",
        "Siehe auch:\n- Library > Loans",
    ]


def test_item_is_carried_as_data_and_goes_before_the_words(sample_index_for_answers: ManualIndex) -> None:
    source = Source(id=LOANS, title="Loans", path=("Library", "Loans"))
    message = answer_message(ANSWER.model_copy(update={"sources": (source,)}))
    assert message.text == shown_text(ANSWER)
    said = [HumanMessage("Where is it?"), AIMessage.model_validate(message.model_dump()), NOW]
    assert earlier_in(said, sample_index_for_answers) == Earlier("Where is it?", LOANS)


def test_message_has_its_sources_and_the_tokens_of_its_turn() -> None:
    source = Source(id=LOANS, title="Loans", path=("Library", "Loans"), url="https://x.example/loans", quote="14 days.")
    usage = Usage(model_calls=2, prompt_tokens=30, completion_tokens=12)
    message = answer_message(ANSWER.model_copy(update={"sources": (source,), "usage": usage}))
    assert message.usage_metadata == {"input_tokens": 30, "output_tokens": 12, "total_tokens": 42}
    [citation] = message.response_metadata["citations"]
    assert (citation["type"], citation["url"], citation["cited_text"]) == ("citation", source.url, "14 days.")
    assert citation["extras"] == {"id": LOANS, "menu_path": "Library > Loans", "page": None}
    assert answer_message(ANSWER).usage_metadata is None
    assert answer_message(ANSWER).response_metadata["citations"] == []


@pytest.mark.parametrize("item", [None, 7, ["x"], "larkfield/gone"])
def test_message_that_carries_no_item_of_the_index_is_passed_over(
    item: object, sample_index_for_answers: ManualIndex
) -> None:
    message = answer_message(ANSWER)
    message.response_metadata = dict.fromkeys(message.response_metadata, item)
    said = [HumanMessage("Where?"), *looked_up(sample_index_for_answers, LOANS), message, NOW]
    assert earlier_in(said, sample_index_for_answers) is None


@pytest.mark.parametrize("stored", [False, True])
def test_item_that_was_looked_up_stands_in_for_a_path(stored: bool, sample_index_for_answers: ManualIndex) -> None:
    calls = looked_up(sample_index_for_answers, LOANS, stored=stored)
    said = [HumanMessage("How long?"), *calls, AIMessage("Three weeks."), NOW]
    assert earlier_in(said, sample_index_for_answers) == Earlier("How long?", LOANS)


def test_refusal_is_passed_over_with_what_it_looked_up(sample_index_for_answers: ManualIndex) -> None:
    calls = looked_up(sample_index_for_answers, LOANS)
    said = [HumanMessage("Where?"), AIMessage(shown_text(ANSWER)), HumanMessage("How far is Mars?"), *calls]
    refused = [*said, AIMessage("The manual does not say. Nearest: Library > Loans."), NOW]
    assert earlier_in(refused, sample_index_for_answers) == Earlier("Where?", FLIGHT)


@pytest.mark.parametrize(
    "said",
    [
        [],
        [NOW],
        [AIMessage(shown_text(ANSWER)), NOW],
        [HumanMessage("Where?"), NOW],
        [HumanMessage("Where?"), AIMessage("Menu path: Nowhere > At all"), NOW],
        [HumanMessage("Where?"), AIMessage("Menu path: "), NOW],
        [HumanMessage(" "), AIMessage(shown_text(ANSWER)), NOW],
    ],
)
def test_messages_that_tell_of_no_item_give_nothing(said: list[Any], sample_index_for_answers: ManualIndex) -> None:
    assert earlier_in(said, sample_index_for_answers) is None
