"""The workflow as LangGraph's server and Studio open it: `langgraph.json` names `manual_graph`."""

import asyncio
import os
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graphrag_tools.errors import ConfigError
from graphrag_tools.search.coverage import DEFAULT_REFUSE_BELOW
from graphrag_tools.workflow.options import HITS, AnswerMode, ToolModeChoice, WorkflowOptions

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

VARIABLE_PREFIX = "GRAPHRAG_TOOLS_"
_opening = threading.Lock()


class StudioSettings(BaseModel):
    """What the graph answers from, and how: each field is a variable, GRAPHRAG_TOOLS_INDEX and so on.

    They mean what the options of `graphrag-tools ask` with these names mean.
    """

    model_config = ConfigDict(frozen=True)

    index: Path = Path("manual-index")
    model: str = "none"
    manual: str | None = None
    choices: int | None = Field(default=None, ge=1, le=HITS)
    tool_mode: ToolModeChoice = "auto"
    answers: AnswerMode = "auto"
    refuse_below: float = Field(default=DEFAULT_REFUSE_BELOW, ge=0, le=1)
    context: int = Field(default=8192, ge=256)
    max_tokens: int = Field(default=512, ge=16)
    base_url: str | None = None
    escalate_to: str | None = None
    prompts: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "StudioSettings":
        """Return the settings that variables give; one that is empty counts as not set.

        Raises:
            ConfigError: A variable holds what its setting cannot be.
        """
        names = {field: f"{VARIABLE_PREFIX}{field.upper()}" for field in cls.model_fields}
        given = {field: environment[name] for field, name in names.items() if environment.get(name)}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            name = names[str(first["loc"][0])]
            raise ConfigError(f"{name} is {first['input']!r}: {first['msg']}.") from error

    def for_workflow(self) -> WorkflowOptions:
        """Return what the workflow is to do."""
        return WorkflowOptions(
            tool_mode=self.tool_mode,
            answers=self.answers,
            choices=self.choices,
            refuse_below=self.refuse_below,
            manual=self.manual,
            prompts=self.prompts,
            escalate_to=self.escalate_to,
        )


async def manual_graph() -> "CompiledStateGraph[Any, Any, Any, Any]":
    """Return the workflow that the environment asks for, without a checkpointer: the server brings its own.

    The server calls this for every run and every look at the graph, on its event loop: so the index and the
    model are opened once for the same settings, in a thread.

    Raises:
        ConfigError: A setting cannot be used.
        IndexNotFound: There is no index in the folder.
        ModelError: The model or its server is missing.
    """
    return await asyncio.to_thread(_opened_once, StudioSettings.from_environment(os.environ))


def _opened_once(settings: StudioSettings) -> "CompiledStateGraph[Any, Any, Any, Any]":
    with _opening:
        return _opened(settings)


@lru_cache(maxsize=4)
def _opened(settings: StudioSettings) -> "CompiledStateGraph[Any, Any, Any, Any]":
    from graphrag_tools.index.index import ManualIndex
    from graphrag_tools.models.model import ModelOptions
    from graphrag_tools.workflow.graph import manual_workflow

    return manual_workflow(
        ManualIndex.open(settings.index),
        settings.model,
        options=settings.for_workflow(),
        model_options=ModelOptions(
            context=settings.context, max_tokens=settings.max_tokens, base_url=settings.base_url
        ),
    )
