"""One turn of a conversation, read from its messages: the question, what was found, chosen, called and spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    Citation,
    HumanMessage,
    SystemMessage,
    ToolCall,
    ToolMessage,
)
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.utils import count_tokens_approximately
from pydantic import TypeAdapter

from graphrag_tools.answer import Answer, CalledBy, Source, ToolCallRecord
from graphrag_tools.answers.layout import answer_lines
from graphrag_tools.answers.markdown import as_markdown
from graphrag_tools.conversation.follow_ups import Earlier
from graphrag_tools.conversation.wordless import WORDS_ALONE, last_human, listed, other_parts
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import PATH_SEPARATOR, MenuItem
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.catalogue import MENU_PATHS, REFUSALS, words_in
from graphrag_tools.text.characters import without_nul
from graphrag_tools.text.words import words
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
    opening, *turns = _opening_and_turns(messages)
    sizes = [count_tokens_approximately(turn) for turn in (opening, *turns)]
    kept = 0
    for size in reversed(sizes):
        tokens -= size
        if tokens < 0 and kept:
            break
        kept += 1
    gone = [message for turn in (opening, *turns)[: len(sizes) - kept] for message in turn]
    return [message for message in gone if not isinstance(message, SystemMessage)] if turns else []


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


_MAX_PATH = 400
_LEAST_QUOTED = 4
"""Words of a line by which a section is told: fewer stand in many."""
_MOST_SEARCHED = 3
_ANSWERED_FROM = "answered_from"
"""Where the response_metadata of an answer's message has the id of its item, None for an answer from none."""
CITATIONS = "citations"
"""Where it has the sources, each as LangChain's `Citation`."""


def shown_text(answer: Answer) -> str:
    """Return an answer as one text for a chat: its words, taps and menu path, its manual where there are several."""
    ways = way_lines(answer)
    lines = [answer.text, *([""] if answer.taps or answer.menu_path else []), *ways]
    return "\n".join(lines)


def way_lines(answer: Answer) -> list[str]:
    """Return where an answer is: its taps, its menu path, and its manual where there are several."""
    named = words_in(answer.language)
    ways = [f"{named.on_the_device}: {PATH_SEPARATOR.join(answer.taps)}"] if answer.taps else []
    if answer.menu_path:  # a history of words alone tells the item by this line
        ways.append(f"{named.menu_path}: {PATH_SEPARATOR.join(answer.menu_path)}")
    return [*ways, f"{named.from_the_manual}: {answer.manual}"] if answer.manual else ways


def chat_text(answer: Answer, index: ManualIndex | None = None) -> str:
    """Return an answer as a chat shows it, in Markdown; the index tells which of its lines are steps and options.

    Beside the words and the ways it has the next places to look, where the words do not name them, and warnings.
    """
    parts = [as_markdown(answer_lines(answer, index)), *way_lines(answer)]
    if answer.status == "answered" and answer.alternatives:
        places = "\n".join(f"- {PATH_SEPARATOR.join(place.path)}" for place in answer.alternatives)
        parts.append(f"{words_in(answer.language).see_also}:\n{places}")
    return "\n\n".join([*parts, *answer.warnings])


def answer_message(answer: Answer) -> AIMessage:
    """Return an answer as the message of a thread, with its item, its sources as citations and its turn's tokens.

    The tokens are those of all calls of the turn, whose own messages in the thread have them too.
    """
    usage = answer.usage
    tokens = UsageMetadata(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        total_tokens=usage.prompt_tokens + usage.completion_tokens,
    )
    metadata = {_ANSWERED_FROM: answered_item(answer), CITATIONS: [_citation(source) for source in answer.sources]}
    return AIMessage(
        shown_text(answer), response_metadata=metadata, usage_metadata=tokens if usage.model_calls else None
    )


def _citation(source: Source) -> Citation:
    """Return a source in LangChain's form, which has no place for ids, menu paths and pages but its extras."""
    extras = {"id": source.id, "menu_path": PATH_SEPARATOR.join(source.path), "page": source.page}
    citation = Citation(type="citation", title=source.title, cited_text=source.quote, extras=extras)
    return {**citation, "url": source.url} if source.url else citation


def answered_item(answer: Answer) -> str | None:
    """Return the id of the item that an answer is from; None for one that is from none."""
    return answer.sources[0].id if answer.sources else None


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
    if _ANSWERED_FROM in data:
        return data[_ANSWERED_FROM] if isinstance(data[_ANSWERED_FROM], str) else None
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
    opening, *turns = _opening_and_turns(messages)
    left = [turn if not _is_finished(turn, asked_last) else _half_calls(turn) for turn in turns[:-1]]
    return [message for turn in (_half_calls(opening) if turns else [], *left) for message in turn]


def _opening_and_turns(messages: Sequence[AnyMessage]) -> list[list[AnyMessage]]:
    """Return what stands before the first question, then each turn, which begins with its question."""
    starts = [at for at, message in enumerate(messages) if isinstance(message, HumanMessage)]
    return [list(messages[start:end]) for start, end in zip([0, *starts], [*starts, len(messages)], strict=True)]


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
