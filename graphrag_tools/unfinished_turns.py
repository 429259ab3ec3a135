"""Unfinished turns: what a cancelled or failed turn left in a thread, which no model may be sent again."""

from collections.abc import Iterator, Sequence

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from graphrag_tools.tool_calling import BY_MODEL
from graphrag_tools.turn import MAX_QUESTION_CHARACTERS


def left_unfinished(messages: Sequence[AnyMessage], asked_last: str = "") -> list[AnyMessage]:
    """Return all messages of the turns before the last one that did not come to a checked answer.

    Those that end in a call, a call's result or a draft, have a call without its result, or hold nothing but a
    question that is blank or with which `asked_last` begins: the question of the turn before, where that has no
    answer. They go as a whole, their question too: the user never saw an answer, so that nothing may refer to it;
    and servers refuse a thread with half a call.
    """
    earlier = list(_turns(messages))[:-1]
    return [message for turn in earlier if not _is_finished(turn, asked_last) for message in turn]


def _turns(messages: Sequence[AnyMessage]) -> Iterator[list[AnyMessage]]:
    starts = [at for at, message in enumerate(messages) if isinstance(message, HumanMessage)]
    for start, end in zip(starts, [*starts[1:], len(messages)], strict=True):
        yield list(messages[start:end])


def _is_finished(turn: Sequence[AnyMessage], asked_last: str) -> bool:
    if len(turn) == 1:
        text = turn[0].text.strip()[:MAX_QUESTION_CHARACTERS]
        return bool(text) and not asked_last.startswith(text)
    last = turn[-1]
    if not isinstance(last, AIMessage) or last.tool_calls or last.name == BY_MODEL:
        return False
    called = {call["id"] for message in turn if isinstance(message, AIMessage) for call in message.tool_calls}
    return called <= {message.tool_call_id for message in turn if isinstance(message, ToolMessage)}
