"""Settings of answering, declared once for every face: type, bounds, help and default.

The command line makes its options of them, and its config file's keys; LangGraph's server reads them from variables.
What they mean to the library stands in WorkflowOptions and ModelOptions, which give the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le
from typing_extensions import Doc

from graphrag_tools.errors import ConfigError
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.providers import FORMS
from graphrag_tools.search.confidence import ANSWER_FROM, REFUSE_BELOW
from graphrag_tools.stores.place import IndexPlace, place_of
from graphrag_tools.text.characters import without_quotes
from graphrag_tools.workflow.options import (
    HITS,
    AnswerMode,
    Budget,
    ToolModeChoice,
    WorkflowOptions,
)

VARIABLE_PREFIX = "GRAPHRAG_TOOLS_"
DEFAULT_INDEX = Path("manual-index")
_MODEL = ModelOptions()
_BUDGET = Budget()

# By name, because commands that answer nothing take these too, and they are the same options there.
Index = Annotated[IndexPlace, Doc("Folder of the index, or its address on OpenSearch.")]
ModelName = Annotated[str, Doc(f"{FORMS}.")]
ManualId = Annotated[str | None, Doc("Search this manual alone: its id, as list shows it.")]
Context = Annotated[int, Ge(256), Doc("Tokens of context to ask a local model for.")]
BaseUrl = Annotated[str | None, Doc("Address of the model's server.")]
PromptsFolder = Annotated[Path | None, Doc("Folder of prompts of your own, in place of those of the package.")]


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where the manuals are, and how a model that works on them is run."""

    index: Index = DEFAULT_INDEX
    model: ModelName = "none"
    context: Context = _MODEL.context
    max_tokens: Annotated[int, Ge(16), Doc("Most tokens of one reply.")] = _MODEL.max_tokens
    threads: Annotated[int | None, Ge(1), Doc("How many threads a model in this process computes with.")] = (
        _MODEL.threads
    )
    keep_alive: Annotated[
        str, Doc("How long Ollama keeps the model loaded (30m, -1 for ever, '' as its server is set).")
    ] = _MODEL.keep_alive
    base_url: BaseUrl = field(default=None, repr=False)
    prompts: PromptsFolder = None

    def for_model(self) -> ModelOptions:
        """Return how the model is to be run."""
        return ModelOptions(
            context=self.context,
            max_tokens=self.max_tokens,
            threads=self.threads,
            keep_alive=self.keep_alive,
            base_url=self.base_url,
        )


@dataclass(frozen=True, slots=True)
class AnswerSettings(ModelSettings):
    """Everything that decides how questions are answered."""

    manual: ManualId = None
    choices: Annotated[
        int | None,
        Ge(1),
        Le(HITS),
        Doc("How many of the sections found the model chooses from (default: by what its test showed)."),
    ] = None
    tool_mode: Annotated[ToolModeChoice, Doc("How the model calls tools.")] = "auto"
    answers: Annotated[AnswerMode, Doc("Answer in the model's words (checked) or in the manual's.")] = "auto"
    refuse_below: Annotated[
        float | None,
        Ge(0),
        Le(1),
        Doc(f"Confidence below which to say that the manual does not say (default: {REFUSE_BELOW}); 0: never."),
    ] = None
    answer_from: Annotated[
        float | None,
        Ge(0),
        Le(1),
        Doc(f"Confidence from which on to answer (default: {ANSWER_FROM}); below it the closest places are named."),
    ] = None
    escalate_to: Annotated[str | None, Doc("A larger model to ask where the first one's answer fails the checks.")] = (
        None
    )
    escalate_calls: Annotated[int, Ge(0), Doc("Most calls of the larger model in all.")] = _BUDGET.calls
    escalate_tokens: Annotated[int, Ge(0), Doc("Most tokens of the larger model in all.")] = _BUDGET.tokens

    def for_workflow(self) -> WorkflowOptions:
        """Return what the workflow is to do. Raises ConfigError for what is not on offer."""
        return WorkflowOptions(
            tool_mode=self.tool_mode,
            answers=self.answers,
            choices=self.choices,
            refuse_below=REFUSE_BELOW if self.refuse_below is None else self.refuse_below,
            answer_from=ANSWER_FROM if self.answer_from is None else self.answer_from,
            manual=self.manual,
            prompts=str(self.prompts) if self.prompts else None,
            escalate_to=self.escalate_to,
            budget=Budget(self.escalate_calls, self.escalate_tokens),
        )


def settings_in(environment: Mapping[str, str]) -> AnswerSettings:
    """Return the settings that variables give, GRAPHRAG_TOOLS_INDEX and so on; an empty one counts as not set.

    Raises:
        ConfigError: A variable holds what its setting cannot be.
    """
    from pydantic import TypeAdapter, ValidationError

    names = {field.name: f"{VARIABLE_PREFIX}{field.name.upper()}" for field in fields(AnswerSettings)}
    read = {field: without_quotes(environment.get(name, "")) for field, name in names.items()}
    given: dict[str, object] = {field: value for field, value in read.items() if value}
    if "index" in given:
        given["index"] = place_of(str(given["index"]))
    try:
        return TypeAdapter(AnswerSettings).validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = names[str(first["loc"][0])]
        raise ConfigError(f"{name} is {first['input']!r}: {first['msg']}.") from error
