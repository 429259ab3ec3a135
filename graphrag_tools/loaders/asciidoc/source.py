"""Do to the source of an AsciiDoc page what comes before its lines are read: attributes, included files, titles."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from graphrag_tools.loaders.asciidoc.titles import with_titles_in_one_line
from graphrag_tools.loaders.markdown_text.include_parts import numbered_lines
from graphrag_tools.loaders.markdown_text.partials import Partials
from graphrag_tools.loaders.sites.antora import resource_path

INTRINSIC: Mapping[str, str] = {
    "empty": "",
    "sp": " ",
    "nbsp": " ",
    "zwsp": "",
    "wj": "",
    "apos": "'",
    "quot": '"',
    "lsquo": "‘",
    "rsquo": "’",
    "ldquo": "“",
    "rdquo": "”",
    "deg": "°",
    "plus": "+",
    "brvbar": "¦",
    "vbar": "|",
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "startsb": "[",
    "endsb": "]",
    "caret": "^",
    "asterisk": "*",
    "tilde": "~",
    "backslash": "\\",
    "backtick": "`",
    "two-colons": "::",
    "two-semicolons": ";;",
    "cpp": "C++",
    "pp": "++",
}
"""Attributes that every page has: characters that have a meaning of their own in the language."""
ATTRIBUTE = re.compile(r"^:!?([\w-]+)!?:(?:[ \t]+(.*))?$", re.MULTILINE)
_TITLE = re.compile(r"^=[ \t]+(\S(?:.*\S)?)[ \t]*$", re.MULTILINE)
_NAMED = re.compile(
    r"^\[(?:\[(?P<old>[\w:.-]++)[^\]\n]*+\]|#(?P<new>[\w:.-]++)[^\]\n]*+)\]\n(?:\[[^\n]*\]\n|:[\w-]+:.*\n){0,20}"
    r"(?:=+[ \t]+|\.(?=[^\s.]))(?P<title>\S(?:.*\S)?)[ \t]*$",
    re.MULTILINE,
)
_NAME = re.compile(r"(?<!\\)\{([A-Za-z0-9_][\w-]*)\}")
_INCLUDE = re.compile(r"^include::([^\[\s]+)\[([^\]]*)\]$", re.MULTILINE)
_OFFSET = re.compile(r"\bleveloffset=([+-]?\d)")
_TAGS = re.compile(r"\btags?=\"?([\w;,*!-]+)")
_LINES = re.compile(r"\blines=\"?(\d[\d.;,-]*)")
_TAG_LINE = re.compile(r"\b(tag|end)::([\w-]+)\[\]")
_COMPARED = re.compile(r"^(?P<left>[^=!<>]*)(?P<sign>==|!=|<=|>=|<|>)(?P<right>[^=!<>]*)$")
_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_HEADING = re.compile(r"^(={1,6})(?=[ \t]+\S)")
_FENCE = re.compile(r"^(-{4,}|\.{4,}|\+{4,}|/{4,})$")
_MOST_DEEP = 6
_MOST_LEVELS = 6
_MOST_NESTED = 4


@dataclass(frozen=True, slots=True)
class AsciiDocNames:
    """What the pages of a manual share: the attributes that are set for all, and what their places are called."""

    attributes: Mapping[str, str]
    titles: Mapping[str, str]
    """By the name of a page's file ("photo.adoc"), or by that of a place ("#zoom")."""

    def title_of(self, target: str) -> str:
        """Return what a link without words of its own shows: the title of the place that it leads to, else the link."""
        path, _, anchor = target.partition("#")
        key = f"#{anchor}" if anchor else path.rpartition("/")[2].rpartition(":")[2]
        return self.titles.get(key, anchor.strip("_").replace("_", " ") if anchor else target)


def titles_in(name: str, text: str) -> dict[str, str]:
    """Return what the places of a page are called, as `AsciiDocNames.titles` has them."""
    plain = with_titles_in_one_line(text)
    found = {f"#{match['old'] or match['new']}": match["title"] for match in _NAMED.finditer(plain)}
    if title := _TITLE.search(plain):
        found[name.rpartition("/")[2]] = title[1]
    return found


def attributes_in(text: str) -> dict[str, str]:
    """Return the attributes that a page sets, wherever it does."""
    return {name.lower(): value.strip() for name, value in ATTRIBUTE.findall(text)}


def with_attributes(text: str, attributes: Mapping[str, str]) -> str:
    """Return a text with the values of attributes in place of their names in braces; unknown ones stay as they are.

    >>> with_attributes("Turn {product} on", {"product": "the {name}", "name": "Lamp"})
    'Turn the Lamp on'
    """
    for _ in range(_MOST_NESTED):
        said = _NAME.sub(
            lambda match: attributes.get(match[1].lower(), INTRINSIC.get(match[1].lower(), match[0])), text
        )
        if said == text:
            break
        text = said
    return text


def with_includes(text: str, name: str, partials: Partials, attributes: Mapping[str, str], depth: int = 0) -> str:
    """Return a page's text with the files of the manual that it includes, their headings moved as it says.

    Of a file included by tags the lines between them are put in, or those outside of the ones that it says no to,
    and no lines that mark tags.
    """

    if not depth:
        partials.begin(name)

    def included(match: re.Match[str]) -> str:
        written = with_attributes(match[1], attributes)
        target = resource_path(written) or written.rpartition("}")[2]
        found = with_titles_in_one_line(partials.text_of(target, name)) if depth < _MOST_DEEP else ""
        inner = with_includes(
            "\n".join(_tagged(_lines_of(found, match[2]), match[2])), name, partials, attributes, depth + 1
        )
        offset = _OFFSET.search(match[2])
        return "\n".join(_moved(inner, int(offset[1]))) if offset else inner

    return _INCLUDE.sub(included, text)


def may_hold(kind: str, names: str, expression: str, attributes: Mapping[str, str]) -> bool:
    """Whether a condition (ifdef, ifndef, ifeval) holds, as far as the attributes tell; an unknown one may."""
    if kind == "ifeval":
        compared = _COMPARED.match(with_attributes(expression, attributes))
        if not compared or _NAME.search(compared[0]):
            return True
        left, right = (compared[side].strip().strip("\"'") for side in ("left", "right"))
        return _COMPARISONS[compared["sign"]](left, right)
    known = [name.strip().lower() in attributes for name in re.split("[,+]", names)]
    # That an attribute is not set here does not say that a build does not set it.
    return not (kind == "ifndef" and (any(known) if "+" not in names else all(known)))


def _lines_of(text: str, options: str) -> str:
    """Return the lines that an include names ("lines=1..5;8..-1"), all where it names none."""
    named = _LINES.search(options)
    return numbered_lines(text, named[1]) if named else text


def _tagged(text: str, options: str) -> Iterator[str]:
    """Yield the lines that an include selects by tags, as Asciidoctor does.

    "*" means every tag, "**" every line, and "!" before one that its lines are left out.
    """
    named = _TAGS.search(options)
    asked = {one.lstrip("!"): one[0] != "!" for one in re.split("[;,]", named[1]) if one.strip("!")} if named else {}
    any_line, any_tag = asked.pop("**", None), asked.get("*")
    first = next(iter(asked), "")
    if any_line is None:
        any_line = not any_tag if first == "*" else not any(asked.values())
    selected: list[tuple[str, bool]] = [("", any_line)]
    for line in text.split("\n"):
        if not (mark := _TAG_LINE.search(line)):
            if selected[-1][1]:
                yield line
        elif mark[1] == "end":
            if mark[2] == selected[-1][0]:
                selected.pop()
        elif mark[2] in asked:
            selected.append((mark[2], asked[mark[2]]))
        elif any_tag is not None:
            inside_left_out = len(selected) > 1 and not selected[-1][1]
            selected.append((mark[2], any_tag and not inside_left_out))


def _moved(text: str, by: int) -> Iterator[str]:
    """Yield the lines with headings some levels deeper, or higher; what stands between fences is no heading."""
    fence = ""
    for line in text.split("\n"):
        if mark := _FENCE.match(line.rstrip()):
            fence = "" if mark[1] == fence else fence or mark[1]
        heading = None if fence else _HEADING.match(line)
        if heading:
            level = min(max(len(heading[1]) + by, 1), _MOST_LEVELS)
            yield "=" * level + line[heading.end() :]
        else:
            yield line
