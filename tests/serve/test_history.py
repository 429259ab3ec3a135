"""What is read of the plain history that a chat client sends."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from pydantic import ValidationError

from graphrag_tools.serve.history import ChatMessage, asked_last, history_of
from graphrag_tools.serve.refusals import Refusal


def said(role: Any, content: Any = None, **more: Any) -> ChatMessage:
    return ChatMessage(role=role, content=content, **more)


def turns(count: int) -> list[ChatMessage]:
    return [said("assistant" if at % 2 else "user", f"turn {at}") for at in range(count)]


@pytest.mark.parametrize(
    ("content", "text", "others"),
    [
        (" Where is it? ", "Where is it?", []),
        (None, "", []),
        ([], "", []),
        (["Where", {"type": "text", "text": "is it? "}], "Where\nis it?", []),
        (
            [{"text": "Where"}, {"type": "input_text", "text": "is"}, {"type": "output_text", "text": "it"}],
            "Where\nis\nit",
            [],
        ),
        ([{"type": "text"}, {"type": "text", "text": "x"}], "x", []),
        ([{"type": "image_url", "text": "hidden"}, {"type": "text", "text": "x"}], "x", ["image_url"]),
        ([{"type": None, "text": "hidden"}], "", ["None"]),
    ],
)
def test_words_of_a_message_are_its_text_parts(content: Any, text: str, others: list[str]) -> None:
    message = said("user", content)
    assert (message.text, message.other_kinds) == (text, others)


def test_images_of_ollama_are_other_parts() -> None:
    assert said("user", "x", images=["AA", "BB"]).other_kinds == ["image", "image"]


@pytest.mark.parametrize("content", [5, {"type": "text"}, [5], [["x"]], [None], ["x", 5]])
def test_content_that_is_none_is_refused_in_one_sentence(content: object) -> None:
    with pytest.raises(ValidationError, match="expected text, or a list of parts with a type each") as refused:
        said("user", content)
    [problem] = refused.value.errors()
    assert problem["type"] == "content"


def test_the_last_user_message_is_the_question() -> None:
    assert asked_last([said("user", "one"), said("user", "two"), said("assistant", "three")]) == "two"
    assert asked_last([said("user", "")]) == ""
    assert asked_last([said("user", ["x", {"type": "image_url"}])]) == "x"


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([], "there is no user message; expected a question about the manual."),
        ([said("system", "x"), said("assistant", "y")], "there is no user message"),
        (
            [said("user", "x"), said("user", [{"type": "image_url"}])],
            "the last user message has no text; images, sounds",
        ),
        ([said("user", "", images=["AA"])], "the last user message has no text"),
    ],
)
def test_no_question_is_refused(messages: list[ChatMessage], reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked_last(messages)
    assert refused.value.message.startswith(reason)
    assert (refused.value.status, refused.value.param) == (400, "messages")


@pytest.mark.parametrize(
    ("question", "reason"), [(" ", "the question is empty"), ("x" * 100_001, "100,001 characters")]
)
def test_question_that_cannot_be_asked_is_refused(question: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason) as refused:
        history_of([said("user", question)], question)
    assert (refused.value.status, refused.value.param) == (400, "messages")


def test_turns_before_the_question_are_kept_in_their_order() -> None:
    messages = [
        said("system", "Be brief."),
        said("user", "one"),
        said("assistant", "two"),
        said("tool", "noon"),
        said("assistant"),
        said("user", "three"),
        said("assistant", "begun"),
    ]
    assert history_of(messages, "three?") == [HumanMessage("one"), AIMessage("two"), HumanMessage("three?")]
    assert history_of(messages[1:2], "one") == [HumanMessage("one")]
    assert history_of([], "one") == [HumanMessage("one")]


def test_no_more_than_twenty_turns_are_read() -> None:
    read = history_of(turns(31), "turn 30")
    assert [one.text for one in read] == [f"turn {at}" for at in range(10, 31)]


def test_what_stood_beside_the_words_is_told_on() -> None:
    asked = said("user", ["x", {"type": "image_url"}], images=["AA"])
    [question] = history_of([asked], "x")
    assert question == HumanMessage(
        [
            {"type": "text", "text": "x"},
            {"type": "non_standard", "value": {"type": "image_url"}},
            {"type": "non_standard", "value": {"type": "image"}},
        ]
    )
