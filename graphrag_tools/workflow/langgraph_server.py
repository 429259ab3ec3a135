"""The workflow as LangGraph's server and Studio open it: `langgraph.json` names `manual_graph`."""

import asyncio
import os
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphrag_tools.workflow.settings import AnswerSettings, settings_in

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

_opening = threading.Lock()


async def manual_graph() -> "CompiledStateGraph[Any, Any, Any, Any]":
    """Return the workflow that the environment asks for, without a checkpointer: the server brings its own.

    The server calls this for every run and every look at the graph, on its event loop: so the index and the
    model are opened once for the same settings, in a thread.

    Raises:
        ConfigError: A setting cannot be used.
        IndexNotFound: There is no index in the folder.
        ModelError: The model or its server is missing.
    """
    return await asyncio.to_thread(_opened_once, settings_in(os.environ))


def _opened_once(settings: AnswerSettings) -> "CompiledStateGraph[Any, Any, Any, Any]":
    with _opening:
        return _opened(settings)


@lru_cache(maxsize=4)
def _opened(settings: AnswerSettings) -> "CompiledStateGraph[Any, Any, Any, Any]":
    from graphrag_tools.index.index import ManualIndex
    from graphrag_tools.workflow.graph import manual_workflow

    return manual_workflow(
        ManualIndex.open(settings.index),
        settings.model,
        options=settings.for_workflow(),
        model_options=settings.for_model(),
    )
