"""Bring Zola's shortcodes to the form of other generators' tags: calls, each of which `{% end %}` closes."""

import re

from graphrag_tools.text.spans import Span, with_spans_replaced

_CALL_OR_END = re.compile(r"\{%-?[ \t]*+(?:(?P<name>\w++)\(|end[ \t]*+-?%\})")
_OUTPUT, _OUTPUT_END = re.compile(r"\{\{-?[ \t]*+\w++\("), re.compile(r"\)\s*+-?\}\}")
_LONGEST_OUTPUT = 1_000


def with_named_ends(text: str) -> str:
    """Return text whose shortcodes stand on one line each, and end by their names: `{% note() %} … {% endnote %}`.

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
    return with_spans_replaced("".join((*kept, text[at:])), _OUTPUT, _OUTPUT_END, _on_one_line)


def _on_one_line(output: Span) -> str:
    return " ".join(output.whole.split("\n")) if len(output.whole) <= _LONGEST_OUTPUT else output.whole
