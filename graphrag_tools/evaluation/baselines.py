"""What a sceptic would try first: copy the section that search finds, or leave all to an agent."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from graphrag_tools.answer import Answer, Source, Status, ToolCallRecord, Usage
from graphrag_tools.answers.answer import refusal
from graphrag_tools.conversation import turn
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.steps import Meter
from graphrag_tools.prompts import Prompts
from graphrag_tools.text.characters import ARROW
from graphrag_tools.text.normalise import folded
from graphrag_tools.tools.manual_tools import ManualToolkit
from graphrag_tools.verification.refusals import is_refusal


class WaysToItems:
    """The items of an index by the ways to them: a menu path from any point on, or the taps."""

    def __init__(self, index: ManualIndex) -> None:
        self._items: dict[str, MenuItem] = {}
        items = [item for info in index.manuals for item in index.graph_of(info.id).items]
        for ways in ([(item.path, item) for item in items], [(item.taps, item) for item in items]):
            for way, item in ways:
                self._add(way, item)
        for item in items:
            for start in range(1, len(item.path) - 1):
                self._add(item.path[start:], item)

    def named_in(self, text: str) -> MenuItem | None:
        """Return the item of the longest way of two names or more that a text names, None where it names none."""
        lines = [f" {_key(ARROW.split(line))} " for line in text.splitlines() if ARROW.search(line)]
        named = [way for way in self._items if any(f" {way} " in line for line in lines)] if lines else []
        return self._items[max(named, key=len)] if named else None

    def _add(self, way: Sequence[str], item: MenuItem) -> None:
        if len(way) > 1:
            self._items.setdefault(_key(way), item)


@dataclass(frozen=True, slots=True)
class FreeText:
    """What a model wrote, the items behind it (nearest first), its tool calls and what it cost."""

    text: str
    items: Sequence[str] = ()
    trace: tuple[ToolCallRecord, ...] = ()
    usage: Usage = field(default_factory=Usage)
    warnings: tuple[str, ...] = ()


def free_answer(said: FreeText, index: ManualIndex, ways: WaysToItems, model: str) -> Answer:
    """Return free text as an answer that nothing has verified.

    Its first source is the item whose menu path the text names, else the nearest of the items behind it;
    it has a menu path only where the text names one. A short text that says the manual does not tell, and
    no text at all, are no answer: `not_in_manual` and `unverified`.
    """
    named = ways.named_in(said.text)
    refused = is_refusal(said.text)
    ids = () if refused else dict.fromkeys((*([named.id] if named else []), *said.items))
    status: Status = "not_in_manual" if refused else "answered" if said.text.strip() else "unverified"
    return Answer(
        text=said.text.strip(),
        status=status,
        menu_path=named.path if named and not refused else (),
        sources=tuple(item_source(index.item(item_id)) for item_id in ids),
        mode="written",
        model=model,
        warnings=said.warnings,
        trace=said.trace,
        usage=said.usage,
    )


def item_source(item: MenuItem) -> Source:
    """Return an item as a source, with all its text."""
    text = "\n".join(block.text for block in item.blocks)
    return Source(id=item.id, title=item.name, path=item.path, url=item.url, page=item.page, quote=text)


def usage_of(replies: Iterable[AnyMessage], seconds: float) -> Usage:
    """Return what a model's replies cost; a call in one that could not be read counts as unread."""
    said = [message for message in replies if isinstance(message, AIMessage)]
    meter = Meter()
    for reply in said:
        meter.count_tokens(reply)
    return Usage(
        model_calls=len(said),
        unread_calls=sum(len(message.invalid_tool_calls) for message in said),
        prompt_tokens=meter.prompt_tokens,
        completion_tokens=meter.completion_tokens,
        seconds=seconds,
    )


def _key(way: Iterable[str]) -> str:
    return " > ".join(folded(name) for name in way)


MAX_STEPS = 25
"""Model calls and tool runs of one question together: LangGraph's usual limit, 13 model calls."""


class FirstSection:
    """Copies the whole section that search puts first; no model."""

    name = "first-section"

    def __init__(self, index: ManualIndex, manual: str | None = None) -> None:
        self._index = index
        self._manual = manual

    def ask(self, question: str) -> Answer:
        """Return the first section's text; a refusal where search finds nothing."""
        hits = self._index.search(question, 1, self._manual)
        if not hits:
            return refusal(hits, self._index)
        item = self._index.item_of(hits[0])
        source = item_source(item)
        text = source.quote or item.name
        return Answer(text=text, status="answered", menu_path=item.path, taps=item.taps, sources=(source,))


class BareAgent:
    """LangChain's `create_agent` with the same three tools and system prompt, and no other help of ours."""

    name = "bare-agent"

    def __init__(self, index: ManualIndex, model: ChatModel, prompts: Prompts) -> None:
        """Raises ConfigError if the model cannot be given tools."""
        from langchain.agents import create_agent

        self._index = index
        self._model = model
        self._ways = WaysToItems(index)
        tools = ManualToolkit(index=index).get_tools()
        try:
            model.chat.bind_tools(tools)
        except NotImplementedError as error:
            raise ConfigError(f"{model.name} cannot be given tools, which an agent works by.") from error
        self._agent: Any = create_agent(model.chat, tools, system_prompt=prompts.render("system"))

    def ask(self, question: str) -> Answer:
        """Return what the agent said last; an agent that goes on and on is stopped after 25 steps.

        It is credited with the items that it read, the last one first, then with what its last search found.

        Raises:
            ModelError: The model's server failed, or refused the tools.
        """
        started = time.perf_counter()
        messages, warnings = self._conversation(question)
        found = turn.hits_of(turn.latest_search(messages))
        read = [item for message in reversed(messages) if (item := turn.chosen_item([message]))]
        said = FreeText(
            text="" if isinstance(messages[-1], ToolMessage) else messages[-1].text,
            items=(*read, *(hit.section_id for hit in found)),
            trace=turn.trace(messages),
            usage=usage_of(messages, time.perf_counter() - started),
            warnings=warnings,
        )
        return free_answer(said, self._index, self._ways, self._model.name)

    def _conversation(self, question: str) -> tuple[list[Any], tuple[str, ...]]:
        from langgraph.errors import GraphRecursionError

        messages: list[Any] = []
        try:
            with model_errors():
                start = {"messages": [("user", question)]}
                for state in self._agent.stream(start, {"recursion_limit": MAX_STEPS}, stream_mode="values"):
                    messages = state["messages"]
        except GraphRecursionError:
            return messages, (f"The agent was stopped after {MAX_STEPS} steps.",)
        return messages, ()
