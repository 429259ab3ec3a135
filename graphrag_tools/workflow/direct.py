"""One question answered by the workflow's stages without a model, and without loading LangGraph and LangSmith."""

import os
from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import HumanMessage, ToolCall, ToolMessage

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.turn import check_question
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.providers import NO_MODEL, names_no_model
from graphrag_tools.models.steps import run_steps
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.characters import without_nul
from graphrag_tools.tools.finds import search_sections
from graphrag_tools.tools.items import find_item
from graphrag_tools.tools.lookup import DESCRIPTION_TOKENS, SEARCH_TOKENS, bounded, item_description
from graphrag_tools.tools.tool_texts import SEARCH_NAME
from graphrag_tools.workflow.nodes import END
from graphrag_tools.workflow.options import WorkflowOptions
from graphrag_tools.workflow.stages import Stages
from graphrag_tools.workflow.wiring import FIRST, STOPS, Stop

if TYPE_CHECKING:
    from graphrag_tools.workflow.state import ManualState

_TRACED_BY = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


def may_answer_directly(model: str, options: WorkflowOptions) -> bool:
    """Whether no model may be asked, and nobody traces the run with LangSmith, which hears of it from LangGraph."""
    no_model = names_no_model(model) and options.escalate_to in (None, NO_MODEL)
    return no_model and not any(os.environ.get(variable, "").lower() == "true" for variable in _TRACED_BY)


def answer_directly(index: ManualIndex, question: str, options: WorkflowOptions) -> Answer:
    """Return the answer that `ask(manual_workflow(index, "none", options=options), question)` returns.

    Raises:
        ConfigError: The question is blank or without bounds, or the index has no such manual.
        StoreError: An engine failed.
    """
    storable = without_nul(question)
    check_question(storable)
    calls = _Calls(index, options.manual)
    stages = Stages(index, None, options, call_tool=calls.make)
    # The stages read no key that none before them has set.
    state = cast("ManualState", {"messages": [HumanMessage(storable)]})
    name = FIRST
    while name != END:
        stop = STOPS[name]
        update = _run(stop, stages, state, calls)
        messages = [*state["messages"], *update.get("messages", ())]
        state = cast("ManualState", {**state, **update, "messages": messages})
        name = stop.choose(stages, state) if stop.choose else stop.to[0]
    answer = state["answer"]
    if answer is None:
        raise RuntimeError("the workflow ended without an answer")
    return answer


def _run(stop: Stop, stages: Stages, state: "ManualState", calls: "_Calls") -> dict[str, Any]:
    if stop.steps:
        return run_steps(stop.steps(stages, state))
    if stop.run:
        return stop.run(stages, state)
    return {"messages": [calls.make(call) for call in getattr(state["messages"][-1], "tool_calls", ())]}


class _Calls:
    """Makes the two calls that the workflow makes by itself: to search, and to describe what was found."""

    def __init__(self, index: ManualIndex, manual: str | None) -> None:
        self._index = index
        self._manual = manual

    def make(self, call: ToolCall) -> ToolMessage:
        """Return a call's result as LangChain's tools word it."""
        given = call["args"]
        artifact: list[Hit] | MenuItem
        if call["name"] == SEARCH_NAME:
            content, artifact = search_sections(self._index, given["query"], given["k"], self._manual)
            content = bounded(content, SEARCH_TOKENS)
        else:
            artifact = item = find_item(self._index, given["item"], self._manual)
            content = bounded(item_description(self._index, item), DESCRIPTION_TOKENS)
        return ToolMessage(content, name=call["name"], tool_call_id=call["id"], artifact=artifact)
