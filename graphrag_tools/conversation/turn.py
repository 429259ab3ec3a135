"""One turn of a conversation, read from its messages: the question, what was found, chosen, called and spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolCall,
    ToolMessage,
)
from langchain_core.messages.utils import count_tokens_approximately
from pydantic import TypeAdapter

from graphrag_tools.answer import CalledBy, ToolCallRecord
from graphrag_tools.conversation.wordless import WORDS_ALONE, last_human, listed, other_parts
from graphrag_tools.errors import ConfigError
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.characters import without_nul
from graphrag_tools.tool_calling.callers import BY_MODEL, BY_WORKFLOW, DECLINE, REPAIRS
from graphrag_tools.tools.lookup import MenuPath
from graphrag_tools.tools.tool_texts import SEARCH_NAME

_HITS = TypeAdapter(list[Hit])
MAX_QUESTION_CHARACTERS = 2_000
_MOST_QUESTION_CHARACTERS = 100_000
"""More is no question with too much text around it: it is refused before anything is read or remembered."""
_CUT_QUESTION = "The question has {length} characters; only the first {limit} were used."
_DROPPED = "The conversation is longer than {tokens} tokens: its first {count} messages were dropped."


@dataclass(frozen=True, slots=True)
class Opening:
    """How a turn begins: its question as far as it is used, what the thread has too much, and what to warn of."""

    question: str
    dropped: list[AnyMessage]
    warnings: list[str]


def opening(messages: Sequence[AnyMessage], thread_tokens: int) -> Opening:
    """Return how the last turn of a thread begins; its question is empty where its message has no words.

    Raises:
        ConfigError: There is no message to answer, or its question is without bounds.
    """
    asked = asked_words(messages)
    _check_length(asked)
    warnings = [WORDS_ALONE.format(parts=listed(parts))] if asked and (parts := other_parts(messages)) else []
    if len(asked) > MAX_QUESTION_CHARACTERS:
        warnings.append(_CUT_QUESTION.format(length=len(asked), limit=MAX_QUESTION_CHARACTERS))
    dropped = messages_over(messages, thread_tokens)
    if dropped:
        warnings.append(_DROPPED.format(tokens=thread_tokens, count=len(dropped)))
    return Opening(asked[:MAX_QUESTION_CHARACTERS], dropped, warnings)


def question_of(messages: Sequence[AnyMessage | BaseMessage]) -> str:
    """Return the text of the last human message, without characters that no engine and no memory takes.

    Raises:
        ConfigError: There is none, or it is blank.
    """
    last = last_human(messages)
    question = without_nul(last.text).strip() if last else ""
    if not question:
        raise ConfigError("the question is empty; expected a question about the manual.")
    return question


def asked_words(messages: Sequence[AnyMessage | BaseMessage]) -> str:
    """Return the text of the last human message, empty where it has none. Raises ConfigError if there is no such."""
    last = last_human(messages)
    return without_nul(last.text).strip() if last else question_of(messages)


def check_question(text: str) -> None:
    """Raise ConfigError for a question that is blank or without bounds, before it becomes part of a thread."""
    question_of([HumanMessage(text)])
    _check_length(text)


def asked_state(question: str) -> dict[str, Any]:
    """Return a question as the state that a turn begins with, without characters that no memory can keep.

    Raises:
        ConfigError: It is blank, without bounds, or no text.
    """
    if not isinstance(question, str):
        raise ConfigError(f"the question is a {type(question).__name__}; expected a text.")
    storable = without_nul(question)
    check_question(storable)
    return {"messages": [("user", storable)]}


def _check_length(question: str) -> None:
    if len(question) > _MOST_QUESTION_CHARACTERS:
        raise ConfigError(
            f"the question has {len(question):,} characters; expected at most {_MOST_QUESTION_CHARACTERS:,}, of which "
            f"the first {MAX_QUESTION_CHARACTERS:,} are used."
        )


def this_turn(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """Return the messages from the last human one on."""
    start = max((at for at, message in enumerate(messages) if isinstance(message, HumanMessage)), default=0)
    return list(messages[start:])


def chosen_item(turn: Sequence[AnyMessage]) -> str | None:
    """Return the id of the item that the last successful look-up was about, None where there was none."""
    for message in reversed(turn):
        if isinstance(message, ToolMessage) and message.status == "success":
            # An artifact is plain data once it has been in a checkpoint.
            match message.artifact:
                case MenuItem(id=found) | {"id": str(found)}:
                    return found
                case MenuPath(items=(*_, MenuItem(id=found))) | {"items": [*_, {"id": str(found)}]}:
                    return found
    return None


def declined(turn: Sequence[AnyMessage]) -> bool:
    """Whether the model said that the manual does not cover the question."""
    last = turn[-1] if turn else None
    return isinstance(last, AIMessage) and last.name == BY_MODEL and last.content == DECLINE


def latest_search(turn: Sequence[AnyMessage]) -> ToolMessage | None:
    """Return the result of the last search of the turn that worked."""
    found = (m for m in reversed(turn) if isinstance(m, ToolMessage) and m.name == SEARCH_NAME)
    return next((message for message in found if message.status == "success"), None)


def hits_of(search: ToolMessage | None) -> list[Hit]:
    """Return what a search found; its artifact is plain data once it has been in a checkpoint."""
    found = search.artifact if search else None
    return _HITS.validate_python(found or [])


def candidates(hits: Sequence[Hit], first: str | None) -> list[str]:
    """Return the ids of the sections found, best first, after the one that the conversation is about, if any."""
    found = [hit.section_id for hit in hits]
    return [first, *(item_id for item_id in found if item_id != first)] if first else found


def messages_over(messages: Sequence[AnyMessage], tokens: int) -> list[AnyMessage]:
    """Return the messages to drop, oldest first and in whole turns, so that the rest is within a number of tokens.

    Tokens are counted at about four characters each. The last turn is always kept, and so are system messages before
    the first question; what else stands there, as a greeting, goes with the first turn or before it.
    """
    opening, *turns = opening_and_turns(messages)
    sizes = [count_tokens_approximately(turn) for turn in (opening, *turns)]
    kept = 0
    for size in reversed(sizes):
        tokens -= size
        if tokens < 0 and kept:
            break
        kept += 1
    gone = [message for turn in (opening, *turns)[: len(sizes) - kept] for message in turn]
    return [message for message in gone if not isinstance(message, SystemMessage)] if turns else []


def opening_and_turns(messages: Sequence[AnyMessage]) -> list[list[AnyMessage]]:
    """Return what stands before the first question, then each turn, which begins with its question."""
    starts = [at for at, message in enumerate(messages) if isinstance(message, HumanMessage)]
    return [list(messages[start:end]) for start, end in zip([0, *starts], [*starts, len(messages)], strict=True)]


def calls_by_model(turn: Sequence[AnyMessage]) -> int:
    """Return how many tool calls the model made."""
    return sum(len(m.tool_calls) for m in turn if isinstance(m, AIMessage) and m.name == BY_MODEL)


def kept_to_manual(message: AIMessage, manual: str) -> AIMessage:
    """Return a message whose searches are made in one manual."""
    calls = [
        {**call, "args": {**call["args"], "manual": manual}} if call["name"] == SEARCH_NAME else call
        for call in message.tool_calls
    ]
    return message.model_copy(update={"tool_calls": calls})


def trace(turn: Sequence[AnyMessage]) -> tuple[ToolCallRecord, ...]:
    """Return the tool calls of the turn in order, each with its result."""
    records: list[ToolCallRecord] = []
    for at, message in enumerate(turn):
        for call in message.tool_calls if isinstance(message, AIMessage) else ():
            result = _result_of(call, turn[at:])
            by: CalledBy = "workflow" if message.name == BY_WORKFLOW else "model"
            records.append(
                ToolCallRecord(
                    tool=call["name"],
                    arguments=call["args"],
                    by=by,
                    valid=result is not None and result.status == "success",
                    result=result.text if result else "",
                    repairs=tuple(message.response_metadata.get(REPAIRS, ())),
                )
            )
    return tuple(records)


def _result_of(call: ToolCall, later: Sequence[AnyMessage]) -> ToolMessage | None:
    """Return the first result with a call's id, that of its tool before others: some models use an id again."""
    found = [one for one in later if isinstance(one, ToolMessage) and one.tool_call_id == (call["id"] or "")]
    return next((one for one in found if one.name == call["name"]), found[0] if found else None)
