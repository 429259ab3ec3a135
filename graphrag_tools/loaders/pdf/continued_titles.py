"""Leave out titles that a page says again with a word in brackets: "3-1. Cleaning (continued)" begins no section."""

import re
from collections.abc import Sequence

from graphrag_tools.loaders.heading_signs import LARGER
from graphrag_tools.loaders.pdf.headings import MAX_HEADING_LINES, end_of_heading
from graphrag_tools.loaders.pdf.lines import TextLine, title_of
from graphrag_tools.loaders.pdf.titles import title_key

_LONGEST = 160
_AGAIN = re.compile(
    r"\s*[(（\[]\s*(?:cont(?:inued|inuation|'d|’d|d|\.)?|forts(?:ättning|ættelse|etzung|att|at)?\.?|fts\.?"
    r"|suite|à suivre|cont(?:inuación|inuação|inua)|segue|seguito|vervolg|jatkuu|jatkoa|pokračov(?:ání|anie)|cd\."
    r"|ciąg dalszy|продолжение|续|續|続き|つづき|계속)\s*[)）\]]\s*\Z",
    re.IGNORECASE,
)


def without_continued_titles(lines: Sequence[TextLine], body: float) -> list[TextLine]:
    """Return the lines without the titles that say that what an earlier page has the same title for goes on.

    They are bold, larger than the text, whose size is `body`, or the first on their page: "Rated power (cont.)" between
    others may be one of the values.
    """
    kept: list[TextLine] = []
    known: set[str] = set()
    at = 0
    while at < len(lines):
        end = end_of_heading(lines, at, MAX_HEADING_LINES)
        text = title_of(lines[at:end])
        key = title_key(_AGAIN.sub("", text[-_LONGEST:])) if len(text) <= _LONGEST else ""
        first = at == 0 or lines[at - 1].page != lines[at].page
        stands_out = first or lines[at].bold or lines[at].size >= LARGER * body
        if not (stands_out and key in known and _AGAIN.search(text)):
            known.update((key, title_key(lines[at].text)) if key else ())
            kept += lines[at:end]
        at = end
    return kept
