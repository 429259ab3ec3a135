"""The options that several commands share, said once, and how a command takes them all."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import typer
from annotated_types import Ge, Le
from typer.models import OptionInfo, ParameterInfo
from typing_extensions import Doc

from graphrag_tools.cli.completion import COMPLETERS
from graphrag_tools.cli.narrow_help import ReadableCommand, paragraphs
from graphrag_tools.stores.place import place_of
from graphrag_tools.workflow.settings import (
    DEFAULT_INDEX,
    VARIABLE_PREFIX,
    AnswerSettings,
    Index,
    ManualId,
    ModelName,
)

_PANELS = {
    "Model": ("tool_mode", "answers", "choices", "escalate_to", "base_url", "keep_alive", "threads", "prompts"),
    "Limits": (
        *("refuse_below", "answer_from", "context", "max_tokens", "thread_tokens", "escalate_calls", "escalate_tokens"),
        *("max_minutes", "max_items", "parallel", "limit", "depth"),
    ),
    "Output": ("as_json", "verbose", "exit_status", "out"),
}
"""Under which heading, and in which order, help lists an option; any other is a usual one."""
_USUAL = "Usual"
_ORDER = (_USUAL, *_PANELS)
_PANEL_OF = {name: panel for panel, names in _PANELS.items() for name in names}
_PLACE_OF = {name: place for place, name in enumerate(_PANEL_OF, start=1)}
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_SHOWN_VARIABLES = {Index: f"{VARIABLE_PREFIX}INDEX", ModelName: f"{VARIABLE_PREFIX}MODEL"}
"""The settings whose variables help shows one by one; how the others are called stands below it."""


@dataclass(frozen=True, slots=True)
class AskingOptions(AnswerSettings):
    """The settings of answering, and how the answer is printed."""

    as_json: Json = False


@dataclass(frozen=True, slots=True)
class ShownOptions(AskingOptions):
    """The settings of answering, and how much is shown of how the answer came about."""

    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Also show who answered, the tool calls, the ids and the cost."),
    ] = False


@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """Where in the graphs of an index to look."""

    index: Index = DEFAULT_INDEX
    manual: ManualId = None
    depth: Annotated[int | None, typer.Option(min=0, help="How many levels to show below the first.")] = None


def takes_options(command: Callable[..., None]) -> Callable[..., None]:
    """Let typer see each setting, and each field of the command's option classes, as an option.

    The command gets the classes as objects. Where two of its classes have a field of one name, the first one's is
    the option.
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
    def with_options(*args: Any, **as_typed: Any) -> None:
        given = {name: _at_home(value) for name, value in as_typed.items()}
        expanded = {
            name: options(**{taken: given.pop(taken) for taken in taken_from[name]})
            for name, options in classes.items()
        }
        command(*args, **expanded, **given)

    plain = [
        one.replace(annotation=_option(one.annotation, one.name), kind=inspect.Parameter.KEYWORD_ONLY)
        for one in own
        if one.name not in classes
    ]
    parameters = sorted((*plain, *shared.values()), key=_place_in_help)
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    with_options.__doc__ = paragraphs(command.__doc__ or "")
    return with_options


def _place_in_help(parameter: inspect.Parameter) -> int:
    """Return which place an option has; help shows usual ones first, and headings as they first come."""
    return _PLACE_OF.get(parameter.name, 0)


class GroupedCommand(ReadableCommand):
    """A command whose --help stands under a heading of ours too, and in place."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return all parameters, --help last."""
        parameters: list[Any] = super().get_params(ctx)
        if parameters and parameters[-1].name == "help":
            parameters[-1].rich_help_panel = _ORDER[-1]
        return parameters


def _at_home(value: Any) -> Any:
    """Return a path with its "~" expanded, which no shell does in a client's JSON or a compose file."""
    return value.expanduser() if isinstance(value, Path) else value


def _as_parameters(options: type) -> list[inspect.Parameter]:
    hints = get_type_hints(options, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=_option(hints[field.name], field.name),
        )
        for field in fields(options)
    ]


@functools.cache
def _option(annotation: Any, name: str) -> Any:
    """Return a setting or an option as typer takes it, under its heading; any other annotation as it is.

    It is the same object each time, because that tells that commands share an option.
    """
    panel = _PANEL_OF.get(name, _USUAL)
    metadata = getattr(annotation, "__metadata__", ())
    for one in metadata:
        if isinstance(one, OptionInfo):
            one.rich_help_panel = one.rich_help_panel or panel
            one.metavar = one.metavar or _value_words(get_args(annotation)[0])
        if isinstance(one, ParameterInfo):
            one.autocompletion = one.autocompletion or COMPLETERS.get(name)
    told = [one.documentation for one in metadata if isinstance(one, Doc)]
    if not told:
        return annotation
    kind, *bounds = get_args(annotation)
    least: Any = next((one.ge for one in bounds if isinstance(one, Ge)), None)
    most: Any = next((one.le for one in bounds if isinstance(one, Le)), None)
    variable = _SHOWN_VARIABLES.get(annotation)
    if annotation is Index:
        # A place is written as a path is, which typer knows.
        place = typer.Option(parser=place_of, metavar="<path>", help=told[0], envvar=variable, rich_help_panel=panel)
        return Annotated[Path, place]
    option = typer.Option(
        min=least, max=most, help=told[0], envvar=variable, rich_help_panel=panel, metavar=_value_words(kind)
    )
    option.autocompletion = COMPLETERS.get(name)
    return Annotated[kind, option]


def _value_words(kind: Any) -> str | None:
    """Return what help calls the value of an option: no name of a type that only programmers know; None for others."""
    kinds = {one for one in get_args(kind) or (kind,) if one is not type(None)}
    if kinds <= {int, float}:
        return "<number>"
    return "<text>" if kinds == {str} or kinds == {list[str]} else None
