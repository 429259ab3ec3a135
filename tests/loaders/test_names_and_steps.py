"""Names in bold above what they do, steps in a box, and pieces beside the folder of the pages."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths


def read(folder: Path, text: str) -> list[tuple[str, str]]:
    found = graph(folder, {"a.md": f"# A\n\n{text}\n", "b.md": "# B\nNone.\n"})
    return [(block.kind, block.text) for block in found.item("m/a").blocks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- **Bright**<br>All of it.\n- **Dim:** <br/>\n  Half.",
            [("option", "Bright: All of it."), ("option", "Dim: Half.")],
        ),
        (
            "**Colour:**<br>\nWhich it has.\n\nThe last needs a hub.",
            [("paragraph", "Colour: Which it has."), ("paragraph", "The last needs a hub.")],
        ),
        ("**Colour**  \nWhich it has.", [("paragraph", "Colour: Which it has.")]),
        ("**Colour**\\\nWhich it has.", [("paragraph", "Colour: Which it has.")]),
        ("**Colours**<br>\n- Red\n- Blue", [("heading", "Colours"), ("paragraph", "Red"), ("paragraph", "Blue")]),
        ("Press **OK**<br>Then wait.", [("paragraph", "Press OK"), ("paragraph", "Then wait.")]),
    ],
)
def test_a_bold_name_and_the_line_below_it_are_one(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert read(tmp_path, text) == expected


def test_steps_in_a_box_are_of_one_section(tmp_path: Path) -> None:
    text = (
        "{% stepper %}\n{% step %}\n### Open it\nLift the lid.\n{% endstep %}\n{% step %}\n"
        "### Fill it ###\nUp to the mark.\n{% endstep %}\n{% endstepper %}\n\n## Care\nWipe.\n"
    )
    assert read(tmp_path, text) == [
        ("heading", "Open it"),
        ("paragraph", "Lift the lid."),
        ("heading", "Fill it"),
        ("paragraph", "Up to the mark."),
    ]
    assert paths(graph(tmp_path, {})) == ["A", "A > Care", "B"]


def test_pieces_beside_the_folder_of_the_pages_stand_where_pages_include_them(tmp_path: Path) -> None:
    files = {
        "mkdocs.yml": "site_name: Kettle\n",
        "docs/a.md": '# A\n\n--8<-- "includes/lid.md"\n\n{% include-markdown "../parts/cord.md" %}\n',
        "includes/lid.md": "Lift the lid.\n",
        "parts/cord.md": "Pull the plug.\n",
    }
    manual = load(tmp_path, files)
    assert [block.text for section in manual.sections for block in section.blocks] == [
        "Lift the lid.",
        "Pull the plug.",
    ]


def test_a_link_below_the_address_of_the_site_leads_to_its_page(tmp_path: Path) -> None:
    files = {
        "docs/use/lid.md": "# Lid\nSee [heat](/kettle/use/heat#high) or [none](/kettle/heat).\n",
        "docs/use/heat.md": "# Heat\nTurn.\n\n## High\nHot.\n",
        "docs/care/heat.md": "# Heat of the plate\nNone.\n",
    }
    found = graph(tmp_path, files)
    lid = next(item for item in found.items if item.name == "Lid")
    assert [one.name for one in found.see_also(lid.id)] == ["High"]
    assert [one.link.target for one in found.unresolved] == ["/kettle/heat"]


def test_a_name_keeps_the_hyphens_of_what_it_means(tmp_path: Path) -> None:
    text = "**音量**\n：上げます。\n\n**ランプ**\n：Wi-Fiのときに点灯します。\n\n**停止**\n：止めます。\n"
    assert [text for _, text in read(tmp_path, text)] == [
        "音量：上げます。",
        "ランプ：Wi-Fiのときに点灯します。",
        "停止：止めます。",
    ]
    text = "**Ring** (a touch-key) - turns.\n\n**Key** (two) – stops.\n\n**Lid**: opens.\n"
    assert [text for _, text in read(tmp_path, text)] == [
        "Ring (a touch-key): turns.",
        "Key (two): stops.",
        "Lid: opens.",
    ]


def test_steps_whose_numbers_have_no_blank_behind_them_are_steps(tmp_path: Path) -> None:
    text = "<p>1.Open it.</p><p><img src='a.png'></p><p>2.電源を切る。</p><p>3.5 litres</p>"
    assert read(tmp_path, text) == [("step", "Open it."), ("step", "電源を切る。"), ("paragraph", "3.5 litres")]


def test_rows_with_an_arrow_to_what_a_name_means_are_options(tmp_path: Path) -> None:
    text = "- **V1** → The voltage of a lamp\n- Lim → This key sets the lowest limit\n- MODE => How the test is made"
    assert read(tmp_path, text) == [
        ("option", "V1: The voltage of a lamp"),
        ("option", "Lim: This key sets the lowest limit"),
        ("option", "MODE: How the test is made"),
    ]
    assert {kind for kind, _ in read(tmp_path, "- File → Open\n- Edit → Copy all\n- View → Zoom")} == {"paragraph"}
