"""The stages of the workflow with the options of the run that is under way."""

from dataclasses import replace
from typing import TYPE_CHECKING

from langgraph.prebuilt import ToolNode

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.progress import Progress
from graphrag_tools.tools.manual_tools import ManualToolkit
from graphrag_tools.workflow.escalation import Account, escalation
from graphrag_tools.workflow.opened_once import OpenedOnce
from graphrag_tools.workflow.options import WorkflowOptions
from graphrag_tools.workflow.run_context import AS_MADE, ContextModels, ManualContext, context_of_run
from graphrag_tools.workflow.stages import Stages

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from graphrag_tools.models.model import ChatModel


class RunStages:
    """Hands out the stages of each run: those that the workflow was made with, or others for what its context asks.

    Others are made once for the same context. The budget of a larger model is one for all of them.
    """

    def __init__(
        self,
        index: ManualIndex,
        model: "str | BaseChatModel | ChatModel | None",
        options: WorkflowOptions,
        model_options: ModelOptions,
        progress: Progress | None = None,
    ) -> None:
        """Open the model. `progress` is told of the probes, where a model has to be probed."""
        self._index = index
        self._model = open_chat_model(model, options=model_options)
        self._models = ContextModels(self._model, model_options)
        self._options = options
        self._model_options = model_options
        self._progress = progress
        self._account = Account(options.budget)
        self._opened = OpenedOnce(self._open)
        self._tool_node_of = OpenedOnce(self._make_tool_node)
        self._as_made = self._open(AS_MADE)

    @property
    def stream_drafts(self) -> bool:
        """Whether drafts go into the stream of messages."""
        return self._options.stream_drafts

    def now(self) -> Stages:
        """Return the stages of this run. Raises what `manual_workflow` raises, for what the context asks."""
        context = context_of_run()
        return self._as_made if context == AS_MADE else self._opened(context)

    def tool_node(self) -> ToolNode:
        """Return LangGraph's node with the tools of this run, which may keep to a manual of its own."""
        return self._tool_node_of(self.now().manual)

    def _make_tool_node(self, manual: str | None) -> ToolNode:
        return ToolNode(ManualToolkit(index=self._index, manual=manual).get_tools())

    def _open(self, context: ManualContext) -> Stages:
        thresholds = context.thresholds(self._options.thresholds)
        options = replace(
            self._options,
            manual=context.manual or self._options.manual,
            refuse_below=thresholds.refuse_below,
            answer_from=thresholds.answer_from,
        )
        larger = escalation(self._index, options, self._model_options, self._account)
        model = self._model if context.model is None else self._models.open(context.model)
        return Stages(self._index, model, options, larger, self._progress)
