"""Write the formulas of LaTeX that stand in pages as plain text: "\\frac{200}{8}" becomes "200/8".

Converted by pylatexenc, because it knows the symbols of LaTeX and its mathematical packages by name.
"""

import html
import logging
import re
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from graphrag_tools.loaders.html.dom import ancestors
from graphrag_tools.text.normalise import tidy

_DISPLAYED = re.compile(r"(?<![\\$])\$\$(?!\$)((?:[^$\n]|\n(?![ \t]*\n)|\\\$){1,2000}?)\$\$(?!\$)")
_INLINE = re.compile(r"(?<![\w$\\])\$(?P<gap> ?)(?![\s$])(?P<formula>[^$\n]{1,300}?)(?<![\s\\$])(?P=gap)\$(?![\w$({])")
_BRACKETED = re.compile(r"\\\\([(\[])([^\n]{1,300}?)\\\\[)\]]")
_FORMULA = re.compile(r".*(?:\\[A-Za-z,;]|\^)|(?!\d).*(?:[=<>+]|\w_[\w{])|[A-Za-z]\Z")
"""Set formulas apart from amounts of money and from variables of a shell."""
_SPECIAL = re.compile(r"([\\`*_<>\[\]#|~])")
_FRACTION = re.compile(r"\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_DEGREE = re.compile(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ)")
_GROUP = re.compile(r"([_^])\s*\{([^{}\s]+)\}")
_NO_TEXT = re.compile(
    r"\\(?:label|tag|ref|eqref)\*?\{[^{}]*\}|\\(?:displaystyle|left|right|limits|big|Big|quad|qquad)\b|&"
)
_SIMPLE = re.compile(r"[\w.\\]+\Z")
_IN_HTML = "script[type^='math/tex'],.katex,math,.math,mjx-container"
_MAY_BE_HTML = re.compile(r"math", re.IGNORECASE)


def with_formulas_in_words(markdown: str) -> str:
    """Return Markdown, whose code is apart, with the formulas between dollars and \\\\( \\\\) as plain text."""
    if "$" not in markdown and "\\\\(" not in markdown and "\\\\[" not in markdown:
        return markdown
    shown = _DISPLAYED.sub(lambda match: _escaped(match[1]), markdown)
    shown = _INLINE.sub(lambda one: _escaped(one["formula"]) if _is_formula(one) else one[0], shown)
    return _BRACKETED.sub(lambda match: _escaped(match[2]), shown)


def put_formulas_in_words(parser: LexborHTMLParser, markup: str) -> None:
    """Change a page of HTML: what MathJax, KaTeX, MathML and docutils mark as a formula becomes plain text."""
    body = parser.body
    if body is None or not _MAY_BE_HTML.search(markup):
        return
    done: set[int] = set()
    for node in body.css(_IN_HTML):
        if any(above.mem_id in done for above in ancestors(node)):
            continue
        done.add(node.mem_id)
        source = node.css_first("annotation[encoding*='tex']")
        written = (source or node).text(deep=True).strip()
        bare = re.sub(r"^(?:\\[(\[]|\$\$?)|(?:\\[)\]]|\$\$?)$", "", written)
        node.replace_with(f" {readable_formula(bare)} " if node.tag in ("div", "pre") else readable_formula(bare))


def _is_formula(found: re.Match[str]) -> bool:
    """Whether what stands between two dollars is a formula, and no two sums of money in the cells of a table."""
    in_cells = bool(found["gap"]) and "|" in found["formula"]
    return not in_cells and _FORMULA.match(found["formula"]) is not None


def readable_formula(latex: str) -> str:
    """Return a formula of LaTeX as one line of plain text; what cannot be parsed loses its backslashes and braces.

    >>> readable_formula(r"\\dfrac{200 \\times 16}{40} \\leq 90^{\\circ}")
    '(200 × 16)/40 ≤ 90°'
    """
    plain = _NO_TEXT.sub(" ", _DEGREE.sub("°", latex))
    before = ""
    while before != plain:  # from the inside out
        before = plain
        plain = _FRACTION.sub(lambda match: f"{_factor(match[1])}/{_factor(match[2])}", _GROUP.sub(r"\1\2", plain))
    spaced = re.sub(r"(\\(?:times|cdot|leq?|geq?|approx|pm|to|rightarrow|neq?|div)\b)", r" {\1} ", plain)
    return tidy(_converted(spaced) or re.sub(r"[\\{}]", "", plain))


def _factor(written: str) -> str:
    bare = written.strip()
    return bare if _SIMPLE.match(bare) else f"({bare})"


def _escaped(latex: str) -> str:
    return _SPECIAL.sub(r"\\\1", html.unescape(readable_formula(latex)))


def _converted(latex: str) -> str:
    logging.getLogger("pylatexenc").setLevel(logging.ERROR)
    try:
        found = str(_converter().latex_to_text(latex))
    except Exception:  # noqa: BLE001  # its parser fails in ways of its own on what is no LaTeX
        return ""
    return found


@lru_cache
def _converter() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text")
