"""Put data of MDX, questions with their answers above all, where a component of its page shows them.

`<Faq rows={questions} />` of `export const questions = [{title: "…", content: "…"}]`, and data between the braces.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from graphrag_tools.loaders.sites.config_sidebars import literal_at
from graphrag_tools.loaders.sites.sidebars import literal_data

_DATA = re.compile(r"^(?:export\s+)?const\s+(\w+)\s*(?::[^=\n]*)?=\s*(?=[\[{])", re.MULTILINE)
_SHOWN = re.compile(
    r"^[ \t]*<[A-Z][\w.]*\b[^<>{}]*?\s[\w-]+=\{[ \t]*(?:(?P<name>[A-Za-z_]\w*)(?:\.(?P<key>\w+))?[ \t]*\}|(?=\[))",
    re.MULTILINE,
)
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|'(?P<one>(?:[^'\\\n]|\\.)*+)'|`(?P<lines>(?:[^`\\]|\\.)*+)`|\\.")
_CODE = re.compile(r"[(<]")
_NAMES = ("question", "title", "name", "q")
_MEANINGS = ("answer", "content", "description", "text", "a")
_MOST_DEEP = 4


def with_shown_data(text: str) -> str:
    """Return MDX with each name in bold and what is said of it, above the component that shows the data.

    Data of which other components show parts are not shown whole once more; what is no plain data is left out.
    """
    begins = {one[1]: one.end() for one in _DATA.finditer(text)}
    shown = [one for one in _SHOWN.finditer(text) if not one["name"] or one["name"] in begins]
    in_parts = {one["name"] for one in shown if one["key"]}
    named = {name: _data(text, begins[name]) for name in {one["name"] for one in shown} - {None}}
    for one in reversed(shown):
        data = named[one["name"]] if one["name"] else _data(text, one.end())
        if one["key"]:
            data = data.get(one["key"]) if isinstance(data, dict) else None
        elif one["name"] in in_parts:
            continue
        if lines := "\n\n".join(_lines(data)):
            text = f"{text[: one.start()]}\n{lines}\n\n{text[one.start() :]}"
    return text


def _data(text: str, start: int) -> Any:
    literal = literal_at(text, start)
    is_plain = _CODE.search(_STRING.sub("", literal)) is None
    return literal_data(_STRING.sub(_plain_string, literal)) if is_plain else None


def _plain_string(found: re.Match[str]) -> str:
    """Return a string of JavaScript as YAML reads it."""
    inner = found["one"] if found["one"] is not None else found["lines"]
    return found[0] if inner is None else json.dumps(re.sub(r"\\(['`$\\])", r"\1", inner))


def _lines(data: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(data, dict):
        name, meaning = (next((data[key] for key in keys if key in data), None) for keys in (_NAMES, _MEANINGS))
        if isinstance(name, str) and isinstance(meaning, str):
            yield f"**{name.strip()}**"
            yield meaning.strip("\n")
            return
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for one in inner if depth < _MOST_DEEP else ():
        yield from _lines(one, depth + 1)
