"""LangChain tools over a device manual as a graph of menu items, and a workflow that answers from it.

    index = ManualIndex.build(["manual.json"], "manual-index")
    tools = ManualToolkit(index=index).get_tools()
    app = manual_workflow(index, model="ollama:llama3.2:3b")

The names load when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphrag_tools.abilities import Abilities, abilities_of
    from graphrag_tools.agent import AgentOptions, manual_agent
    from graphrag_tools.answer import Answer, Source, ToolCallRecord, Usage
    from graphrag_tools.errors import (
        ConfigError,
        GraphRAGToolsError,
        IndexLocked,
        IndexMismatch,
        IndexNotFound,
        ManualError,
        ModelError,
        StoreError,
    )
    from graphrag_tools.final_answer_check import FinalAnswerCheck
    from graphrag_tools.index import ManualIndex
    from graphrag_tools.loaders import load_manual
    from graphrag_tools.loaders.documents import load_documents
    from graphrag_tools.memory import aopen_memory, open_memory
    from graphrag_tools.models import ChatModel, ModelOptions, open_chat_model
    from graphrag_tools.retriever import ManualRetriever
    from graphrag_tools.streaming import astream_answer, stream_answer
    from graphrag_tools.tool_call_repair import ToolCallRepair
    from graphrag_tools.tools import GraphPathTool, ManualToolkit, NodeDescriptionTool, VectorSearchTool
    from graphrag_tools.workflow import Budget, WorkflowOptions, aask, ask, manual_workflow

_HOMES = {
    "abilities": ("Abilities", "abilities_of"),
    "agent": ("AgentOptions", "manual_agent"),
    "answer": ("Answer", "Source", "ToolCallRecord", "Usage"),
    "errors": (
        "ConfigError",
        "GraphRAGToolsError",
        "IndexLocked",
        "IndexMismatch",
        "IndexNotFound",
        "ManualError",
        "ModelError",
        "StoreError",
    ),
    "final_answer_check": ("FinalAnswerCheck",),
    "index": ("ManualIndex",),
    "loaders": ("load_manual",),
    "loaders.documents": ("load_documents",),
    "memory": ("aopen_memory", "open_memory"),
    "models": ("ChatModel", "ModelOptions", "open_chat_model"),
    "retriever": ("ManualRetriever",),
    "streaming": ("astream_answer", "stream_answer"),
    "tool_call_repair": ("ToolCallRepair",),
    "tools": ("GraphPathTool", "ManualToolkit", "NodeDescriptionTool", "VectorSearchTool"),
    "workflow": ("Budget", "WorkflowOptions", "aask", "ask", "manual_workflow"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*_HOME_OF]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
