"""Manuals in plain text: what tells their titles, and what is left as it stands."""

from pathlib import Path

import pytest

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph

NUMBERED = """\
        LAMP GUIDE
        ==========

1. Use
2. Care
2.1 Cleaning

----------------------------------------

1.   Use
     ---

     Set key_dim to *off*, then:

       lampctl stop
       lampctl <start>

     1. Press the key,
        and hold it.
     2. Let go.

2.   Care

2.1. Cleaning

     Unplug it.

     NOTE: The glass is hot.

     o  Wipe the glass.
     o  Dry it.
"""
CAPITALS = """\
* POWER

Plug it in.

WHAT THE LIGHT SAYS:

Red o green: it charges.
"""
HANGING = """\
名称
\tランプ

操作
\tキーを押します。

\tもう一度押すと消えます。

EXIT
\tHold the key. The light
\tgoes out, and stays
\tso for as long as the
\tlamp is not moved,
\tnot touched, and not
\tlifted by anyone.
"""


def shape(folder: Path, text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    (folder / "lamp.txt").write_text(text, encoding="utf-8")
    items = build_graph(load_manual(folder / "lamp.txt")).items
    return [
        (item.menu_path, [(block.kind, block.text) for block in item.blocks])
        for item in items
        if item.kind == "section"
    ]


def test_numbers_and_rules_tell_titles_and_their_depth_and_the_contents_are_none(tmp_path: Path) -> None:
    found = shape(tmp_path, NUMBERED)
    assert found[-3:] == [
        (
            "LAMP GUIDE > Use",
            [
                ("paragraph", "Set key_dim to *off*, then:"),
                ("code", "lampctl stop\nlampctl <start>"),
                ("step", "Press the key, and hold it."),
                ("step", "Let go."),
            ],
        ),
        ("LAMP GUIDE > Care", []),
        (
            "LAMP GUIDE > Care > Cleaning",
            [
                ("paragraph", "Unplug it."),
                ("note", "NOTE: The glass is hot."),
                ("paragraph", "Wipe the glass."),
                ("paragraph", "Dry it."),
            ],
        ),
    ]


def test_lines_in_capitals_and_lines_in_the_margin_are_titles(tmp_path: Path) -> None:
    assert shape(tmp_path, CAPITALS) == [
        ("POWER", [("paragraph", "Plug it in.")]),
        ("WHAT THE LIGHT SAYS", [("paragraph", "Red o green: it charges.")]),
    ]
    hold = "Hold the key. The light goes out, and stays so for as long as the lamp is not moved, not touched, and not "
    hold += "lifted by anyone."
    assert shape(tmp_path, HANGING) == [
        ("名称", [("paragraph", "ランプ")]),
        ("操作", [("paragraph", "キーを押します。"), ("paragraph", "もう一度押すと消えます。")]),
        ("EXIT", [("paragraph", hold)]),
    ]


def test_a_text_without_titles_is_one_section_and_one_without_words_is_refused(tmp_path: Path) -> None:
    assert shape(tmp_path, "Press the key.\n") == [("lamp", [("paragraph", "Press the key.")])]
    (tmp_path / "lamp.txt").write_text("-----\n\n*****\n")
    with pytest.raises(ManualError, match=r"lamp\.txt: no title and no text"):
        load_manual(tmp_path / "lamp.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "MODE      Changes the mode.\nSET       Hold it to set\n          the clock.\nOFF       Ends it.",
            [
                ("option", "MODE: Changes the mode."),
                ("option", "SET: Hold it to set the clock."),
                ("option", "OFF: Ends it."),
            ],
        ),
        (
            "Errors:\n    E1 - No water\n    E2 - Too hot",
            [("paragraph", "Errors:"), ("paragraph", "E1: No water"), ("paragraph", "E2: Too hot")],
        ),
        (
            "- WARM     Keeps it warm.\n\n           For an hour.\n- BOIL     Boils it.",
            [("paragraph", "WARM: Keeps it warm."), ("paragraph", "For an hour."), ("paragraph", "BOIL: Boils it.")],
        ),
        ("The lamp - a small\none - shines.", [("paragraph", "The lamp - a small one - shines.")]),
        ("Press it.  Then wait.\nTurn it.   Then go.", [("paragraph", "Press it. Then wait. Turn it. Then go.")]),
        ("- Hold the key  for a second.", [("step", "Hold the key for a second.")]),
        ("Run:\n\n    lamp   on\n    wait   9", [("paragraph", "Run:"), ("code", "lamp   on\nwait   9")]),
    ],
)
def test_names_in_columns_or_before_dashes_are_items(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    (tmp_path / "kettle.txt").write_text(f"KETTLE\n\n{text}\n")
    [section] = load_manual(tmp_path / "kettle.txt").sections
    assert [(block.kind, block.text) for block in section.blocks] == expected


def test_lines_that_two_empty_ones_part_from_the_text_before_are_titles(tmp_path: Path) -> None:
    def titles(gap: str, chapters: tuple[str, ...]) -> list[str]:
        (tmp_path / "kettle.txt").write_text(
            "It boils.\n" + "".join(f"\n{gap}{name}\n\nPress it.\n" for name in chapters)
        )
        return [section.title for section in load_manual(tmp_path / "kettle.txt").sections]

    names = ("Filling it", "What's the lamp for?", "Care:")
    assert titles("\n", names) == ["kettle", "Filling it", "What's the lamp for?", "Care"]
    assert titles("", names) == titles("\n", names[:2]) == ["kettle"]
    assert titles("\n", (*names, "Press.", "Wait, then.", "Go.")) == ["kettle"]


def test_items_without_a_blank_are_those_of_a_list(tmp_path: Path) -> None:
    (tmp_path / "kettle.txt").write_text("KETTLE\n\n1.Open it.\n2.Fill it.\n\nIt has:\n-Light inside\n-A lid on it\n")
    [section] = load_manual(tmp_path / "kettle.txt").sections
    expected = [
        ("step", "Open it."),
        ("step", "Fill it."),
        *(("paragraph", one) for one in ("It has:", "Light inside", "A lid on it")),
    ]
    assert [(block.kind, block.text) for block in section.blocks] == expected
