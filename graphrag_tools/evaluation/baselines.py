"""Baselines that a sceptic would try first: copy the section that search finds, or leave all to an agent."""

import time
from typing import Any

from langchain_core.messages import ToolMessage

from graphrag_tools.answer import Answer
from graphrag_tools.answers.answer import refusal, whole_source
from graphrag_tools.conversation import turn
from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.free_text import FreeText, WaysToItems, free_answer, usage_of
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.prompts import Prompts
from graphrag_tools.tools.manual_tools import ManualToolkit

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
        source = whole_source(item)
        return Answer(text=source.quote, status="answered", menu_path=item.path, taps=item.taps, sources=(source,))


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
        """Return the last words of the agent; an agent that goes on and on is stopped after 25 steps.

        It is credited with the items that it read, the last one first, then with what its last search found.

        Raises:
            ModelError: The model's server failed, or refused the tools.
        """
        started = time.perf_counter()
        messages, warnings = self._conversation(question)
        found = turn.hits_of(turn.latest_search(messages))
        read = [item for message in reversed(messages) if (item := turn.chosen_item([message]))]
        written = FreeText(
            text="" if isinstance(messages[-1], ToolMessage) else messages[-1].text,
            items=(*read, *(hit.section_id for hit in found)),
            trace=turn.trace(messages),
            usage=usage_of(messages, time.perf_counter() - started),
            warnings=warnings,
        )
        return free_answer(written, self._index, self._ways, self._model.name)

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
