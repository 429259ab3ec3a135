"""Put files that pages show as code into their fences: includes of snippets and mdBook, MyST's and VitePress' own."""

import re
from typing import TYPE_CHECKING

from graphrag_tools.loaders.markdown_text.include_parts import named_part, numbered_lines, part_by_options

if TYPE_CHECKING:
    from graphrag_tools.loaders.markdown_text.partials import Partials

_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:-{1,2}8<-{1,2}[ \t]+[\"'](?P<snippet>[^\"'\n]+)[\"']|"
    r"\{\{[ \t]*#\w*include[ \t]+(?P<book>[^\s}]++)[^}\n]*+\}\})[ \t]*$"
)
_FENCE = re.compile(r"^[ \t]*(?P<marks>`{3,}|~{3,}|:{3,})(?P<info>[^`\n]*)$")
_LITERAL = re.compile(r"^(?P<indent>[ \t]*)(?P<marks>`{3,}|:{3,})\{literalinclude\}[ \t]+(?P<name>\S+)[ \t]*$")
_NUMBERS = re.compile(r"^[ \t]*:lines:[ \t]*+(.*)$", re.MULTILINE)
_VITEPRESS = re.compile(r"^(?P<indent>[ \t]*)<<<[ \t]+(?P<name>[^\s{#]+)(?P<rest>\S*)")
NAMED_CODE = re.compile(
    r"(?:\{literalinclude\}|^[ \t]*\.\.[ \t]+literalinclude::|^[ \t]*<<<)[ \t]+([^\s{#]+)", re.MULTILINE
)
"""The file of an include that shows code, on pages of Markdown and reStructuredText."""


def with_included_code(text: str, page: str, partials: "Partials") -> str:
    """Return a page's text whose code stands in it; a file that is not there leaves its include as it is."""
    if "include" not in text and "8<" not in text and "<<<" not in text:
        return text
    lines = text.split("\n")
    result: list[str] = []
    at, marks = 0, ""
    while at < len(lines):
        line = lines[at]
        literal = None if marks else _LITERAL.match(line)
        shown = None if marks else _VITEPRESS.match(line)
        if literal:
            end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == literal["marks"]), len(lines) - 1)
            code = literal_part(partials.code_of(literal["name"], page), "\n".join(lines[at + 1 : end]))
            result += _fenced(code, literal["indent"]) if code else lines[at : end + 1]
            at = end + 1
            continue
        if shown and (code := partials.code_of(shown["name"], page)):
            result += _fenced(named_part(code, shown["name"], f"{shown['rest']} -->"), shown["indent"])
        elif marks and (match := _LINE.match(line)):
            target = match["snippet"] or match["book"]
            code = named_part(partials.code_of(target, page), target, line)
            result += _indented(code, match["indent"]) if code else [line]
        else:
            fence = _FENCE.match(line)
            if fence and fence["marks"][0] != ":":
                closes = marks and fence["marks"].startswith(marks) and not fence["info"].strip()
                marks = "" if closes else marks or fence["marks"]
            result.append(line)
        at += 1
    return "\n".join(result)


def literal_part(code: str, options: str) -> str:
    """Return what the options of a literalinclude take of a file: some lines, or those between two texts."""
    part = code
    for named in _NUMBERS.findall(options):
        part = numbered_lines(part, named.rstrip())
    return part_by_options(part, options).strip("\n")


def _fenced(code: str, indent: str) -> list[str]:
    return [f"{indent}````", *_indented(code, indent), f"{indent}````"]


def _indented(code: str, indent: str) -> list[str]:
    return [f"{indent}{line}" if line else "" for line in code.strip("\n").split("\n")]
