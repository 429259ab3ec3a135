"""A model in the workflow, with the roles that it has earned."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.providers import NO_MODEL, provider_named
from graphrag_tools.progress import Progress
from graphrag_tools.prompts import Prompts
from graphrag_tools.tool_calling.callers import NativeCaller, NoModelCaller, SchemaCaller, ToolCaller, ToolMode
from graphrag_tools.workflow.options import WorkflowOptions

if TYPE_CHECKING:
    from graphrag_tools.abilities.abilities import Abilities

_LOCAL_ROOM = 900
"""Characters of a section: with the choice before it and a second try, some 1,200 tokens a question."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelRoles:
    """A model and what it may do: who makes the calls, and who writes.

    `callers` are tried in order, the last of which needs no model. `choices` is how many items it may
    choose among; with more than one it may also search again, or say that the manual does not cover the
    question. `resolves` says that it may rewrite a follow-up question. `only_unsure` keeps it to questions that search
    is unsure of: of the others it gets more wrong than it mends. `may_refuse` says that "not in the manual" from its
    pen counts where search is sure: not from one that was probed and did not tell which text has an answer.
    `room` is how many characters of a section it is given to write from; None: all of them.
    """

    model: ChatModel | None
    callers: tuple[ToolCaller, ...]
    choices: int
    writes: bool
    resolves: bool
    only_unsure: bool = False
    may_refuse: bool = True
    room: int | None = None

    @property
    def name(self) -> str:
        """The string that opens its model, "none" without one."""
        return self.model.name if self.model else NO_MODEL


def assign_roles(
    model: ChatModel | None,
    index: ManualIndex,
    prompts: Prompts,
    options: WorkflowOptions,
    progress: Progress | None = None,
    *,
    takes_over: bool = False,
) -> ModelRoles:
    """Return the model with the roles it has earned, or those that the options give it; no model has none.

    One that `takes_over` from another was asked for by its name: it makes a call whatever it has earned. A local model
    is probed where the options leave a role open and nothing is remembered of it; `progress` is told of that.

    Raises:
        ConfigError: The tool mode asked for cannot be used with this model.
        ModelError: The model's server failed while it was probed.
    """
    if model is None:
        return ModelRoles(None, (NoModelCaller(),), choices=1, writes=False, resolves=False)
    abilities = _abilities(model, prompts, options, progress)
    return ModelRoles(
        model=model,
        callers=_callers(model, _mode(abilities, options, takes_over), index, prompts, options),
        choices=options.choices or abilities.choices,
        writes=(abilities.answers if options.answers == "auto" else options.answers) == "written",
        resolves=abilities.resolves,
        # What was handed in or is hosted was not probed, and goes on choosing for every question.
        only_unsure=_is_left_to_probes(options) and abilities.evidence is not None and not takes_over,
        may_refuse=abilities.writes or abilities.evidence is None,
        room=_LOCAL_ROOM if provider_named(model.provider).is_local else None,
    )


def _abilities(model: ChatModel, prompts: Prompts, options: WorkflowOptions, progress: Progress | None) -> "Abilities":
    from graphrag_tools.abilities.abilities import Abilities, abilities_of

    if options.decide_all:
        return Abilities(native_calls=False, schema_calls=False, chooses=False, writes=False, resolves=False)
    return abilities_of(model, prompts=prompts, progress=progress)


def _is_left_to_probes(options: WorkflowOptions) -> bool:
    return options.tool_mode == "auto" and options.choices is None


def _mode(abilities: "Abilities", options: WorkflowOptions, takes_over: bool) -> ToolMode:
    """Return how the model calls tools: not at all where its call could change nothing, unless one is asked for."""
    if options.tool_mode != "auto":
        return options.tool_mode
    idle = _is_left_to_probes(options) and not takes_over and not abilities.calls_count
    return "none" if idle else abilities.tool_mode


def _callers(
    model: ChatModel, mode: ToolMode, index: ManualIndex, prompts: Prompts, options: WorkflowOptions
) -> tuple[ToolCaller, ...]:
    """Return the callers to try in order: native calls fall back to the schema, the last needs no model."""
    from graphrag_tools.tool_calling.repair import item_resolver
    from graphrag_tools.tools.manual_tools import ManualToolkit

    tools = ManualToolkit(index=index, manual=options.manual).get_tools()
    makers: dict[str, Callable[[], ToolCaller]] = {
        "native": lambda: NativeCaller(model, tools, prompts, item_resolver(index, options.manual)),
        "schema": lambda: SchemaCaller(model, tools, prompts),
    }
    tried = {"native": ("native", "schema"), "schema": ("schema",), "none": ()}[mode]
    callers: list[ToolCaller] = []
    for kind in tried:
        try:
            callers.append(makers[kind]())
        except ConfigError:
            if kind == options.tool_mode:
                raise
    return (*callers, NoModelCaller())
