"""Repair of a call's arguments to what the tool's schema takes; none is invented."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz

from graphrag_tools.text.characters import without_halves
from graphrag_tools.tool_calling.aliases import ARGUMENT_ALIASES
from graphrag_tools.tool_calling.reading import Arguments, tool_key
from graphrag_tools.tools.lookup import is_nothing

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

_NEAR_FROM = 80.0  # ratio, 0 to 100: one slip in a short name
_WRAPPERS = frozenset("arguments parameters args input kwargs params tool_input properties".split())
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_UNFIT = object()


@dataclass(frozen=True, slots=True)
class MendedArguments:
    """Arguments that fit the schema, or what is wrong with them; and what was done, one sentence each."""

    arguments: dict[str, object]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    properties: Mapping[str, dict[str, Any]]
    required: Sequence[str]
    taken: dict[str, object] = field(default_factory=dict)
    left: dict[str, object] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def mended_arguments(tool: "BaseTool", written: Arguments, fallbacks: Mapping[str, object]) -> MendedArguments:
    """Return a call's arguments under the names and with the types of the tool's schema.

    Positions become names in the schema's order; near and usual other names the right ones; one value
    under an unknown name the one required argument that is missing; "5" becomes 5, and numbers are
    brought within their bounds. Arguments that the schema does not have, and optional ones of no use, are
    left out. `fallbacks` fill required arguments that are missing.
    """
    schema = _schema(tool)
    work = _Work(schema.get("properties", {}), schema.get("required", ()))
    plain = _unwrapped(written, work.properties)
    if plain is not written:
        work.notes.append("the arguments stood one level too deep")
    _take_names(work, plain)
    _coerce_all(work, schema)
    _take_only_value(work, schema)
    for name in work.required:
        if name not in work.taken and name in fallbacks:
            work.taken[name] = fallbacks[name]
            work.notes.append(f"{name} was missing and was filled with the question")
    work.notes += [f"the argument {_shown(name)} was left out" for name in work.left]
    problems = [f"{name} is missing" for name in work.required if name not in work.taken]
    return MendedArguments(work.taken, tuple(problems or _invalid(tool, work.taken)), tuple(work.notes))


def _schema(tool: "BaseTool") -> Mapping[str, Any]:
    schema = tool.tool_call_schema
    if isinstance(schema, dict):
        return schema
    return schema.model_json_schema() if issubclass(schema, BaseModel) else schema.schema()


def _invalid(tool: "BaseTool", arguments: dict[str, object]) -> list[str]:
    schema = tool.tool_call_schema
    if isinstance(schema, dict) or not issubclass(schema, BaseModel):
        return []
    try:
        schema.model_validate(arguments)
    except ValidationError as error:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    return []


def _unwrapped(written: Arguments, properties: Mapping[str, Any]) -> Arguments:
    """Return the arguments themselves where they stand one level too deep: {"arguments": {"query": …}}."""
    if len(written) == 1:
        [(name, held)] = written.items()
        if isinstance(held, dict) and name in _WRAPPERS and name not in properties:
            return dict(held)
    return written


def _take_names(work: _Work, written: Arguments) -> None:
    """Give each value the argument that its name means; an exact name goes before a near one."""
    names = list(work.properties)
    exact = {name: value for name, value in written.items() if name in work.properties}
    work.taken.update((str(name), value) for name, value in exact.items())
    for name, value in written.items():
        if name in exact:
            continue
        if isinstance(name, int):
            meant = names[name] if name < len(names) else None
        else:
            meant = _meant(name, [free for free in names if free not in work.taken])
        if meant is None or meant in work.taken:
            work.left[str(name)] = value
            continue
        work.taken[meant] = value
        if not isinstance(name, int):
            work.notes.append(f"the argument {_shown(name)} was taken for {meant}")


def _meant(name: str, free: Sequence[str]) -> str | None:
    key = tool_key(name)
    for argument in free:
        if tool_key(argument) == key or key in ARGUMENT_ALIASES.get(argument, ()):
            return argument
    near = [argument for argument in free if key and fuzz.ratio(key, tool_key(argument)) >= _NEAR_FROM]
    return near[0] if len(near) == 1 else None


def _coerce_all(work: _Work, schema: Mapping[str, Any]) -> None:
    for name, given in list(work.taken.items()):
        value = _coerced(given, work.properties[name], schema)
        optional = name not in work.required
        if value is _UNFIT or (optional and isinstance(value, str) and is_nothing(value)):
            del work.taken[name]
            work.notes.append(f"{name} was of no use and was left out")
            continue
        work.taken[name] = value
        if type(value) is not type(given) or value != given:
            work.notes.append(f"{name} was given as {_shown(given)}")


def _take_only_value(work: _Work, schema: Mapping[str, Any]) -> None:
    """Give the one required argument that is missing the one value left, whatever it was called."""
    missing = [name for name in work.required if name not in work.taken]
    plain = [name for name, value in work.left.items() if isinstance(value, str | int | float) and value != ""]
    if len(missing) != 1 or len(plain) != 1:
        return
    value = _coerced(work.left[plain[0]], work.properties[missing[0]], schema)
    if value is not _UNFIT:
        del work.left[plain[0]]
        work.taken[missing[0]] = value
        work.notes.append(f"the argument {_shown(plain[0])} was taken for {missing[0]}")


def _coerced(value: object, wanted: Mapping[str, Any], schema: Mapping[str, Any]) -> object:
    """Return a value as the type that a property wants, `_UNFIT` where it cannot be."""
    kinds = _alternatives(wanted, schema)
    if value is None:
        return None if any(kind.get("type") == "null" for kind in kinds) else _UNFIT
    if isinstance(value, dict) and "value" in value and not any(kind.get("type") == "object" for kind in kinds):
        return _coerced(value["value"], wanted, schema)
    for kind in kinds:
        found = _as_kind(value, kind)
        if found is not _UNFIT:
            return found
    return _UNFIT


def _alternatives(wanted: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if reference := wanted.get("$ref"):
        found: Mapping[str, Any] = schema.get("$defs", {}).get(str(reference).rpartition("/")[2], {})
        return [found]
    several = wanted.get("anyOf") or wanted.get("oneOf") or [wanted]
    return [kind for one in several for kind in (_alternatives(one, schema) if "$ref" in one else [one])]


def _as_kind(value: object, kind: Mapping[str, Any]) -> object:
    if "enum" in kind:
        named = {tool_key(str(allowed)): allowed for allowed in kind["enum"]}
        return value if value in kind["enum"] else named.get(tool_key(str(value)), _UNFIT)
    readers: dict[str, Callable[[], object]] = {
        "string": lambda: _text(value),
        "integer": lambda: _number(value, kind),
        "number": lambda: _number(value, kind),
        "boolean": lambda: _BOOLEANS.get(str(value).strip().lower(), _UNFIT),
        "array": lambda: _decoded(value, list, [value]),
        "object": lambda: _decoded(value, dict, _UNFIT),
        "null": lambda: _UNFIT,
    }
    read = readers.get(str(kind.get("type")))
    return read() if read else value


def _text(value: object) -> object:
    if isinstance(value, list) and len(value) == 1:
        return _text(value[0])
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return _UNFIT
    text = without_halves(str(value)).strip()
    return text or _UNFIT


def _number(value: object, kind: Mapping[str, Any]) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return _UNFIT
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return _UNFIT
    if not math.isfinite(number):
        return _UNFIT
    low, high = kind.get("minimum", -math.inf), kind.get("maximum", math.inf)
    bounded = min(max(number, low), high)
    return int(bounded) if kind.get("type") == "integer" else bounded


def _decoded(value: object, kind: type, otherwise: object) -> object:
    if isinstance(value, kind):
        return value
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return otherwise
    return found if isinstance(found, kind) else otherwise


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
