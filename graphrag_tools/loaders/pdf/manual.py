"""Load a PDF: the outline's entries as sections, or headings found by their type; page numbers on every section.

The stages: pages as plain data (process, pdfium, chunks), heads and feet dropped (running_heads), cells of ruled
tables, boxes beside text and lines below titles told (ruled_tables, side_boxes, title_rules), columns in reading order
(lines), headings (headings), paragraphs, lists and tables (line_groups, lone_numbers, tables, group_html), blocks
(html.blocks).
"""

from collections.abc import Container, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.html.blocks import html_blocks
from graphrag_tools.loaders.pdf.contents import (
    ContentsEntry,
    contents_headings,
    contents_report,
    missing_titles,
    with_entries_that_stand_out,
    with_other_matter,
    without_contents,
    without_index,
)
from graphrag_tools.loaders.pdf.continued_titles import without_continued_titles
from graphrag_tools.loaders.pdf.group_html import groups_html
from graphrag_tools.loaders.pdf.headings import (
    Heading,
    body_size,
    font_headings,
    with_lines_of_labels,
    without_cover,
    without_numbers,
)
from graphrag_tools.loaders.pdf.legends import with_lettered_parts, with_named_parts, without_numbers_of_pictures
from graphrag_tools.loaders.pdf.line_groups import Typesetting, group_lines
from graphrag_tools.loaders.pdf.lines import TextLine, lines_in_order, without_usual_bold
from graphrag_tools.loaders.pdf.links import SectionFinder
from graphrag_tools.loaders.pdf.lone_numbers import with_counted_steps, without_small_numbers
from graphrag_tools.loaders.pdf.outline import (
    outline_headings,
    with_deeper_numbers,
    with_printed,
    without_page_names,
    without_sentences,
)
from graphrag_tools.loaders.pdf.pages import Destination, Outline, PdfPage
from graphrag_tools.loaders.pdf.process import read_pdf
from graphrag_tools.loaders.pdf.ruled_tables import with_cells
from graphrag_tools.loaders.pdf.running_heads import without_repeated_titles, without_running_heads
from graphrag_tools.loaders.pdf.side_boxes import with_boxes
from graphrag_tools.loaders.pdf.title_rules import with_title_rules
from graphrag_tools.loaders.section_tree import OpenLevels, make_manual
from graphrag_tools.loaders.source_file import check_file
from graphrag_tools.manual.sections import Manual, Section, Skipped, is_external
from graphrag_tools.text.language import is_plainly_english
from graphrag_tools.text.listing import first_of, some_of

PDF_SUFFIX = ".pdf"
_CONTENTS = ("contents", "table of contents", "index")
"""Titles of lists of the sections, which stand under none of these."""
_MIN_HEADINGS = 2
_MAX_NAMED = 5
_MAX_PAGES_NAMED = 20
_UNREADABLE_SHARE = 0.5
_BOLD_SHARE = 0.002
_OF_A_DRAWING = 100
"""Bookmarks that are more than lines of text are those of a drawing from this number on."""


def load_pdf(path: Path, manual_id: str) -> Manual:
    """Load one PDF file.

    Sections are the outline's entries, and the printed headings below them where those are three times as many; where
    it has fewer than two that lead somewhere and say more than a page's number, larger or bold type tells the headings;
    where a printed table of contents has more of them, its entries are sections. `page` counts from 1 as a viewer does,
    and `url` is "file.pdf#page=12".
    What was left out (heads, feet, pages without text, lines of a table of contents) is reported in `Manual.skipped`.

    Raises:
        ConfigError: pypdfium2 is not installed (the extra "pdf").
        ManualError: The file is missing, no PDF, damaged, encrypted, or has no text (a scan).
    """
    check_file(path)
    outline, pages = _read(path)
    _check_text(path, pages)
    kept, dropped = without_running_heads(pages)
    chunks = with_title_rules(pages, with_boxes(pages, with_cells(pages, kept)))
    lines = without_usual_bold(lines_in_order(zip((page.number for page in pages), chunks, strict=True)))
    body = body_size(lines)
    lines = without_continued_titles(without_repeated_titles(without_small_numbers(lines, body), body), body)
    lines, contents = without_contents(lines)
    outline = _of_text(outline, lines)
    headings, lost = _headings(outline, lines, without_index(contents))
    headings = with_lines_of_labels(headings, lines)
    sections, empty = _sections(path, lines, headings, {entry.stands_on for entry in contents})
    if not any(section.blocks for section in sections):
        raise ManualError(f"{path}: no text found beside heads and feet in {len(pages)} page(s).")
    told = contents_report(contents, (section.title for section in sections)) if contents else ""
    reports = _reports(outline, pages, dropped, told, [*lost, *empty])
    return make_manual(manual_id, sections, path, reports)


def _read(path: Path) -> tuple[Outline, list[PdfPage]]:
    outline, pages = Outline(0), []
    for found in read_pdf(path):
        if isinstance(found, Outline):
            outline = found
        else:
            pages.append(found)
    return outline, pages


def _check_text(path: Path, pages: Sequence[PdfPage]) -> None:
    read = sum(len(chunk.text) for page in pages for chunk in page.chunks)
    unreadable = sum(page.unreadable for page in pages)
    if not read and not unreadable:
        pictures = sum(page.pictures for page in pages)
        found = f"{pictures} of them pictures, as of a scanner" if pictures else "and no picture either"
        raise ManualError(
            f"{path}: {len(pages)} page(s) without any text, {found}; expected a PDF with text. "
            "Run text recognition (OCR) over it first, for instance with ocrmypdf, and build from the result."
        )
    if unreadable > _UNREADABLE_SHARE * (read + unreadable):
        raise ManualError(
            f"{path}: {unreadable} of {read + unreadable} characters have no meaning (its fonts do not say which "
            "letters they show); expected a PDF with text. Run text recognition (OCR) over it first."
        )


def _of_text(outline: Outline, lines: Sequence[TextLine]) -> Outline:
    """Return the outline, or an empty one in place of more bookmarks than lines: those name the parts of a drawing."""
    count = len(outline.entries)
    if count <= max(len(lines), _OF_A_DRAWING):
        return outline
    return Outline(outline.pages, problem=f"outline: {count} entries for {len(lines)} lines of text, as of a drawing")


def _headings(
    outline: Outline, lines: Sequence[TextLine], contents: Sequence[ContentsEntry]
) -> tuple[list[Heading], list[str]]:
    """Return the headings, and the titles of bookmarks that lead nowhere: by the outline, else by the type.

    By both where the outline has but a few of them. By the printed contents where it has entries that neither has, and
    more of them; with those of its entries that stand out where not all of it is printed in the text.
    """
    listed, lost = outline_headings(outline.entries, lines)
    listed = without_sentences(listed)
    named = without_page_names(listed, lines)
    outlined = len(named) >= _MIN_HEADINGS
    headings = with_deeper_numbers(with_printed(named, lines), lines) if outlined else font_headings(lines) or listed
    if len(contents) > len(headings) or missing_titles(contents, (heading.title for heading in headings)):
        printed = contents_headings(contents, lines, headings)
        if len(printed) > len(headings):
            return without_numbers(without_cover(with_other_matter(printed, headings), lines)), lost
        headings = with_entries_that_stand_out(headings, contents, lines)
    return without_numbers(headings), lost


def _sections(
    path: Path, lines: Sequence[TextLine], headings: Sequence[Heading], contents: Container[int]
) -> tuple[list[Section], list[str]]:
    """Return the sections, and the titles of those left out: empty ones on the pages of the printed contents.

    One letter without a text below it names a part in a picture, and is left out too.
    """
    writer = _SectionWriter(path, lines, headings)
    sections: list[Section] = []
    preface = writer.preface()
    if preface.blocks:
        sections.append(preface)
    levels = OpenLevels()
    for at, heading in enumerate(headings):
        sections.append(writer.section(at, levels.above(heading.level)))
        if heading.title.casefold() not in _CONTENTS:
            levels.open(heading.level, sections[-1].key)
    parents = {section.parent for section in sections}
    empty = [one for one in sections if not one.blocks and one.key not in parents and _is_contents(one, contents)]
    letters = (one for one in sections if len(one.title) == 1 and not one.blocks and one.key not in parents)
    gone = {section.key for section in (*empty, *letters)}
    return [section for section in sections if section.key not in gone], [section.title for section in empty]


def _is_contents(section: Section, pages: Container[int]) -> bool:
    return section.page in pages or section.title.casefold() in _CONTENTS


class _SectionWriter:
    """Makes the sections of one document."""

    def __init__(self, path: Path, lines: Sequence[TextLine], headings: Sequence[Heading]) -> None:
        self._path, self._lines, self._headings = path, lines, headings
        self._typesetting = Typesetting.of(lines, body_size(lines))
        self._finder = SectionFinder(lines, headings)
        body = sum(len(line.text) for line in lines)
        bold = sum(len(piece.text) for line in lines if not line.bold for piece in line.pieces if piece.bold)
        self._english = is_plainly_english(" ".join(line.text for line in lines))
        self._plain = bold < _BOLD_SHARE * body

    def preface(self) -> Section:
        """What stands before the first heading, named for the file."""
        page = self._lines[0].page if self._lines else 1
        return self._made("preface", self._path.stem, self._finder.preface, None, page)

    def section(self, at: int, parent: str | None) -> Section:
        heading = self._headings[at]
        return self._made(_key(at), heading.title, self._finder.span(at), parent, heading.page)

    def _made(self, key: str, title: str, span: range, parent: str | None, page: int) -> Section:
        lines = self._lines[span.start : span.stop]
        groups = with_counted_steps(group_lines(lines, self._typesetting))
        groups = without_numbers_of_pictures(with_lettered_parts(groups))
        groups = with_named_parts(groups) if self._english else groups
        html = groups_html(groups, self._target, plain=self._plain)
        return Section(
            key=key,
            title=title,
            blocks=html_blocks(html, title),
            parent=parent,
            anchors=(key,),
            url=f"{quote(self._path.name, errors='surrogateescape')}#page={page}",
            page=page,
        )

    def _target(self, link: str | Destination) -> str:
        """The section that a link within the document leads into; an address as it stands."""
        if isinstance(link, str):
            return link if is_external(link) else ""
        at = self._finder.heading_at(link)
        return "" if at is None else _key(at)


def _key(at: int) -> str:
    return f"section-{at + 1}"


def _reports(
    outline: Outline, pages: Sequence[PdfPage], dropped: int, contents: str, lost: Sequence[str]
) -> Iterable[Skipped]:
    if outline.problem:
        where, _, why = outline.problem.partition(": ")
        yield Skipped(where, why)
    if dropped:
        yield Skipped("heads and feet", f"{dropped} lines that repeat from page to page")
    if contents:
        yield Skipped("table of contents", contents)
    if lost:
        named = some_of(list(map(repr, lost)), _MAX_NAMED)
        yield Skipped("outline", f"{len(lost)} entry(ies) that lead to no page or hold nothing: {named}")
    silent = [page.number for page in pages if page.pictures]
    if silent:
        yield Skipped(_page_names(silent), "a picture without text; run text recognition (OCR) to have it read")
    for problem, found in groupby(pages, key=lambda page: page.problem):
        if problem:
            yield Skipped(_page_names([page.number for page in found]), problem)


def _page_names(numbers: Sequence[int]) -> str:
    shown = first_of(list(map(str, numbers)), _MAX_PAGES_NAMED)
    return f"page {shown}" if len(numbers) == 1 else f"{len(numbers)} pages ({shown})"
