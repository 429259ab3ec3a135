"""Tell files called `.txt` that are written in a markup: AsciiDoc and reStructuredText often are."""

import re

_ASCIIDOC = (
    re.compile(r"\A(?:[ \t]*(?://[^\n]*)?\n)*=[ \t]\S"),  # its title
    re.compile(r"^:[a-z][\w-]*:(?:[ \t]|$)", re.MULTILINE),
    re.compile(r"^={2,5}[ \t]\S", re.MULTILINE),
    re.compile(r"^(?:image|include|video|toc)::\S*\[", re.MULTILINE),
    re.compile(r"^\[(?:\[[\w-]+\]|[A-Za-z][^\[\]\n]*|#[\w-]+)\]$", re.MULTILINE),
    re.compile(r"(?:\b(?:link|image|mailto|xref):\S+|\bhttps?://\S+)\[[^\[\]\n]*\]|<<[\w-]+(?:,[^<>\n]*)?>>"),
)
"""Marks of AsciiDoc, each of which some other text may have by chance."""
_RST = (
    re.compile(r"^\.\.[ \t]+[\w-]+::", re.MULTILINE),
    re.compile(r"^\.\.[ \t]+_[^:\n]+:", re.MULTILINE),
    re.compile(r"(?<![\w:]):[a-z]+:`[^`\n]+`"),
    re.compile(r"`[^`\n]+ <[^<>\n]+>`__?"),
)
_FEWEST_MARKS = 3
_FEWEST_OF_RST = 2


def markup_suffix(text: str) -> str:
    """Return the suffix that a text's markup usually has, "" for plain text.

    >>> markup_suffix("= Kettle\\n:toc:\\n\\n== Lid\\n\\nOpen it."), markup_suffix("Kettle\\n======\\n\\nOpen it.")
    ('.adoc', '')
    """
    if sum(mark.search(text) is not None for mark in _ASCIIDOC) >= _FEWEST_MARKS:
        return ".adoc"
    return ".rst" if sum(mark.search(text) is not None for mark in _RST) >= _FEWEST_OF_RST else ""
