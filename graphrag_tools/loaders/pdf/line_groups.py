"""Gather the lines of a section into paragraphs, list items, table rows and small headings."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.pdf.hyphens import HYPHENS, Vocabulary, join_line
from graphrag_tools.loaders.pdf.lines import TextLine, in_runs
from graphrag_tools.loaders.pdf.list_marks import MarkedLine, marked_line, without_bullet
from graphrag_tools.loaders.pdf.pages import SENTENCE_ENDS, Chunk, Piece
from graphrag_tools.loaders.pdf.tables import Cells, ruled_table_at, table_at
from graphrag_tools.text.unspaced import is_unspaced

_SAME_INDENT = 4.0
_LEADS_ON = frozenset(
    "the a an of and or your with from using der die das und oder le la les et ou el los las y il".split()
)
"""No sentence, and no name of anything, ends with these."""
_OF_CODE = frozenset(";#/*%")
"""What begins a line of comment in a listing."""
_SET_OUT = 2
"""Marks that end below each other begin so many indents apart: "9." and "10.", "i." and "iii."."""
_AT_MARK = 2.0
"""So near to its mark begins the next line of an item that does not hang: round marks are set in a little."""
_SENTENCE_END = (*SENTENCE_ENDS, "…", "：")
_LOOSE = 1.2
"""A line further below than this many usual distances begins a paragraph."""
_USUAL_LEADING = 1.25
_AS_COMMON = 0.8
"""The wider of two distances between lines counts where it is nearly so common as the most common one."""
_WIDE_LEADING = 1.8
"""So many sizes of type apart may the lines of one sentence stand where a document has several distances."""
_LONG = 30
_FEWEST_FILLED = 4
_FILLED = 0.3
_SAME_EDGE = 1.0
"""Of long lines, so many must end at one edge for it to be their column's, and so near to it."""
_MOST_HEADING_LINES = 3


@dataclass(slots=True)
class LineGroup:
    """A paragraph, an item of a list, a heading inside a section, or the rows of a table."""

    kind: Literal["paragraph", "item", "heading", "table"]
    indent: float
    """Where it begins; for an item, where its mark stands."""
    pieces: list[Piece] = field(default_factory=list)
    number: int | None = None
    """The place of an item in its count, None for a bullet."""
    letter: str = ""
    """The capital that an item counts with."""
    rows: list[list[list[Piece]]] = field(default_factory=list)
    """The cells of a table's rows."""

    @property
    def text(self) -> str:
        """The words."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Typesetting:
    """What is usual in a document: the body's size of type, the distance between lines by that size, its words."""

    size: float
    leading: float
    words: Vocabulary

    @classmethod
    def of(cls, lines: Sequence[TextLine], size: float) -> "Typesetting":
        """Measure a document."""
        distances = Counter(
            round((line.top - above.top) / size, 2)
            for above, line in pairwise(lines)
            if size and line.flow == above.flow and _is_between_lines(above, line, size)
        )
        usual = _AS_COMMON * max(distances.values(), default=0)
        leading = max((distance for distance, count in distances.items() if count > usual), default=_USUAL_LEADING)
        return cls(size, leading, Vocabulary.of(lines))


def _is_between_lines(above: TextLine, line: TextLine, size: float) -> bool:
    """Whether a line goes on with the sentence of the line above: their distance is that of lines, not paragraphs."""
    return line.text[:1].islower() and 0.9 * size < line.top - above.top < 2.5 * size


def group_lines(lines: Sequence[TextLine], typesetting: Typesetting) -> list[LineGroup]:
    """Return the groups of one section's lines, in order."""
    reader = _Reader(typesetting, _filled_edges(lines))
    in_large_type = in_runs(lines, _MOST_HEADING_LINES)
    at = 0
    while at < len(lines):
        rows, end = ruled_table_at(lines, at)
        mark = None if rows else marked_line(lines[at])
        if not rows and (not mark or len(mark.rest.chunks) > 1):
            rows, end = table_at(lines, at)
            if mark and not (_are_named(lines[at:end]) or _is_lettered(lines[at])):
                rows, end = [], at
        if rows and mark and _is_lettered(lines[at]):
            reader.add_lettered(rows, lines[at])
        elif rows:
            reader.add_table(rows, lines[at])
        else:
            reader.add(lines[at], mark, may_head=at not in in_large_type)
        at = max(end, at + 1)
    return reader.groups


def _filled_edges(lines: Sequence[TextLine]) -> dict[int, float]:
    """Return where the lines of a flow end that stand beside a box or a picture: as much room is left in many of them.

    Only in columns that are filled up to an edge do lines end alike.
    """
    rooms: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        if len(line.text) >= _LONG:
            rooms[line.flow].append(line.room)
    edges = {flow: Counter(map(round, found)).most_common(1)[0] for flow, found in rooms.items()}
    return {
        flow: edge
        for flow, (edge, count) in edges.items()
        if count >= _FEWEST_FILLED and count >= _FILLED * len(rooms[flow])
    }


def _are_named(lines: Sequence[TextLine]) -> bool:
    """Whether all lines with a mark have two cells after it, as where the parts in a picture are named: no steps."""
    marks = [mark for mark in map(marked_line, lines) if mark]
    return len(marks) > 1 and all(mark.number is not None and len(mark.rest.chunks) > 1 for mark in marks)


def _is_lettered(line: TextLine) -> bool:
    """Whether each of the texts beside each other begins with a capital that counts ("A. Lid", "F. Lamp")."""
    marks = (marked_line(replace(line, chunks=(chunk,))) for chunk in line.chunks)
    return all(mark is not None and mark.letter for mark in marks)


class _Reader:
    def __init__(self, typesetting: Typesetting, filled: Mapping[int, float]) -> None:
        self._typesetting, self._filled = typesetting, filled
        self._last: TextLine | None = None
        self._hanging = 0.0
        self._counts: dict[int, int] = {}
        self.groups: list[LineGroup] = []

    def add(self, line: TextLine, mark: MarkedLine | None, *, may_head: bool) -> None:
        if mark and self._counts_on(mark, line):
            self._begin(LineGroup("item", mark.indent, number=mark.number, letter=mark.letter), mark.rest)
            if mark.number is not None:
                self._counts[round(mark.indent / _SAME_INDENT)] = mark.number
        elif may_head and self._is_heading(line):
            if self._wraps_heading(line):
                self._continue(line)
            else:
                self._begin(LineGroup("heading", line.indent), line)
        elif self._goes_on(line):
            self._continue(line)
        else:
            self._begin(LineGroup("paragraph", line.indent), line)

    def add_table(self, rows: Iterable[Cells], line: TextLine) -> None:
        cells = [[self._cell_pieces(cell) for cell in row] for row in rows]
        if len(cells) == 1 and note_kind("".join(piece.text for piece in cells[0][0])):
            pieces: list[Piece] = []  # a box with the label of a note in a cell of its own
            for cell in cells[0]:
                join_line(pieces, cell, self._typesetting.words)
            self.groups.append(LineGroup("paragraph", line.indent, pieces))
        else:
            self.groups.append(LineGroup("table", line.indent, rows=cells))
        self._last = None

    def add_lettered(self, rows: Iterable[Cells], line: TextLine) -> None:
        """Add the items of lists that stand beside each other, column by column."""
        for column in zip(*rows, strict=True):
            for chunk in (chunk for cell in column for chunk in cell):
                mark = marked_line(replace(line, chunks=(chunk,)))
                if mark and mark.letter:
                    group = LineGroup("item", line.indent, list(mark.rest.pieces), mark.number, mark.letter)
                    self.groups.append(group)
                else:
                    join_line(self.groups[-1].pieces, chunk.pieces, self._typesetting.words)
        self._last = None

    def _cell_pieces(self, cell: Iterable[Chunk]) -> list[Piece]:
        pieces: list[Piece] = []
        for chunk in cell:
            shown = without_bullet(chunk)
            if shown is not chunk and pieces and not pieces[-1].text.rstrip().endswith((*_SENTENCE_END, ";", ",")):
                pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip() + ";")
            join_line(pieces, shown.pieces, self._typesetting.words)
        return pieces

    def _begin(self, group: LineGroup, line: TextLine) -> None:
        group.pieces = list(line.pieces)
        self.groups.append(group)
        self._last, self._hanging = line, line.indent

    def _continue(self, line: TextLine) -> None:
        join_line(self.groups[-1].pieces, line.pieces, self._typesetting.words)
        self._last, self._hanging = line, line.indent

    def _counts_on(self, mark: MarkedLine, line: TextLine) -> bool:
        """Whether a mark is one: a number that begins or goes on counting, or that no running text leads to."""
        if mark.number is None:
            return not (mark.rest.text[:1].islower() and self._runs_into(line)) or line.text[0] in "•◦▪●○■□"
        place = round(mark.indent / _SAME_INDENT)
        before = (self._counts.get(near, 0) for near in range(place - _SET_OUT, place + _SET_OUT + 1))
        return mark.number == 1 or mark.number - 1 in before or not self._runs_into(line)

    def _runs_into(self, line: TextLine) -> bool:
        return self._last is not None and bool(self.groups) and self._is_near(line) and not self._ended_early(line)

    def _is_heading(self, line: TextLine) -> bool:
        larger = line.size > 1.05 * self._typesetting.size and len(line.text) <= 80
        return larger and (self._last is None or self._last.size < line.size or self.groups[-1].kind == "heading")

    def _wraps_heading(self, line: TextLine) -> bool:
        """Whether a line is the next one of the heading before it."""
        is_heading = bool(self.groups) and self.groups[-1].kind == "heading"
        return self._last is not None and is_heading and self._last.wraps_into(line)

    def _goes_on(self, line: TextLine) -> bool:
        last = self._last
        if last is None or self.groups[-1].kind in ("heading", "table") or abs(last.size - line.size) > 0.1 * last.size:
            return False
        if _is_label(self.groups[-1]):
            return True
        if note_kind(line.text) and (line.pieces[0].bold or self._ended_early(line)):
            return False
        if last.bold != line.bold and (line.flow != last.flow or self._ended_early(line)):
            return False
        return self._is_near(line) and self._lines_up(line) and not self._ended_early(line)

    def _is_near(self, line: TextLine) -> bool:
        """Whether a line stands where the next line of a paragraph would."""
        last = self._last
        if last is None:
            return False
        if line.flow != last.flow:
            return not last.text.rstrip().endswith(_SENTENCE_END)
        most = _LOOSE * self._typesetting.leading
        if self._ran_out_of_room(last, line):
            most = max(most, _WIDE_LEADING)
        return 0 <= line.top - last.top <= most * line.size

    def _ran_out_of_room(self, last: TextLine, line: TextLine) -> bool:
        """Whether a line goes on with a sentence whose next word did not fit in the last line.

        It begins with small letters, or is of a script that has none and writes its words without spaces.
        """
        word = line.text.partition(" ")[0].rstrip(",.;:")
        ends = last.text.rstrip().endswith((*_SENTENCE_END, ";", "；"))
        goes_on = (len(word) > 1 and word.isalpha() and word.islower()) or is_unspaced(line.text[0])
        broken = last.text.endswith(HYPHENS) and last.text[-2:-1].isalpha()
        return goes_on and not ends and (broken or not self._has_room(last, line))

    def _lines_up(self, line: TextLine) -> bool:
        current = self.groups[-1]
        if current.kind == "item":
            same_flow = self._last is not None and self._last.flow == line.flow
            return line.indent > current.indent + 1 or (same_flow and self._goes_left(line, current))
        return line.indent - self._hanging < _SAME_INDENT or line.text[:1].islower()

    def _goes_left(self, line: TextLine, item: LineGroup) -> bool:
        """Whether a line left of an item's text goes on with it: below its mark, or left of a mark that is set in."""
        set_in = line.indent < item.indent - _SAME_INDENT
        runs_on = self._last is not None and not self._last.text.rstrip().endswith((*_SENTENCE_END, ";"))
        return abs(line.indent - item.indent) <= _AT_MARK or (set_in and runs_on)

    def _ended_early(self, line: TextLine) -> bool:
        """Whether the last line broke off although the next word had room: the end of a paragraph."""
        last = self._last
        text = line.text.lstrip()
        if last is None or not text or text[0].islower() or last.text.endswith(HYPHENS):
            return False
        leads_on = last.text.rsplit(maxsplit=1)[-1] in _LEADS_ON and text[0] not in _OF_CODE
        if leads_on:  # beside a picture lines are short
            return False
        return self._has_room(last, line)

    def _has_room(self, last: TextLine, line: TextLine) -> bool:
        if abs(last.room - self._filled.get(last.flow, math.inf)) <= _SAME_EDGE:
            return False
        text = line.text.lstrip()
        word = text[0] if is_unspaced(text[0]) else text.split(maxsplit=1)[0]
        width = sum(chunk.end - chunk.x for chunk in line.chunks) * len(word) / len(line.text)
        return last.room > width + line.size


def _is_label(group: LineGroup) -> bool:
    """Whether a group is nothing but the label of the note that follows ("NOTE")."""
    if group.kind != "paragraph" or len(group.pieces) > 2:
        return False
    text = group.text.strip(" :").casefold()
    return len(text.split()) == 1 and not text.endswith("s") and bool(note_kind(text))
