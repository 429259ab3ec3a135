"""Chapters on programming interfaces are for developers: left out and said, unless they are asked for or are none."""

from pathlib import Path

import pytest
from support.page_folders import load

from graphrag_tools.loaders import FileChoice

REQUESTS = "# Lamps\n\n`GET /lamps`\n\nLists them.\n"


@pytest.mark.parametrize(
    ("name", "text", "is_left"),
    [
        ("api/lamps.md", "# Lamps\nA list.\n", True),
        ("reference/rest-api.md", "# Lamps\nA list.\n", True),
        ("reference/restapi/lamps.md", "# Lamps\nA list.\n", True),
        ("api-reference/lamps.md", "# Lamps\nA list.\n", True),
        ("parts/api.md", REQUESTS, True),
        ("parts/api.md", "# API\nTurn the native interface of the hub on under Settings.\n", False),
        ("capital/lamps.md", REQUESTS, False),
        ("use/apiary.md", "# Apiary\nBees.\n", False),
    ],
)
def test_pages_on_interfaces_are_left_out(tmp_path: Path, name: str, text: str, is_left: bool) -> None:
    manual = load(tmp_path, {"use/on.md": "# Turn it on\nPress.\n", name: text})
    told = [one.why for one in manual.skipped]
    assert told == ([f"left out: chapters on programming interfaces ({name})"] if is_left else [])
    assert len(manual.sections) > 1 or is_left


def test_interfaces_that_are_asked_for_are_read(tmp_path: Path) -> None:
    manual = load(tmp_path, {"on.md": "# On\nPress.\n", "api/lamps.md": REQUESTS}, FileChoice(include=("api/**",)))
    assert [section.title for section in manual.sections] == ["Lamps"]
