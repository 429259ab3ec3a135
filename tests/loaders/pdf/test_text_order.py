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


def with_marks(*texts: tuple[str, float, float]) -> str:
    """What glyphs are read as that follow each other: text, size, and how high over the base line they stand."""
    glyphs, x = [], 40.0
    for text, size, height in texts:
        for letter in text:
            place = Glyph(" ") if letter == " " else Glyph(letter, x, x + size / 2, 50 - height, size)
            glyphs.append(place)
            x += size / 2
    return " ".join(chunk.text for chunk in join_glyphs(glyphs, ()))


def test_raised_digits_are_no_part_of_the_number_at_which_they_stand() -> None:
    assert with_marks(("heat it to 15", 12, 0), ("0", 8, 4.5), (" C or 16", 12, 0), ("0", 8, 4.5), (" C", 12, 0)) == (
        "heat it to 15⁰ C or 16⁰ C"
    )
    assert with_marks(("2.5 mm", 10, 0), ("2", 6, 5), (" wire", 10, 0)) == "2.5 mm² wire"
    assert with_marks(("0.92", 10, 0), ("3)", 6, 5)) == "0.92³⁾"


def test_raised_words_stay_as_they_are_at_their_word() -> None:
    assert with_marks(("the 3", 10, 0), ("rd", 6, 4), (" lamp", 10, 0)) == "the 3rd lamp"
    assert with_marks(("Lamp", 10, 0), ("TM", 6, 4), (" 2", 10, 0)) == "LampTM 2"


def test_a_break_that_is_put_before_raised_type_is_no_space() -> None:
    assert with_marks(("2.5 mm", 10, 0), (" ", 0, 0), ("2", 6, 5)) == "2.5 mm²"


def test_small_type_that_is_level_or_apart_is_no_raised_mark() -> None:
    assert with_marks(("Lamp 1", 10, 0), ("2", 6, 0)) == "Lamp 12"
    assert with_marks(("Lamp 1  ", 10, 0), ("2", 6, 4)) == "Lamp 1 2"
