"""Files that do not say what their letters are, or say that their pages are turned to the left."""

from pathlib import Path

import pytest
from support.pdf_files import RawPdf, Sheet, drawn

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.pdf.chunks import Glyph, join_glyphs
from graphrag_tools.loaders.pdf.glyph_order import letter_at

PLACES = str.maketrans({chr(code): chr(code - 29) for code in range(0x20, 0x7F)})
"""The places of the letters' glyphs, the space's being 3."""


def blocks(file: Path) -> list[str]:
    return [block.text for section in load_manual(file).sections for block in section.blocks]


def test_letters_that_are_the_places_of_their_glyphs_are_read(tmp_path: Path) -> None:
    text = "Open the LAMP of unit B.".translate(PLACES)
    assert blocks(RawPdf([text], font=b"/Encoding /Identity-H").write(tmp_path / "a.pdf")) == [
        "Open the LAMP of unit B."
    ]


def test_text_without_the_place_of_a_space_is_read_as_it_stands(tmp_path: Path) -> None:
    assert blocks(RawPdf(["7KH GRRU code 7KH"]).write(tmp_path / "a.pdf")) == ["7KH GRRU code 7KH"]


@pytest.mark.parametrize(("place", "letter"), [(3, " "), (36, "A"), (97, "~"), (98, "Ä"), (135, "•"), (191, "ﬁ")])
def test_glyphs_stand_in_the_order_of_ascii_and_mac_os_roman(place: int, letter: str) -> None:
    assert letter_at(place) == letter


def test_pages_that_are_turned_to_the_left_have_lines_that_read_to_the_right(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.canvas.setViewerPreference("Direction", "R2L")
        sheet.line("Set the lamp (model BD-2) near the door.")
        sheet.line("It goes on at night.")

    assert blocks(drawn(tmp_path / "lamp.pdf", draw)) == [
        "Set the lamp (model BD-2) near the door. It goes on at night."
    ]


def drawn_together(words: list[str], gap: float, apart: float = 0) -> str:
    """What glyphs of 10 points are read as: words `gap` apart, their letters `apart`."""
    glyphs, x = [], 40.0
    for word in words:
        for letter in word:
            glyphs.append(Glyph(letter, x, x + 5, 50, 10))
            x += 5 + apart
        x += gap - apart
    return " ".join(chunk.text for chunk in join_glyphs(glyphs, ()))


def test_words_that_a_full_line_draws_together_are_apart() -> None:
    words = ["The", "lamp", "goes", "on", "at", "8"]
    assert drawn_together(words, 1.6) == "The lamp goes on at 8"
    assert drawn_together(words, 1) == "Thelampgoesonat8"


def test_letters_that_stand_apart_are_one_word_and_unspaced_writing_has_no_spaces() -> None:
    assert drawn_together(["Congratulations"], 0, apart=1.8) == "Congratulations"
    assert drawn_together(["この製品は家庭で", "使います"], 1.8) == "この製品は家庭で使います"
