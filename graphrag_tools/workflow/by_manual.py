"""One workflow for each manual of an index, over one model, opened when it is first asked for."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langgraph.graph.state import CompiledStateGraph

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.progress import Progress
from graphrag_tools.workflow.graph import manual_workflow
from graphrag_tools.workflow.opened_once import OpenedOnce
from graphrag_tools.workflow.options import WorkflowOptions

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class ManualWorkflows:
    """Workflows without memory; threads may share them. A model that cannot be opened is tried again the next time."""

    def __init__(
        self,
        index: ManualIndex,
        model: "str | BaseChatModel | ChatModel | None" = "none",
        options: WorkflowOptions | None = None,
        model_options: ModelOptions | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Open nothing yet. `progress` is told of the probes, where the model has to be probed."""
        self._index = index
        self._model = model
        self._options = options or WorkflowOptions()
        self._model_options = model_options or ModelOptions()
        self._progress = progress
        # One at a time: a model is probed once, however many ask first at once.
        self._opened = OpenedOnce(self._open)

    def of(self, manual: str | None) -> "CompiledStateGraph[Any, Any, Any, Any]":
        """Return the workflow that answers from a manual, None for all of the index.

        It blocks while a model is opened and probed. `manual_workflow` says what raises.
        """
        return self._opened(manual)

    def _open(self, manual: str | None) -> "CompiledStateGraph[Any, Any, Any, Any]":
        self._model = open_chat_model(self._model, options=self._model_options)
        return manual_workflow(
            self._index,
            self._model,
            options=replace(self._options, manual=manual),
            model_options=self._model_options,
            progress=self._progress,
        )
