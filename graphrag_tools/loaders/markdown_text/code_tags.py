"""Bring code that templates set apart by tags ("highlight", tabs of Docsy) between fences, as Markdown writes it."""

import re

from graphrag_tools.text.normalise import fenced

_HIGHLIGHT = re.compile(
    r"^([ \t]*)\{[%{][-<]? *(?:highlight|code-block)\b *(\w*)[^\n}]*[->]?[%}]\}[ \t]*\n([\s\S]*?)"
    r"^[ \t]*\{[%{][-<]? *(?:end|/ *)(?:highlight|code-block) *[->]?[%}]\}[ \t]*$",
    re.MULTILINE,
)
_PANE = re.compile(r"(\{\{[<%] *tabpane\b[^\n}]*\}\})([\s\S]*?)(?=\{\{[<%] */ *tabpane *[>%]\}\})")
_TAB = re.compile(r"(\{\{< *tab\b(?![^\n}]*/ *>\}\})[^\n}]*\}\})([\s\S]*?)(?=\{\{< */ *tab *>\}\})")
_OF_TEXT = re.compile(r"\btext *= *[\"']?(?:true|1)\b")


def with_fenced_code(text: str) -> str:
    """Return Markdown with the code of such tags between fences.

    What stands in Docsy's tabs is code, shown as it is written, unless tab or pane say `text=true` or the tab is read
    as Markdown ("{{%").
    """
    fenced_code = _HIGHLIGHT.sub(lambda match: f"{match[1]}```{match[2]}\n{match[3]}{match[1]}```", text)
    return _PANE.sub(_pane, fenced_code) if "tabpane" in fenced_code else fenced_code


def _pane(pane: re.Match[str]) -> str:
    return pane[0] if _OF_TEXT.search(pane[1]) else pane[1] + _TAB.sub(_tab, pane[2])


def _tab(tab: re.Match[str]) -> str:
    code = tab[2].strip("\n")
    shown_as_it_is = _OF_TEXT.search(tab[1]) or not code.strip() or code.lstrip().startswith(("```", "~~~"))
    return tab[0] if shown_as_it_is else f"{tab[1]}\n\n{fenced(code.rstrip())}\n\n"
