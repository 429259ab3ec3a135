"""Read what Sphinx's conf.py sets by plain values. It is a program, and is read here without being run."""

import ast
import re
from collections.abc import Mapping
from typing import Any

_DEFINITION = re.compile(
    r"^\.\. (?:\|(?P<name>[^|\n]+)\||_[^:\n]+:)[^\n]*(?:\n(?:[ \t]+\S[^\n]*|[ \t]*(?=\n[ \t]+\S)))*", re.MULTILINE
)
_USED = re.compile(r"\|([^|\n]+)\|")
_ALWAYS = ("version", "release", "project")
"""What Sphinx itself, or a usual prolog, lets pages show."""


def sphinx_settings(text: str) -> dict[str, Any]:
    """Return the settings of a conf.py that are literals, or texts made of literals and other settings."""
    try:
        statements = ast.parse(text).body
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return {}
    found: dict[str, Any] = {}
    for statement in statements:
        if isinstance(statement, ast.Assign):
            names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            names = [statement.target.id]
        else:
            continue
        try:
            value = _value(statement.value, found)
            for name in names:
                found[name] = found[name] + value if isinstance(statement, ast.AugAssign) else value
        except (ValueError, TypeError, KeyError, RecursionError, MemoryError):
            continue
    return found


def definitions_used(text: str, settings: Mapping[str, Any]) -> str:
    """Return the definitions that conf.py has for a page (`rst_prolog`, `rst_epilog`, the version), to put behind it.

    Those alone that the page uses and does not give itself: what else a prolog has is no text of the manual.
    """
    shared = "\n".join(str(settings.get(name) or "") for name in ("rst_prolog", "rst_epilog"))
    known = {match["name"]: match[0] for match in _DEFINITION.finditer(shared) if match["name"]}
    for name in _ALWAYS:
        if isinstance(value := settings.get(name), str) and value.strip():
            known.setdefault(name, f".. |{name}| replace:: {' '.join(value.split())}")
    wanted = [name for name in dict.fromkeys(_USED.findall(text)) if name in known and f".. |{name}|" not in text]
    links = [match[0] for match in _DEFINITION.finditer(shared) if not match["name"] and match[0] not in text]
    return "\n\n".join(("", *(known[name] for name in wanted), *links, "")) if wanted or links else ""


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """Return the value of an expression. Raises ValueError or KeyError for one that only a run would tell."""
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _value(node.left, known) + _value(node.right, known)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(_value(part, known)) for part in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # a text that a method changes
        text = _value(node.args[0] if node.func.attr == "dedent" and node.args else node.func.value, known)
        if isinstance(text, str):
            return text
    if isinstance(node, ast.FormattedValue) and node.format_spec is None:
        return _value(node.value, known)
    return ast.literal_eval(node)
