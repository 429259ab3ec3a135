"""The workflow as LangGraph's server and Studio open it: `langgraph.json` names `manual_graph`."""

import asyncio
import os
from typing import TYPE_CHECKING, Any

from graphrag_tools.workflow.opened_once import OpenedOnce
from graphrag_tools.workflow.settings import AnswerSettings, settings_in

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph


async def manual_graph() -> "CompiledStateGraph[Any, Any, Any, Any]":
    """Return the workflow that the environment asks for, without a checkpointer: the server brings its own.

    The server calls this for every run and every look at the graph, on its event loop: so the index and the
    model are opened once for the same settings, in a thread.

    Raises:
        ConfigError: A setting cannot be used.
        IndexNotFound: There is no index in the folder.
        ModelError: The model or its server is missing.
    """
    return await asyncio.to_thread(_opened, settings_in(os.environ))


def _open(settings: AnswerSettings) -> "CompiledStateGraph[Any, Any, Any, Any]":
    from graphrag_tools.index.index import ManualIndex
    from graphrag_tools.workflow.graph import manual_workflow

    return manual_workflow(
        ManualIndex.open(settings.index),
        settings.model,
        options=settings.for_workflow(),
        model_options=settings.for_model(),
    )


_opened = OpenedOnce(_open, most=4)
