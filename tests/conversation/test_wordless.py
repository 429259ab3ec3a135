"""Messages without words: blank ones, and those of images, recordings and files alone."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.conversation.wordless import other_parts
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow.graph import ask, manual_workflow

QUESTION = "How long can I keep a borrowed book?"
LOANS = "larkfield/library/loans"
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
AUDIO = {"type": "audio", "base64": "aGk=", "mime_type": "audio/wav"}
RECORDING_OF_OPENAI = {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}}
FILE = {"type": "file", "base64": "aGk=", "mime_type": "application/pdf"}
TEXT = {"type": "text", "text": QUESTION}
BLANK = {"type": "text", "text": " \n"}
EMPTY = "The message is empty. Ask a question in words."


def only(parts: str) -> str:
    return f"The message has no words, only {parts}. Ask a question in words."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", EMPTY),
        (" \n\t", EMPTY),
        ([], EMPTY),
        ([BLANK], EMPTY),
        ([IMAGE], only("an image")),
        ([BLANK, IMAGE, IMAGE], only("an image")),
        ([AUDIO], only("a recording")),
        ([RECORDING_OF_OPENAI], only("a recording")),
        ([FILE, IMAGE], only("a file and an image")),
        ([{"type": "video", "url": "https://example.com/v.mp4"}], only("a video")),
        ([{"type": "something_else"}], only("a file")),
    ],
)
async def test_message_without_words_has_a_status(
    content: Any, said: str, sample_index_for_answers: ManualIndex
) -> None:
    app = manual_workflow(sample_index_for_answers)
    given = {"messages": [HumanMessage(content=content)]}
    for state in (app.invoke(given), await app.ainvoke(given)):
        assert (state["answer"].status, state["answer"].text) == ("not_in_manual", said)
        assert state["messages"][-1].text == said
        assert state["answer"].trace == ()


def test_words_beside_an_image_are_answered_and_the_rest_is_named(sample_index_for_answers: ManualIndex) -> None:
    answer = manual_workflow(sample_index_for_answers).invoke({"messages": [HumanMessage([TEXT, IMAGE])]})["answer"]
    assert answer.menu_path == ("Library", "Loans")
    assert answer.warnings == ("Only the words of the message were used, not an image.",)


def test_plain_strings_in_a_list_are_words() -> None:
    assert other_parts([HumanMessage([QUESTION])]) == other_parts([HumanMessage(QUESTION)]) == []


@pytest.mark.parametrize(
    ("block", "named"),
    [
        ({"type": "non_standard", "value": {"type": "input_image"}}, ["an image"]),
        ({"type": "non_standard", "value": {"type": "input_audio"}}, ["a recording"]),
        ({"type": "non_standard", "value": {"type": "video_url"}}, ["a video"]),
        ({"type": "non_standard", "value": {"type": "output_text"}}, []),
        ({"type": "non_standard", "value": {"type": None}}, ["a file"]),
        ({"type": "non_standard", "value": {}}, ["a file"]),
        ({"type": "reasoning", "reasoning": "Hm."}, []),
    ],
)
def test_a_part_in_the_form_of_a_provider_is_named_by_what_it_wraps(block: Any, named: list[str]) -> None:
    assert other_parts([HumanMessage([TEXT, block])]) == named


def test_only_the_last_message_of_the_user_counts() -> None:
    assert other_parts([]) == []
    assert other_parts([HumanMessage([IMAGE]), HumanMessage([FILE, AUDIO, FILE]), AIMessage([IMAGE])]) == [
        "a file",
        "a recording",
    ]


def test_a_thread_goes_on_after_a_blank_message(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "a"}}
    ask(app, "How do I turn on flight mode?", thread)
    assert app.invoke({"messages": [("user", " ")]}, thread)["answer"].text == EMPTY
    assert ask(app, "And how do I turn it off?", thread).follow_up


def test_agent_answers_a_blank_message_without_its_model(sample_index_for_answers: ManualIndex) -> None:
    state = manual_agent(sample_index_for_answers, ScriptedChatModel()).invoke({"messages": [("user", " ")]})
    assert (state["answer"].status, state["answer"].text) == ("not_in_manual", EMPTY)


def test_agents_words_on_an_image_are_its_own(sample_index_for_answers: ManualIndex) -> None:
    app = manual_agent(sample_index_for_answers, ScriptedChatModel(saying("A cat on a sofa.")))
    answer = app.invoke({"messages": [HumanMessage([IMAGE])]})["answer"]
    assert (answer.status, answer.text) == ("not_from_manual", "A cat on a sofa.")


def test_what_an_agent_says_of_the_manual_on_an_image_is_checked(sample_index_for_answers: ManualIndex) -> None:
    reading, lie = calling("describe_menu_item", item=LOANS), saying("A loan ends after 28 days.")
    app = manual_agent(sample_index_for_answers, ScriptedChatModel(reading, lie, lie))
    answer = app.invoke({"messages": [HumanMessage([IMAGE])]})["answer"]
    assert answer.status == "not_in_manual"
    assert "28" not in answer.text
