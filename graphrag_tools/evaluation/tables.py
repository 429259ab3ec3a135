"""A table that stays readable on a narrow terminal."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text


class FittingTable:
    """A table where its columns fit, else a paragraph a row: its first cell, and each other one below its heading."""

    def __init__(self, table: Table) -> None:
        """All headings and cells of the table are texts."""
        self._table = table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table or the paragraphs."""
        if self._least_width() <= options.max_width:
            yield self._table
        else:
            yield from self._paragraphs()

    def _least_width(self) -> int:
        """Return how wide the table is where only its first column is broken, between words."""
        first, *others = ([str(column.header), *map(str, column.cells)] for column in self._table.columns)
        words = (cell_len(word) for text in first for word in text.split())
        widths = [max(words, default=0), *(max(map(cell_len, texts)) for texts in others)]
        return sum(widths) + len(others) * self._table.padding[1]

    def _paragraphs(self) -> Iterator[RenderableType]:
        first, *others = self._table.columns
        widest = max(len(str(column.header)) for column in others)
        if self._table.title:
            yield Text(str(self._table.title), style="italic")
        for named, *cells in zip(first.cells, *(column.cells for column in others), strict=True):
            yield Text(str(named), style="bold")
            for column, cell in zip(others, cells, strict=True):
                yield Text(f"  {column.header!s:<{widest}}  {cell}")
        if self._table.caption:
            yield Text(str(self._table.caption), style="dim")
