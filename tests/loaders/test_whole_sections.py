"""Parts of one subject stay in its section: causes with cures, and the steps of a procedure."""

from pathlib import Path

import pytest
from support.page_folders import graph, paths

FAULT = "# Kettle\n\n## It leaks\n\n### Causes\nThe lid is loose.\n\n### {cure}\nClose it.\n\n{more}"


def read(folder: Path, text: str) -> tuple[list[str], list[str]]:
    """Return the paths of a page's sections, and the blocks of the second one with their kinds."""
    found = graph(folder, {"a.md": text})
    item = [one for one in found.items if one.kind == "section"][1]
    return paths(found)[1:], [f"{block.kind}: {block.text}" for block in item.blocks]


@pytest.mark.parametrize("cure", ["Fixes", "Solution:", "Lösung"])
def test_a_fault_is_one_section_with_its_causes_and_cures(tmp_path: Path, cure: str) -> None:
    shown = [
        "heading: Causes",
        "paragraph: The lid is loose.",
        f"heading: {cure}",
        "paragraph: Close it.",
    ]
    more = "### See also\nThe lid.\n"
    sections = ["Kettle > It leaks", "Kettle > It leaks > See also"]
    assert read(tmp_path, FAULT.format(cure=cure, more=more)) == (sections, shown)


def test_steps_that_are_sections_are_one_procedure_and_links_still_lead_to_them(tmp_path: Path) -> None:
    text = (
        "# Kettle\n\n## Set it up\nIt takes a minute.\n\n### Step 1\nFill it.\n### Step 2: Boil\n1. Press.\n2. Wait.\n"
        "## Descale\nAs in [the second step](#step-2-boil).\n"
    )
    assert read(tmp_path, text) == (
        ["Kettle > Set it up", "Kettle > Descale"],
        [
            "paragraph: It takes a minute.",
            "heading: Step 1",
            "paragraph: Fill it.",
            "heading: Step 2: Boil",
            "step: Press.",
            "step: Wait.",
        ],
    )
    found = graph(tmp_path, {"a.md": text})
    assert [one.name for one in found.see_also("m/kettle/descale")] == ["Set it up"]


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("## Step 1\nFill it.\n\n## Care\nWipe it.\n", ["Kettle > Step 1", "Kettle > Care"]),
        ("## Steps\nFill it.\n\n## Stepping 2\nWipe it.\n", ["Kettle > Steps", "Kettle > Stepping 2"]),
        ("## Fixes\nFill it.\n\n## Features\nNew.\n", ["Kettle > Fixes", "Kettle > Features"]),
        (
            "## Causes\nOne.\n\n## Fixes\nTwo.\n\n### On the lid\nThree.\n",
            ["Kettle > Causes", "Kettle > Fixes", "Kettle > Fixes > On the lid"],
        ),
        (f"## Step 1\n{'word ' * 401}\n\n## Step 2\nWipe it.\n", ["Kettle > Step 1", "Kettle > Step 2"]),
    ],
)
def test_subjects_of_their_own_stay_sections(tmp_path: Path, text: str, sections: list[str]) -> None:
    assert read(tmp_path, f"# Kettle\n\n{text}")[0] == sections


def test_steps_stand_below_the_section_that_leads_to_them(tmp_path: Path) -> None:
    step = "## Step 1\nCopy it.\n\n## Step 2\nInsert it.\n\n"
    led = f"# Lamp\n\n## Update\nIn two steps:\n\n{step}## Care\nWipe it.\n"
    assert read(tmp_path, led) == (
        ["Lamp > Update", "Lamp > Care"],
        [
            "paragraph: In two steps:",
            "heading: Step 1",
            "paragraph: Copy it.",
            "heading: Step 2",
            "paragraph: Insert it.",
        ],
    )
    several = f"# Lamp\n\n## Update\nTake a card.\n\n{step}## Reset\n{step}"
    found = graph(tmp_path, {"a.md": several})
    assert [[block.text for block in found.item(f"m/lamp/{one}").blocks] for one in ("update", "reset")] == [
        ["Take a card.", "Step 1", "Copy it.", "Step 2", "Insert it."],
        ["Step 1", "Copy it.", "Step 2", "Insert it."],
    ]
    one = f"# Lamp\n\n## What you need\nA card.\n\n{step}"
    assert [block.text for block in graph(tmp_path, {"a.md": one}).item("m/lamp/what-you-need").blocks] == ["A card."]
