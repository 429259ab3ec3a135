"""Take the tags of templates out of Markdown: of Liquid, Jinja, Hugo, and Zola; what they set apart becomes HTML."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from graphrag_tools.loaders.markdown_text.boxes import CLOSING, NOTES, WARNINGS, opening
from graphrag_tools.loaders.markdown_text.captures import RAW, RAW_END, with_captures_put_out
from graphrag_tools.text.spans import Span, with_spans_replaced

LABELS = ("title", "label", "header", "summary", "heading")
"""Attributes in which a tag has the title of what it sets apart."""
_ATTRIBUTE = re.compile(r"(?<![\w:-])([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{\s*[\"'`]([^\"'`{}]*)[\"'`]\s*\})")
_TEMPLATE = re.compile(
    r"(?<!=)\{(?:(?P<output>\{)[-<%]?|%-?)\s*+(?P<close>/?)\s*+(?P<name>[\w@./-]++)(?P<rest>[^\n]{0,500}?)/?\s*"
    r"(?(output)[->%]?\}\}|-?%\})"
)
_STATEMENT = re.compile(r"\{%(?=-?\s*[\w@])|\{\{(?=[<%]\s*[\w/])")
_STATEMENT_ENDS = {"{%": re.compile(r"%\}"), "{{": re.compile(r"[%>]\}\}")}
_LONGEST_STATEMENT = 400
"""What is longer sets values for a program, and says no note's or tab's title."""
_QUOTED_OUTPUT = re.compile(r"\{\{-?\s*[\"']([^\"'\n]*)[\"'][^{}\n]*\}\}")
_STEPS = re.compile(r"\{% (end)?stepper %\}")
_HEADING = re.compile(r"[ \t]*+#{1,6}[ \t]++(\S.*)")
_LOOP = re.compile(r"\{%-?\s*(end)?(for|tablerow|capture|macro)\b[^%\n]{0,500}%\}")
_ARGUMENT = re.compile(r"(?:([\w-]+)\s*=\s*)?(?:\"([^\"]*)\"|'([^']*)'|([\w./#-]+))")
_CALL_OR_END = re.compile(r"\{%-?[ \t]*+(?:(?P<name>\w++)\(|end[ \t]*+-?%\})")
_OUTPUT, _OUTPUT_END = re.compile(r"\{\{-?[ \t]*+\w++\("), re.compile(r"\)\s*+-?\}\}")
_LONGEST_OUTPUT = 1_000
_INCLUDED = ("content", "text", "message")
"""Under which names includes of Jekyll are given what they show, where their file is not there."""
_GROUPS = frozenset({"tab", "tab-item", "details", "expand", "accordion", "collapse", "step", "stepper", "swatch"})
_PICTURES = frozenset({"figure", "fig", "image", "img", "picture"})


def without_template_tags(text: str) -> str:
    """Return text without the tags of Liquid, Jinja and Hugo; those that set something apart become HTML."""
    plain = _with_plain_steps(with_captures_put_out(text))
    bare = with_spans_replaced(plain, RAW, RAW_END, lambda raw: raw.inner.replace("{", "&#123;"))
    bare = _without_loops(with_spans_replaced(_with_named_ends(bare), _STATEMENT, _statement_end, _on_one_line))
    return _TEMPLATE.sub(lambda tag: _included(tag) or _template_text(tag), _QUOTED_OUTPUT.sub(r"\1", bare))


def _statement_end(opening: re.Match[str]) -> re.Pattern[str]:
    return _STATEMENT_ENDS[opening[0]]


def _on_one_line(statement: Span) -> str:
    """Return a tag of Liquid, Jinja or Hugo without its line breaks; nothing of one too long for a tag of a text."""
    line = " ".join(statement.whole.split("\n"))
    return line if len(line) <= _LONGEST_STATEMENT else ""


def _with_plain_steps(text: str) -> str:
    """Return text whose headings within GitBook's box of steps are bold: the steps are one procedure."""
    lines: list[str] = []
    within = False
    for line in text.split("\n"):
        tag = _STEPS.search(line)
        within = not tag[1] if tag else within
        heading = _HEADING.fullmatch(line) if within else None
        lines.extend(("", f"**{heading[1].rstrip(' #')}**", "") if heading else (line,))
    return "\n".join(lines)


def _without_loops(text: str) -> str:
    """Return text without what templates write once for each of their data: it has places for words and no words."""
    kept: list[str] = []
    depth = at = 0
    for tag in _LOOP.finditer(text):
        if not depth:
            kept.append(text[at : tag.start()])
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        at = tag.end()
    return "".join((*kept, text[at:])) if not depth else text


def tag_attributes(written: str) -> dict[str, str]:
    """Return the attributes of a tag whose value is a text, by name in lower case."""
    return {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(written)}


def _with_named_ends(text: str) -> str:
    """Return text whose shortcodes of Zola stand on one line each and end by name: `{% note() %} … {% endnote %}`.

    An end that closes no call is left as it is.
    """
    kept: list[str] = []
    open_calls: list[str] = []
    at = 0
    for tag in _CALL_OR_END.finditer(text):
        if tag["name"]:
            open_calls.append(tag["name"])
        elif open_calls:
            kept += [text[at : tag.start()], f"{{% end{open_calls.pop()} %}}"]
            at = tag.end()
    return with_spans_replaced("".join((*kept, text[at:])), _OUTPUT, _OUTPUT_END, _output_on_one_line)


def _output_on_one_line(output: Span) -> str:
    return " ".join(output.whole.split("\n")) if len(output.whole) <= _LONGEST_OUTPUT else output.whole


def note_kind_of(name: str, values: Iterable[str]) -> str:
    """Return the kind of note that the name of a tag or its attributes say; what is called a warning is one.

    An alert is of any kind.
    """
    said = (name if name in WARNINGS and name != "alert" else "", *values, name)
    return next((word for word in said if word.lower() in WARNINGS | NOTES), "")


def indented(indent: str, lines: list[str]) -> str:
    """Return lines at an indentation, for a place within a line that has it."""
    return "\n".join(f"{indent}{line}" if line else "" for line in lines) + f"\n{indent}"


def _is_named(match: re.Match[str]) -> bool:
    """Whether a tag stands in quotation marks of a sentence: the text speaks of it, as of a field of a card."""
    before, after = match.string[max(match.start() - 2, 0) : match.start()], match.string[match.end() : match.end() + 1]
    return before[-1:] in ("'", '"') and after == before[-1:] and not before.startswith("=")


def _included(tag: re.Match[str]) -> str:
    """Return what an include of Jekyll is given to show, as a note where its file is called after one."""
    named = tag_attributes(tag["rest"]) if tag["name"] in ("include", "include_cached") else {}
    text = next((named[key] for key in _INCLUDED if named.get(key)), "")
    kind = note_kind_of(tag["rest"].split()[0].rpartition("/")[2].partition(".")[0], named.values()) if text else ""
    lines = ["", *opening(kind, named.get("title", "")), text, *CLOSING] if kind else ["", text, ""]
    return "\n".join(lines) if text else ""


def _template_text(match: re.Match[str]) -> str:
    if match["output"] and _is_named(match):
        return match[0].replace("{", "&#123;")
    name = match["name"].lower()
    arguments = [(key.lower(), one or two or three) for key, one, two, three in _ARGUMENT.findall(match["rest"])]
    named = {key: value for key, value in arguments if key}
    plain = [value for key, value in arguments if not key]
    bare = name.removeprefix("end")
    is_closing = bool(match["close"]) or bare != name
    if bare in WARNINGS | NOTES:
        box = opening(note_kind_of(bare, (*named.values(), *plain)), named.get("title", ""))
        return "\n".join(CLOSING if is_closing else ["", *box, ""])
    if name in ("ref", "relref", "link", "post_url"):
        return plain[0] if plain else ""
    if name in ("kbd", "key", "button", "gui", "btn", "menu"):
        return " ".join(plain) or _keys_by_system(named)
    if name in _PICTURES and not is_closing:
        return _picture(match, named.get("caption", ""), named.get("alt", ""))
    title = "" if is_closing else _title(match, named, plain)
    return f"\n\n{title}\n\n" if title else ""


def _title(tag: re.Match[str], named: Mapping[str, str], plain: Sequence[str]) -> str:
    """Return the title of what a tag sets apart, as it is shown: in bold, but for GitBook's of code."""
    name = tag["name"].lower()
    title = next((named[key] for key in (*LABELS, "name") if named.get(key)), "")
    if name == "code":
        return title
    if name not in _GROUPS:
        return ""
    # Jekyll's tabs say first of which group they are: {% tab network Newer devices %}.
    of_group = name == "tab" and tag[0].startswith("{%") and len(plain) > 1
    title = title or " ".join(plain[1:] if of_group else plain[:1])
    return f"**{title}**" if title else ""


def _picture(tag: re.Match[str], caption: str, alt: str) -> str:
    """Return a picture of a template as HTML has it: with its caption below it, within a line by its name alone."""
    before, after = tag.string[: tag.start()].rpartition("\n")[2], tag.string[tag.end() :].partition("\n")[0]
    if not caption or before.strip() or after.strip():
        name = html.escape(html.unescape(alt or caption))
        return f'<img alt="{name}">' if name else ""
    shown = html.escape(html.unescape(caption), quote=False)
    return indented(before, ["", f"<figure><img><figcaption>{shown}</figcaption></figure>", ""])


def _keys_by_system(named: Mapping[str, str]) -> str:
    """Return keys with the systems on which each are pressed: Quarto names them by the system."""
    systems: dict[str, list[str]] = {}
    for system, keys in named.items():
        systems.setdefault(keys, []).append(system.capitalize())
    return ", ".join(f"{keys} ({', '.join(on)})" for keys, on in systems.items())
