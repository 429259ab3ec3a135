"""The printed contents beside bookmarks and headings that are known otherwise."""

from pathlib import Path

from support.pdf_files import Sheet, drawn

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.pdf.contents import ContentsEntry, contents_headings, with_other_matter
from graphrag_tools.loaders.pdf.headings import Heading
from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.pages import Chunk, Piece

PARTS = ("Filling the tank", "Choosing the heat", "Rinsing", "Descaling")


def lines() -> list[TextLine]:
    """Two chapters whose own titles are pictures, with parts that are printed as large as the text."""
    texts = [(page, text) for page in (2, 3) for part in PARTS[2 * page - 4 : 2 * page - 2] for text in (part, "Text.")]
    return [
        TextLine(page, page, 50 + 12 * at, 0, 50, 10, (Chunk(40, 90, 50 + 12 * at, 10, (Piece(text),)),))
        for at, (page, text) in enumerate(texts)
    ]


def entries() -> list[ContentsEntry]:
    listed = (("Use", 0.0, 2), *((part, 12.0, 2) for part in PARTS[:2]), ("Care", 0.0, 3))
    return [ContentsEntry(*one, 1) for one in (*listed, *((part, 12.0, 3) for part in PARTS[2:]))]


KNOWN = [Heading("Use", 0, 0, 0, 2, 0), Heading("Care", 0, 4, 4, 3, 0)]


def test_entries_that_no_line_says_are_known_by_their_bookmarks() -> None:
    found = contents_headings(entries(), lines(), KNOWN)
    assert [(one.title, one.level) for one in found] == [
        ("Use", 0),
        (PARTS[0], 1),
        (PARTS[1], 1),
        ("Care", 0),
        (PARTS[2], 1),
        (PARTS[3], 1),
    ]
    assert contents_headings(entries(), lines()) == []


def test_a_chapter_after_the_last_entry_of_the_contents_stays_and_a_part_of_the_last_does_not() -> None:
    printed = contents_headings(entries(), lines(), KNOWN)
    known = [*KNOWN, Heading("A hint", 1, 7, 8, 3, 90), Heading("Addresses", 0, 8, 9, 4, 0)]
    assert [one.title for one in with_other_matter(printed, known)][6:] == ["Addresses"]


def test_contents_with_spans_of_pages_are_left_out_and_nothing_stands_below_their_title(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("For lamps that were made after the first of May", down=30)
        sheet.line("Contents", size=16, down=30)
        for title, pages in (("Use", ".......2-3"), ("Filling the tank", ".....4 – 6"), ("Care", ".......7")):
            sheet.line(f"{title}{pages}", down=20)
        for title in ("Use", "Filling the tank", "Care"):
            sheet.next_page()
            sheet.line(title, size=13, down=24)
            sheet.line(f"Text that says what is to be done, and when: {title.lower()}.", down=60)
            sheet.line("And text that says what is not to be done.")

    sections = load_manual(drawn(tmp_path / "page.pdf", draw)).sections
    assert [(one.title, one.parent) for one in sections[1:]] == [
        ("Use", None),
        ("Filling the tank", None),
        ("Care", None),
    ]
