"""Read tool calls from values that were JSON: names of tools, and arguments however written."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

from graphrag_tools.text.characters import without_halves
from graphrag_tools.tool_calling.aliases import TOOL_ALIASES
from graphrag_tools.tool_calling.lenient_json import LenientReader

_MAX_SLIPS = 2
_MAX_NAME = 120
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PREFIX = re.compile(r"^(?:functions?|tools?|default_api|api|multi_tool_use)[.:/]+", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:[.:](?:call|run|invoke|__call__)|:\d+)$", re.IGNORECASE)


def tool_key(name: str) -> str:
    """Return a tool's name for comparison: no "functions." before it, no ".call" or ":0" after it, case,
    CamelCase, hyphens and spaces folded."""
    return _key(name[:_MAX_NAME])


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().strip("\"'`*<>")
    bare = _SUFFIX.sub("", _PREFIX.sub("", plain))
    return "_".join(re.findall(r"[^\W_]+", _CAMEL.sub("_", bare))).casefold()


def named_tool(name: str, offered: Iterable[str]) -> str | None:
    """Return the tool on offer whose name this is, but for its spelling; None where there is none or several."""
    key = tool_key(name)
    found = [tool for tool in offered if tool_key(tool) == key]
    exact = [tool for tool in found if tool == name]
    return exact[0] if exact else _only(found)


def meant_tool(name: str, offered: Collection[str] | Mapping[str, str]) -> str | None:
    """Return the tool on offer that a name means, None where that is not certain.

    `offered` may map names to those without a prefix, by which a tool is known too where only one has that.
    Beyond `named_tool`: other words for our own tools, the start of a name ("search") where it is one
    tool's only, and up to two slips of the pen. The first letter must be right and the number of words
    too, so that "get_…" never becomes "set_…".
    """
    if exact := named_tool(name, offered):
        return exact
    key = tool_key(name)
    if not key:
        return None
    plain = offered if isinstance(offered, Mapping) else dict.fromkeys(offered, "")
    meant = TOOL_ALIASES.get(key, key)
    if found := _only(tool for tool in offered if meant in (tool, tool_key(plain[tool]))):
        return found
    words = key.split("_")
    forms = {tool: (tool_key(tool), tool_key(plain[tool])) for tool in offered}
    return _only(
        tool for tool, keys in forms.items() if any(form.split("_")[: len(words)] == words for form in keys)
    ) or _only(tool for tool, keys in forms.items() if any(_misspelt(key, form) for form in keys))


def _misspelt(key: str, tool: str) -> bool:
    alike = key[:1] == tool[:1] and key.count("_") == tool.count("_") and len(tool) > 3 * _MAX_SLIPS
    return alike and OSA.distance(key, tool, score_cutoff=_MAX_SLIPS) <= _MAX_SLIPS


def _only(tools: Iterable[str]) -> str | None:
    found = list(tools)
    return found[0] if len(found) == 1 else None


Arguments = dict[str | int, object]
"""Arguments as they were written: by name, or by position from 0."""
NamedArguments = tuple[str, Arguments]
"""A tool's name as written, and its arguments."""
_NAME_KEYS = ("name", "tool", "tool_name", "function", "function_name", "action", "recipient_name")
_ARGUMENT_KEYS = "arguments parameters args input kwargs params action_input tool_input tool_parameters".split()
_LISTS = ("tool_calls", "tool_call", "calls", "function_calls", "function_call", "call", "tool_uses", "actions")
_ECHO_KEYS = ("description", "properties", "required")
_MAX_CALLS = 16
_MAX_DEPTH = 4


def calls_in(value: object, tools: Collection[str], depth: int = 0) -> list[NamedArguments]:
    """Return the calls, as names with arguments, that a value read from JSON makes; none for other values."""
    if isinstance(value, list):
        found = [pair for element in value[:_MAX_CALLS] for pair in calls_in(element, tools, depth + 1)]
        return found if depth < _MAX_DEPTH else []
    if not isinstance(value, dict) or depth >= _MAX_DEPTH:
        return []
    for key in _LISTS:
        if isinstance(value.get(key), list | dict) and (found := calls_in(value[key], tools, depth + 1)):
            return found
    if isinstance(inner := value.get("function"), dict):
        return calls_in({"name": value.get("name"), **inner}, tools, depth + 1)
    pair = _named(value, tools) or _keyed(value, tools)
    return [pair] if pair else []


def arguments_from(raw: object) -> Arguments:
    """Return arguments from however they were written: an object, a list by position, JSON in a string,
    JSON in JSON, or one bare value."""
    value = raw
    for _ in range(3):
        if not (isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"', "“")):
            break
        start = len(value) - len(value.lstrip())
        read = LenientReader(value).read(start)
        if read is None or value[read.end :].strip("}]) \n\t;"):
            break
        value = read.value
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list):
        return dict(enumerate(value))
    return {} if value is None or value == "" else {0: value}


def _named(value: dict[str, object], tools: Collection[str]) -> NamedArguments | None:
    """Return a call that gives its tool's name, and its arguments under a word for them or beside the name."""
    key = next((key for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
    if key is None:
        return None
    name = without_halves(str(value[key]))
    given = next((word for word in _ARGUMENT_KEYS if word in value), None)
    if given is None:
        if named_tool(name, tools) is None or any(word in value for word in _ECHO_KEYS):
            return None
        return name, {word: held for word, held in value.items() if word not in (key, "type", "id")}
    if is_schema(value[given]) or "description" in value:
        return None
    return name, arguments_from(value[given])


def _keyed(value: dict[str, object], tools: Collection[str]) -> NamedArguments | None:
    """Return a call written as {"search_manual": {"query": …}}."""
    if len(value) != 1:
        return None
    [(name, held)] = value.items()
    if named_tool(name, tools) is None or is_schema(held) or not isinstance(held, dict | str):
        return None
    return name, arguments_from(held)


def is_schema(value: object) -> bool:
    """Whether a value is a tool's own schema repeated, and no arguments."""
    return isinstance(value, dict) and (
        isinstance(value.get("properties"), dict)
        or any(isinstance(held, dict) and "type" in held and "value" not in held for held in value.values())
    )
