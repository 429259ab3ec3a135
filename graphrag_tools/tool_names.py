"""Which of the tools on offer a name means that a model wrote: exactly, by another word for it, or misspelt."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

from graphrag_tools.tool_texts import TOOL_ALIASES

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


def meant_tool(name: str, offered: Collection[str]) -> str | None:
    """Return the tool on offer that a name means, None where that is not certain.

    Beyond `named_tool`: other words for our own tools, the start of a name ("search") where it is one
    tool's only, and up to two slips of the pen. The first letter must be right and the number of words
    too, so that "get_…" never becomes "set_…".
    """
    if exact := named_tool(name, offered):
        return exact
    key = tool_key(name)
    if not key:
        return None
    if (meant := TOOL_ALIASES.get(key)) in offered:
        return meant
    words = key.split("_")
    return _only(tool for tool in offered if tool_key(tool).split("_")[: len(words)] == words) or _only(
        tool for tool in offered if _misspelt(key, tool_key(tool))
    )


def _misspelt(key: str, tool: str) -> bool:
    alike = key[:1] == tool[:1] and key.count("_") == tool.count("_") and len(tool) > 3 * _MAX_SLIPS
    return alike and OSA.distance(key, tool, score_cutoff=_MAX_SLIPS) <= _MAX_SLIPS


def _only(tools: Iterable[str]) -> str | None:
    found = list(tools)
    return found[0] if len(found) == 1 else None
