"""Read headings that stand in the margin beside their text right before it, not all of them before all of the text."""

from collections.abc import Iterable, Sequence
from statistics import median

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.pdf.captions import is_bare_caption, is_caption
from graphrag_tools.loaders.pdf.pages import PARAGRAPHS_APART, SENTENCE_ENDS, Chunk, rows

_MOST = 0.3
"""Of the characters beside them, so many have the headings of a margin at most."""
_MOSTLY = 0.5
_GROUP = 1.6
"""Lines of one heading stand closer than this many sizes of type."""
_ABOVE = 0.7
"""A heading may stand so many sizes of type below the base line of the text that it is level with."""
_LONG = 20
_Part = tuple[str, list[Chunk]]


def with_margin_heads(left: Sequence[Chunk], right: Sequence[Chunk]) -> list[_Part]:
    """Return the parts of two columns in reading order, "L" or "R", where the left one holds nothing but headings.

    No parts where it holds other text. Numbers of pictures ("Figure 3") in the margin are left out: they would part the
    sentences that they stand beside.
    """
    if not _are_heads(left, right):
        return []
    parts: list[_Part] = []
    rest = rows(right)
    for head in _groups(left):
        place = head[0].top - _ABOVE * head[0].size
        above = [row for row in rest if row[0].top < place]
        while above and note_kind(" ".join(chunk.text for chunk in above[-1])):
            above.pop()  # a label belongs to the text below it
        if above and len(above) < len(rest) and not _are_parted(above[-1], rest[len(above)]):
            return []
        rest = rest[len(above) :]
        parts += [("R", [chunk for row in above for chunk in row]), ("L", head)]
    parts.append(("R", [chunk for row in rest for chunk in row]))
    return [part for part in parts if part[1]]


def _are_heads(left: Sequence[Chunk], right: Sequence[Chunk]) -> bool:
    heads = [chunk for chunk in left if not is_caption(chunk.text)]
    if not heads or not all(chunk.bold and chunk.cell is None for chunk in heads):
        return False
    bold = _length(chunk for chunk in right if chunk.bold)
    is_text = bool(right) and median(len(chunk.text) for chunk in right) >= _LONG
    return is_text and _length(left) <= _MOST * _length(right) and bold <= _MOSTLY * _length(right)


def _length(chunks: Iterable[Chunk]) -> int:
    return sum(len(chunk.text) for chunk in chunks)


def _groups(left: Sequence[Chunk]) -> list[list[Chunk]]:
    """Gather the lines of each heading."""
    groups: list[list[Chunk]] = []
    for chunk in sorted((one for one in left if not is_bare_caption(one.text)), key=lambda one: one.top):
        last = groups[-1][-1] if groups else None
        near = last is not None and chunk.top - last.top < _GROUP * chunk.size and abs(chunk.size - last.size) < 1
        groups[-1].append(chunk) if near else groups.append([chunk])
    return groups


def _are_parted(above: Sequence[Chunk], row: Sequence[Chunk]) -> bool:
    """Whether a text ends between two lines: what stands beside the middle of one heads nothing."""
    is_table = above[-1].table is not None and above[-1].table == row[0].table
    far = row[0].top - above[0].top > PARAGRAPHS_APART * above[0].size
    return not is_table and (far or above[-1].text.rstrip().endswith(SENTENCE_ENDS))
