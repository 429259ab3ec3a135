"""Keep raised characters apart from what they stand at: "X7000<sup>1</sup>" is no X70001, "10<sup>2</sup>" no 102."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.html.dom import FLOW
from graphrag_tools.loaders.raised import has_raised_form, raised

_IS_APART = re.compile(r"[^\w\s]+|[^\w\s].*|[^\W\d_]{2,4}", re.DOTALL)
"""Signs ("®", "*", "(1)"), and letters that belong to the word ("1st", "TM")."""
_LONGEST = 80


def keep_superscripts_apart(parser: LexborHTMLParser, markup: str) -> None:
    """Change a page: raised digits and single letters become Unicode's, other words at a word stand in parentheses.

    What stands by itself, with a blank before it, is small print and stays as it is, as do ordinals and signs.
    """
    body = parser.body
    if body is None or "<sup" not in markup.lower():
        return
    for mark in body.css("sup"):
        words = (mark.text() or "").strip()
        if not words or len(words) > _LONGEST or mark.css_first("img") is not None:
            continue
        if has_raised_form(words):
            for piece in list(_texts(mark)):
                piece.replace_with(raised(piece.text_content or ""))
        elif not _IS_APART.fullmatch(words) and _stands_at_a_word(mark):
            mark.insert_before(" (")
            mark.insert_after(")")


def _texts(node: LexborNode) -> Iterator[LexborNode]:
    return (one for one in node.traverse(include_text=True) if one.tag == "-text")


def _stands_at_a_word(raised: LexborNode) -> bool:
    """Whether the text before an element ends in a letter, digit or closing mark, with no blank between."""
    node = raised
    while node.prev is None and node.parent is not None and node.parent.tag not in FLOW | {"body"}:
        node = node.parent
    before = node.prev
    if before is None or before.tag in FLOW:
        return False
    text = (before.text_content if before.tag == "-text" else before.text()) or ""
    return text[-1:].isalnum() or text[-1:] in tuple(").]%\"'”»")
