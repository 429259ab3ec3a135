"""Put what pages of Liquid and Jinja keep in variables where they put it out.

`{% capture steps %}…{% endcapture %}` and, further down, `{{ steps | markdownify }}`; `{% assign name = "Lamp" %}`.
"""

import re

_TAG = re.compile(
    r"\{%-?\s*+capture\s++(?P<begun>\w++)\s*+-?%\}|(?P<ended>\{%-?\s*+endcapture\s*+-?%\})|"
    r"\{%-?\s*+(?:assign|set)\s++(?P<name>\w++)\s*+=\s*+(?:\"(?P<two>[^\"\n]*+)\"|'(?P<one>[^'\n]*+)')\s*+-?%\}|"
    r"\{\{-?\s*+(?P<put_out>\w++)\s*+(?:\|[^{}\n]*+)?\}\}"
)
_MOST_TEXT = 2**20


def with_captures_put_out(text: str) -> str:
    """Return text whose variables have been filled; those that it does not set stay as they are."""
    values: dict[str, str] = {}
    open_names: list[str] = []
    pieces: list[list[str]] = [[]]
    at = length = 0
    for tag in _TAG.finditer(text):
        pieces[-1].append(text[at : tag.start()])
        at = tag.end()
        if tag["begun"]:
            open_names.append(tag["begun"])
            pieces.append([])
        elif tag["ended"]:
            if open_names:
                values[open_names.pop()] = _apart("".join(pieces.pop()))
        elif tag["name"]:
            values[tag["name"]] = tag["two"] or tag["one"] or ""
        else:
            value = values.get(tag["put_out"], tag[0])
            length += len(value)
            pieces[-1].append(value if length <= _MOST_TEXT else "")
    return "".join(piece for level in pieces for piece in level) + text[at:]


def _apart(captured: str) -> str:
    """Return what was captured, with blank lines around it where it is more than a line."""
    bare = captured.strip()
    return f"\n\n{captured.strip(chr(10))}\n\n" if "\n" in bare else bare
