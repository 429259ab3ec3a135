"""Where the commands' options get their values from: flag, else environment, else config file, else default."""

import inspect
import sys
import types
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from typer.models import CommandInfo, OptionInfo

if TYPE_CHECKING:
    from graphrag_tools.config_file import Known, Setting

_PREFIX = "GRAPHRAG_TOOLS_"
_CALLS_OWN = ("json",)
"""Options of one call, which no file or environment variable sets."""
_SOURCES = (
    "An option that is not given is taken from the environment (--tool-mode: GRAPHRAG_TOOLS_TOOL_MODE), else from "
    "graphrag-tools.toml, else it has its default."
)
_MORE_SOURCES = (
    'In graphrag-tools.toml, options have their long names: tool-mode = "schema". What stands at the top holds for '
    "every command, a table named for a command holds for that one. An option that one command alone has is named "
    "for it in the environment (chat --thread: GRAPHRAG_TOOLS_CHAT_THREAD) and stands in its table."
)
_EXIT_CODES = (
    "Exit codes: 0 success; 1 an error, said in one line, or a requirement that was not met; 2 wrong usage; "
    "130 stopped by Ctrl-C."
)


def take_configuration(app: typer.Typer) -> None:
    """Let every option of the commands registered so far come from the environment or the config file too."""
    shared = _shared_keys(app)
    for command in app.registered_commands:
        command.epilog = command.epilog or _SOURCES
        for name, _, option in _options(command):
            key = _key(name, option)
            if option.envvar is None and key not in _CALLS_OWN:
                place = "" if key in shared else f"{_name(command)}_"
                option.envvar = f"{_PREFIX}{place}{key}".upper().replace("-", "_")
                option.show_envvar = False
    app.callback(epilog="\n\n".join((_SOURCES, _MORE_SOURCES, _EXIT_CODES)))(_before_each_command(app))


def _before_each_command(app: typer.Typer) -> Any:
    def before_each_command(
        context: typer.Context,
        config: Annotated[
            Path | None,
            typer.Option(
                envvar=f"{_PREFIX}CONFIG", help="Config file, in place of graphrag-tools.toml in the current folder."
            ),
        ] = None,
        version: Annotated[  # noqa: ARG001
            bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit.")
        ] = False,
    ) -> None:
        """Answers from a device manual, with menu path and source, by any model or none."""
        # Help is the same everywhere, and there even if the file is broken.
        if not context.resilient_parsing and "--help" not in sys.argv:
            context.default_map = _values(app, config)
            _let_errors_name_variables(context)

    return before_each_command


def _let_errors_name_variables(context: typer.Context) -> None:
    """Typer names in an error the variable that a value came from only where it would name it in the help too."""
    called = vars(context.command)["commands"].get(context.invoked_subcommand)
    for parameter in called.params if called else ():
        parameter.show_envvar = True


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"graphrag-tools {version('graphrag-tools')}")
        raise typer.Exit


def _values(app: typer.Typer, config: Path | None) -> dict[str, Any]:
    from graphrag_tools.config_file import find_config, read_config

    file = config or find_config(Path.cwd())
    return dict(read_config(file, known_settings(app))) if file else {}


def known_settings(app: typer.Typer) -> "Known":
    """Return what a config file may hold, as the registered commands have it."""
    from graphrag_tools.config_file import Known

    shared_keys = _shared_keys(app)
    tables = {
        _name(command): {
            setting.key: setting
            for setting in (_setting(*found) for found in _options(command))
            if setting.key not in _CALLS_OWN
        }
        for command in app.registered_commands
    }
    # A command that takes several models takes the one at the top of the file too.
    shared = {
        setting.key: setting
        for settings in tables.values()
        for setting in settings.values()
        if setting.key in shared_keys and not setting.many
    }
    return Known(shared, tables)


def _shared_keys(app: typer.Typer) -> set[str]:
    """Return the options that are said once for several commands, and so mean the same in each."""
    found = [
        (id(option), _key(name, option)) for command in app.registered_commands for name, _, option in _options(command)
    ]
    return {key for (_, key), commands in Counter(found).items() if commands > 1 and key not in _CALLS_OWN}


def _options(command: CommandInfo) -> Iterator[tuple[str, Any, OptionInfo]]:
    """Yield name, type and option of each option of a command; arguments have no name to set them by."""
    if command.callback is None:
        return
    hints = get_type_hints(command.callback, include_extras=True)
    for name in inspect.signature(command.callback).parameters:
        annotated = hints[name]
        options = [one for one in getattr(annotated, "__metadata__", ()) if isinstance(one, OptionInfo)]
        if options:
            yield name, get_args(annotated)[0], options[0]


def _setting(name: str, annotation: Any, option: OptionInfo) -> "Setting":
    from graphrag_tools.config_file import Setting

    (kind,) = [one for one in get_args(annotation) or (annotation,) if one is not NoneType]
    many = get_origin(annotation) is list or get_origin(kind) is list
    one = get_args(kind)[0] if get_origin(kind) is list else kind
    takes = _checked_type(one, option)
    return Setting(
        _key(name, option), name, types.GenericAlias(list, (takes,)) if many else takes, is_path=one is Path, many=many
    )


def _checked_type(kind: type, option: OptionInfo) -> Any:
    """Return what pydantic checks a value by: no text for a number, no number for a text."""
    from pydantic import Field

    if issubclass(kind, Enum):
        return Literal[tuple(member.value for member in kind)]
    if kind in (int, float):
        return Annotated[kind, Field(strict=True, ge=option.min, le=option.max)]
    return Annotated[str if kind is Path else kind, Field(strict=True)]


def _key(name: str, option: OptionInfo) -> str:
    """Return what an option is called in a file: its long name, or its only one, without dashes."""
    # In Annotated, typer keeps the first of an option's names as its default.
    declared = [str(one) for one in (option.default, *(option.param_decls or ())) if str(one).startswith("-")]
    long = [one for one in declared if one.startswith("--")] or declared
    return long[0].split("/")[0].lstrip("-") if long else name.replace("_", "-")


def _name(command: CommandInfo) -> str:
    return command.name or getattr(command.callback, "__name__", "").replace("_", "-")
