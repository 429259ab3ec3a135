"""What a turn of an agent owes to the manual's tools, and what to tools of somebody else."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage
from langchain_core.tools import BaseTool

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.text.normalise import sentences
from graphrag_tools.text.words import content_words
from graphrag_tools.tools.manual_tools import ManualTool
from graphrag_tools.tools.tool_texts import TOOL_TITLES
from graphrag_tools.verification.wording import words_from_sources

MANUAL_CALLS = "manual_calls"
"""Where a reply's response_metadata lists the ids of its calls of the tools over the index that it is checked with."""
ONLY_MANUAL = "only_manual_tools"
"""Where it says whether the agent has no tools but these."""
PREFIX = "manual_tools_prefix"
"""Where it says what stands before the names of the manual's tools."""
NOT_FROM_MANUAL = "Not from the manual: it rests on {tools}."
PARTLY_FROM_MANUAL = "Not all of it is from the manual: some rests on {tools}."
GIVEN_INSTEAD = "what was given in place of {tool}"
NOTHING_LOOKED_UP = "Not from the manual: nothing was looked up."


def call_facts(reply: AIMessage, tools: Collection[object], index: ManualIndex) -> dict[str, object]:
    """Return what to note of a reply: which of its calls are of the tools over an index, their prefix, other tools."""
    prefixes = {tool.name: tool.prefix for tool in tools if isinstance(tool, ManualTool) and tool.reads(index)}
    ours = prefixes.keys()
    others = [tool for tool in tools if not isinstance(tool, BaseTool) or tool.name not in ours]
    return {
        MANUAL_CALLS: [call["id"] for call in reply.tool_calls if call["name"] in ours],
        ONLY_MANUAL: not others,
        PREFIX: next(iter(prefixes.values()), ""),
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


@dataclass(frozen=True, slots=True)
class TurnResults:
    """The results of a turn's tool calls: those of the manual's tools, and those of others."""

    manual: tuple[ToolMessage, ...]
    other: tuple[OtherResult, ...]

    @property
    def searched(self) -> bool:
        """Whether a search of the manual worked."""
        return any(isinstance(message.artifact, list) and message.status == "success" for message in self.manual)

    @property
    def other_text(self) -> str:
        """All that the other tools returned."""
        return "\n".join(one.text for one in self.other)

    @property
    def other_words(self) -> str:
        """The same with what the tools are called and were called with: some return little, because they act."""
        return "\n".join(f"{one.tool} {one.arguments} {one.text}" for one in self.other)

    @property
    def other_tools(self) -> str:
        """The names of the other tools, and of those that somebody answered in the place of."""
        return ", ".join(dict.fromkeys(one.told_as for one in self.other))


def turn_results(messages: Sequence[AnyMessage]) -> TurnResults:
    """Return a turn's results by whose they are; a call that nothing was noted of counts by its tool's name.

    A call of the manual's tools that somebody answered in their place, such as a person, is no word of the manual's.
    """
    ours: set[str | None] = set()
    noted: set[str | None] = set()
    calls: dict[str | None, str] = {}
    served: list[OtherResult] = []
    for message in messages:
        if isinstance(message, AIMessage):
            listed = message.response_metadata.get(MANUAL_CALLS)
            if isinstance(listed, list):
                noted.update(listed)
            else:
                ours.update(call["id"] for call in message.tool_calls if call["name"] in TOOL_TITLES)
            calls.update((call["id"], json.dumps(call["args"], default=str)) for call in message.tool_calls)
            served.extend(_served_results(message))
    results = [message for message in messages if isinstance(message, ToolMessage)]
    # The tools of an index hand over an artifact with all that they return; without one they failed, or never ran.
    ours |= noted - {m.tool_call_id for m in results if m.status == "success" and m.artifact is None}
    other = (
        OtherResult(m.tool_call_id, m.name or "", calls.get(m.tool_call_id, ""), m.text, m.tool_call_id in noted)
        for m in results
        if m.tool_call_id not in ours and m.text.strip()
    )
    return TurnResults(
        manual=tuple(message for message in results if message.tool_call_id in ours), other=(*other, *served)
    )


def _served_results(message: AIMessage) -> Iterator[OtherResult]:
    """Yield the calls that a provider made itself within a reply, such as a search of the web, and their results."""
    blocks: list[Any] = message.content_blocks if isinstance(message.content, list) else []
    outputs = {one.get("tool_call_id"): one.get("output") for one in blocks if one["type"] == "server_tool_result"}
    for block in blocks:
        if block["type"] == "server_tool_call":
            call_id = block.get("id", "")
            arguments, returned = (json.dumps(one, default=str) for one in (block.get("args"), outputs.get(call_id)))
            yield OtherResult(call_id, block.get("name", ""), arguments, returned)


def only_manual_tools(messages: Sequence[AnyMessage]) -> bool:
    """Whether the agent of a turn has the manual's tools alone, so that all it is asked is about the manual."""
    return all(message.response_metadata.get(ONLY_MANUAL, True) for message in messages)


def prefix_of(messages: Sequence[AnyMessage]) -> str:
    """Return what stands before the names of the manual's tools in a turn's agent."""
    noted = (message.response_metadata.get(PREFIX) for message in messages)
    return next((prefix for prefix in noted if isinstance(prefix, str)), "")


@dataclass(frozen=True, slots=True)
class DraftParts:
    """The sentences of a draft, by whether the manual or another tool's result has more of their words."""

    manual: str
    other: str


def draft_parts(draft: str, manual: str, other: str) -> DraftParts:
    """Return the parts of a draft that rest on a text of the manual's and on what other tools returned.

    A sentence is the other tools' only if they have more of its words: all else is for the manual to bear out.
    """
    pieces = [piece for line in draft.splitlines() for piece in sentences(line)]
    elsewhere = [words_from_sources(piece, other) > words_from_sources(piece, manual) for piece in pieces]
    return DraftParts(
        manual=" ".join(piece for piece, away in zip(pieces, elsewhere, strict=True) if not away),
        other=" ".join(piece for piece, away in zip(pieces, elsewhere, strict=True) if away),
    )


def rests_as_well(manual: str, other: str, draft: str) -> bool:
    """Whether other tools' results hold words of a draft, and as many as a text of the manual's that nobody asked for.

    "Noted." after a note was kept is theirs, however much the manual says of notes.
    """
    held = words_from_sources(draft, other) if content_words(draft) else 0.0
    return held > 0 and held >= words_from_sources(draft, manual)


def adds_to(manual: str, other: str, draft: str) -> bool:
    """Whether other tools' results hold words of a draft that a text of the manual's lacks."""
    return words_from_sources(draft, manual, other) > words_from_sources(draft, manual)
