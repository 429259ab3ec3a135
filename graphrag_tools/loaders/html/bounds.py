"""Bounds of markup, because parsing takes time by the square of levels and of an element's attributes."""

import re

from graphrag_tools.errors import ManualError

MAX_LEVELS = 12_000
"""Some five seconds of parsing."""
MAX_ATTRIBUTES = 20_000
"""Of names that differ; some second."""
_SHORT = min(3 * MAX_LEVELS, 2 * MAX_ATTRIBUTES)
"""Characters: so few hold neither, as a level takes three at least ("<ul"), and an attribute two."""
_BOX = re.compile(
    r"<(/?)(?:div|ul|ol|dl|section|article|main|header|footer|nav|aside|blockquote|center|details|fieldset)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"""<[A-Za-z](?:[^>"']++|"[^"]*+"|'[^']*+'|["'])*+""")
_VALUE = re.compile(r""""[^"]*+"|'[^']*+'""")
_BETWEEN = re.compile(r"[\s/]+")


def check_bounds(markup: str, place: object) -> None:
    """Refuse markup that would take long to parse.

    Raises:
        ManualError: Elements are nested too deep, or one has too many attributes.
    """
    if len(markup) <= _SHORT:
        return
    if (levels := _levels(markup)) > MAX_LEVELS:
        raise ManualError(f"{place}: elements nested {levels:,} levels deep; expected at most {MAX_LEVELS:,}.")
    if (count := _attributes(markup)) > MAX_ATTRIBUTES:
        raise ManualError(f"{place}: an element with {count:,} attributes; expected at most {MAX_ATTRIBUTES:,}.")


def _levels(markup: str) -> int:
    """Return how deep boxes are nested, those that are never closed included."""
    level = deepest = 0
    for box in _BOX.finditer(markup):
        level += -1 if box[1] and level else not box[1]
        deepest = max(level, deepest)
    return deepest


def _attributes(markup: str) -> int:
    """Return how many attributes of different names a tag has at most; 0 where none is long enough to matter."""
    long = (tag[0] for tag in _TAG.finditer(markup) if len(tag[0]) > 2 * MAX_ATTRIBUTES)
    written = (_BETWEEN.split(_VALUE.sub(" ", tag)) for tag in long)
    return max((len({word.partition("=")[0] for word in words}) - 1 for words in written), default=0)
