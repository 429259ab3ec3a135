"""What word processors, TeX and other scripts do to a page, and what is left of a text after it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from support.pdf_files import PAGE, RawPdf, Sheet, drawn

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.sections import Section

JAPANESE = "HeiseiMin-W3"


def sections(file: Path) -> Sequence[Section]:
    return load_manual(file).sections


def japanese(sheet: Sheet, *lines: tuple[float, str], down: float = 14) -> None:
    registerFont(UnicodeCIDFont(JAPANESE))
    for x, text in lines:
        sheet.canvas.setFont(JAPANESE, 10)
        sheet.canvas.drawString(x, PAGE[1] - sheet.top, text)
        sheet.top += down


def test_lines_of_japanese_are_joined_without_a_space_and_marks_in_kana_count(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        japanese(
            sheet,
            (40, "この製品は家庭で使うためのものです。屋外では決して使わないで"),
            (40, "ください。"),
            (40, "(ア)電源を入れる前に、水を線まで入れてから蓋をしっかり閉めて"),
            (60, "ください。"),
            (40, "(イ)電源を入れます。"),
            (40, "・お湯は熱いので注意"),
        )

    (section,) = sections(drawn(tmp_path / "kettle.pdf", draw))
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("paragraph", "この製品は家庭で使うためのものです。屋外では決して使わないでください。"),
        ("step", "電源を入れる前に、水を線まで入れてから蓋をしっかり閉めてください。"),
        ("step", "電源を入れます。"),
        ("paragraph", "お湯は熱いので注意"),
    ]


def test_sentences_of_japanese_go_on_over_a_distance_that_is_wide_in_a_booklet_of_several_languages(
    tmp_path: Path,
) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.lines(["The kettle is set", "with the wheel at", "the side of its", "foot."])
        sheet.gap()
        japanese(
            sheet,
            (40, "1. 電源を入れる前に、水を線まで入れてから蓋をしっかり閉めて"),
            (55, "ください。"),
            (40, "2. 電源を入れます。"),
            (55, "ランプ"),
            down=17,
        )

    (section,) = sections(drawn(tmp_path / "kettle.pdf", draw))
    assert [block.text for block in section.blocks][1:] == [
        "電源を入れる前に、水を線まで入れてから蓋をしっかり閉めてください。",
        "電源を入れます。",
        "ランプ",
    ]


def test_names_of_parts_that_are_marked_in_kana_are_rows_and_no_steps(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for name, use in (("(ア)電源ボタン", "電源を入れます。"), ("(イ)ふた", "水を入れるときに開けます。")):
            top = sheet.top
            japanese(sheet, (40, name))
            sheet.top = top
            japanese(sheet, (160, use))

    (section,) = sections(drawn(tmp_path / "parts.pdf", draw))
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("table", "(ア)電源ボタン | 電源を入れます。"),
        ("table", "(イ)ふた | 水を入れるときに開けます。"),
    ]


def widths(of_controls: int) -> bytes:
    """What a font says of the width of its characters, those of the first 32 apart."""
    return b"/FirstChar 0 /LastChar 126 /Widths [%s]" % (b"%d " % of_controls * 32 + b"500 " * 95)


def test_ligatures_of_tex_are_letters_where_its_font_does_not_say_which(tmp_path: Path) -> None:
    text = "Switch o\x0b the \x0cve lights, o\x0eces \x1eone and \x1frst"
    (section,) = sections(RawPdf([text], font=widths(560)).write(tmp_path / "a.pdf"))
    assert section.blocks[0].text == "Switch off the five lights, offices ffione and fflrst"


def test_a_space_where_tex_has_a_ligature_is_a_space(tmp_path: Path) -> None:
    (section,) = sections(RawPdf(["Switch\x0doff\x0dthe\x0dlights"], font=widths(250)).write(tmp_path / "a.pdf"))
    assert section.blocks[0].text == "Switch off the lights"


@pytest.mark.parametrize("back", [700, 400])
def test_a_space_mostly_within_a_ligature_is_none_and_one_behind_it_is(tmp_path: Path, back: int) -> None:
    within = f") Tj [{back} ( ) {500 - back} (lter o\x0b the light)] TJ ("
    (section,) = sections(RawPdf([f"Switch the \x0c{within}"], font=widths(1000)).write(tmp_path / "a.pdf"))
    assert section.blocks[0].text == "Switch the filter off the light"


def test_letters_that_windows_takes_for_ligatures_are_those(tmp_path: Path) -> None:
    names = b"/Encoding << /Differences [128 /uni019F /uni01A9 /uni01AB /uni019E /Omacron] >>"
    text = "Set the \x80mer a\x84er pu\x82ng the ba\x81ery on a pla\x83orm, \x84saka"
    (section,) = sections(RawPdf([text], font=names).write(tmp_path / "a.pdf"))
    assert section.blocks[0].text == "Set the timer after putting the battery on a platform, Ōsaka"


def test_a_round_letter_of_a_font_of_its_own_is_the_mark_of_a_list(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for text in ("Long press", "Short press"):
            sheet.canvas.setFont("Courier", 10)
            sheet.canvas.drawString(40, PAGE[1] - sheet.top, "o")
            sheet.line(text, 58)
        sheet.gap(30)
        sheet.line("o Key or lid", 40, down=30)
        sheet.canvas.setFont("Courier", 10)
        sheet.canvas.drawString(40, PAGE[1] - sheet.top, "o = open")

    (section,) = sections(drawn(tmp_path / "marks.pdf", draw))
    assert [block.text for block in section.blocks] == ["Long press", "Short press", "o Key or lid", "o = open"]


def test_small_raised_type_belongs_to_its_line(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Fill the tank with clean water up to the line at the side,")
        sheet.line("of the 2")
        sheet.at("nd", 77, sheet.top - 17, size=6)
        sheet.at("edition of the tank.", 90, sheet.top - 12)

    (section,) = sections(drawn(tmp_path / "raised.pdf", draw))
    (block,) = section.blocks
    assert block.text.startswith("Fill the tank with clean water up to the line at the side, of the 2")
    assert block.text.endswith("nd edition of the tank.")


def test_where_all_is_bold_nothing_is_a_heading_for_it(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for text in ("Hold the key.", "The light turns green", "Let it go."):
            sheet.line(text, bold=True, down=30)

    (section,) = sections(drawn(tmp_path / "bold.pdf", draw))
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("paragraph", "Hold the key."),
        ("paragraph", "The light turns green"),
        ("paragraph", "Let it go."),
    ]


def test_a_line_that_hangs_below_the_first_goes_on_with_it(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("The radio is bound to a permit, and who uses one without it may", 30)
        sheet.line("have to pay for that.", 42)

    (section,) = sections(drawn(tmp_path / "hanging.pdf", draw))
    assert len(section.blocks) == 1


def test_the_heading_of_the_contents_goes_with_its_lines_in_any_language(tmp_path: Path) -> None:
    chapters = ("Reinigen", "Lagern", "Entsorgen")

    def draw(sheet: Sheet) -> None:
        sheet.line("Kaffeemühle", size=24, down=60)
        sheet.line("Inhalt", size=16, down=30)
        for number, name in enumerate(chapters, start=1):
            sheet.line(f"{number} {name} ................ {number + 1}")
        for name in chapters:
            sheet.next_page()
            sheet.line(name, size=14, down=30)
            sheet.line(f"Vor dem {name} den Stecker ziehen.")

    manual = load_manual(drawn(tmp_path / "muehle.pdf", draw))
    assert [section.title for section in manual.sections] == ["muehle", *chapters]
    assert [block.text for block in manual.sections[0].blocks] == ["Kaffeemühle"]


def test_a_number_right_before_a_capital_counts_steps_and_headings(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for number, title in enumerate(("Reset", "Storing", "WLAN"), start=1):
            sheet.line(f"{number}.{title}", size=16, down=30)
            sheet.line("1. Hold the key.", down=20)
            sheet.line("2.Let it go.", down=20)
            sheet.line("3.5 volts is what the cell has then.", down=40)

    manual = load_manual(drawn(tmp_path / "glued.pdf", draw))
    assert [section.title for section in manual.sections] == ["Reset", "Storing", "WLAN"]
    for section in manual.sections:
        assert [(block.kind, block.text) for block in section.blocks] == [
            ("step", "Hold the key."),
            ("step", "Let it go."),
            ("paragraph", "3.5 volts is what the cell has then."),
        ]


def test_a_large_sign_beside_two_lines_breaks_no_sentence(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("The lid is opened by the key at its side, which stands out a little,", 60)
        sheet.line("and closes by itself when you let it go, so that nothing of the water", 60)
        sheet.line("in it is lost when you carry the kettle.", 60, down=30)
        sheet.at("!", 40, sheet.top + 6, size=28)
        sheet.line("Never open the lid while the water in it is boiling, as it can", 60)
        sheet.line("scald you, and wait until the light is green again before you", 60)
        sheet.line("pour it out.", 60)

    (section,) = sections(drawn(tmp_path / "sign.pdf", draw))
    assert section.blocks[-1].text.endswith(
        "as it can scald you, and wait until the light is green again before you pour it out."
    )


def test_a_bold_line_at_the_top_of_a_page_does_not_go_on_with_the_text_of_the_page_before(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("To set the clock, hold its key and turn the wheel: short")
        sheet.line("turns of the wheel are minutes, and long turns of it are hours")
        sheet.next_page()
        sheet.line("Never turn it back.", bold=True)

    (section,) = sections(drawn(tmp_path / "clock.pdf", draw))
    assert [block.text[-19:] for block in section.blocks] == ["turns of it are hours"[-19:], "Never turn it back."]


def test_a_bookmark_that_a_converter_of_html_wrote_has_characters_and_no_entities(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for name in ("tea", "soup"):
            sheet.canvas.bookmarkPage(name)
            sheet.canvas.addOutlineEntry(f"The lamp says &quot;{name}&quot; &amp; beeps", name, 0)
            sheet.line(f'The lamp says "{name}" & beeps', size=16)
            sheet.line("Wait until it is done.")

    titles = [section.title for section in sections(drawn(tmp_path / "kettle.pdf", draw))]
    assert titles == ['The lamp says "tea" & beeps', 'The lamp says "soup" & beeps']
