"""Find lists that stand side by side on a page that has no columns elsewhere, as cautions in a frame do.

Line by line across the page, the sentences of both would be mixed. They look like the rows of a table; but there no row
begins while a cell of the row before goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from graphrag_tools.loaders.pdf.pages import PARAGRAPHS_APART, SENTENCE_ENDS, Chunk, rows

_FEWEST_LINES = 6
_FEWEST_BEGUN = 2
"""Items that begin on the left beside the middle of a sentence on the right."""
_LONG = 20
_LARGER = 1.1
"""A lone line that is so many times larger belongs to none of the lists."""
_MARKS = frozenset("•◦▪●○■□▶►➢➤·*–-")
_Row = list[Chunk]


@dataclass(slots=True)
class _Run:
    """Rows below each other that one gutter parts: it lies between these places."""

    after: float
    before: float
    rows: list[_Row] = field(default_factory=list)

    def takes(self, row: _Row) -> bool:
        """Whether a row's texts stand beside the gutter; if so they are now held."""
        if len(row) > 2 or any(chunk.cell for chunk in row):
            return False
        left = [chunk.end for chunk in row if chunk.x < self.after]
        right = [chunk.x for chunk in row if chunk.x >= self.after]
        after, before = max([self.after, *left]), min([self.before, *right])
        last = self.rows[-1][0]
        alone = len(row) == 1 and (
            row[0].top - last.top > PARAGRAPHS_APART * last.size or row[0].size > _LARGER * last.size
        )
        if after >= before or len(left) > 1 or alone:
            return False
        self.after, self.before = after, before
        self.rows.append(row)
        return True


def in_bands(chunks: Sequence[Chunk]) -> list[list[Chunk]]:
    """Return the parts of a page in reading order: each list that stands beside another one is a part, as is the rest.

    One part where there are none.
    """
    parts: list[list[Chunk]] = [[]]
    for run in _runs(rows(chunks)):
        if isinstance(run, _Run) and _are_lists(run):
            held = [chunk for row in run.rows for chunk in row]
            left = [chunk for chunk in held if chunk.end <= run.after]
            parts += [left, [chunk for chunk in held if chunk.end > run.after], []]
        else:
            found = run.rows if isinstance(run, _Run) else [run]
            parts[-1] += [chunk for row in found for chunk in row]
    return [part for part in parts if part]


def _runs(lines: Sequence[_Row]) -> Iterator[_Run | _Row]:
    """Yield rows one by one, those of two texts each together while one gutter parts them."""
    run: _Run | None = None
    for row in lines:
        if run is not None and run.takes(row):
            continue
        if run is not None:
            yield run
            run = None
        one, *others = sorted(row, key=lambda chunk: chunk.x)
        if len(others) == 1 and one.end < others[0].x and not (one.cell or others[0].cell):
            run = _Run(one.end, others[0].x, [row])
        else:
            yield row
    if run is not None:
        yield run


def _are_lists(run: _Run) -> bool:
    both = [sorted(row, key=lambda chunk: chunk.x) for row in run.rows if len(row) == 2]
    if len(both) < _FEWEST_LINES or any(median(len(row[side].text) for row in both) < _LONG for side in (0, 1)):
        return False
    if not any(_is_marked(right) for _, right in both):
        return False  # faults with bullets beside their cures
    begun = sum(
        _is_marked(left) and not _is_marked(right) and not before.text.rstrip().endswith((*SENTENCE_ENDS, ";"))
        for (_, before), (left, right) in pairwise(both)
    )
    return begun >= _FEWEST_BEGUN


def _is_marked(chunk: Chunk) -> bool:
    return chunk.text[0] in _MARKS and chunk.text[1:2] == " "
