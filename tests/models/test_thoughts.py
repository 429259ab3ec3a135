"""Thoughts before a reply are dropped, whatever the model writes around them."""

import pytest
from langchain_core.messages import AIMessage

from graphrag_tools.models.thoughts import without_thoughts


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
