"""The turns of a thread before the last one: what they were about, and what is left of those without an answer."""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from graphrag_tools.conversation.answer_message import ANSWERED_FROM
from graphrag_tools.conversation.follow_ups import Earlier
from graphrag_tools.conversation.turn import MAX_QUESTION_CHARACTERS, chosen_item, opening_and_turns
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.text.catalogue import MENU_PATHS, REFUSALS
from graphrag_tools.text.words import words
from graphrag_tools.tool_calling.callers import BY_MODEL

_MAX_PATH = 400
_LEAST_QUOTED = 4
"""Words of a line by which a section is told: fewer stand in many."""
_MOST_SEARCHED = 3


def earlier_in(messages: Sequence[AnyMessage], index: ManualIndex, manual: str | None = None) -> Earlier | None:
    """Return what came before the last human message: the last question that was answered, and the item.

    For a program that keeps the history itself and passes it whole. The item is the one that the answer's message
    carries; in a history of words alone the one whose menu path the answer shows, else the one looked up last, else
    the one whose words it quotes. A turn that tells of no item is passed over, as a refusal is. None if no turn tells
    of one.
    """
    starts = [at for at, message in enumerate(messages) if isinstance(message, HumanMessage)]
    ends = starts[1:]
    for start, end in reversed(list(zip(starts, ends, strict=False))):
        said = list(messages[start:end])
        item_id = _answered_from(said, index, manual)
        question = said[0].text.strip()
        if question and item_id is not None and item_id in index:
            return Earlier(question, item_id)
    return None


def _answered_from(said: Sequence[AnyMessage], index: ManualIndex, manual: str | None) -> str | None:
    data = said[-1].response_metadata
    if ANSWERED_FROM in data:
        return data[ANSWERED_FROM] if isinstance(data[ANSWERED_FROM], str) else None
    return _shown_item(said, index, manual) or _looked_up(said) or _quoted_item(said, index, manual)


def _shown_item(said: Sequence[AnyMessage], index: ManualIndex, manual: str | None) -> str | None:
    lines = said[-1].text.splitlines() if isinstance(said[-1], AIMessage) else []
    paths = [line.partition(": ")[2].strip() for line in lines if line.startswith(MENU_PATHS)]
    item = index.resolve(paths[-1][:_MAX_PATH], manual).only if paths else None
    return item.id if item else None


def _looked_up(said: Sequence[AnyMessage]) -> str | None:
    """Return the item of the turn's last look-up; None where the turn ended in a refusal of ours."""
    last = said[-1]
    refused = isinstance(last, AIMessage) and not last.tool_calls and last.text.startswith(REFUSALS)
    return None if refused else chosen_item(said)


def _quoted_item(said: Sequence[AnyMessage], index: ManualIndex, manual: str | None) -> str | None:
    """Return the section that holds the longest line of an answer, of which a program kept the text alone."""
    if not isinstance(said[-1], AIMessage) or said[-1].text.startswith(REFUSALS):
        return None
    line = max(said[-1].text.splitlines(), key=len, default="")
    quoted = words(line)
    if len(quoted) < _LEAST_QUOTED:
        return None
    for hit in index.search(line, _MOST_SEARCHED, manual):
        if any(" ".join(quoted) in " ".join(words(block.text)) for block in index.item_of(hit).blocks):
            return hit.section_id
    return None


def left_unfinished(messages: Sequence[AnyMessage], asked_last: str = "") -> list[AnyMessage]:
    """Return all messages of the turns before the last one that did not come to a checked answer.

    Those that end in a call, a call's result or a draft, have a call without its result, or hold nothing but a
    question that is blank or with which `asked_last` begins: the question of the turn before, where that has no
    answer. They go as a whole, their question too: the user never saw an answer, so that nothing may refer to it;
    and servers refuse a thread with half a call. Of the others, and of what stands before the first question, half a
    call goes alone: a history that somebody has trimmed has results without their calls.
    """
    opening, *turns = opening_and_turns(messages)
    left = [turn if not _is_finished(turn, asked_last) else _half_calls(turn) for turn in turns[:-1]]
    return [message for turn in (_half_calls(opening) if turns else [], *left) for message in turn]


def _half_calls(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """Return the messages that call what has no result among these, or are the result of no call among them."""
    called, answered = _call_ids(messages)
    whole = called & answered
    return [
        message
        for message in messages
        if (isinstance(message, ToolMessage) and message.tool_call_id not in whole)
        or (isinstance(message, AIMessage) and not {call["id"] for call in message.tool_calls} <= whole)
    ]


def _call_ids(messages: Sequence[AnyMessage]) -> tuple[set[str | None], set[str | None]]:
    """Return the ids of the calls in messages, and of those that results among them belong to."""
    called = {call["id"] for message in messages if isinstance(message, AIMessage) for call in message.tool_calls}
    return called, {message.tool_call_id for message in messages if isinstance(message, ToolMessage)}


def _is_finished(turn: Sequence[AnyMessage], asked_last: str) -> bool:
    if len(turn) == 1:
        text = turn[0].text.strip()[:MAX_QUESTION_CHARACTERS]
        return bool(text) and not asked_last.startswith(text)
    last = turn[-1]
    if not isinstance(last, AIMessage) or last.tool_calls or last.name == BY_MODEL:
        return False
    called, answered = _call_ids(turn)
    return called <= answered
