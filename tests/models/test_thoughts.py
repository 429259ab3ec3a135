"""Thoughts before a reply are dropped, whatever the model writes around them, and words that its provider stopped."""

import pytest
from langchain_core.messages import AIMessage

from graphrag_tools.models.thoughts import own_words, without_thoughts


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("<think>\nThe user asks for <b>light</b>.\n</think>\n\nTurn the wheel.", "Turn the wheel."),
        ("It is opened by the template.</think>Turn the wheel.", "Turn the wheel."),
        ("<think>It never comes to an end", ""),
        ("<thinking>Yes.</thinking> Turn it.", "Turn it."),
        ("Press <think> on the panel.", "Press <think> on the panel."),
        ("Turn the wheel.", "Turn the wheel."),
        ("", ""),
    ],
)
def test_reply_is_left_without_its_thoughts(written: str, left: str) -> None:
    assert without_thoughts(AIMessage(written)).content == left


def test_calls_and_blocks_of_content_stay() -> None:
    call = {"name": "search_manual", "args": {"query": "light"}, "id": "1"}
    reply = without_thoughts(AIMessage("<think>a</think>", tool_calls=[call]))
    assert (reply.content, reply.tool_calls[0]["args"]) == ("", {"query": "light"})
    blocks = AIMessage([{"type": "text", "text": "<think>a</think>b"}])
    assert without_thoughts(blocks) is blocks


@pytest.mark.parametrize(
    ("metadata", "left"),
    [
        ({"finish_reason": "content_filter"}, ""),
        ({"finish_reason": "SAFETY"}, ""),
        ({"stop_reason": "refusal"}, ""),
        ({"stopReason": "guardrail_intervened"}, ""),
        ({"incomplete_details": {"reason": "content_filter"}}, ""),
        ({"finish_reason": "stop", "incomplete_details": None}, "A loan ends after"),
        ({"stop_reason": "end_turn"}, "A loan ends after"),
        ({"finish_reason": "length"}, "A loan ends after"),
        ({}, "A loan ends after"),
    ],
)
def test_what_a_provider_stopped_for_its_words_has_none(metadata: dict[str, object], left: str) -> None:
    assert own_words(AIMessage("A loan ends after", response_metadata=metadata)).text == left
    blocks = AIMessage([{"type": "text", "text": "A loan ends after"}], response_metadata=metadata)
    assert own_words(blocks).text == left
