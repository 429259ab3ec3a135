"""Read the Markdown that stands inside HTML: in table cells, in <summary>, and where CommonMark sees no bold.

MDX reads Markdown between tags, CommonMark does not. CommonMark also sees no bold in "**±**25%" or in "**「設定」**を",
because of the punctuation beside the stars; every writer means it.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from markdown_it.common.utils import normalizeReference

from graphrag_tools.text.spans import spans

_APART = re.compile(r"<(pre|code|script|style)\b|<!--")
_COMMENT_END = re.compile("-->")
_ENDS = {name: re.compile(f"</{name}>") for name in ("pre", "code", "script", "style")}
_TAG = re.compile(r"(<[^<>]*>)")
_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_LINK = re.compile(r"(?<!\\)\[([^\[\]\n]+)\]\(([^()\s]+|#[^()\n]+|[^()\n]+\.\w{2,5}(?:#[^()\s]*)?)\)")
_REFERENCE = re.compile(r"(?P<picture>!?)\[(?P<words>[^\[\]\n]+)\](?:\[(?P<label>[^\[\]\n]*)\])?(?![(:])")
_CODE = re.compile(r"(?<![`\\])`([^`\n]+)`(?!`)")
_BOLD = re.compile(r"(?<![*\\])\*\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*\*(?!\*)")


def with_markdown_in_html(html: str, references: Mapping[str, Mapping[str, Any]]) -> str:
    """Return HTML whose text has no links, code, bold or pictures of Markdown left; code is not touched.

    `references` are the links that the page defines by a label ("[Flash]: flash.png"), as markdown-it keeps them.
    """
    if not ("**" in html or "`" in html or "](" in html or (references and "[" in html)):
        return html
    pieces: list[str] = []
    at = 0
    for apart in spans(html, _APART, lambda mark: _ENDS.get(mark[1], _COMMENT_END)):
        pieces += [_read_between_tags(html[at : apart.start], references), apart.whole]
        at = apart.end
    return "".join((*pieces, _read_between_tags(html[at:], references)))


def _read_between_tags(html: str, references: Mapping[str, Mapping[str, Any]]) -> str:
    pieces = _TAG.split(html)
    # What is a link already names none: the mark of a footnote reads as the label of one ("[1]").
    linked = {at for at in range(2, len(pieces), 2) if pieces[at - 1].startswith("<a ")}
    return "".join(
        piece if at % 2 else _read(piece, {} if at in linked else references) for at, piece in enumerate(pieces)
    )


def _read(text: str, references: Mapping[str, Mapping[str, Any]]) -> str:
    whole = _IMAGE.sub(r'<img alt="\1">', text) if "](" in text else text
    whole = _LINK.sub(r'<a href="\2">\1</a>', whole) if "](" in whole else whole
    if references and "[" in whole:
        whole = _REFERENCE.sub(lambda found: _referred(found, references), whole)
    whole = _CODE.sub(r"<code>\1</code>", whole) if "`" in whole else whole
    return _BOLD.sub(r"<strong>\1</strong>", whole) if "**" in whole else whole


def _referred(found: re.Match[str], references: Mapping[str, Mapping[str, Any]]) -> str:
    known = references.get(normalizeReference(found["label"] or found["words"]))
    if known is None:
        return found[0]
    if found["picture"]:
        return f'<img alt="{found["words"]}">'
    return f'<a href="{escape(str(known["href"]))}">{found["words"]}</a>'
