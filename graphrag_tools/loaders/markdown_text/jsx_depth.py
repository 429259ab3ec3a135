"""Bring what stands between tags of JSX as far left as its tags: people indent it, and MDX does not mind.

CommonMark does: it sees no second item in a list that is indented by four, and no heading.
"""

import re
from collections import Counter
from dataclasses import dataclass

_OPENING = re.compile(r"<(?P<name>[A-Za-z][\w.-]*)(?:\s[^\n]*)?(?<!/)>")
_CLOSING = re.compile(r"</(?P<name>[A-Za-z][\w.-]*)>")
_BEGUN = re.compile(r"<(?P<name>[A-Za-z][\w.-]*)(?:\s[^<>\n]*)?")
_AROUND = frozenset({"div", "section", "article", "aside", "details", "center"})
"""Elements of HTML around Markdown, which CommonMark would not read before a blank line."""
_KEPT = frozenset({"pre", "script", "style", "textarea"})


@dataclass(slots=True)
class _Element:
    name: str
    depth: int
    """How far its tag is indented in the result."""
    base: int = -1
    """How far its first line is indented as written, -1 before that line."""


def with_flat_children(text: str) -> str:
    """Return MDX, whose code is apart, with the lines between tags indented as their tags and no further.

    Tags count that stand on lines of their own and are closed on one.
    """
    left = Counter(found["name"] for line in text.split("\n") if (found := _CLOSING.fullmatch(line.strip())))
    open_elements: list[_Element] = []
    result: list[str] = []
    begun = ""
    for line in text.split("\n"):
        bare = line.strip()
        if not bare:
            result.append("")
            continue
        closing = _CLOSING.fullmatch(bare)
        if closing:
            left[closing["name"]] -= 1
        if closing and any(one.name == closing["name"] for one in open_elements):
            while (element := open_elements.pop()).name != closing["name"]:
                pass
            around = [""] if element.name in _AROUND else []
            result += [*around, " " * element.depth + bare, *around]
            continue
        depth = _depth(line, open_elements)
        result.append(" " * depth + line.lstrip(" "))
        opening = _OPENING.fullmatch(bare)
        name = opening["name"] if opening else begun if begun and bare.endswith(">") and not bare.endswith("/>") else ""
        begins = _BEGUN.fullmatch(bare)
        begun = begins["name"] if begins else "" if bare.endswith(">") else begun
        if name and name not in _KEPT and left[name] > 0:
            open_elements.append(_Element(name, depth))
            result += [""] if name in _AROUND else []
    return "\n".join(result)


def _depth(line: str, open_elements: list[_Element]) -> int:
    written = len(line) - len(line.lstrip(" "))
    if not open_elements:
        return written
    element = open_elements[-1]
    if element.base < 0:
        element.base = written
    return max(written - element.base, 0) + element.depth
