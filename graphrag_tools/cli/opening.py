"""Open index, model and workflow as a command's options say."""

from typing import TYPE_CHECKING, Any

from graphrag_tools.cli.nearest import near_model
from graphrag_tools.cli.options import AskingOptions
from graphrag_tools.cli.output import print_aside, progress
from graphrag_tools.errors import GraphRAGToolsError, IndexNotFound, ModelError
from graphrag_tools.stores.place import IndexPlace
from graphrag_tools.workflow.settings import DEFAULT_INDEX, ModelSettings

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.types import Checkpointer

    from graphrag_tools.index.index import ManualIndex
    from graphrag_tools.models.model import ChatModel
    from graphrag_tools.workflow.options import WorkflowOptions


_NONE_HERE = (
    f"there is no index here ({DEFAULT_INDEX}). Build one: graphrag-tools build MANUAL. "
    "Or say where one is: --index FOLDER"
)


def open_index(index: IndexPlace) -> "ManualIndex":
    """Open the index at a place."""
    from graphrag_tools.index.index import ManualIndex

    try:
        return ManualIndex.open(index)
    except IndexNotFound as error:
        if index == DEFAULT_INDEX and not DEFAULT_INDEX.exists():
            raise IndexNotFound(_NONE_HERE) from error
        raise


def open_model(options: ModelSettings) -> "ChatModel | None":
    """Open the model; None for "none". A bare name that is a model inside a package is told with its prefix."""
    from graphrag_tools.models.open import open_chat_model

    try:
        return open_chat_model(options.model, options=options.for_model())
    except GraphRAGToolsError as error:
        if near := near_model(options.model):
            raise ModelError(f"{error} Or did you mean --model {near}?") from error
        raise


def open_workflow(
    options: AskingOptions,
    memory: "Checkpointer" = None,
    thread_tokens: int | None = None,
    index: "ManualIndex | None" = None,
) -> "CompiledStateGraph[Any, Any, Any, Any]":
    """Return the workflow over the index; the model is probed, with progress, where that was not done before."""
    from dataclasses import replace

    from graphrag_tools.workflow.graph import manual_workflow

    chosen, model = options.for_workflow(), open_model(options)
    with progress() as show:
        workflow = manual_workflow(
            index or open_index(options.index),
            model,
            options=replace(chosen, thread_tokens=thread_tokens or chosen.thread_tokens),
            model_options=options.for_model(),
            checkpointer=memory,
            progress=show,
        )
    if model and chosen.tool_mode == chosen.answers == "auto" and chosen.choices is None and not options.as_json:
        _tell_jobs(model, chosen)
    return workflow


def _tell_jobs(model: "ChatModel", options: "WorkflowOptions") -> None:
    """Say in one line what the model is used for, where it was probed."""
    from graphrag_tools.abilities.abilities import remembered
    from graphrag_tools.prompts import Prompts

    shown = remembered(model, Prompts(options.prompts))
    if shown:
        print_aside(f"{model.name} is used for {shown.jobs}.")
