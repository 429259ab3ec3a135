"""The options that several commands share, said once, and how a command takes them all."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

DEFAULT_INDEX = Path("manual-index")

Index = Annotated[Path, typer.Option("--index", envvar="GRAPHRAG_TOOLS_INDEX", help="Folder of the index.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ModelName = Annotated[
    str,
    typer.Option(
        envvar="GRAPHRAG_TOOLS_MODEL",
        help="ollama:NAME, gguf:smollm2, gguf:PATH, openai:NAME or another PROVIDER:NAME, or none.",
    ),
]
Context = Annotated[int, typer.Option(min=256, help="Tokens of context to ask a local model for.")]
BaseUrl = Annotated[str | None, typer.Option(help="Address of the model's server.")]
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
        typer.Option(min=1, max=5, help="How many items the model may choose among (default 1; native 5)."),
    ] = None
    tool_mode: Annotated[ToolMode, typer.Option(help="How the model calls tools.")] = ToolMode.auto
    answers: Annotated[Wording, typer.Option(help="The model's words (checked) or the manual's.")] = Wording.auto
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


def takes_asking_options(command: Callable[..., None]) -> Callable[..., None]:
    """Let typer see each field of AskingOptions as an option of the command, which gets them as one object."""
    own = [
        parameter
        for parameter in inspect.signature(command).parameters.values()
        if parameter.annotation is not AskingOptions
    ]
    hints = get_type_hints(AskingOptions, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(AskingOptions)
    ]

    @functools.wraps(command)
    def with_options(*args: Any, **given: Any) -> None:
        options = AskingOptions(**{field.name: given.pop(field.name) for field in fields(AskingOptions)})
        command(*args, options=options, **given)

    parameters = [*own, *shared]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return with_options
