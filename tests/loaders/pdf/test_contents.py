"""The printed contents beside bookmarks and headings that are known otherwise."""

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
