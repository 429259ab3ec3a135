"""What stands below pictures, and titles and labels that are said again, begin no sections."""

from pathlib import Path

import pytest
from support.pdf_files import Sheet, drawn

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.block_kinds import with_labels_before_texts
from graphrag_tools.loaders.pdf.captions import is_bare_caption, is_caption, is_caption_or_table
from graphrag_tools.loaders.pdf.group_html import groups_html
from graphrag_tools.loaders.pdf.line_groups import LineGroup
from graphrag_tools.loaders.pdf.pages import Piece
from graphrag_tools.manual.sections import Block, BlockKind


def tree(file: Path) -> dict[str, list[str]]:
    return {section.title: [block.text for block in section.blocks] for section in load_manual(file).sections}


@pytest.mark.parametrize(
    "text", ["Figure 3-2: The back", "Figure 3d", "Figure IV.1. Top", "Abb. 4", "Bild 12", "Рисунок – 7", "图 3 后面"]
)
def test_pictures_are_counted_in_many_languages(text: str) -> None:
    assert is_caption(text)
    assert is_caption_or_table(text)


@pytest.mark.parametrize(
    "text",
    [
        "Figure out the code",
        "Picture I took",
        "Bildschirm 2",
        "Picture settings",
        "Picture 16:9",
        "Picture 3D mode",
        "Bild 4K",
        "Step 3",
        "Tabelle 5: Werte",
    ],
)
def test_titles_are_no_captions(text: str) -> None:
    assert not is_caption(text)


def test_a_caption_that_says_more_than_its_number_is_not_bare() -> None:
    assert is_bare_caption("Fig. 1 Fig. 2")
    assert not is_bare_caption("Fig. 1 The lid")


def test_bold_captions_begin_no_sections_and_head_nothing(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for number, title in enumerate(["Filling the tank", "Brewing", "Rinsing"], 1):
            sheet.line(f"{number}. {title}", bold=True, size=14, down=24)
            sheet.line("Open the lid of the tank and see that it is clean, as the picture shows.")
            sheet.line(f"Figure {number}", bold=True, size=14, down=24)
            sheet.line("Close the lid of the tank again, and wait until the lamp is green.", down=24)
            sheet.line(f"Figure {number}-1: The lid", bold=True, down=24)

    text = ["Open the lid of the tank and see that it is clean, as the picture shows."]
    text.append("Close the lid of the tank again, and wait until the lamp is green.")
    found = load_manual(drawn(tmp_path / "kettle.pdf", draw)).sections
    assert [section.title for section in found] == ["Filling the tank", "Brewing", "Rinsing"]
    for number, section in enumerate(found, 1):
        assert [block.text for block in section.blocks] == [*text, f"Figure {number}-1: The lid"]
        assert section.blocks[-1].kind == "paragraph"


def test_a_title_that_goes_on_begins_no_section_of_its_own(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for title in ("Care", "Care (continued)", "Care (optional)"):
            sheet.line(title, bold=True, size=16, down=24)
            sheet.line(f"{title} is needed once a week, and after long times of rest.")
            sheet.next_page()

    assert tree(drawn(tmp_path / "kettle.pdf", draw)) == {
        "Care": [
            "Care is needed once a week, and after long times of rest.",
            "Care (continued) is needed once a week, and after long times of rest.",
        ],
        "Care (optional)": ["Care (optional) is needed once a week, and after long times of rest."],
    }


def test_names_that_differ_in_brackets_among_the_text_are_all_read(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Lamps of the rooms", bold=True, size=16, down=24)
        sheet.line("Each of the rooms has a lamp of its own, which is set with the wheel.", down=24)
        for name in ("Corner room", "Tower room", "Corner room (suite)"):
            sheet.line(name, down=24)

    assert tree(drawn(tmp_path / "lamp.pdf", draw))["Lamps of the rooms"][-1] == "Corner room (suite)"


def test_text_that_begins_with_a_picture_keeps_its_bold_words(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Lid", bold=True, size=16, down=24)
        sheet.line("The lid of the lamp is opened with the key that is in the box of it.", down=24)
        sheet.line("Figure 3 shows", down=0)
        sheet.line("Open lid", 115, bold=True, down=0)
        sheet.line("on the wheel of the lamp.", 165)

    (section,) = load_manual(drawn(tmp_path / "lamp.pdf", draw)).sections
    assert section.blocks[-1].emphasis == ("Open lid",)


def test_a_caption_in_bold_is_written_plain_whatever_kind_of_group_it_is() -> None:
    caption = LineGroup("paragraph", 0, pieces=[Piece("Figure 3", bold=True), Piece(" "), Piece("The lid", bold=True)])
    assert groups_html([caption], lambda _: "", plain=False) == "<p>Figure 3 The lid</p>"


def test_labels_that_name_a_danger_are_those_of_warnings_where_they_are_said_again(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for title, danger in (("Filling", "BURN RISK"), ("Brewing", "BURN RISK"), ("Care", "HEAVY OBJECT")):
            sheet.line(title, bold=True, size=14, down=24)
            sheet.line("Lift the lid of the tank.", down=24)
            sheet.line(f"WARNING {danger}", bold=True, size=14, down=24)
            sheet.line("The lid of the tank is to be lifted with both hands.", down=24)

    found = load_manual(drawn(tmp_path / "kettle.pdf", draw)).sections
    assert [section.title for section in found] == ["Filling", "Brewing", "Care"]
    assert [(block.kind, block.text) for block in found[2].blocks] == [
        ("paragraph", "Lift the lid of the tank."),
        ("warning", "WARNING HEAVY OBJECT: The lid of the tank is to be lifted with both hands."),
    ]


@pytest.mark.parametrize(
    "titles",
    [
        ["WARNING LIGHTS", "WARNING SOUNDS", "WARNING MESSAGES"],
        ["NOTES ON CARE", "NOTES ON DISPOSAL", "CARE", "NOTES ON CARE"],
        ["IMPORTANT SAFETY RULES", "IMPORTANT HINTS", "CARE", "IMPORTANT SAFETY RULES"],
    ],
)
def test_titles_in_capitals_about_warnings_and_notes_are_titles(titles: list[str], tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for title in titles:
            sheet.line(title, bold=True, size=14, down=24)
            sheet.line("They tell that the tank is empty, or that the lid is open.", down=24)

    found = load_manual(drawn(tmp_path / "kettle.pdf", draw)).sections
    assert [section.title for section in found] == titles
    assert {block.kind for section in found for block in section.blocks} == {"paragraph"}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("warning", "WARNING: NEVER OPEN THE LID."),
        ("warning", "CAUTION: HOT LID"),
        ("warning", "WARNING – HOT LID"),
        ("note", "IMPORTANT READ THIS FIRST"),
        ("warning", "WARNING SIGNS"),
        ("warning", "WARNINGS FOR THE LID"),
    ],
)
def test_what_says_enough_in_capitals_takes_in_no_text_below_it(kind: BlockKind, said: str) -> None:
    blocks = [Block(kind, said), Block("paragraph", "It is easy to use and clean.")]
    assert with_labels_before_texts(blocks) == tuple(blocks)
