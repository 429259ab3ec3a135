"""Bring code that templates set apart by tags ("highlight", tabs of Docsy) between fences, as Markdown writes it."""

import re

from graphrag_tools.text.normalise import fenced
from graphrag_tools.text.spans import Span, with_spans_replaced

_HIGHLIGHT = re.compile(
    r"^([ \t]*)\{[%{][-<]? *(?:highlight|code-block)\b *+(\w*+)[^\n}]*+(?:(?<=%)|\})\}[ \t]*\n", re.MULTILINE
)
_HIGHLIGHT_END = re.compile(
    r"^[ \t]*\{[%{][-<]? *(?:end|/ *)(?:highlight|code-block) *[->]?[%}]\}[ \t]*$", re.MULTILINE
)
_PANE, _PANE_END = re.compile(r"\{\{[<%] *tabpane\b[^\n{}]*\}\}"), re.compile(r"\{\{[<%] */ *tabpane *[>%]\}\}")
_TAB, _TAB_END = re.compile(r"\{\{< *tab\b[^\n{}]*(?<!/)(?<!/ )>\}\}"), re.compile(r"\{\{< */ *tab *>\}\}")
_OF_TEXT = re.compile(r"\btext *= *[\"']?(?:true|1)\b")


def with_fenced_code(text: str) -> str:
    """Return Markdown with the code of such tags between fences.

    What stands in Docsy's tabs is code, shown as it is written, unless tab or pane say `text=true` or the tab is read
    as Markdown ("{{%").
    """
    fenced_code = with_spans_replaced(text, _HIGHLIGHT, _HIGHLIGHT_END, _highlighted)
    return with_spans_replaced(fenced_code, _PANE, _PANE_END, _pane) if "tabpane" in fenced_code else fenced_code


def _highlighted(code: Span) -> str:
    indent, language = code.opening.groups()
    return f"{indent}```{language}\n{code.inner}{indent}```"


def _pane(pane: Span) -> str:
    if _OF_TEXT.search(pane.opening[0]):
        return pane.whole
    return pane.opening[0] + with_spans_replaced(pane.inner, _TAB, _TAB_END, _tab) + pane.closing[0]


def _tab(tab: Span) -> str:
    code = tab.inner.strip("\n")
    shown_as_it_is = _OF_TEXT.search(tab.opening[0]) or not code.strip() or code.lstrip().startswith(("```", "~~~"))
    return tab.whole if shown_as_it_is else f"{tab.opening[0]}\n\n{fenced(code.rstrip())}\n\n{tab.closing[0]}"
