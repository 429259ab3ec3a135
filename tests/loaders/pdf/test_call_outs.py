"""Numbers in a picture, and numbers in Roman letters that count steps."""

from pathlib import Path

from support.pdf_files import Sheet, drawn

from graphrag_tools.loaders import load_manual


def blocks(sheet_file: Path) -> list[tuple[str, str]]:
    (section,) = load_manual(sheet_file).sections
    return [(block.kind, block.text) for block in section.blocks]


def test_numbers_in_brackets_that_stand_alone_are_of_a_picture(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Press 'Submit' (1), or 'Quit' (2) to leave.")
        sheet.gap(40)
        sheet.line("(1)", 90)
        sheet.gap(20)
        sheet.at("(2)", 90, sheet.top)
        sheet.line("(3)", 220)

    assert blocks(drawn(tmp_path / "cafe.pdf", draw)) == [("paragraph", "Press 'Submit' (1), or 'Quit' (2) to leave.")]


def test_steps_may_be_counted_in_roman_letters(tmp_path: Path) -> None:
    steps = ("Click on Add beside the table.", "Give a name to the new table.", "Choose how many columns it has.")

    def draw(sheet: Sheet) -> None:
        for number, step in zip(("i.", "ii.", "iii."), steps, strict=True):
            sheet.at(number, 60, sheet.top)
            sheet.line(step, 74, down=20)
        sheet.line("i.e. the table is there")

    assert blocks(drawn(tmp_path / "table.pdf", draw)) == [
        *(("step", step) for step in steps),
        ("paragraph", "i.e. the table is there"),
    ]


def test_numbers_that_end_below_each_other_count_on(tmp_path: Path) -> None:
    step = "Turn the screw by a quarter and look whether the lamp is on"

    def draw(sheet: Sheet) -> None:
        for number in range(1, 11):
            sheet.at(f"{number}.", 40 if number < 10 else 34, sheet.top)
            sheet.line(step, 54)

    assert blocks(drawn(tmp_path / "screws.pdf", draw)) == [("step", step)] * 10
