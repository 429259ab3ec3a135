"""Lines to blocks: paragraphs, lists, tables and notes as a reader of the page sees them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.pdf_files import PAGE, Sheet, drawn

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.sections import Block

FILLER = "Text that shows how wide the column of this page really is, and no more."


@pytest.fixture
def blocks(tmp_path: Path) -> Callable[[Callable[[Sheet], object]], list[Block]]:
    """The blocks of a page that a function draws, below a line that is as wide as the column."""

    def read(draw: Callable[[Sheet], object]) -> list[Block]:
        def page(sheet: Sheet) -> None:
            sheet.line(FILLER, down=30)
            draw(sheet)

        (section,) = load_manual(drawn(tmp_path / "page.pdf", page)).sections
        assert section.blocks[0].text == FILLER
        return list(section.blocks[1:])

    return read


Read = Callable[[Callable[[Sheet], object]], list[Block]]


def said(blocks: list[Block]) -> list[tuple[str, int, str]]:
    return [(block.kind, block.depth, block.text) for block in blocks]


def items(sheet: Sheet, *marked: tuple[str, int, str]) -> None:
    for mark, depth, text in marked:
        sheet.at(mark, 40 + 20 * depth, sheet.top)
        sheet.line(text, 60 + 20 * depth)


def test_the_lines_of_a_paragraph_are_joined_and_white_space_ends_it(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.lines(["The battery of the device is charged", "over the cable that"])
        sheet.line("comes with it.", down=20)
        sheet.line("Use no other one.")

    assert said(blocks(draw)) == [
        ("paragraph", 0, "The battery of the device is charged over the cable that comes with it."),
        ("paragraph", 0, "Use no other one."),
    ]


def test_a_hyphen_at_the_end_of_a_line_goes_where_the_word_has_none(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("A touch-screen and a loudspeaker are there, and now each word is bro-")
        sheet.line("ken anew, so that the touch-")
        sheet.line("screen and the loud-")
        sheet.line("speaker, and Wi-")
        sheet.line("Fi as well, are whole.")

    (block,) = blocks(draw)
    assert block.text == (
        "A touch-screen and a loudspeaker are there, and now each word is broken anew, so that the touch-screen "
        "and the loudspeaker, and Wi-Fi as well, are whole."
    )


def test_a_hyphen_that_stands_for_the_end_of_the_next_word_stays(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("This cable is the one that is to be used for the input-")
        sheet.line("and the output level of the lamp.")

    (block,) = blocks(draw)
    assert block.text == "This cable is the one that is to be used for the input- and the output level of the lamp."


@pytest.mark.parametrize(("start", "end", "word"), [("sock-", "et", "socket"), ("mirr-", "or", "mirror")])
def test_the_end_of_a_word_that_reads_like_a_conjunction_is_none(start: str, end: str, word: str, blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line(f"This cable is the one that is to be put into the {start}")
        sheet.line(f"{end} of the lamp.")

    (block,) = blocks(draw)
    assert block.text == f"This cable is the one that is to be put into the {word} of the lamp."


def test_a_sentence_goes_on_where_lines_that_end_alike_leave_room_beside_a_picture(blocks: Read) -> None:
    lines = [
        "Hang the lamp up beside the Kitchen",
        "Door, and see that the light of the",
        "Hall is off before the lamp is used",
        "Again: else the lamp may be too hot",
        "Here.",
        "Mind the cable.",
    ]

    def draw(sheet: Sheet) -> None:
        for text in lines:
            sheet.canvas.setFont("Courier", 10)
            sheet.canvas.drawString(40, PAGE[1] - sheet.top, text)
            sheet.top += 12

    assert [block.text for block in blocks(draw)] == [" ".join(lines[:5]), lines[5]]


def test_numbers_make_steps_bullets_options_and_indents_their_nesting(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        items(sheet, ("1.", 0, "Tap Sound for options:"))
        for mark, depth, name, rest in (("•", 1, "Volume", ": Set it."), ("–", 2, "Limit", ": Cap it.")):
            sheet.at(mark, 40 + 20 * depth, sheet.top)
            sheet.at(name, 60 + 20 * depth, sheet.top, bold=True)
            sheet.line(rest, 60 + 20 * depth + 6.2 * len(name))
        items(sheet, ("2.", 0, "Tap Done, and wait until the device is ready"), ("", 0, "to be used again."))

    assert said(blocks(draw)) == [
        ("step", 0, "Tap Sound for options:"),
        ("option", 1, "Volume: Set it."),
        ("option", 2, "Limit: Cap it."),
        ("step", 0, "Tap Done, and wait until the device is ready to be used again."),
    ]


@pytest.mark.parametrize("marks", [("1.", "2."), ("1)", "2)"), ("(1)", "(2)"), ("a.", "b."), ("A)", "B)")])
def test_steps_count_in_many_ways(blocks: Read, marks: tuple[str, str]) -> None:
    found = blocks(lambda sheet: items(sheet, (marks[0], 0, "Press it."), (marks[1], 0, "Hold it.")))
    assert said(found) == [("step", 0, "Press it."), ("step", 0, "Hold it.")]


def test_a_list_that_goes_on_on_the_next_page_stays_one_list(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        items(sheet, ("1.", 0, "Press the key, hold it for as long as it takes until"))
        sheet.next_page()
        items(sheet, ("", 0, "the light comes on."), ("2.", 0, "Let it go."))

    assert said(blocks(draw)) == [
        ("step", 0, "Press the key, hold it for as long as it takes until the light comes on."),
        ("step", 0, "Let it go."),
    ]


def test_a_title_set_in_between_two_lists_stands_in_neither(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for chapter in ("Cleaning", "Storing"):
            sheet.line(chapter, bold=True, size=16, down=24)
            for title in ("Every day", "Every week"):
                sheet.line(title, 120, bold=True, down=16)
                sheet.line("1. Lift the tray out of the lamp.", down=16)
                sheet.line("2. Rinse it.", down=24)

    section, _ = load_manual(drawn(tmp_path / "page.pdf", draw)).sections
    assert [(block.kind, block.depth) for block in section.blocks] == [("heading", 0), ("step", 0), ("step", 0)] * 2


def test_a_number_in_running_text_begins_no_step(blocks: Read) -> None:
    texts = ["The sizes that the device can show are at the very most just up to about", "12. Use it."]
    assert said(blocks(lambda sheet: sheet.lines(texts))) == [("paragraph", 0, " ".join(texts))]


def test_a_mark_alone_in_a_line_marks_nothing(blocks: Read) -> None:
    assert blocks(lambda sheet: sheet.line("-", down=20)) == []

    def draw(sheet: Sheet) -> None:
        sheet.line("-", down=40)
        sheet.line("Turn the wheel.", down=20)

    assert [(block.kind, block.depth) for block in blocks(draw)] == [("paragraph", 0)]


def test_the_shapes_of_a_symbol_font_are_bullets(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        for text in ("First thing.", "Second thing."):
            sheet.canvas.setFont("ZapfDingbats", 8)
            sheet.canvas.drawString(40, 600 - sheet.top, "n")
            sheet.line(text, 60)

    assert [block.text for block in blocks(draw)] == ["First thing.", "Second thing."]


def test_a_table_becomes_rows_and_lines_of_a_cell_are_joined(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        for row in (("Type", "Used for"), ("EPUB", "Books with"), ("PDF", "Pages")):
            for at, cell in enumerate(row):
                sheet.at(cell, 40 + 120 * at, sheet.top)
            if row[0] == "EPUB":
                sheet.at("flowing text", 160, sheet.top + 11)
                sheet.gap(11)
            sheet.gap(20)

    assert said(blocks(draw)) == [
        ("table", 0, "Type | Used for"),
        ("table", 0, "EPUB | Books with flowing text"),
        ("table", 0, "PDF | Pages"),
    ]


def test_a_wide_gap_in_one_line_makes_no_table(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.at("Model", 40, sheet.top)
        sheet.line("SM-1", 200, down=20)
        sheet.line("It is the newest one.")

    assert said(blocks(draw)) == [("paragraph", 0, "Model SM-1"), ("paragraph", 0, "It is the newest one.")]


def test_a_label_on_a_line_of_its_own_opens_its_note(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("WARNING", bold=True, down=18)
        sheet.line("Keep it dry.", down=20)
        sheet.line("Note: It may get warm.")

    assert said(blocks(draw)) == [("warning", 0, "WARNING Keep it dry."), ("note", 0, "Note: It may get warm.")]


def test_a_bold_line_below_a_larger_title_heads_its_group(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for title in ("Display", "Sound"):
            sheet.line(title, bold=True, size=16, down=24)
            sheet.line("The text of the section is of the usual size.", down=20)
        sheet.line("Tones", bold=True)
        sheet.line("What each of the tones means.")

    sound = load_manual(drawn(tmp_path / "page.pdf", draw)).sections[1]
    assert said(list(sound.blocks[1:])) == [("heading", 0, "Tones"), ("paragraph", 0, "What each of the tones means.")]


def test_a_step_whose_mark_is_set_in_goes_on_at_the_edge_of_the_column(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("1. Open the lid of the receiver and take the card out of the slot", 70)
        sheet.line("with two fingers.")
        sheet.line("2. Close it.", 70)
        sheet.line("That is all.")

    assert said(blocks(draw)) == [
        ("step", 0, "Open the lid of the receiver and take the card out of the slot with two fingers."),
        ("step", 0, "Close it."),
        ("paragraph", 0, "That is all."),
    ]


def test_lines_below_a_mark_that_is_set_in_a_little_go_on_with_its_item(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("To keep a channel, which the display shows in its upper part:", down=20)
        sheet.line("• Press the menu key and then the key of the channel that you", 41.4)
        sheet.line("have chosen, and press it again.")
        sheet.line("• Press the exit key.", 41.4)

    found = said(blocks(draw))
    assert [text for _, _, text in found[1:]] == [
        "Press the menu key and then the key of the channel that you have chosen, and press it again.",
        "Press the exit key.",
    ]


def test_a_short_line_beside_a_picture_goes_on_where_its_last_word_does(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("The lamp is told which port to use by the program for desks and shelves.")
        sheet.gap()
        sheet.lines(["Select the port with the", "COM list, and then", "Ping it."])

    (section,) = load_manual(drawn(tmp_path / "lamp.pdf", draw)).sections
    assert [block.text for block in section.blocks[1:]] == ["Select the port with the COM list, and then", "Ping it."]


def test_comments_of_a_listing_stay_lines(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("The lamp is told which port to use by the program for desks and shelves.")
        sheet.gap()
        sheet.lines(["; This procedure asks the", "; Lamp for its state."])

    (section,) = load_manual(drawn(tmp_path / "lamp.pdf", draw)).sections
    assert [block.text for block in section.blocks[1:]] == ["; This procedure asks the", "; Lamp for its state."]


def test_a_sentence_goes_on_over_a_wide_distance_where_its_next_word_had_no_room(blocks: Read) -> None:
    full = "Close every other program that looks after the lamps of the house or that"

    def draw(sheet: Sheet) -> None:
        sheet.lines(["The lamp is set", "with the wheel at", "the side of its", "foot."])
        sheet.gap()
        sheet.line(f"1. {full}", down=17)
        sheet.line("switches them off.", 55, down=17)
        sheet.line("2. Read the leaflet", down=17)
        sheet.line("lamps", 55)

    _, first, second, name = said(blocks(draw))
    assert first == ("step", 0, f"{full} switches them off.")
    assert (second[2], name[2]) == ("Read the leaflet", "lamps")
