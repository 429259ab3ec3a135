"""The workflow in LangGraph: search → choose ⇄ tools → answer → verify, one retry, then the quote."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated, Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Checkpointer

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.plain_data import PlainChannel, plain_update
from graphrag_tools.conversation.turn import asked_state
from graphrag_tools.conversation.turns import a_one_turn, one_turn
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.steps import ModelCall, Steps, arun_steps, run_steps
from graphrag_tools.progress import Progress
from graphrag_tools.tool_calling.callers import BY_MODEL
from graphrag_tools.workflow import nodes
from graphrag_tools.workflow.drafts import inner_model_call, unspoken_messages
from graphrag_tools.workflow.options import Budget, WorkflowOptions
from graphrag_tools.workflow.stages import Stages
from graphrag_tools.workflow.state import ManualState
from graphrag_tools.workflow.streaming import Answered, ask_with_events, has_answer, required, stream_answer

__all__ = ["Budget", "ManualState", "WorkflowOptions", "aask", "ask", "manual_workflow"]


class ManualOutput(MessagesState):
    """What the workflow hands out, to a caller or to the graph that it is a node of."""

    answer: Annotated[Answer | None, PlainChannel]


def manual_workflow(
    index: ManualIndex,
    model: str | BaseChatModel | ChatModel | None = "none",
    *,
    options: WorkflowOptions | None = None,
    model_options: ModelOptions | None = None,
    checkpointer: Checkpointer = None,
    progress: Progress | None = None,
) -> "CompiledStateGraph[ManualState, None, MessagesState, ManualOutput]":
    """Return the compiled graph that answers questions from an index: messages in, `state["answer"]` out.

    With a checkpointer (in memory, SQLite, …) a thread remembers what was asked, and follow-ups such as "and
    how do I turn it off?" are understood. All of invoke, ainvoke, stream and astream work; cancelling an
    awaited call closes the connection to the model's server. `progress` is told how far the probes are, where the
    model has to show first what it can do: a stage, what is done and what is to do.

    Raises:
        ConfigError: An option cannot be used with this model, or the index has no such manual.
        ModelError: The model or its server is missing. (A larger model to escalate to is opened when it is
            first wanted; where that fails, the answer's warnings say so.)
    """
    models = model_options or ModelOptions()
    stages = Stages(index, open_chat_model(model, options=models), options or WorkflowOptions(), models, progress)
    graph = StateGraph(ManualState, input_schema=MessagesState, output_schema=ManualOutput)
    graph.add_node(nodes.RESOLVE, _model_node(stages.resolve))
    graph.add_node(nodes.SEARCH, _code_node(stages.search))
    graph.add_node(nodes.CHOOSE, _model_node(stages.choose))
    graph.add_node(nodes.TOOLS, ToolNode(stages.tools))
    graph.add_node(nodes.ANSWER, _model_node(stages.answer))
    graph.add_node(nodes.VERIFY, _code_node(stages.verify))
    graph.add_edge(START, nodes.RESOLVE)
    graph.add_edge(nodes.RESOLVE, nodes.SEARCH)
    graph.add_conditional_edges(nodes.SEARCH, stages.after_search, [nodes.CHOOSE, nodes.ANSWER, nodes.VERIFY])
    graph.add_conditional_edges(nodes.CHOOSE, stages.after_choose, [nodes.TOOLS, nodes.ANSWER])
    graph.add_conditional_edges(nodes.TOOLS, stages.after_tools, [nodes.CHOOSE, nodes.ANSWER])
    graph.add_edge(nodes.ANSWER, nodes.VERIFY)
    graph.add_conditional_edges(nodes.VERIFY, stages.after_verify, [nodes.ANSWER, nodes.CHOOSE, END])
    return graph.compile(checkpointer=checkpointer, name="manual_workflow")


def _model_node(stage: Callable[[ManualState], Steps[dict[str, Any]]]) -> "RunnableLambda[ManualState, dict[str, Any]]":
    """Return a node that runs a stage's steps, waiting for the model or not as the graph itself is run."""

    def run(state: ManualState) -> dict[str, Any]:
        return _update(run_steps(stage(state), _within_graph))

    async def arun(state: ManualState) -> dict[str, Any]:
        return _update(await arun_steps(stage(state), _within_graph))

    return RunnableLambda(run, afunc=arun, name=stage.__name__)


def _within_graph(call: ModelCall) -> AbstractContextManager[None]:
    return inner_model_call(draft=call.writes)


def _update(update: dict[str, Any]) -> dict[str, Any]:
    return plain_update({**update, "messages": unspoken_messages(update.get("messages", ()), BY_MODEL)})


def _code_node(stage: Callable[[ManualState], dict[str, Any]]) -> "RunnableLambda[ManualState, dict[str, Any]]":
    """Return a node that runs a stage which needs no model."""

    def run(state: ManualState) -> dict[str, Any]:
        return plain_update(stage(state))

    return RunnableLambda(run, name=stage.__name__)


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
        state = await app.ainvoke(asked, config)
    return required(state.get("answer"))
