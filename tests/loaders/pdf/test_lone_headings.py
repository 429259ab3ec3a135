from collections.abc import Callable
from pathlib import Path

import pytest
from support.pdf_files import Sheet, drawn

from graphrag_tools.loaders import load_manual

TEXT = (
    "Hold the base to the wall and mark its",
    "four holes. Then drive the screws in and",
    "hang the cover over them.",
)


def titles(file: Path, draw: Callable[[Sheet], None]) -> list[str]:
    return [section.title for section in load_manual(drawn(file, draw)).sections]


def chapters(sheet: Sheet, heads: tuple[str, ...], *, bold: bool, text: tuple[str, ...] = TEXT, gap: int = 8) -> None:
    """Draw chapters in large type, each with a text and a small heading above another text."""
    for number, head in enumerate(heads):
        sheet.line(f"Chapter of part {number + 1}", size=16, down=20)
        sheet.lines(TEXT)
        sheet.gap(gap)
        sheet.line(head, bold=bold)
        sheet.lines(text)
        sheet.gap(30)


HEADS = ("MOUNT TO WALL", "FIRST START", "USE THE REMOTE")


@pytest.mark.parametrize("bold", [True, False])
def test_bold_lines_and_capitals_that_stand_alone_above_their_text_are_headings_below_larger_ones(
    tmp_path: Path, bold: bool
) -> None:
    manual = load_manual(drawn(tmp_path / "clock.pdf", lambda sheet: chapters(sheet, HEADS, bold=bold)))
    names = {section.key: section.title for section in manual.sections}
    below = [(names[one.parent], one.title) for one in manual.sections if one.parent]
    assert below == [(f"Chapter of part {at + 1}", head) for at, head in enumerate(HEADS)]


def test_bold_names_of_what_has_a_line_or_two_of_text_are_no_headings(tmp_path: Path) -> None:
    names = ("Volume", "Brightness", "Language")
    found = titles(tmp_path / "names.pdf", lambda sheet: chapters(sheet, names, bold=True, text=TEXT[2:]))
    assert not set(names) & set(found)


def test_bold_lines_as_near_to_the_text_above_them_as_to_their_own_are_no_headings(tmp_path: Path) -> None:
    found = titles(tmp_path / "near.pdf", lambda sheet: chapters(sheet, HEADS, bold=True, gap=0))
    assert not set(HEADS) & set(found)


def test_two_of_a_kind_are_no_headings(tmp_path: Path) -> None:
    found = titles(tmp_path / "two.pdf", lambda sheet: chapters(sheet, HEADS[:2], bold=True))
    assert not set(HEADS) & set(found)


def test_items_of_lists_and_heads_of_tables_are_no_headings(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        chapters(sheet, ("1) MOUNT", "2) START", "3) PAIR"), bold=False)
        sheet.next_page()
        sheet.line("Another chapter", size=16, down=20)
        for head in ("MODEL", "COLOUR", "WEIGHT"):
            sheet.gap()
            sheet.at(head, 40, sheet.top, bold=True)
            sheet.line("VALUE", 200, bold=True)
            sheet.lines(TEXT)

    assert not [title for title in titles(tmp_path / "lists.pdf", draw) if title.isupper()]


def test_where_most_bold_lines_stand_within_text_none_is_a_heading(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        chapters(sheet, HEADS, bold=True)
        sheet.next_page()
        sheet.line("Another chapter", size=16, down=20)
        for word in ("Never", "Always", "Keep out", "Keep dry"):
            sheet.lines(TEXT)
            sheet.line(word, bold=True)
            sheet.lines(TEXT)

    assert not set(HEADS) & set(titles(tmp_path / "most.pdf", draw))


def test_labels_in_small_type_of_a_drawing_are_no_headings(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        chapters(sheet, ("", "", ""), bold=False)
        sheet.next_page()
        sheet.line("Another chapter", size=16, down=20)
        for label in ("LOOP", "DUTY", "SPLIT HALF"):
            sheet.gap(30)
            sheet.line(label, size=5)
            sheet.lines(TEXT)

    assert not [title for title in titles(tmp_path / "labels.pdf", draw) if title.isupper()]
