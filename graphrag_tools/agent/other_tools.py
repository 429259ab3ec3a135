"""Tell apart what a turn of an agent owes to the manual's tools and what to tools of somebody else."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage
from langchain_core.tools import BaseTool

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.text.words import content_words
from graphrag_tools.tools.manual_tools import ManualTool
from graphrag_tools.tools.tool_texts import SEARCH_NAME, TOOL_TITLES
from graphrag_tools.verification.wording import words_from_sources

MANUAL_TOOLS = "manual_tools"
"""Where a reply's response_metadata lists the names of the tools over the index that it is checked with.

Names, and not the ids of calls: other middleware makes, mends and edits calls, and some models use an id again.
"""
ONLY_MANUAL = "only_manual_tools"
"""Where it says whether the agent has no tools but these."""
SEARCH = "manual_search"
"""Where it names the search among the manual's tools."""
MANUAL = "manual_of_tools"
"""Where it names the one manual that all of the manual's tools keep to."""
NOT_FROM_MANUAL = "Not from the manual: it rests on {tools}."
PARTLY_FROM_MANUAL = "Not all of it is from the manual: some rests on {tools}."
_REPEATS = 2 / 3
"""Share of a result's words from which on it repeats what the model has put into its calls."""
_WORDS_OF_A_COPY = 4
"""Fewer are a word of what came of a call ("on", "true"), though the call has them too."""
GIVEN_INSTEAD = "what was given in place of {tool}"
NOTHING_LOOKED_UP = "Not from the manual: nothing was looked up."


def tool_facts(tools: Collection[object], index: ManualIndex, manual: str | None) -> dict[str, object]:
    """Return what to note beside a reply: the tools over an index, or over one manual of it, and of these the search.

    Beside that it is the manual that all of them keep to, and whether there are other tools.
    """
    ours = {tool.name: tool for tool in tools if isinstance(tool, ManualTool) and tool.reads(index, manual)}
    others = [tool for tool in tools if not isinstance(tool, BaseTool) or tool.name not in ours]
    manuals = {tool.manual for tool in ours.values()}
    return {
        MANUAL_TOOLS: list(ours),
        ONLY_MANUAL: not others,
        SEARCH: next((name for name, tool in ours.items() if tool.role == SEARCH_NAME), SEARCH_NAME),
        MANUAL: next(iter(manuals)) if len(manuals) == 1 else None,
    }


@dataclass(frozen=True, slots=True)
class OtherResult:
    """What another tool came to: its name, what it was called with, and what it returned, or why it failed.

    Of a call of the manual's tools it is what somebody, such as a person, gave in their place.
    """

    call_id: str
    tool: str
    arguments: str
    text: str
    in_place: bool = False

    @property
    def told_as(self) -> str:
        """What an answer that rests on it says that it rests on."""
        name = self.tool or "another tool"
        return GIVEN_INSTEAD.format(tool=name) if self.in_place else name


@dataclass(frozen=True)
class TurnResults:
    """The results of a turn's tool calls: those of the manual's tools, and those of others."""

    manual: tuple[ToolMessage, ...]
    other: tuple[OtherResult, ...]

    @property
    def searched(self) -> bool:
        """Whether a search of the manual worked."""
        return any(isinstance(message.artifact, list) and message.status == "success" for message in self.manual)

    @cached_property
    def _repeating(self) -> tuple[bool, ...]:
        """Whether each other result repeats what the model put into its call and those before it."""
        told, repeating = "", []
        for one in self.other:
            told += f" {one.tool} {one.arguments}"
            repeating.append(words_from_sources(one.text, told) >= _REPEATS)
        return tuple(repeating)

    @property
    def informing(self) -> tuple[OtherResult, ...]:
        """The other results that say more than their calls: a list of tasks or a file repeats what the model put in."""
        return tuple(one for one, repeats in zip(self.other, self._repeating, strict=True) if not repeats)

    @property
    def acted(self) -> bool:
        """Whether another tool may have done something: one that keeps a list or a file tells all that it was told."""
        return any(
            not repeats or len(content_words(one.text)) < _WORDS_OF_A_COPY
            for one, repeats in zip(self.other, self._repeating, strict=True)
        )

    @property
    def other_tools(self) -> str:
        """The names of the other tools that answers rest on, then of those that somebody answered in the place of."""
        rested_on = self.informing or self.other
        told = dict.fromkeys(one.told_as for one in sorted(rested_on, key=lambda one: one.in_place))
        return ", ".join(told)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of a tool: its name, its arguments as JSON, the manual's tools by name, and whether these were noted."""

    tool: str = ""
    arguments: str = ""
    manual_tools: Collection[str] = ()
    noted: bool = False


def turn_results(messages: Sequence[AnyMessage]) -> TurnResults:
    """Return a turn's results by whose they are; where nothing was noted of a call, its tool's name tells.

    A call of the manual's tools that somebody answered in their place, such as a person, is no word of the manual's,
    and neither is one that was made of another tool in the end. A result is that of the last call before it by its id.
    """
    manual: list[ToolMessage] = []
    other: list[OtherResult] = []
    calls: dict[tuple[str | None, str | None], _Call] = {}
    for message in messages:
        if isinstance(message, AIMessage):
            calls |= _calls_of(message)
            other.extend(_served_results(message))
        if not isinstance(message, ToolMessage):
            continue
        by_id = calls.get((message.tool_call_id, None), _Call())
        call = calls.get((message.tool_call_id, message.name), by_id)
        tool = message.name or call.tool
        is_manual = tool in call.manual_tools
        # The tools of an index hand over an artifact with all that they return; without one they failed, or never ran.
        in_place = is_manual and call.noted and message.status == "success" and message.artifact is None
        if is_manual and not in_place:
            manual.append(message)
        else:
            other.append(OtherResult(message.tool_call_id, tool, call.arguments, message.text, in_place))
    return TurnResults(tuple(manual), tuple(other))


def _calls_of(message: AIMessage) -> dict[tuple[str | None, str | None], _Call]:
    """Return a reply's calls by id and tool, and by id alone: some models give all of a reply's calls one id."""
    listed = message.response_metadata.get(MANUAL_TOOLS)
    noted = isinstance(listed, list)
    names: Collection[str] = listed if isinstance(listed, list) else TOOL_TITLES
    made: dict[tuple[str | None, str | None], _Call] = {}
    for call in message.tool_calls:
        one = _Call(call["name"], _as_words(call["args"]), names, noted)
        made |= {(call["id"], call["name"]): one, (call["id"], None): one}
    return made


def _served_results(message: AIMessage) -> Iterator[OtherResult]:
    """Yield the calls that a provider made itself within a reply, such as a search of the web, and their results."""
    blocks: list[Any] = message.content_blocks if isinstance(message.content, list) else []
    outputs = {one.get("tool_call_id"): one.get("output") for one in blocks if one["type"] == "server_tool_result"}
    for block in blocks:
        if block["type"] == "server_tool_call":
            call_id = block.get("id", "")
            arguments, returned = map(_as_words, (block.get("args"), outputs.get(call_id)))
            yield OtherResult(call_id, block.get("name", ""), arguments, returned)


def _as_words(value: object) -> str:
    """Return a value as JSON with the letters of its texts as they are, so that its words are told in any language."""
    return json.dumps(value, default=str, ensure_ascii=False)


def only_manual_tools(messages: Sequence[AnyMessage]) -> bool:
    """Whether the agent of a turn has the manual's tools alone, so that all it is asked is about the manual."""
    return all(message.response_metadata.get(ONLY_MANUAL, True) for message in messages)


def noted(messages: Sequence[AnyMessage], fact: str) -> str | None:
    """Return a fact that was noted beside the replies of a turn (`SEARCH`, `MANUAL`); None where none was."""
    found = (message.response_metadata.get(fact) for message in messages)
    return next((one for one in found if isinstance(one, str)), None)
