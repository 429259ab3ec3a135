"""Ways of answering that an evaluation compares, each by its name: ours, and the baselines of a sceptic."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from graphrag_tools.answer import Answer
from graphrag_tools.embeddings import open_embeddings
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.prompts import Prompts
from graphrag_tools.workflow.graph import WorkflowOptions, ask, manual_workflow


class Way(Protocol):
    """One way of answering, ready to be asked."""

    @property
    def name(self) -> str:
        """Its name in `WAYS`."""

    def ask(self, question: str) -> Answer:
        """Return an answer with what it rests on and what it cost. Raises ModelError if the model's server failed."""


@dataclass(frozen=True, slots=True)
class WaySettings:
    """How every way is run; the ways that are ours take the workflow's options too."""

    workflow: WorkflowOptions = field(default_factory=WorkflowOptions)
    model: ModelOptions = field(default_factory=ModelOptions)

    @property
    def prompts(self) -> Prompts:
        """The prompts that every way takes its own from."""
        return Prompts(self.workflow.prompts)


@dataclass(frozen=True, slots=True)
class WorkflowWay:
    """The workflow, or any graph that answers as it does."""

    name: str
    app: Any

    def ask(self, question: str) -> Answer:
        """Ask it."""
        return ask(self.app, question)


def open_way(name: str, index: ManualIndex, model: ChatModel | None, settings: WaySettings) -> Way:
    """Return a way by its name, ready to be asked; `none` and `first-section` take no model.

    Raises:
        ConfigError: There is no such way, it needs a model and there is none, or this model cannot work so.
        ModelError: The embeddings' server failed.
    """
    check_ways((name,))
    if model is None and name in NEED_A_MODEL:
        raise ConfigError(f"the way {name} needs a model; name one with --model.")
    return _KINDS[name].open(name, index, model, settings)


def check_ways(names: tuple[str, ...]) -> None:
    """Raise ConfigError if there is no such way."""
    for name in names:
        if name not in _KINDS:
            raise ConfigError(f"there is no way {name!r}; expected {', '.join(WAYS)}, or all.")


def _no_model(name: str, index: ManualIndex, _model: ChatModel | None, settings: WaySettings) -> Way:
    return WorkflowWay(name, manual_workflow(index, None, options=settings.workflow))


def _workflow(name: str, index: ManualIndex, model: ChatModel | None, settings: WaySettings) -> Way:
    options = settings.workflow
    if name == "schema":
        options = replace(options, tool_mode="schema")
    elif name == "native":
        options = replace(options, tool_mode="native")
    return WorkflowWay(name, manual_workflow(index, model, options=options))


def _agent(name: str, index: ManualIndex, model: ChatModel | None, settings: WaySettings) -> Way:
    from graphrag_tools.agent.agent import AgentOptions, manual_agent

    chosen = settings.workflow
    options = AgentOptions(
        manual=chosen.manual,
        prompts=chosen.prompts,
        refuse_below=chosen.refuse_below,
        answer_from=chosen.answer_from,
    )
    return WorkflowWay(name, manual_agent(index, _given(model), options=options))


def _first_section(_name: str, index: ManualIndex, _model: ChatModel | None, settings: WaySettings) -> Way:
    from graphrag_tools.evaluation.baselines import FirstSection

    return FirstSection(index, settings.workflow.manual)


def _naive_rag(_name: str, index: ManualIndex, model: ChatModel | None, settings: WaySettings) -> Way:
    from graphrag_tools.evaluation.naive_rag import NaiveRag

    embeddings = open_embeddings(index.embeddings_name)
    return NaiveRag(index, _given(model), settings.prompts, embeddings, settings.workflow.manual)


def _bare_agent(_name: str, index: ManualIndex, model: ChatModel | None, settings: WaySettings) -> Way:
    from graphrag_tools.evaluation.baselines import BareAgent

    return BareAgent(index, _given(model), settings.prompts)


def _given(model: ChatModel | None) -> ChatModel:
    if model is None:
        raise ConfigError("this way needs a model; name one with --model.")
    return model


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a way opens, whether it takes a model, and what a report says that it is."""

    open: Callable[[str, ManualIndex, ChatModel | None, WaySettings], Way]
    model: Literal["never", "may", "must"]
    description: str


_KINDS = {
    "none": _Kind(_no_model, "never", "the workflow without a model: the best hit is described and quoted"),
    "schema": _Kind(_workflow, "must", "the workflow; the model's tool calls are decoded under a JSON schema"),
    "native": _Kind(_workflow, "must", "the workflow; the model's own tool calling"),
    "auto": _Kind(_workflow, "may", "the workflow as it chooses to use the model"),
    "agent": _Kind(_agent, "must", "an agent with our tools, repairs and a check of its answer"),
    "first-section": _Kind(_first_section, "never", "baseline: the whole first section found, copied; no model"),
    "naive-rag": _Kind(
        _naive_rag,
        "must",
        "baseline: chunks of 1,000 characters, the same embeddings, the nearest 4 in one prompt",
    ),
    "bare-agent": _Kind(
        _bare_agent,
        "must",
        "baseline: LangChain's create_agent with the same tools and system prompt, and no help of ours",
    ),
}
WAYS = {name: kind.description for name, kind in _KINDS.items()}
"""All ways by name, each with what it is in a few words."""
MODEL_FREE = frozenset(name for name, kind in _KINDS.items() if kind.model == "never")
NEED_A_MODEL = frozenset(name for name, kind in _KINDS.items() if kind.model == "must")
