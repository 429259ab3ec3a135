"""The options that several commands share, said once, and how a command takes them all."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from graphrag_tools.models.providers import FORMS

if TYPE_CHECKING:
    from graphrag_tools.models.model import ModelOptions
    from graphrag_tools.workflow.options import WorkflowOptions

DEFAULT_INDEX = Path("manual-index")
Index = Annotated[Path, typer.Option("--index", envvar="GRAPHRAG_TOOLS_INDEX", help="Folder of the index.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ModelName = Annotated[
    str,
    typer.Option(
        envvar="GRAPHRAG_TOOLS_MODEL",
        help=f"{FORMS}.",
    ),
]
Context = Annotated[int, typer.Option(min=256, help="Tokens of context to ask a local model for.")]
BaseUrl = Annotated[str | None, typer.Option(help="Address of the model's server.")]
Prompts = Annotated[Path | None, typer.Option(help="Folder of prompts in place of the shipped ones.")]
Manual = Annotated[str | None, typer.Option("--manual", help="Id of the one manual to keep to.")]


class ToolMode(StrEnum):
    """How the model calls tools."""

    auto = "auto"
    native = "native"
    schema = "schema"
    none = "none"


class Wording(StrEnum):
    """Whose words an answer has."""

    auto = "auto"
    written = "written"
    quoted = "quoted"


@dataclass(frozen=True, slots=True)
class AskingOptions:
    """Everything that decides how questions are answered."""

    index: Index = DEFAULT_INDEX
    model: ModelName = "none"
    manual: Manual = None
    choices: Annotated[
        int | None,
        typer.Option(min=1, max=5, help="How many items the model may choose among (default: as it has earned)."),
    ] = None
    tool_mode: Annotated[ToolMode, typer.Option(help="How the model calls tools.")] = ToolMode.auto
    answers: Annotated[Wording, typer.Option(help="The model's words (checked) or the manual's.")] = Wording.auto
    refuse_below: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Coverage below which the manual does not say; 0 refuses nothing."),
    ] = None
    context: Context = 8192
    max_tokens: Annotated[int, typer.Option(min=16, help="Most tokens of one reply.")] = 512
    base_url: BaseUrl = None
    escalate_to: Annotated[
        str | None, typer.Option(help="A larger model, for what the first one could not answer verifiably.")
    ] = None
    escalate_calls: Annotated[int, typer.Option(min=0, help="Most calls of the larger model.")] = 100
    escalate_tokens: Annotated[int, typer.Option(min=0, help="Most tokens of the larger model.")] = 200_000
    prompts: Annotated[Path | None, typer.Option(help="Folder of prompts in place of the shipped ones.")] = None
    as_json: Json = False

    def for_workflow(self) -> "WorkflowOptions":
        """Return what the workflow is to do. Raises ConfigError for what is not on offer."""
        from graphrag_tools.search.coverage import DEFAULT_REFUSE_BELOW
        from graphrag_tools.workflow.options import Budget, WorkflowOptions

        return WorkflowOptions(
            tool_mode=self.tool_mode.value,
            answers=self.answers.value,
            choices=self.choices,
            refuse_below=DEFAULT_REFUSE_BELOW if self.refuse_below is None else self.refuse_below,
            manual=self.manual,
            prompts=str(self.prompts) if self.prompts else None,
            escalate_to=self.escalate_to,
            budget=Budget(self.escalate_calls, self.escalate_tokens),
        )

    def for_model(self) -> "ModelOptions":
        """Return how the model is to be run."""
        from graphrag_tools.models.model import ModelOptions

        return ModelOptions(context=self.context, max_tokens=self.max_tokens, base_url=self.base_url)


@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """Where in the graphs of an index to look."""

    index: Index = DEFAULT_INDEX
    manual: Manual = None
    depth: Annotated[int | None, typer.Option(min=0, help="How many levels below the first.")] = None


def takes_options(command: Callable[..., None]) -> Callable[..., None]:
    """Let typer see each field of the command's option classes as an option; the command gets them as objects.

    Where two of its classes have a field of one name, the first one's is the option.
    """
    own = inspect.signature(command).parameters.values()
    classes: dict[str, Any] = {one.name: one.annotation for one in own if is_dataclass(one.annotation)}
    shared: dict[str, inspect.Parameter] = {}
    taken_from: dict[str, list[str]] = {}
    for name, options in classes.items():
        new = [one for one in _as_parameters(options) if one.name not in shared]
        taken_from[name] = [one.name for one in new]
        shared.update({one.name: one for one in new})

    @functools.wraps(command)
    def with_options(*args: Any, **given: Any) -> None:
        expanded = {
            name: options(**{taken: given.pop(taken) for taken in taken_from[name]})
            for name, options in classes.items()
        }
        command(*args, **expanded, **given)

    parameters = [*(parameter for parameter in own if parameter.name not in classes), *shared.values()]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return with_options


def _as_parameters(options: type) -> list[inspect.Parameter]:
    hints = get_type_hints(options, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(options)
    ]
