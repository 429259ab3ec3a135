"""Bring marks within a line that CommonMark does not take to those that it does.

Editors leave blanks within the stars of bold words, which generators then show. Python-Markdown, Obsidian and Quarto
highlight words and track changes; Pandoc's spans and comments written as links that nothing uses are no text.
"""

import re

_HIDDEN = re.compile(
    r"^ {0,3}\[(?:comment|//|#)\]: *(?:<>|#) *(?:\(.*\)|\".*\"|'.*') *(?:\n|\Z)", re.MULTILINE | re.IGNORECASE
)
"""A comment, as people write one where there is none: "[//]: # (not shown)"."""
_SPAN = re.compile(r"(?<![\]!\\^\w])\[([^\[\]\n]{1,300}+)\](?=\{[ \t]?[.#][^{}\n]{1,200}\})")
_CHANGED = re.compile(
    r"\{(?:==(?P<marked>[^\n={}][^\n{}]{0,300}?)==|\+\+(?P<added>[^\n{}]{1,300}?)\+\+|"
    r"~~[^\n{}~]{0,300}~>(?P<new>[^\n{}]{0,300}?)~~|--[^\n{}]{1,300}?--|>>[^\n{}]{1,300}?<<)\}"
)
"""Of changes that are tracked, the text as it is after them, and no remark."""
_HIGHLIGHTED = re.compile(r"(?<![\w={])==(?=[^\s=])([^=\n]{1,300}?)(?<=[^\s=])==(?![\w=}])")
_BOLD = "**"
_OTHER_STARS = re.compile(r"(?<!\*)(?:\*{3}|\*{5,})(?!\*)|\\\*")


def without_dialect_marks(text: str) -> str:
    """Return Markdown, whose code is apart, without comments and marks of dialects; what they mark is kept."""
    bare = _SPAN.sub(r"\1", _HIDDEN.sub("", text))
    plain = _CHANGED.sub(lambda match: match["marked"] or match["added"] or match["new"] or "", bare)
    return _HIGHLIGHTED.sub(r"\1", plain) if "==" in plain else plain


def with_tight_bold(text: str) -> str:
    """Return Markdown whose bold words have their blanks outside of the stars, and no stars around nothing.

    Stars that a line of the same paragraph has left open, escaped ones, and those with a blank on either side, as in a
    sum, are left as they are.
    """
    lines: list[str] = []
    is_open = False
    for line in text.split("\n"):
        pieces = line.split(_BOLD)
        if not line.strip():
            is_open = False
        elif len(pieces) % 2 == 0:
            is_open = not is_open
        elif len(pieces) > 1 and not is_open and line.strip(" \t*") and not _OTHER_STARS.search(line):
            line = "".join(_tight(piece) if at % 2 else piece for at, piece in enumerate(pieces))  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)


def _tight(inner: str) -> str:
    bare = inner.strip(" \t")
    if not bare:
        return " "
    if "|" in inner or "*" in (bare[0], bare[-1]) or (inner[0] in " \t") == (inner[-1] in " \t"):
        return f"{_BOLD}{inner}{_BOLD}"
    before, after = inner[: len(inner) - len(inner.lstrip(" \t"))], inner[len(inner.rstrip(" \t")) :]
    return f"{before}{_BOLD}{bare}{_BOLD}{after}"
