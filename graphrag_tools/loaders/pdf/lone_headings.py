"""Find headings in type of the text's own size: bold lines, or such in capitals, that stand alone above their text."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.heading_signs import ends_as_text
from graphrag_tools.loaders.pdf.captions import is_caption
from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.list_marks import marked_line

_FEWEST = 3
"""Of a kind in a manual."""
_USUALLY = 0.6
"""So many lines of a kind stand as headings do where headings look so, and not names or words in a text."""
_FEWEST_LINES = 2
_USUAL_LINES = 3
"""Of text below a heading: names of options usually have less."""
_NEARER = 1.2
"""A heading is so many times nearer to its text than to the text before it."""
_NEAR = 2.5
"""Sizes of type between the lines of a heading and its text."""
_SET_IN = 4.0
_OWN_SIZE = (0.9, 1.08)
_FEWEST_CAPITALS = 4
_MOST_WORDS = 10

Span = tuple[int, int]
"""The first line of a heading and the one after its last."""


def lone_headings(bold: Iterable[Span], lines: Sequence[TextLine], others: Iterable[int], body: float) -> list[Span]:
    """Return which of the bold lines, and of the plain ones in capitals, are headings.

    None of a kind most of which do not stand as headings do. `others` are the places of headings that are told by
    something else, `body` is the text's size of type.
    """
    begins = list(others)
    found: list[Span] = []
    for kind in (list(bold), list(_capitals(lines, body))):
        alone = [span for span in kind if _stands_alone(span, lines)]
        if len(alone) < max(_FEWEST, _USUALLY * len(kind)):
            continue
        places = sorted({*(first for first, _ in alone), *begins, len(lines)})
        ends = dict(pairwise(places))
        below = {span: ends[span[0]] - span[1] for span in alone}
        if median(below.values()) >= _USUAL_LINES:
            found += [span for span in alone if below[span] >= _FEWEST_LINES]
    return sorted(found)


def _capitals(lines: Sequence[TextLine], body: float) -> Iterator[Span]:
    low, high = _OWN_SIZE
    for at, line in enumerate(lines):
        letters = sum(letter.isalpha() for letter in line.text)
        plain = not line.bold and low * body <= line.size < high * body
        if plain and letters >= _FEWEST_CAPITALS and line.text.isupper() and not ends_as_text(line.text):
            yield at, at + 1


def _stands_alone(span: Span, lines: Sequence[TextLine]) -> bool:
    """Whether lines outside of lists and tables stand at the margin, further from the text above than from their own.

    At the top of a page or column they do so whatever stood before.
    """
    first, after = span
    line, text = lines[first], lines[after] if after < len(lines) else None
    if any(len(one.chunks) > 1 or one.chunks[0].cell for one in lines[first:after]) or note_kind(line.text):
        return False
    if is_caption(line.text):
        return False
    if marked_line(line) or len(line.text.split()) > _MOST_WORDS or text is None or text.flow != line.flow:
        return False
    below = text.top - lines[after - 1].top
    above = line.top - lines[first - 1].top if first and lines[first - 1].flow == line.flow else None
    at_margin = line.indent <= text.indent + _SET_IN
    return at_margin and 0 < below <= _NEAR * line.size and (above is None or above >= _NEARER * below)
