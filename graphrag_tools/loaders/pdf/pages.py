"""Plain data of a PDF: pieces of text with their place and type, links, pages and the outline.

Lengths are points (1/72 inch). `x` grows to the right and `top` downwards, from the top left corner of the
page as it is shown, so that a page that is turned reads like any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

SAME_LINE = 0.35
"""Base lines less than this many sizes of type apart are one: words set higher or lower belong to it."""


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
class Chunk:
    """Text on one base line without a wide gap in it: a line of a column, or a cell of a table."""

    x: float
    end: float
    top: float
    """The base line's distance from the top of the page."""
    size: float
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The words."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(piece.bold or not piece.text.strip() for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page: `number` counts from 1, as a viewer's "#page=" does. `chunks` stand from top to bottom."""

    number: int
    height: float
    chunks: tuple[Chunk, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Message:
    """One line of what the reading process says: exactly one field is set."""

    failure: Failure | None = None
    outline: Outline | None = None
    page: PdfPage | None = field(default=None)


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
