"""Plain data of a PDF: pieces of text with their place and type, links, pages and the outline.

Lengths are points (1/72 inch). `x` grows to the right and `top` downwards, from the top left corner of the
page as it is shown, so that a page that is turned reads like any other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from graphrag_tools.text.characters import ENDS_OF_QUESTIONS, ENDS_OF_STATEMENTS

SAME_LINE = 0.35
"""Base lines less than this many sizes of type apart are one: words set higher or lower belong to it."""
PARAGRAPHS_APART = 1.7
"""Lines further from each other than this many sizes of type belong to different paragraphs."""
SENTENCE_ENDS = (*ENDS_OF_STATEMENTS, *ENDS_OF_QUESTIONS, ":")
TOUCHING = 3.0
"""Ruling lines that end this close to each other meet, and edges this close are one: borders are drawn double."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A place in the document that a link or an outline entry leads to; without a top, the whole page."""

    page: int
    top: float | None = None
    x: float | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one look. A link is an address outside the document or a place in it."""

    text: str
    bold: bool = False
    link: str | Destination | None = None


@dataclass(frozen=True, slots=True)
class RulingLine:
    """A line that is drawn across or down the page: a border of a table, or of a box."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_across(self) -> bool:
        """Whether it runs from left to right."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of a text in a table whose cells are divided by ruling lines; rows and columns count from 0."""

    table: int
    row: int
    last_row: int
    """The same as `row`, but for a cell that is as high as several rows."""
    column: int
    columns: int
    """Of the whole table."""
    edges: tuple[float, float]
    """Where the table begins and ends on the page."""
    wide: bool
    """Whether the cell is as wide as the table."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Text on one base line without a wide gap in it: a line of a column, or a cell of a table."""

    x: float
    end: float
    top: float
    """The base line's distance from the top of the page."""
    size: float
    pieces: tuple[Piece, ...]
    cell: Cell | None = None
    box: int | None = None
    """The box that it stands in, where that stands beside other text."""
    rule: tuple[float, float] | None = None
    """Where the line begins and ends that it stands on as a title."""

    @property
    def text(self) -> str:
        """The words."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(piece.bold or not piece.text.strip() for piece in self.pieces)

    @property
    def table(self) -> int | None:
        """The ruled table that it stands in."""
        return self.cell.table if self.cell else None


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page: `number` counts from 1, as a viewer's "#page=" does. `chunks` stand from top to bottom."""

    number: int
    height: float
    chunks: tuple[Chunk, ...] = ()
    lines: tuple[RulingLine, ...] = ()
    """From top to bottom; none where a drawing has more than tables do."""
    unreadable: int = 0
    """Characters that the file gives no meaning for."""
    pictures: bool = False
    problem: str = ""
    """Why the page, or the end of it, is missing; empty if it is whole."""


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark. `level` is 0 at the top; a place of None leads nowhere."""

    title: str
    level: int
    place: Destination | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The bookmarks in their order, and what was left out of them."""

    pages: int
    entries: tuple[OutlineEntry, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The document cannot be opened; the words say what was found and what to do."""

    words: str


def merged_spans(spans: Iterable[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Join the spans from left to right that overlap, or that no more than a gap parts."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def rows(chunks: Iterable[Chunk]) -> list[list[Chunk]]:
    """Gather chunks, given from top to bottom, into those that share a base line."""
    found: list[list[Chunk]] = []
    for chunk in chunks:
        first = found[-1][0] if found else None
        if first is not None and abs(chunk.top - first.top) < SAME_LINE * max(chunk.size, first.size, 1):
            found[-1].append(chunk)
        else:
            found.append([chunk])
    return found


def joined_lines(lines: Iterable[RulingLine]) -> list[RulingLine]:
    """Join ruling lines that go on in each other, as borders that are drawn cell by cell, or twice, do."""
    found: list[RulingLine] = []
    for beside in _beside(lines):
        last: RulingLine | None = None
        for line in sorted(beside, key=lambda one: one.left if one.is_across else one.top):
            if last is not None and _goes_on(last, line):
                last = found[-1] = replace(
                    last, right=max(last.right, line.right), bottom=max(last.bottom, line.bottom)
                )
            else:
                last = line
                found.append(line)
    return found


def _beside(lines: Iterable[RulingLine]) -> Iterator[list[RulingLine]]:
    """Yield the lines that run in one direction at one place, to a point."""
    group: list[RulingLine] = []
    for line in sorted(lines, key=lambda one: (one.is_across, _place(one))):
        if group and (line.is_across != group[0].is_across or _place(line) - _place(group[0]) > 1):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _place(line: RulingLine) -> float:
    return line.top if line.is_across else line.left


def _goes_on(last: RulingLine, line: RulingLine) -> bool:
    return (line.left - last.right if line.is_across else line.top - last.bottom) <= TOUCHING
