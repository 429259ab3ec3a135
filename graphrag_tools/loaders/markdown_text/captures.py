"""Put what pages of Liquid and Jinja keep in variables where they put it out.

`{% capture steps %}…{% endcapture %}` and, further down, `{{ steps | markdownify }}`; `{% assign name = "Lamp" %}`.
"""

import re
from collections.abc import Iterator

from graphrag_tools.text.spans import spans

_TAG = re.compile(
    r"\{%-?\s*+capture\s++(?P<begun>\w++)\s*+-?%\}|(?P<ended>\{%-?\s*+endcapture\s*+-?%\})|"
    r"\{%-?\s*+(?:assign|set)\s++(?P<name>\w++)\s*+=\s*+(?:\"(?P<two>[^\"\n]*+)\"|'(?P<one>[^'\n]*+)')\s*+-?%\}|"
    r"\{\{-?\s*+(?P<put_out>\w++)\s*+(?:\|[^{}\n]*+)?-?\}\}|"
    r"\{%-?\s*+(?P<branch>(?:end)?(?:if\w*+|unless|case)|els(?:e|if)|elif|when)\b"
)
RAW, RAW_END = re.compile(r"\{%-?\s*raw\s*-?%\}"), re.compile(r"\{%-?\s*endraw\s*-?%\}")
"""What stands between them is no template."""
_MOST_TEXT = 2**20


class _Variables:
    """The values of variables; one that branches of a condition set to different values has none behind them."""

    def __init__(self) -> None:
        self._values: dict[str, str | None] = {}
        self._reset: list[set[str]] = []
        """Of each open condition, the names that its branch set anew."""

    def value(self, name: str) -> str | None:
        return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        if self._reset and self._values.get(name, value) != value:
            self._reset[-1].add(name)
        self._values[name] = value

    def branch(self, tag: str) -> None:
        """Enter or leave a branch of a condition by the name of its tag."""
        if tag in ("unless", "case") or tag.startswith("if"):
            self._reset.append(set())
        elif self._reset:
            self._values |= dict.fromkeys(self._reset.pop())
            if not tag.startswith("end"):
                self._reset.append(set())


def with_captures_put_out(text: str) -> str:
    """Return text whose variables have been filled; those that it does not set stay as they are."""
    variables = _Variables()
    open_names: list[str] = []
    pieces: list[list[str]] = [[]]
    at = length = 0
    for tag in _tags(text):
        pieces[-1].append(text[at : tag.start()])
        at = tag.end()
        if tag["begun"]:
            open_names.append(tag["begun"])
            pieces.append([])
        elif tag["ended"]:
            if open_names:
                variables.set(open_names.pop(), _apart("".join(pieces.pop())))
        elif tag["name"]:
            variables.set(tag["name"], tag["two"] or tag["one"] or "")
        elif tag["branch"]:
            variables.branch(tag["branch"])
            pieces[-1].append(tag[0])
        else:
            value = variables.value(tag["put_out"])
            shown = tag[0] if value is None else value
            length += len(shown)
            pieces[-1].append(shown if length <= _MOST_TEXT else "")
    return "".join(piece for level in pieces for piece in level) + text[at:]


def _tags(text: str) -> Iterator[re.Match[str]]:
    at = 0
    for raw in spans(text, RAW, RAW_END):
        yield from _TAG.finditer(text, at, raw.start)
        at = raw.end
    yield from _TAG.finditer(text, at)


def _apart(captured: str) -> str:
    """Return what was captured, with blank lines around it where it is more than a line."""
    bare = captured.strip()
    return f"\n\n{captured.strip(chr(10))}\n\n" if "\n" in bare else bare
