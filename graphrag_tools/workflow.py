"""The workflow in LangGraph: search → choose ⇄ tools → answer → verify, one retry, then the quote."""

from copy import copy
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Checkpointer

from graphrag_tools.answer import Answer
from graphrag_tools.index import ManualIndex
from graphrag_tools.models import ChatModel, ModelOptions, open_chat_model
from graphrag_tools.stages import STATE_TYPES, ManualState, Stages, WorkflowOptions

__all__ = ["ManualState", "WorkflowOptions", "ask", "manual_workflow"]


def manual_workflow(
    index: ManualIndex,
    model: str | BaseChatModel | ChatModel | None = "none",
    *,
    options: WorkflowOptions | None = None,
    model_options: ModelOptions | None = None,
    checkpointer: Checkpointer = None,
) -> "CompiledStateGraph[ManualState, None, ManualState, ManualState]":
    """Return the compiled graph that answers questions from an index: messages in, `state["answer"]` out.

    Raises:
        ConfigError: An option cannot be used with this model, or the index has no such manual.
        ModelError: The model or its server is missing.
    """
    chosen = options or WorkflowOptions()
    opened = open_chat_model(model, options=model_options or ModelOptions())
    stages = Stages(index, opened, chosen)
    graph = StateGraph(ManualState)
    graph.add_node("search", stages.search)
    graph.add_node("choose", stages.choose)
    graph.add_node("tools", ToolNode(stages.tools))
    graph.add_node("answer", stages.answer)
    graph.add_node("verify", stages.verify)
    graph.add_edge(START, "search")
    graph.add_conditional_edges("search", stages.after_search, ["choose", "answer"])
    graph.add_conditional_edges("choose", stages.after_choose, ["tools", "answer"])
    graph.add_conditional_edges("tools", stages.after_tools, ["choose", "answer"])
    graph.add_edge("answer", "verify")
    graph.add_conditional_edges("verify", stages.after_verify, ["answer", END])
    return graph.compile(checkpointer=_knowing_our_types(checkpointer), name="manual_workflow")


def _knowing_our_types(checkpointer: Checkpointer) -> Checkpointer:
    """Return the checkpointer with the types of the state allowed; LangGraph warns of others and may refuse them."""
    if not isinstance(checkpointer, BaseCheckpointSaver) or type(checkpointer.serde) is not JsonPlusSerializer:
        return checkpointer
    names = [(kind.__module__, kind.__name__) for kind in STATE_TYPES]
    knowing = checkpointer.with_allowlist(names)
    if knowing is checkpointer:
        # The default serializer allows all types, each with a warning: there is no list to add to.
        knowing = copy(checkpointer)
        fallback = checkpointer.serde.pickle_fallback
        knowing.serde = JsonPlusSerializer(pickle_fallback=fallback, allowed_msgpack_modules=names)
    return knowing


def ask(app: "CompiledStateGraph[Any, Any, Any, Any]", question: str, config: RunnableConfig | None = None) -> Answer:
    """Ask a compiled workflow one question and return its answer. Raises what the stages raise."""
    state = app.invoke({"messages": [("user", question)]}, config)
    answer: Answer = state["answer"]
    return answer
