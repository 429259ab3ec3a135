"""Tables whose cells are drawn: long rows, two pages, tables beside each other; and what is drawn but no table."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from support.pdf_files import PAGE, Sheet, drawn

from graphrag_tools.loaders import load_manual

COLUMNS = (40.0, 110.0, 220.0, 360.0)


@pytest.fixture
def blocks(tmp_path: Path) -> Callable[[Callable[[Sheet], None]], list[tuple[str, str]]]:
    """The kind and text of the blocks that a page is read as; its first line says that it is one section."""

    def read(draw: Callable[[Sheet], None]) -> list[tuple[str, str]]:
        (section,) = load_manual(drawn(tmp_path / "page.pdf", draw)).sections
        return [(block.kind, block.text) for block in section.blocks]

    return read


Read = Callable[[Callable[[Sheet], None]], list[tuple[str, str]]]


def across(sheet: Sheet, start: float = COLUMNS[0], end: float = COLUMNS[-1]) -> None:
    """Draw a line below the last text."""
    sheet.canvas.line(start, PAGE[1] - sheet.top + 10, end, PAGE[1] - sheet.top + 10)


def row(sheet: Sheet, *cells: str, columns: Sequence[float] = COLUMNS, begins: int = 0) -> None:
    """Draw a row: lines of a cell are apart by "/", `begins` says where the line below it begins."""
    top = sheet.top
    lines = max(cell.count("/") + 1 for cell in cells)
    for x, cell in zip(columns, cells, strict=False):
        for at, text in enumerate(cell.split("/")):
            sheet.at(text, x + 4, top + 12 * at, bold=text.isupper())
    sheet.top += 12 * lines
    for x in columns:
        sheet.canvas.line(x, PAGE[1] - top + 10, x, PAGE[1] - sheet.top + 10)
    across(sheet, columns[begins], columns[-1])


def test_a_table_of_two_columns_may_be_open_at_its_sides(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("When something does not work:", down=20)
        start = sheet.top
        for cells in (
            ("PROBLEM", "REMEDY"),
            (
                "It does not/start when the/lid is shut.",
                "• Check that the plug is/in its socket./• Press the key again.",
            ),
            ("It is too loud.", "• Have it levelled."),
        ):
            across(sheet)
            for x, cell in zip((44, 164), cells, strict=True):
                for at, text in enumerate(cell.split("/")):
                    sheet.at(text, x, sheet.top + 12 * at, bold=text.isupper())
            sheet.top += 12 * max(cell.count("/") + 1 for cell in cells)
        across(sheet)
        sheet.canvas.line(160, PAGE[1] - start + 10, 160, PAGE[1] - sheet.top + 10)
        sheet.gap(8)
        sheet.line("Ask the service if nothing of this helps.")

    assert [text for kind, text in blocks(draw) if kind == "table"] == [
        "PROBLEM | REMEDY",
        "It does not start when the lid is shut. | Check that the plug is in its socket. Press the key again.",
        "It is too loud. | Have it levelled.",
    ]


def test_rows_of_several_lines_are_whole_and_a_cell_as_high_as_two_rows_is_said_in_both(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("When something does not work:", down=20)
        across(sheet)
        row(sheet, "PROBLEM", "CAUSE", "REMEDY")
        row(
            sheet,
            "No coffee/comes out",
            "The tank is empty, or/is not in its place",
            "Fill the tank, and press/it in.",
            begins=1,
        )
        row(sheet, "", "The valve is blocked", "• Rinse the valve/• Decalcify")
        row(sheet, "It is too loud", "The grinder is worn", "Have it replaced by the/service, with a new lid.")
        sheet.gap(8)
        sheet.line("Call the service if this does not help.")

    assert blocks(draw) == [
        ("paragraph", "When something does not work:"),
        ("table", "PROBLEM | CAUSE | REMEDY"),
        (
            "table",
            "No coffee comes out | The tank is empty, or is not in its place | Fill the tank, and press it in.",
        ),
        ("table", "No coffee comes out | The valve is blocked | Rinse the valve; Decalcify"),
        ("table", "It is too loud | The grinder is worn | Have it replaced by the service, with a new lid."),
        ("paragraph", "Call the service if this does not help."),
    ]


def test_a_narrow_text_right_before_the_left_edge_is_in_the_first_column(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("What the lamps say:", down=20)
        across(sheet)
        row(sheet, "LAMP", "MEANS", "DO THIS")
        sheet.at("i", COLUMNS[0] - 1.9, sheet.top)
        row(sheet, "", "Ready", "Brew")
        row(sheet, "Red", "Empty", "Fill the tank")

    assert ("table", "i | Ready | Brew") in blocks(draw)


def test_a_table_that_goes_on_on_the_next_page_is_one_and_so_is_the_row_that_breaks_there(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("When something does not work:", down=20)
        across(sheet)
        row(sheet, "PROBLEM", "CAUSE", "REMEDY")
        row(sheet, "No steam", "The nozzle is", "Clean the nozzle with")
        sheet.next_page()
        across(sheet)
        row(sheet, "PROBLEM", "CAUSE", "REMEDY")
        row(sheet, "", "blocked", "a needle.")
        row(sheet, "No light", "No power", "Plug it in.")
        sheet.next_page()
        across(sheet)
        row(sheet, "No sound", "It is muted", "Press the key.")

    assert blocks(draw) == [
        ("paragraph", "When something does not work:"),
        ("table", "PROBLEM | CAUSE | REMEDY"),
        ("table", "No steam | The nozzle is blocked | Clean the nozzle with a needle."),
        ("table", "No light | No power | Plug it in."),
        ("table", "No sound | It is muted | Press the key."),
    ]


def test_tables_beside_each_other_are_read_one_after_the_other_and_close_cells_are_apart(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        for left, texts in ((40, ("Model", "KM-1", "Colour", "Red")), (220, ("Power", "900 W", "Weight", "2 kg"))):
            sheet.top = 60
            columns = (left, left + 37, left + 110)
            across(sheet, left, left + 110)
            row(sheet, *texts[:2], columns=columns)
            row(sheet, *texts[2:], columns=columns)

    assert blocks(draw) == [
        ("table", "Model | KM-1"),
        ("table", "Colour | Red"),
        ("table", "Power | 900 W"),
        ("table", "Weight | 2 kg"),
    ]


def test_frames_of_words_pages_and_notes_make_no_table(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.canvas.rect(20, 20, 360, 560)
        sheet.line("Hold the key  PLAY  until the light is green, and let go")
        sheet.canvas.rect(101, PAGE[1] - 63, 34, 13)
        sheet.line("of it then. Press  STOP  to end.", down=30)
        sheet.canvas.rect(121, PAGE[1] - 75, 36, 13)
        sheet.line("The light goes out.", down=30)
        across(sheet)
        row(sheet, "WARNING", "Never hold the lid/while it turns.")

    assert blocks(draw) == [
        ("paragraph", "Hold the key PLAY until the light is green, and let go of it then. Press STOP to end."),
        ("paragraph", "The light goes out."),
        ("warning", "WARNING Never hold the lid while it turns."),
    ]


def test_a_last_row_that_no_line_ends_is_one_of_the_table(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("What the lights of the device say, from the top to the foot of it:", down=20)
        across(sheet)
        row(sheet, "LIGHT", "COLOUR", "MEANING")
        row(sheet, "Top", "Red", "Empty")
        sheet.at("Foot", 44, sheet.top + 2)
        sheet.at("Green", 114, sheet.top + 2)
        sheet.at("Full", 224, sheet.top + 2)
        sheet.at("again", 224, sheet.top + 14)
        sheet.top += 40
        sheet.line("Nothing else is shown.")

    assert blocks(draw)[1:] == [
        ("table", "LIGHT | COLOUR | MEANING"),
        ("table", "Top | Red | Empty"),
        ("table", "Foot | Green | Full again"),
        ("paragraph", "Nothing else is shown."),
    ]


def test_lines_across_alone_tell_the_rows_of_a_table(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("What the lights of the device say, from the top to the foot of it:", down=20)
        sheet.at("LIGHT", 44, sheet.top)
        sheet.at("MEANING", 160, sheet.top)
        sheet.top += 13
        across(sheet)
        for light, meaning in (
            ("Top", "Empty"),
            ("Middle", "It is being filled, which/takes an hour"),
            ("Foot/light", "Full"),
        ):
            top = sheet.top
            for x, cell in ((44, light), (160, meaning)):
                for at, text in enumerate(cell.split("/")):
                    sheet.at(text, x, top + 12 * at)
            sheet.top = top + (25 if "/" in light + meaning else 13)
            across(sheet)
        sheet.at("None", 44, sheet.top)
        sheet.at("No current", 160, sheet.top)
        sheet.top += 30
        sheet.line("Nothing else is shown.")

    assert blocks(draw)[1:] == [
        ("table", "LIGHT | MEANING"),
        ("table", "Top | Empty"),
        ("table", "Middle | It is being filled, which takes an hour"),
        ("table", "Foot light | Full"),
        ("table", "None | No current"),
        ("paragraph", "Nothing else is shown."),
    ]


def test_every_other_row_of_a_table_may_have_no_lines_of_its_own(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("What the lights of the device say, from the top to the foot of it:", down=20)
        said = (("LIGHT", "SAYS"), ("Top", "Empty"), ("Middle", "Half full"), ("Foot", "Full"), ("None", "Off"))
        for at, cells in enumerate(said):
            if at % 2 == 0:
                across(sheet, 40, 220)
                row(sheet, *cells, columns=(40.0, 110.0, 220.0))
            else:
                sheet.at(cells[0], 44, sheet.top)
                sheet.at(cells[1], 114, sheet.top)
                sheet.top += 12
        sheet.top += 20
        sheet.line("Nothing else is shown.")

    assert blocks(draw)[1:] == [
        ("table", "LIGHT | SAYS"),
        ("table", "Top | Empty"),
        ("table", "Middle | Half full"),
        ("table", "Foot | Full"),
        ("table", "None | Off"),
        ("paragraph", "Nothing else is shown."),
    ]


def test_borders_that_are_drawn_twice_and_cell_by_cell_part_the_cells(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("What you may need for it:", down=20)
        columns = (40.0, 103.0, 160.0)
        for cells in (("Part", "Size"), ("Filter for tea", "12 cm"), ("Lid", "9 cm"), ("Hook", "7 cm")):
            top, bottom = PAGE[1] - sheet.top + 9.7, PAGE[1] - sheet.top - 2.3
            for x, cell in zip(columns, cells, strict=False):
                sheet.at(cell, x + 4, sheet.top)
            for x in columns:
                # Every other row has the borders of its own side alone.
                for side in (x, x + 0.4) if cells[0] in ("Part", "Lid") else (x + 0.4,):
                    sheet.canvas.line(side, top, side, bottom)
            for left, right in pairwise(columns):
                for edge in (top, top + 0.4):
                    sheet.canvas.line(left, edge, right, edge)
            sheet.top += 12
        sheet.canvas.line(columns[0], PAGE[1] - sheet.top + 9.7, columns[-1], PAGE[1] - sheet.top + 9.7)

    assert [text for kind, text in blocks(draw) if kind == "table"] == [
        "Part | Size",
        "Filter for tea | 12 cm",
        "Lid | 9 cm",
        "Hook | 7 cm",
    ]


def test_groups_of_rows_below_a_title_each_are_one_table_and_numbers_beside_several_lines_part_them(
    blocks: Read,
) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("How long it keeps:", down=20)
        for cells in (("Tea", "Months"), ("Green:",), ("Leaves/Powder", "6/12 - 18"), ("Black:",), ("Leaves", "24")):
            across(sheet, 40, 220)
            top = sheet.top
            for x, cell in zip((44, 164), cells, strict=False):
                for at, text in enumerate(cell.split("/")):
                    sheet.at(text, x, sheet.top + 12 * at)
            sheet.top += 12 * (cells[0].count("/") + 1)
            if len(cells) > 1:
                sheet.canvas.line(160, PAGE[1] - top + 10, 160, PAGE[1] - sheet.top + 10)
        across(sheet, 40, 220)

    assert blocks(draw) == [
        ("paragraph", "How long it keeps:"),
        ("table", "Tea | Months"),
        ("paragraph", "Green:"),
        ("table", "Leaves | 6"),
        ("table", "Powder | 12 - 18"),
        ("paragraph", "Black:"),
        ("table", "Leaves | 24"),
    ]


def test_lines_that_are_drawn_cell_by_cell_tell_the_columns_and_which_rows_a_cell_is_as_high_as(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("When something does not work:", down=20)
        for fault, causes in (
            ("Fault", ("Cause and remedy",)),
            ("No light", ("The plug is out./▶ Push it in.", "The lamp is worn./▶ Ask for/another.")),
            ("The water that is/to run out stays", ("The hose is bent.", "The pump is blocked./▶ Clean it.")),
        ):
            across(sheet, 40, 116)
            sheet.at(fault.split("/")[0], 44, sheet.top)
            for text in fault.split("/")[1:]:
                sheet.at(text, 44, sheet.top + 12)
            for cause in causes:
                across(sheet, 119, 360)
                for text in cause.split("/"):
                    sheet.line(text, 124)

    assert [text for kind, text in blocks(draw) if kind == "table"] == [
        "Fault | Cause and remedy",
        "No light | The plug is out. Push it in.",
        "No light | The lamp is worn. Ask for another.",
        "The water that is to run out stays | The hose is bent.",
        "The water that is to run out stays | The pump is blocked. Clean it.",
    ]


def test_lines_in_parts_that_are_no_rows_part_no_text(blocks: Read) -> None:
    def draw(sheet: Sheet) -> None:
        for text in ("Turn the wheel to the right until it clicks.", "It is shut now, and the lamp is green."):
            for start, end in ((40, 100), (100, 160)):
                across(sheet, start, end)
            sheet.line(text)

    assert [kind for kind, _ in blocks(draw)] == ["paragraph"]
