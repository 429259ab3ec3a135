"""The manuals of an index as models that can be asked: their names, and a workflow for each."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from langchain_core.messages import BaseMessage
from langgraph.checkpoint.base import BaseCheckpointSaver

from graphrag_tools.answer import Answer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.progress import Progress
from graphrag_tools.serve.metrics import counted_errors, open_metrics
from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.workflow.by_manual import ManualWorkflows
from graphrag_tools.workflow.graph import aask
from graphrag_tools.workflow.options import WorkflowOptions
from graphrag_tools.workflow.streaming import required

ALL_MANUALS = "all-manuals"
_OLLAMA_TAG = ":latest"
_MOST_NAMED = 20
_THREADS = "serve/"
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""When a manual was built whose index does not say it."""


@dataclass(frozen=True, slots=True)
class ManualModel:
    """A manual as a model on offer; `manual` is None for all manuals together."""

    name: str
    title: str
    built: datetime
    manual: str | None


class Manuals:
    """Answers about the manuals of an index, each under its id as a model's name, all of them under ALL_MANUALS.

    The index may be rebuilt meanwhile: what is on offer is what it holds then.
    """

    def __init__(
        self,
        index: ManualIndex,
        model: ChatModel | None = None,
        options: WorkflowOptions | None = None,
        model_options: ModelOptions | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Take the index, and the chat model that is to choose and write; `manual_workflow` says what raises."""
        self.index = index
        self.metrics = open_metrics()
        self.memory: BaseCheckpointSaver[str] | None = None
        """What remembers threads, while the server that has opened it runs."""
        self._options = options or WorkflowOptions()
        self._workflows = ManualWorkflows(index, model, options, model_options, progress)
        # What cannot be asked is said before anyone asks, and a model is probed with progress.
        self._workflows.of(self._options.manual)

    @property
    def only(self) -> str | None:
        """The one manual on offer, None for all of the index."""
        return self._options.manual

    def models(self) -> list[ManualModel]:
        """Return what can be asked, all manuals together first. Raises StoreError and the like for a broken index."""
        single = [
            ManualModel(info.id, info.title, info.built or _LONG_AGO, info.id)
            for info in self.index.manifest.manuals_within(self.only)
        ]
        if len(single) == 1:
            return single
        newest = max(one.built for one in single)
        return [ManualModel(ALL_MANUALS, "All manuals", newest, None), *single]

    def named(self, name: str) -> ManualModel:
        """Return the model of a name, also with Ollama's tag. Raises Refusal where there is none."""
        models = self.models()
        bare = name.removesuffix(_OLLAMA_TAG)
        found = next((one for one in models if one.name == bare), None)
        if found is None and bare == ALL_MANUALS:
            return models[0]
        if found is None:
            shown = ", ".join(one.name for one in models[:_MOST_NAMED])
            message = f"the model {name[:200]!r} does not exist here; the manuals that can be asked are: {shown}"
            raise Refusal(404, message, "model", "model_not_found")
        return found

    async def ask(self, manual: str | None, messages: Sequence[BaseMessage]) -> Answer:
        """Return the verified answer to the last message; cancelling stops the model. Raises what asking raises."""
        with counted_errors(self.metrics):
            workflow = await asyncio.to_thread(self._workflows.of, manual or self.only)
            state = await workflow.ainvoke({"messages": list(messages)})
            return self._counted(required(state.get("answer")))

    async def ask_on(self, thread: str, manual: str | None, question: str) -> Answer:
        """Return the same for a question that goes on with a remembered thread, which has one turn at a time.

        Raises:
            Refusal: Nothing is remembered here.
        """
        if self.memory is None:
            raise Refusal(400, "no threads are remembered here; expected history, or a server with --remember.")
        with counted_errors(self.metrics):
            workflow = await asyncio.to_thread(self._workflows.of, manual or self.only)
            remembering = workflow.copy({"checkpointer": self.memory})
            # A name of its own, so that nobody reads what a chat or the page keeps in the same place.
            answer = await aask(remembering, question, {"configurable": {"thread_id": f"{_THREADS}{thread}"}})
            return self._counted(answer)

    def _counted(self, answer: Answer) -> Answer:
        self.metrics.count_answer(answer)
        return answer
