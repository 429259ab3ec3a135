"""Numbered names of the parts in a picture, which are no steps."""

from pathlib import Path

import pytest
from support.pdf_files import Sheet, drawn

from graphrag_tools.loaders import load_manual

ENGLISH = ("The lamp is for the desk and for the shelf.", "It is not to be used in the rain.")
GERMAN = ("Die Lampe ist für den Tisch und das Regal.", "Sie ist nicht für den Regen gemacht.")


def kinds(file: Path, items: tuple[str, ...], before: tuple[str, ...] = ENGLISH) -> list[tuple[str, str]]:
    def draw(sheet: Sheet) -> None:
        sheet.lines(before)
        sheet.gap()
        sheet.lines(f"{number}. {item}" for number, item in enumerate(items, 1))

    (section,) = load_manual(drawn(file, draw)).sections
    return [(block.kind, block.text) for block in section.blocks][-len(items) :]


def test_numbered_names_are_no_steps_and_keep_their_numbers(tmp_path: Path) -> None:
    parts = ("Display", "Power button", "Reset button", "USB charging socket")
    assert kinds(tmp_path / "lamp.pdf", parts) == [
        ("paragraph", "1 Display"),
        ("paragraph", "2 Power button"),
        ("paragraph", "3 Reset button"),
        ("paragraph", "4 USB charging socket"),
    ]


@pytest.mark.parametrize(
    "steps",
    [
        ("Remove lid", "Insert battery", "Close lid"),
        ("Power off", "Unplug cable", "Remove cover"),
        ("The light is on", "Lid", "Cover"),
        ("Cover off.", "Battery in.", "Cover on."),
        ("Lid and lamp", "Cover"),
        ("Hinge", "Lid", "Button on the side of the case by which the lamp is dimmed"),
    ],
)
def test_commands_sentences_and_two_names_are_steps(tmp_path: Path, steps: tuple[str, ...]) -> None:
    assert {kind for kind, _ in kinds(tmp_path / "lamp.pdf", steps)} == {"step"}


def test_in_other_languages_nothing_tells_names_from_commands(tmp_path: Path) -> None:
    found = kinds(tmp_path / "lampe.pdf", ("Gerät einschalten", "Deckel öffnen", "Akku einsetzen"), GERMAN)
    assert {kind for kind, _ in found} == {"step"}


@pytest.mark.parametrize("in_picture", ["A", "B"])
def test_lettered_names_of_what_a_picture_marks_are_no_steps_and_part_none(tmp_path: Path, in_picture: str) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.lines((*GERMAN, "", "1. Den Deckel öffnen und die Lampe herausnehmen."))
        for letter, x in zip((in_picture, "C"), (90, 200), strict=True):
            sheet.gap()
            sheet.line(letter, x)
        sheet.gap()
        sheet.lines(("A. Deckel", "B. Lampe", "C. Schalter"))
        sheet.gap()
        sheet.lines(("2. Den Deckel schließen und die Lampe einschalten.",))

    (section,) = load_manual(drawn(tmp_path / "lampe.pdf", draw)).sections
    said = [(block.kind, block.text) for block in section.blocks][-5:]
    assert [text for _, text in said[1:4]] == ["A. Deckel", "B. Lampe", "C. Schalter"]
    assert [kind for kind, _ in said] == ["step", "paragraph", "paragraph", "paragraph", "step"]


def test_lettered_names_in_two_columns_are_read_one_column_after_the_other(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.lines((*ENGLISH, "", "A", ""))
        for left, right in (("A. Lid, where it", "D. Lamp of the"), ("is shut", "clock"), ("B. Foot", "E. Switch")):
            sheet.at(left, 40, sheet.top)
            sheet.line(right, 200)

    (section,) = load_manual(drawn(tmp_path / "lamp.pdf", draw)).sections
    assert [(block.kind, block.text) for block in section.blocks][-4:] == [
        ("paragraph", "A. Lid, where it is shut"),
        ("paragraph", "B. Foot"),
        ("paragraph", "D. Lamp of the clock"),
        ("paragraph", "E. Switch"),
    ]


def test_lettered_steps_without_a_picture_are_steps(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.lines((*ENGLISH, "", "A. Open the lid.", "B. Take the lamp out.", "C. Close the lid."))

    (section,) = load_manual(drawn(tmp_path / "lamp.pdf", draw)).sections
    assert [block.kind for block in section.blocks][-3:] == ["step"] * 3


@pytest.mark.parametrize(
    ("numbers", "left"), [(("2", "1 3"), []), (("2", "1"), ["2", "1"]), (("2", "1 4"), ["2", "1 4"])]
)
def test_numbers_in_a_picture_go_where_a_list_names_each(
    tmp_path: Path, numbers: tuple[str, ...], left: list[str]
) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.lines(GERMAN)
        for number in numbers:
            sheet.gap(20)
            sheet.line(number, 90)
        sheet.gap(20)
        sheet.lines(("1. Deckel", "2. Lampe", "3. Schalter"))

    (section,) = load_manual(drawn(tmp_path / "lampe.pdf", draw)).sections
    assert [block.text for block in section.blocks if not any(map(str.isalpha, block.text))] == left
