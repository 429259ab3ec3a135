"""The config file graphrag-tools.toml: values for options, checked against what each option takes."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from graphrag_tools.errors import ConfigError

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
    text = _text(file)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: is not TOML: {error}.") from error
    checking = _Checking(file, text, known)
    shared = {key: value for key, value in document.items() if key not in known.tables}
    top = checking.checked(None, shared, known.shared)
    return {
        command: _shared_by(settings, top) | checking.checked(command, document.get(command, {}), settings)
        for command, settings in known.tables.items()
    }


def _text(file: Path) -> str:
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
        several: Any = [value] if setting.many and not isinstance(value, list) else value
        try:
            TypeAdapter(setting.takes).validate_python(several)
        except ValidationError as error:
            raise ConfigError(
                f"{self._place(table, setting.key)}: {_full(table, setting.key)} is {value!r}; {_expected(error)}."
            ) from error
        if not setting.is_path:
            return several
        # As a shell would: "~" is the user's home.
        paths = [str(self.file.parent / Path(one).expanduser()) for one in (several if setting.many else (several,))]
        return paths if setting.many else paths[0]

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


def _expected(error: ValidationError) -> str:
    """Return what pydantic would have taken: a valid integer, a number greater than …, 'auto' or 'none'."""
    said = error.errors()[0]["msg"].removeprefix("Input should be ")
    return f"expected {'a number ' if said.startswith(('greater', 'less')) else ''}{said}"


def _full(table: str | None, key: str) -> str:
    return f"{table}.{key}" if table else key


def _line_of(text: str, table: str | None, key: str) -> int | None:
    """Return the line that sets a key; tomllib does not tell. None where it is written in a way not looked for."""
    within: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"""\s*\[\s*["']?([^\]"']+?)["']?\s*\]""", line)
        if header:
            within = header[1]
            if table is None and within == key:
                return number
        quoted = rf"""["']?{re.escape(key)}["']?"""
        dotted = rf"""["']?{re.escape(table)}["']?\s*\.\s*{quoted}""" if table else quoted
        if re.match(rf"\s*{quoted if within == table else dotted}\s*[=.]", line) and within in (table, None):
            return number
    return None
