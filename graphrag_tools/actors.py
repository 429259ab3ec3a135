"""A model in the workflow, with the roles that it has earned."""

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.tools import BaseTool

from graphrag_tools.errors import ConfigError
from graphrag_tools.models import ChatModel
from graphrag_tools.options import HITS, WorkflowOptions
from graphrag_tools.prompts import Prompts
from graphrag_tools.tool_calling import NativeCaller, NoModelCaller, SchemaCaller, ToolCaller

_LOCAL_PROVIDERS = frozenset({"ollama", "gguf"})


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """Who makes the calls and writes.

    `callers` are tried in order, the last of which needs no model. `choices` is how many items it may
    choose among; with more than one it may also search again, or say that the manual does not cover the
    question. `resolves` says that it may rewrite a follow-up question.
    """

    model: ChatModel | None
    callers: tuple[ToolCaller, ...]
    choices: int
    writes: bool
    resolves: bool

    @property
    def name(self) -> str:
        """The string that opens its model, "none" without one."""
        return self.model.name if self.model else "none"


def actor(model: ChatModel | None, tools: Sequence[BaseTool], prompts: Prompts, options: WorkflowOptions) -> Actor:
    """Return the model with the roles it has earned, or those that the options give it.

    Raises:
        ConfigError: The tool mode asked for cannot be used with this model.
    """
    callers = _callers(model, tools, prompts, options)
    hosted = model is not None and model.provider not in _LOCAL_PROVIDERS
    return Actor(
        model=model,
        callers=callers,
        choices=options.choices or (HITS if callers[0].mode == "native" else 1),
        writes=hosted if options.answers == "auto" else options.answers == "written",
        resolves=hosted,
    )


def _callers(
    model: ChatModel | None, tools: Sequence[BaseTool], prompts: Prompts, options: WorkflowOptions
) -> tuple[ToolCaller, ...]:
    mode = options.tool_mode
    if model is None or mode == "none":
        return (NoModelCaller(),)
    native = mode == "native" or (mode == "auto" and model.claims_tools)
    callers: list[ToolCaller] = []
    for caller in (NativeCaller, SchemaCaller) if native else (SchemaCaller,):
        try:
            callers.append(caller(model, tools, prompts))
        except ConfigError:
            if caller.mode == mode:
                raise
    return (*callers, NoModelCaller())
