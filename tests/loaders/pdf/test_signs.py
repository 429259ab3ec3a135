"""Signs of keys in the fonts of symbols: what a step says to press."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from support.pdf_files import PAGE, Sheet, drawn

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.pdf.signs import UNKNOWN, font_of_signs, pointer, sign, turned

TRIANGLE_UP, TRIANGLE_DOWN = "▲", "▼"


def key(sheet: Sheet, code: str, x: float, *, turn: float = 0, size: float = 10) -> None:
    """Draw a sign of Zapf Dingbats on the line, turned to the left by so many degrees."""
    sheet.canvas.saveState()
    sheet.canvas.translate(x + 4, PAGE[1] - sheet.top + 3)
    sheet.canvas.rotate(turn)
    sheet.canvas.setFont("ZapfDingbats", size)
    sheet.canvas.drawString(-4, -3, code)
    sheet.canvas.restoreState()


def texts(file: Path, draw: Callable[[Sheet], None]) -> list[str]:
    return [block.text for section in load_manual(drawn(file, draw)).sections for block in section.blocks]


def test_a_key_within_a_line_is_no_mark_of_a_list_and_parts_no_cells(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.at("Press", 40, sheet.top)
        key(sheet, TRIANGLE_UP, 78)
        key(sheet, TRIANGLE_DOWN, 98)
        sheet.line("to choose the light level.", 120)
        sheet.line("The light goes on.")

    assert texts(tmp_path / "lamp.pdf", draw)[0].startswith("Press ▲ ▼ to choose the light level.")


def test_a_key_that_is_drawn_after_its_line_stands_where_it_is_seen(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.at("Press", 40, sheet.top)
        sheet.at("twice to lock the lid.", 90, sheet.top)
        key(sheet, TRIANGLE_UP, 78)
        sheet.line("")

    assert texts(tmp_path / "lid.pdf", draw) == ["Press ▲ twice to lock the lid."]


def test_a_sign_that_is_turned_is_kept_as_it_is_seen(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.at("Press", 40, sheet.top)
        key(sheet, TRIANGLE_UP, 72, turn=-90)
        sheet.line("to play.", 84)

    assert texts(tmp_path / "player.pdf", draw) == ["Press ▶ to play."]


def test_a_key_is_kept_where_its_sign_is_larger_than_the_words(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.at("Press", 40, sheet.top)
        key(sheet, TRIANGLE_UP, 76, size=16)
        sheet.line("to open the lid and take the dust box out.", 100)

    assert texts(tmp_path / "box.pdf", draw) == ["Press ▲ to open the lid and take the dust box out."]


def test_a_large_sign_in_the_margin_parts_no_lines(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for at, text in enumerate(
            ("Clean the lid with a cloth that is dry", "and soft, and never with", "any spirit.")
        ):
            if at == 1:
                key(sheet, "✎", 16, size=20)
            sheet.line(text)

    (text,) = texts(tmp_path / "care.pdf", draw)
    assert text == "Clean the lid with a cloth that is dry and soft, and never with any spirit."


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("abcdef+wingdings", "wingdings"),
        ("abcdef+wingdings 3", "wingdings3"),
        ("wingdings-regular", "wingdings"),
        ("symbolmt", "symbol"),
        ("30cb6c+fontawesome5free-solid", "awesome"),
        ("segoeuisymbol", ""),
        ("symbolneu", ""),
    ],
)
def test_fonts_of_signs_are_told_by_their_names(name: str, family: str) -> None:
    assert font_of_signs(name) == family


@pytest.mark.parametrize(
    ("family", "character", "shown"),
    [
        ("wingdings", "\uf0fc", "✓"),
        ("wingdings", "l", "●"),
        ("wingdings3", "\uf070", "▲"),
        ("webdings", "4", "▶"),
        ("symbol", "\uf0b0", "°"),
        ("symbol", "\uf057", "Ω"),
        ("symbol", "m", "μ"),
        ("awesome", "\uf011", "⏻"),
        ("", "\uf0b7", "•"),
        ("", "\uf04b", "▶"),
        ("wingdings", "→", "→"),
        ("zapfdingbats", "✓", "✓"),
    ],
)
def test_a_sign_is_told_by_its_code(family: str, character: str, shown: str) -> None:
    assert sign(family, character, None) == shown


@pytest.mark.parametrize(("family", "character"), [("", "\ue123"), ("webdings", "\uf021"), ("webdings", '"')])
def test_a_sign_that_nothing_is_known_of_leaves_its_place(family: str, character: str) -> None:
    assert sign(family, character, None) == UNKNOWN


def test_signs_turn_with_the_text() -> None:
    assert [turned("▲", quarters) for quarters in range(4)] == ["▲", "▶", "▼", "◀"]
    assert turned("✓", 1) == "✓"


def test_a_triangle_is_told_by_its_outline_in_fonts_that_number_their_signs_anew(tmp_path: Path) -> None:
    file = drawn(tmp_path / "keys.pdf", lambda sheet: key(sheet, "▲▼●■", 40))
    with pypdfium2.PdfDocument(file) as document:
        text = document[0].get_textpage()
        font = pdfium.FPDFTextObj_GetFont(pdfium.FPDFText_GetTextObject(text, 0))
        assert [pointer(font, ord(shown)) for shown in "▲▼●■"] == ["▲", "▼", "", ""]
