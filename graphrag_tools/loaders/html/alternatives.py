"""Alternatives that a page hides together, of which a script shows the one of the reader's system."""

import re

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.dom import neighbour

_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SYSTEMS = frozenset(
    "mac macos osx win windows unix linux default android ios iphone ipad desktop mobile phone".split()
)
_NAMING = re.compile(r"class|id|data-[\w-]+")


def is_hidden(node: LexborNode) -> bool:
    """Whether an element's own attributes hide it until a script shows it."""
    attributes = node.attributes
    return "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style") or "") is not None


def is_alternative(node: LexborNode) -> bool:
    """Whether a hidden element is one of several beside each other that name systems: a script shows one of them.

    Where both are hidden, one that names a system is enough.
    """
    return any(
        _are_alternatives(node, other)
        for other in (_neighbour(node, forward=True), _neighbour(node, forward=False))
        if other is not None
    )


def follows_alternative(node: LexborNode) -> bool:
    """Whether an element comes right after another for the same place of a sentence, of which one is hidden."""
    before = _neighbour(node, forward=False)
    return before is not None and _are_alternatives(before, node)


def _are_alternatives(first: LexborNode, second: LexborNode) -> bool:
    hidden = is_hidden(first), is_hidden(second)
    if first.tag != second.tag or not any(hidden):
        return False
    named = _names_system(first), _names_system(second)
    return any(named) if all(hidden) else all(named)


def _names_system(node: LexborNode) -> bool:
    named = " ".join(value or "" for name, value in node.attributes.items() if _NAMING.fullmatch(name))
    return not _SYSTEMS.isdisjoint(re.findall(r"[a-z]+", named.lower()))


def _neighbour(node: LexborNode, *, forward: bool) -> LexborNode | None:
    """Return the element beside an element; None where text stands between."""
    other = neighbour(node, forward=forward)
    return other if other is not None and other.tag not in ("-text", "-comment") else None
