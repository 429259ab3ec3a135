"""Leave out of a page what Sphinx writes into other outputs than a site (".. only:: latex").

The rest stands as if nothing were said of outputs, so that headings in it begin sections.
"""

import re
import textwrap
from collections.abc import Sequence

_ONLY = re.compile(r"^(?P<indent>[ \t]*)\.\. only::[ \t]+(?P<condition>\S[^\n]*)$")
_SITE = frozenset({"html", "builder_html", "format_html"})
_OTHERS = frozenset({"latex", "builder_latex", "latexpdf", "pdf", "epub", "builder_epub", "man", "texinfo", "text"})


def for_a_site(text: str) -> str:
    """Return the text with as many lines as it has; what its own settings decide is kept, and so are lists of pages.

    Those say what is below what, wherever they stand.
    """
    if ".. only::" not in text:
        return text
    lines = text.split("\n")
    for at in range(len(lines)):
        only = _ONLY.match(lines[at])
        if only is None:
            continue
        end = _end_of_block(lines, at)
        body = textwrap.dedent("\n".join(lines[at + 1 : end])).split("\n")[: end - at - 1]
        kept = body if _is_of_site(only["condition"]) else _lists_of_pages(body)
        moved = [f"{only['indent']}{line}" if line else "" for line in kept]
        lines[at:end] = ["", *moved]
    return "\n".join(lines)


def _lists_of_pages(lines: Sequence[str]) -> list[str]:
    """Return the lines, all that stand in no toctree empty."""
    kept = [""] * len(lines)
    for at, line in enumerate(lines):
        if line.lstrip().startswith(".. toctree::"):
            end = _end_of_block(lines, at)
            kept[at:end] = lines[at:end]
    return kept


def _end_of_block(lines: Sequence[str], start: int) -> int:
    """Return where what is indented below a line ends."""
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > _indent(lines[start])):
        end += 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_of_site(condition: str) -> bool:
    """Whether a condition such as "not latex and not epub" may hold where a site is written."""
    choices = (choice.split(" and ") for choice in condition.split(" or "))
    return any(all(_may_hold(one.strip(" ()")) for one in choice) for choice in choices)


def _may_hold(tag: str) -> bool:
    name = tag.removeprefix("not ").strip()
    return name not in (_SITE if name != tag else _OTHERS)
