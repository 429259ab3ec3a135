"""Read the commands' options: from the flag, else the environment, else the config file, else the default."""

import difflib
import inspect
import re
import sys
import tomllib
import types
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from typer.models import CommandInfo, OptionInfo

from graphrag_tools.cli.output import print_aside
from graphrag_tools.errors import ConfigError, first_problem
from graphrag_tools.workflow.settings import VARIABLE_PREFIX

if TYPE_CHECKING:
    from pydantic import ValidationError

_CALLS_OWN = ("json",)
"""Options of one call, which no file or environment variable sets."""
_SOURCES = (
    "An option that is not given is taken from its variable (--index: GRAPHRAG_TOOLS_INDEX), else from "
    "graphrag-tools.toml, else it has its default."
)
_MORE_SOURCES = (
    'In graphrag-tools.toml, options have their long names: tool-mode = "schema". What stands at the top holds for '
    "every command, and what stands in a table named for a command, such as [chat], for that one. An option that one "
    "command alone has stands in its table, and its variable names the command (GRAPHRAG_TOOLS_CHAT_THREAD)."
)
_EXIT_CODES = (
    "Exit codes: 0 success; 1 an error, said in one line, or a requirement that was not met; 2 wrong usage; with "
    "--exit-status also 3 not in the manual, 4 unsure; 130 stopped by Ctrl-C."
)
AFTER_HELP = (_SOURCES, _MORE_SOURCES, _EXIT_CODES)
"""What help says of all commands, a paragraph each."""


def take_configuration(app: typer.Typer) -> None:
    """Let every option of the commands registered so far come from the environment or the config file too."""
    shared = _shared_keys(app)
    for command in app.registered_commands:
        command.epilog = command.epilog or _SOURCES
        for name, _, option in _options(command):
            key = _key(name, option)
            if option.envvar is None and key not in _CALLS_OWN:
                place = "" if key in shared else f"{_name(command)}_"
                option.envvar = f"{VARIABLE_PREFIX}{place}{key}".upper().replace("-", "_")
                option.show_envvar = False
    # Typer reads brackets as markup of rich, and would leave out the name of a table.
    app.callback(epilog="\n\n".join(AFTER_HELP).replace("[", r"\["))(_before_each_command(app))


def _before_each_command(app: typer.Typer) -> Any:
    def before_each_command(
        context: typer.Context,
        config: Annotated[
            Path | None,
            typer.Option(
                envvar=f"{VARIABLE_PREFIX}CONFIG",
                help="Config file, in place of graphrag-tools.toml in the current folder; it may set every option.",
            ),
        ] = None,
        version: Annotated[  # noqa: ARG001
            bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit.")
        ] = False,
    ) -> None:
        """Answers from a device manual, with menu path and source, by any model or none."""
        # Help is the same everywhere, and there even if the file is broken.
        if not context.resilient_parsing and "--help" not in sys.argv:
            context.default_map = _values(app, config, context.invoked_subcommand or "")
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


def _values(app: typer.Typer, config: Path | None, command: str) -> dict[str, Any]:
    """Return what the file sets; one that was found rather than named is said on standard error, and checked."""
    from graphrag_tools.cli.consent import check_found_config

    file = config.expanduser() if config else find_config(Path.cwd())
    if file is None:
        return {}
    known = known_settings(app)
    values = dict(read_config(file, known))
    if config is None and values.get(command):
        print_aside(f"Settings from {file}.")
        check_found_config(file, text_of(file), command, known.tables[command].values(), values[command])
    return values


def known_settings(app: typer.Typer) -> "Known":
    """Return what a config file may hold, as the registered commands have it."""
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
    members = () if get_origin(annotation) is Literal else get_args(annotation)
    (kind,) = [one for one in members or (annotation,) if one is not NoneType]
    many = get_origin(annotation) is list or get_origin(kind) is list
    one = get_args(kind)[0] if get_origin(kind) is list else kind
    takes = _checked_type(one, option)
    return Setting(
        _key(name, option), name, types.GenericAlias(list, (takes,)) if many else takes, is_path=one is Path, many=many
    )


def _checked_type(kind: Any, option: OptionInfo) -> Any:
    """Return what pydantic checks a value by: no text for a number, no number for a text."""
    from pydantic import Field

    if get_origin(kind) is Literal:
        return kind
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


CONFIG_NAME = "graphrag-tools.toml"


@dataclass(frozen=True, slots=True)
class Setting:
    """One option as the file may set it: `takes` is what pydantic checks, `name` what the program calls it."""

    key: str
    name: str
    takes: Any
    is_path: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may hold: keys at its top, which hold for every command, and a table for each command."""

    shared: Mapping[str, Setting]
    tables: Mapping[str, Mapping[str, Setting]]


def find_config(folder: Path) -> Path | None:
    """Return the config file of a folder; None where there is none."""
    file = folder / CONFIG_NAME
    return file if file.is_file() else None


def read_config(file: Path, known: Known) -> dict[str, dict[str, Any]]:
    """Return the values that a file gives, per command and by the option's name in the program.

    A command's own table goes before the top of the file. A relative path is taken from the file's folder.

    Raises:
        ConfigError: The file cannot be read, is not TOML, has a key that nothing knows or a value of a wrong type.
    """
    text = text_of(file)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # Python has no number of 10,000 digits
        raise ConfigError(f"{file}: is not TOML: {error}.") from error
    checking = _Checking(file, text, known)
    shared = {key: value for key, value in document.items() if key not in known.tables}
    top = checking.checked(None, shared, known.shared)
    return {
        command: _shared_by(settings, top) | checking.checked(command, document.get(command, {}), settings)
        for command, settings in known.tables.items()
    }


def text_of(file: Path) -> str:
    """Return the text of a config file. Raises ConfigError where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read as a config file ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8 text ({error.reason} at byte {error.start}).") from error


def _shared_by(settings: Mapping[str, Setting], top: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the top of the file says about a command's options; one that takes several gets a list."""
    named = {setting.name: setting for setting in settings.values()}
    return {
        name: [value] if named[name].many and not isinstance(value, list) else value
        for name, value in top.items()
        if name in named
    }


@dataclass(frozen=True, slots=True)
class _Checking:
    file: Path
    text: str
    known: Known

    def checked(self, table: str | None, values: Any, settings: Mapping[str, Setting]) -> dict[str, Any]:
        if not isinstance(values, dict):
            raise ConfigError(
                f"{self._place(None, table or '')}: {table} is {values!r}; expected a table [{table}] of its options."
            )
        found = {}
        for key, value in values.items():
            if key not in settings:
                raise self._unknown(table, key, settings)
            found[settings[key].name] = self._value(table, settings[key], value)
        return found

    def _value(self, table: str | None, setting: Setting, value: Any) -> Any:
        from pydantic import TypeAdapter, ValidationError

        several: Any = [value] if setting.many and not isinstance(value, list) else value
        try:
            TypeAdapter(setting.takes).validate_python(several)
        except ValidationError as error:
            raise ConfigError(
                f"{self._place(table, setting.key)}: {_full(table, setting.key)} is {value!r}; {_expected(error)}."
            ) from error
        if not setting.is_path:
            return several
        paths = [self._path(one) for one in (several if setting.many else (several,))]
        return paths if setting.many else paths[0]

    def _path(self, written: str) -> str:
        """Return a path as a shell would take it in the file's folder, "~" being the user's home."""
        return written if "://" in written else str(self.file.parent / Path(written).expanduser())

    def _unknown(self, table: str | None, key: str, settings: Mapping[str, Setting]) -> ConfigError:
        at = f"{self._place(table, key)}: {_full(table, key)} is not known here"
        homes = [name for name, own in self.known.tables.items() if key in own]
        if table is None and homes:
            return ConfigError(f"{at}; it belongs to {' or '.join(f'[{home}]' for home in homes)}.")
        candidates: Sequence[str] = [*settings, *([] if table else self.known.tables)]
        near = difflib.get_close_matches(key.replace("_", "-"), candidates, n=1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(sorted(candidates))}."
        return ConfigError(f"{at}; {hint}")

    def _place(self, table: str | None, key: str) -> str:
        line = _line_of(self.text, table, key)
        return f"{self.file}, line {line}" if line else str(self.file)


def _expected(error: "ValidationError") -> str:
    """Return what pydantic would have taken: a valid integer, a number greater than …, 'auto' or 'none'."""
    said = first_problem(error).removeprefix("Input should be ")
    return f"expected {'a number ' if said.startswith(('greater', 'less')) else ''}{said}"


def _full(table: str | None, key: str) -> str:
    return f"{table}.{key}" if table else key


def _line_of(text: str, table: str | None, key: str) -> int | None:
    """Return the line that sets a key; tomllib does not tell. None where it is written in a way not looked for."""
    within: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"""\s*+\[\s*+["']?([^\]"'\s]++)["']?\s*+\]""", line)
        if header:
            within = header[1]
            if table is None and within == key:
                return number
        quoted = rf"""["']?{re.escape(key)}["']?"""
        dotted = rf"""["']?{re.escape(table)}["']?\s*\.\s*{quoted}""" if table else quoted
        if re.match(rf"\s*{quoted if within == table else dotted}\s*[=.]", line) and within in (table, None):
            return number
    return None
