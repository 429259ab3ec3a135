"""Bring components of MDC, as Nuxt Content, Docus and remark-directive write them, to tags of components.

A block: "::card{title="Lamp"}", with properties in a block of YAML below it, parts that begin with a line "#title", and
components in it that have more colons; "::" closes it. In a line: ":kbd{value="Esc"}", ":badge[New]".
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from graphrag_tools.loaders.folders.data_files import read_yaml
from graphrag_tools.loaders.markdown_text.boxes import indent_of

_GIVEN = r"\{(?:[^{}\"'\n]|\"[^\"\n]*+\"|'[^'\n]*+')*+\}"
_OPEN = re.compile(
    rf"^(?P<indent> *+)(?P<colons>:{{2,}}+)(?P<name>[A-Za-z][\w-]*+)"
    rf"(?:\[(?P<label>[^\]\n]*+)\])?(?P<given>{_GIVEN})? *+$"
)
_CLOSE = re.compile(r"^ *+(?P<colons>:{2,}+) *+$")
_BEGIN = re.compile(r"^ *+::[A-Za-z]", re.MULTILINE)
_PART = re.compile(r"^ *+#(?P<name>[A-Za-z][\w-]*+)(?:\{[^{}\n]*+\})? *+$")
_INLINE = re.compile(
    rf"(?<![\w:]):(?P<name>[a-z][\w-]*+)(?:\[(?P<label>[^\[\]\n]{{1,300}}+)\](?P<more>{_GIVEN})?|"
    rf"(?P<given>\{{(?=[:.#]?[\w-]|\}}){_GIVEN[2:]}))"
)
_LONE = re.compile(r"^ *+:[a-z]++(?:-[a-z]++)++ *+$", re.MULTILINE)
_PROPERTY = re.compile(r"(?<![\w:.@-])(?P<name>[A-Za-z][\w-]*+)=(?:\"(?P<two>[^\"\n]*+)\"|'(?P<one>[^'\n]*+)')")
_HEADING = re.compile(r"^ *+#{1,6} ++(?P<title>\S.*)$")
_STYLE = re.compile(r"(?:-(?:outline|rounded|sharp|fill(?:ed)?|full))++$")
_ITEM_TEXTS = ("content", "description", "text")
_TITLE_PARTS = frozenset({"title", "label", "header"})


@dataclass(frozen=True, slots=True)
class _Component:
    """An open component: the line that closes it, and how far what it holds is moved to the left."""

    tag: str
    end: int
    shift: int


def with_components_as_tags(text: str) -> str:
    """Return Markdown, whose code is apart, with the components of MDC as tags of JSX."""
    whole = "\n".join(_with_blocks(text.split("\n"))) if _BEGIN.search(text) else text
    return _INLINE.sub(_inline, _LONE.sub("", whole))


def _with_blocks(lines: list[str]) -> list[str]:
    ends = _ends(lines)
    open_components: list[_Component] = []
    result: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        shift = open_components[-1].shift if open_components else 0
        shown = line[min(shift, len(indent_of(line))) :]
        if open_components and at == open_components[-1].end:
            result.append(f"{indent_of(shown)}</{open_components.pop().tag}>")
        elif at in ends and (match := _OPEN.match(shown)):
            at = _begin(lines, at, match, ends[at], open_components, result)
            continue
        elif open_components and (part := _PART.match(line)):
            at = _part(lines, at, part, result)
            continue
        elif open_components and open_components[-1].tag == "Steps" and (heading := _HEADING.match(shown)):
            result += ["", f"**{heading['title'].rstrip(' #')}**", ""]
        else:
            result.append(shown)
        at += 1
    return result


def _ends(lines: list[str]) -> dict[int, int]:
    """Return the lines that open components with those that close them.

    One that nothing closes has no text; without a label and properties it is none ("::Settings").
    """
    ends: dict[int, int] = {}
    open_lines: list[tuple[int, str]] = []
    open_colons: Counter[str] = Counter()
    for at, line in enumerate(lines):
        opening = _OPEN.match(line)
        if opening and (open_lines or len(opening["colons"]) == 2):
            if opening["label"] or opening["given"]:
                ends[at] = at
            open_lines.append((at, opening["colons"]))
            open_colons[opening["colons"]] += 1
        elif (closing := _CLOSE.match(line)) and open_colons[closing["colons"]]:
            start, colons = open_lines.pop()
            open_colons[colons] -= 1
            while colons != closing["colons"]:
                start, colons = open_lines.pop()
                open_colons[colons] -= 1
            ends[start] = at
    return ends


def _begin(
    lines: list[str],
    at: int,
    opening: re.Match[str],
    end: int,
    open_components: list[_Component],
    result: list[str],
) -> int:
    """Write the tag that opens a component; return the line after it and its properties."""
    given = _properties(opening["given"] or "")
    items: list[str] = []
    start = at + 1
    if start < end and lines[start].strip() == "---":
        closing = next((one for one in range(start + 1, end) if lines[one].strip() == "---"), start)
        written = read_yaml(dedent("\n".join(lines[start + 1 : closing])))
        if isinstance(written, dict):
            given |= _texts(written)
            items = _items(written.get("items"))
        start = closing + 1
    name = opening["name"]
    if opening["label"]:
        given.setdefault("title", opening["label"])
    if "name" in given:  # of a field, or of what unfolds
        given.setdefault("label", given["name"])
    tag = _tag(name)
    is_empty = not any(line.strip() for line in lines[start:end])
    result.append(f"{opening['indent']}{_written(tag, given)}{'/' if is_empty and not items else ''}>")
    result += (f"{opening['indent']}{line}" if line else "" for line in items)
    if is_empty:
        result += [f"{opening['indent']}</{tag}>"] if items else []
        return max(end, at) + 1
    first = next(line for line in lines[start:end] if line.strip())
    before = open_components[-1].shift if open_components else 0
    own = len(indent_of(first)) - len(indent_of(lines[at]))
    open_components.append(_Component(tag, end, before + max(own, 0)))
    return start


def _part(lines: list[str], at: int, part: re.Match[str], result: list[str]) -> int:
    """Write what stands in a part of a component: that which is its title as such; return the line after it."""
    end = at + 1
    result.append("")
    if part["name"].lower() not in _TITLE_PARTS:
        return end
    while end < len(lines) and lines[end].strip() and not (_PART.match(lines[end]) or _CLOSE.match(lines[end])):
        end += 1
    title = " ".join(line.strip() for line in lines[at + 1 : end])
    result += [f"**{title}**", ""] if title else []
    return end


def _inline(component: re.Match[str]) -> str:
    """Return a component in a line as a tag, an icon as its shortcode."""
    given = _properties(component["given"] or component["more"] or "")
    name, label = component["name"], component["label"] or ""
    is_link = name in ("link", "a") or bool(label and (given.get("to") or given.get("href")))
    if label and not is_link:
        return f"{_written(_tag(name), {'title': label})}/>" if name.endswith(("badge", "kbd")) else label
    if name == "icon" and not given.get("title"):
        return f":mdi-{_STYLE.sub('', re.split(r'[:/]', given.get('name', ''))[-1])}:"
    if is_link:
        return f"{_written('Link', given)}>{label}</Link>"
    return f"{_written(_tag(name), given)}/>"


def _properties(written: str) -> dict[str, str]:
    return {found["name"]: found["two"] or found["one"] or "" for found in _PROPERTY.finditer(written)}


def _texts(properties: Mapping[Any, Any]) -> dict[str, str]:
    """Return the properties that are texts."""
    return {
        str(name): " ".join(str(value).split()) for name, value in properties.items() if isinstance(value, str | int)
    }


def _items(items: Any) -> list[str]:
    """Return what a component unfolds or lists as its property, each with its label."""
    lines: list[str] = []
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            label = item.get("label") or item.get("title")
            text = next((str(item[name]) for name in _ITEM_TEXTS if item.get(name)), "")
            lines += ["", f"**{label}**", "", *text.split("\n"), ""] if label else ["", *text.split("\n"), ""]
    return lines


def _tag(name: str) -> str:
    bare = name.removeprefix("u-").removeprefix("prose-")
    return "".join(word[:1].upper() + word[1:] for word in bare.split("-"))


def _written(tag: str, given: Mapping[str, str]) -> str:
    quoted = (f" {name}={_quoted(value)}" for name, value in given.items())
    return f"<{tag}{''.join(quoted)}"


def _quoted(value: str) -> str:
    return f"'{value}'" if '"' in value and "'" not in value else f'"{value.replace(chr(34), chr(0x201D))}"'
