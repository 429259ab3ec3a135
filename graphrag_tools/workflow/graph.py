"""The workflow in LangGraph: search → choose ⇄ tools → answer → verify, one retry, then the quote."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langgraph.cache.base import BaseCache
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.store.base import BaseStore
from langgraph.types import All, Checkpointer

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.plain_data import plain_update
from graphrag_tools.conversation.turn import asked_state
from graphrag_tools.conversation.turns import a_one_turn, one_turn
from graphrag_tools.index.index import ManualIndex, check_is_index
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.steps import ModelCall, Steps, arun_steps, run_steps
from graphrag_tools.progress import Progress
from graphrag_tools.tool_calling.callers import BY_MODEL
from graphrag_tools.workflow import nodes
from graphrag_tools.workflow.cancelling import cancelled_once
from graphrag_tools.workflow.drafts import inner_model_call, shown_under, unspoken_messages
from graphrag_tools.workflow.options import Budget, WorkflowOptions
from graphrag_tools.workflow.run_context import ManualContext
from graphrag_tools.workflow.run_stages import RunStages
from graphrag_tools.workflow.stages import Stages
from graphrag_tools.workflow.state import ManualOutput, ManualState
from graphrag_tools.workflow.streaming import Answered, ask_with_events, has_answer, required, stream_answer
from graphrag_tools.workflow.wiring import FIRST, STOPS, Stop, check_begun

__all__ = ["Budget", "ManualState", "WorkflowOptions", "aask", "ask", "manual_workflow"]


def manual_workflow(  # noqa: PLR0913  # all but the first by name
    index: ManualIndex,
    model: str | BaseChatModel | ChatModel | None = "none",
    *,
    options: WorkflowOptions | None = None,
    model_options: ModelOptions | None = None,
    checkpointer: Checkpointer = None,
    progress: Progress | None = None,
    store: BaseStore | None = None,
    cache: "BaseCache[Any] | None" = None,
    interrupt_before: "All | list[str] | None" = None,
    interrupt_after: "All | list[str] | None" = None,
    name: str = "manual_workflow",
) -> "CompiledStateGraph[ManualState, ManualContext, MessagesState, ManualOutput]":
    """Return the compiled graph that answers questions from an index: messages in, `state["answer"]` out.

    With a checkpointer (in memory, SQLite, …) a thread remembers what was asked, and follow-ups such as "and
    how do I turn it off?" are understood. All of invoke, ainvoke, stream and astream work; cancelling an
    awaited call closes the connection to the model's server. A run's `context` may name another manual, model or
    threshold (`ManualContext`). `progress` is told how far the probes are, where the model has to show first what it
    can do: a stage, what is done and what is to do. `store`, `cache`, `interrupt_before`, `interrupt_after` and `name`
    are LangGraph's, whose nodes are resolve, search, choose, tools, answer and verify.

    Raises:
        ConfigError: An option cannot be used with this model, or the index has no such manual.
        ModelError: The model or its server is missing. (A larger model to escalate to is opened when it is
            first wanted; where that fails, the answer's warnings say so.)
    """
    check_is_index(index)
    runs = RunStages(index, model, options or WorkflowOptions(), model_options or ModelOptions(), progress)
    graph = StateGraph(ManualState, ManualContext, input_schema=MessagesState, output_schema=ManualOutput)
    graph.add_edge(START, FIRST)
    for stop_name, stop in STOPS.items():
        graph.add_node(stop_name, _node(runs, stop))
        if stop.choose:
            graph.add_conditional_edges(stop_name, _route(runs, stop.choose), list(stop.to))
        else:
            graph.add_edge(stop_name, stop.to[0])
    return graph.compile(
        checkpointer,
        store=store,
        cache=cache,
        interrupt_before=interrupt_before,
        interrupt_after=interrupt_after,
        name=name,
    )


def _node(runs: RunStages, stop: Stop) -> "RunnableLambda[ManualState, Any]":
    if stop.steps:
        return _model_node(runs, stop.steps)
    return _code_node(runs, stop.run) if stop.run else _tools_node(runs)


def _model_node(
    runs: RunStages, stage: Callable[[Stages, ManualState], Steps[dict[str, Any]]]
) -> "RunnableLambda[ManualState, dict[str, Any]]":
    """Return a node that runs a stage's steps, waiting for the model or not as the graph itself is run."""

    # A turn's first stage gives the id that its drafts and its answer have.
    begins = stage is Stages.resolve and runs.stream_drafts

    def run(state: ManualState) -> dict[str, Any]:
        check_begun(state, stage.__name__)
        return _update(state, run_steps(stage(runs.now(), state), _around(runs, state)), begins=begins)

    async def arun(state: ManualState) -> dict[str, Any]:
        check_begun(state, stage.__name__)
        # In a thread, because a model that the run asks for is opened now.
        stages = await asyncio.to_thread(runs.now)
        return _update(state, await arun_steps(stage(stages, state), _around(runs, state)), begins=begins)

    return RunnableLambda(run, afunc=arun, name=stage.__name__)


def _code_node(
    runs: RunStages, stage: Callable[[Stages, ManualState], dict[str, Any]]
) -> "RunnableLambda[ManualState, dict[str, Any]]":
    """Return a node that runs a stage which needs no model."""

    def run(state: ManualState) -> dict[str, Any]:
        check_begun(state, stage.__name__)
        update = stage(runs.now(), state)
        if runs.stream_drafts and update.get("answer"):
            update["messages"] = [shown_under(state["answer_id"], message) for message in update["messages"]]
        return plain_update(update)

    return RunnableLambda(run, name=stage.__name__)


def _tools_node(runs: RunStages) -> "RunnableLambda[ManualState, Any]":
    """Return a node that runs the calls with the tools of the run, which may keep to a manual of its own."""

    def run(state: ManualState) -> Any:
        check_begun(state, nodes.TOOLS)
        return runs.tool_node().invoke(state)

    async def arun(state: ManualState) -> Any:
        check_begun(state, nodes.TOOLS)
        return await (await asyncio.to_thread(runs.tool_node)).ainvoke(state)

    return RunnableLambda(run, afunc=arun, name=nodes.TOOLS)


def _route(runs: RunStages, route: Callable[[Stages, ManualState], str]) -> "RunnableLambda[ManualState, str]":
    """Return where the graph goes on, as a runnable that traces show by its name."""

    def run(state: ManualState) -> str:
        return route(runs.now(), state)

    return RunnableLambda(run, name=route.__name__)


def _around(runs: RunStages, state: ManualState) -> Callable[[ModelCall], AbstractContextManager[None]]:
    """Return what surrounds a stage's calls: of several drafts under one id, the first alone can be shown."""
    shown_as = state["answer_id"] if runs.stream_drafts and "answer_id" in state and not state["failed"] else None
    return lambda call: inner_model_call(draft=call.writes, shown_as=shown_as)


def _update(state: ManualState, update: dict[str, Any], *, begins: bool) -> dict[str, Any]:
    named = {"answer_id": str(uuid4())} if begins else {}
    messages = unspoken_messages(update.get("messages", ()), BY_MODEL, state["messages"])
    return plain_update({**update, **named, "messages": messages})


def ask(app: "CompiledStateGraph[Any, Any, Any, Any]", question: str, config: RunnableConfig | None = None) -> Answer:
    """Ask a compiled workflow or agent one question and return its answer. Raises what the stages raise.

    Of a graph of your own that has one as a node, it is the answer that this node came to, the last one of several.

    Raises:
        ConfigError: The question is blank, and the thread is left as it was; or the graph came to no answer.
    """
    asked = asked_state(question)
    if not has_answer(app):
        return next(event.answer for event in stream_answer(app, question, config) if isinstance(event, Answered))
    with one_turn(app, config):
        state = app.invoke(asked, config)
    return required(state.get("answer"))


async def aask(
    app: "CompiledStateGraph[Any, Any, Any, Any]", question: str, config: RunnableConfig | None = None
) -> Answer:
    """Ask the same and wait for the answer; cancelling the task stops the model."""
    asked = asked_state(question)
    if not has_answer(app):
        return await ask_with_events(app, question, config, lambda _: None)
    async with a_one_turn(app, config):
        state = await cancelled_once(app.ainvoke(asked, config))
    return required(state.get("answer"))
