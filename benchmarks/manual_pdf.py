"""A manual set as a PDF, as a maker of manuals would: for tests of the PDF loader and for benchmarks.

Needs reportlab, and matplotlib for its fonts (both in the extras of development and evaluation).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Literal

import matplotlib
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table

from graphrag_tools.manual.sections import Block, Manual, Section

_SIZES = (20, 16, 13, 11.5, 10.5)
_BODY = 9
_STEP = 16
_MARGIN = 42
_GUTTER = 18
_BULLETS = "•◦▪–"


@dataclass(frozen=True)
class Layout:
    """How a manual is set."""

    outline: Literal["places", "pages", "none"] = "places"
    """Whether bookmarks lead to the headings themselves, to their pages, or are not there."""
    columns: int = 1
    numbered: bool = False
    """Whether titles begin with their number ("3.2 Display")."""
    justified: bool = False
    page_size: tuple[float, float] = A5
    running_head: str = "Owner's guide"


def write_pdf(manual: Manual, file: Path, layout: Layout = Layout()) -> None:
    """Write a manual as a PDF."""
    _register_fonts()
    _Document(manual, file, layout).build(list(_Setting(manual, layout).flowables()))


def _register_fonts() -> None:
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in ("DejaVuSans", "DejaVuSans-Bold"):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(fonts / f"{name}.ttf")))
    pdfmetrics.registerFontFamily("DejaVuSans", normal="DejaVuSans", bold="DejaVuSans-Bold")


class _Document(BaseDocTemplate):
    def __init__(self, manual: Manual, file: Path, layout: Layout) -> None:
        super().__init__(str(file), pagesize=layout.page_size, title=manual.title, invariant=1)
        width, height = layout.page_size
        column = (width - 2 * _MARGIN - (layout.columns - 1) * _GUTTER) / layout.columns
        frames = [
            Frame(_MARGIN + at * (column + _GUTTER), _MARGIN, column, height - 2 * _MARGIN, 0, 0, 0, 0)
            for at in range(layout.columns)
        ]
        self._layout = layout
        self.addPageTemplates(PageTemplate("page", frames, onPage=self._furniture))

    def _furniture(self, canvas: Canvas, _document: object) -> None:
        width, height = self._layout.page_size
        canvas.setFont("DejaVuSans", 7)
        canvas.drawString(_MARGIN, height - 24, self._layout.running_head)
        canvas.drawRightString(width - _MARGIN, 20, str(canvas.getPageNumber()))

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        entry = getattr(flowable, "outline_entry", None)
        if entry and self._layout.outline != "none":
            key, title, level = entry
            if self._layout.outline == "places":
                self.canv.bookmarkHorizontalAbsolute(key, self.frame._y + flowable.height)
            else:
                self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(title, key, level)


class _Setting:
    def __init__(self, manual: Manual, layout: Layout) -> None:
        self._manual, self._layout = manual, layout
        self._anchors = {anchor: section.key for section in manual.sections for anchor in section.anchors}
        self._names = {section.key: f"s{at}" for at, section in enumerate(manual.sections)}
        alignment = {"alignment": TA_JUSTIFY} if layout.justified else {}
        self._body = ParagraphStyle(
            "body", fontName="DejaVuSans", fontSize=_BODY, leading=_BODY * 1.25, spaceAfter=6, **alignment
        )

    def flowables(self) -> Iterator[Flowable]:
        levels: dict[str, int] = {}
        counts: dict[str | None, int] = {}
        numbers: dict[str | None, str] = {None: ""}
        for section in self._manual.sections:
            level = levels[section.key] = levels[section.parent] + 1 if section.parent is not None else 0
            counts[section.parent] = counts.get(section.parent, 0) + 1
            numbers[section.key] = f"{numbers[section.parent]}{counts[section.parent]}."
            number = f"{numbers[section.key].rstrip('.')} " if self._layout.numbered else ""
            yield self._heading(section, level, f"{number}{section.title}")
            yield from self._blocks(section)

    def _heading(self, section: Section, level: int, title: str) -> Flowable:
        size = _SIZES[min(level, len(_SIZES) - 1)]
        style = ParagraphStyle(
            f"h{level}",
            fontName="DejaVuSans-Bold",
            fontSize=size,
            leading=size * 1.2,
            spaceBefore=size * 0.8,
            spaceAfter=size * 0.5,
            keepWithNext=True,
        )
        heading = Paragraph(f'<a name="{self._names[section.key]}"/>{escape(title)}', style)
        heading.outline_entry = (f"o{self._names[section.key]}", title, level)
        return heading

    def _blocks(self, section: Section) -> Iterator[Flowable]:
        counts: dict[int, int] = {}
        for is_table, group in groupby(section.blocks, key=lambda block: block.kind == "table"):
            if is_table:
                yield self._table(list(group))
                counts.clear()
                continue
            for block in group:
                yield self._block(block, counts)

    def _block(self, block: Block, counts: dict[int, int]) -> Flowable:
        is_item = block.kind in ("step", "option")
        for depth in [depth for depth in counts if depth > block.depth or (depth == block.depth and not is_item)]:
            del counts[depth]
        indent = block.depth * _STEP
        if not is_item:
            return Paragraph(self._markup(block), ParagraphStyle("p", self._body, leftIndent=indent))
        mark = _BULLETS[min(block.depth, len(_BULLETS) - 1)]
        if block.kind == "step":
            counts[block.depth] = counts.get(block.depth, 0) + 1
            mark = f"{counts[block.depth]}."
        style = ParagraphStyle("item", self._body, leftIndent=indent + _STEP, bulletIndent=indent, spaceAfter=3)
        style.bulletFontName = "DejaVuSans"
        return Paragraph(self._markup(block), style, bulletText=mark)

    def _table(self, rows: Sequence[Block]) -> Flowable:
        cells = [row.text.split(" | ") for row in rows]
        width = max(map(len, cells))
        style = ParagraphStyle("cell", self._body, spaceAfter=0)
        return Table(
            [
                [Paragraph(_cell(text, row), style) for text in texts + [""] * (width - len(texts))]
                for texts, row in zip(cells, rows, strict=True)
            ],
            spaceAfter=8,
            spaceBefore=4,
        )

    def _markup(self, block: Block) -> str:
        """The text with its bold runs and links, each laid on the first place of its words not yet passed."""
        marks: list[tuple[int, int, str, str]] = []
        bold = (block.text,) if block.kind == "heading" else block.emphasis
        for texts in ([(run, "<b>", "</b>") for run in bold], self._links(block)):
            at = 0
            for words, opening, closing in texts:
                found = block.text.find(words, at)
                if found >= 0 and words:
                    at = found + len(words)
                    marks.append((found, at, opening, closing))
        return _nested(block.text, marks)

    def _links(self, block: Block) -> list[tuple[str, str, str]]:
        return [
            (link.text, f'<a href="#{self._names[self._anchors[link.target]]}">', "</a>")
            for link in block.links
            if link.target in self._anchors
        ]


def _cell(text: str, row: Block) -> str:
    return f"<b>{escape(text)}</b>" if text in row.emphasis else escape(text)


def _nested(text: str, marks: Sequence[tuple[int, int, str, str]]) -> str:
    """Put the tags in; of two runs that overlap without one holding the other, the later is left out."""
    parts: list[str] = []
    open_until: list[tuple[int, str]] = []
    at = 0
    for start, end, opening, closing in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
        while open_until and open_until[-1][0] <= start:
            stop, tag = open_until.pop()
            parts += [escape(text[at:stop]), tag]
            at = stop
        if open_until and open_until[-1][0] < end:
            continue
        parts += [escape(text[at:start]), opening]
        at = start
        open_until.append((end, closing))
    for stop, tag in reversed(open_until):
        parts += [escape(text[at:stop]), tag]
        at = stop
    return "".join([*parts, escape(text[at:])])
