"""Lists of settings as configuration pages write them."""

from pathlib import Path

import pytest
from support.page_folders import graph


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("**pin** (*Required*, number): Where it is wired.", "pin"),
        ("**pin** (optional) - Where it is wired.", "pin"),
        ("`pin`: Where it is wired.", "pin"),
        ("`pin` (a number): Where it is wired.", "pin"),
        ("Set `pin`: it is wired there.", ""),
        ("`pin` or `key`: where it is wired.", ""),
        ("**Wire it** (see above) and go on: it works.", ""),
    ],
)
def test_a_name_its_kind_and_what_it_does_are_an_option(tmp_path: Path, item: str, name: str) -> None:
    found = graph(tmp_path, {"a.md": f"# Lamp\n\nSettings:\n\n- {item}\n- **colour**: Which.\n"})
    options = [one.name for one in found.items if one.kind == "option"]
    assert options == ([name, "colour"] if name else ["colour"])
