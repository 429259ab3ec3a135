"""Open what answers: each model once, a workflow for each model and manual, all over one memory."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import ManualInfo
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.workflow.graph import manual_workflow
from graphrag_tools.workflow.options import WorkflowOptions

Workflow = CompiledStateGraph[Any, Any, Any, Any]
ShowStage = Callable[[str], None]


class WorkflowRegistry:
    """Opens a workflow when it is first asked for, so that one missing model keeps nobody from the others."""

    def __init__(
        self,
        index: ManualIndex,
        models: Sequence[str],
        memory: BaseCheckpointSaver[str],
        options: WorkflowOptions,
        model_options: ModelOptions,
    ) -> None:
        self.index = index
        self.models = tuple(dict.fromkeys((*models, NO_MODEL)))
        """The models on offer; the manual's own words, without a model, always are."""
        self.memory = memory
        self._options = options
        self._model_options = model_options
        self._opened: dict[str, ChatModel | None] = {}
        self._workflows: dict[tuple[str, str | None], Workflow] = {}
        self._opening: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._line: defaultdict[str, list[Callable[[int], None]]] = defaultdict(list)
        self._waiting: defaultdict[str, list[ShowStage]] = defaultdict(list)

    @property
    def manuals(self) -> tuple[ManualInfo, ...]:
        """The manuals on offer: all of the index, or the one that the options keep to."""
        return self.index.manifest.manuals_within(self._options.manual)

    async def open(self, model: str, manual: str | None, show: ShowStage = lambda _words: None) -> Workflow:
        """Return the workflow that asks a model about a manual, None for all on offer; `show` gets what takes long.

        Whoever asks for a model that is being opened waits for it and is shown the same. A failure is not remembered.

        Raises:
            ConfigError: The model or the manual is not on offer.
            ModelError: The model or its server is missing, or failed while it was probed.
        """
        if model not in self.models:
            raise ConfigError(f"there is no model {model!r} here; expected {', '.join(self.models)}.")
        loop = asyncio.get_running_loop()
        waiting = self._waiting[model]

        def show_all(words: str) -> None:
            for waiter in tuple(waiting):
                loop.call_soon_threadsafe(waiter, words)

        key = (model, manual or self._options.manual)
        waiting.append(show)
        try:
            async with self._opening[model]:
                if key not in self._workflows:
                    self._workflows[key] = await asyncio.to_thread(self._build, *key, show_all)
                return self._workflows[key]
        finally:
            waiting.remove(show)

    @contextmanager
    def line(self, model: str, tell: Callable[[int], None]) -> Iterator[None]:
        """Stand in the line of those who ask a model; `tell` gets how many came before, whenever one of them is done.

        Without a model nobody waits for another.
        """
        if model == NO_MODEL:
            yield
            return
        standing = self._line[model]
        standing.append(tell)
        tell(len(standing) - 1)
        try:
            yield
        finally:
            at = standing.index(tell)
            del standing[at]
            for before, other in enumerate(standing[at:], start=at):
                other(before)

    async def forget(self, thread_id: str) -> None:
        """Delete what the memory holds of a thread. Raises StoreError."""
        await self.memory.adelete_thread(thread_id)

    def _build(self, model: str, manual: str | None, show: ShowStage) -> Workflow:
        if model not in self._opened:
            show(f"Opening {model}")
            self._opened[model] = open_chat_model(model, options=self._model_options)

        def progress(stage: str, done: int, total: int) -> None:
            show(f"Trying out what {model} can do, once: {stage}, {done} of {total}")

        return manual_workflow(
            self.index,
            self._opened[model],
            options=replace(self._options, manual=manual),
            model_options=self._model_options,
            checkpointer=self.memory,
            progress=progress,
        )
