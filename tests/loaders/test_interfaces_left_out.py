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
        ("parts/api.rst", "Lamps\n=====\n\n::\n\n  curl -XPOST https://hub/lamps.json\n", True),
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


PLANNED = "# Presets\n\nWe change `web/presets.php` and then `web/skin/presets.js`.\n"


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("superpowers/notes.md", "# Presets\nA list.\n", "decisions of developers"),
        ("help/adr/0001-lamps.md", "# Lamps\nA list.\n", "decisions of developers"),
        ("help/adr-0001-lamps.md", "# Lamps\nA list.\n", "decisions of developers"),
        ("plans/2026-05-01-presets.md", "# Presets\nA list.\n", "plans of developers"),
        ("specs/presets.md", PLANNED, "plans of developers"),
        ("specs/lamp.md", "# Lamp\n230 V, 5 W. Its sketch is lamp.cpp.\n", ""),
        ("plans/family.md", "# Family\nFive lamps a month.\n", ""),
        ("phpdoc/classes/history.html", "<h1>History</h1><p>A class of it.</p>", "chapters on programming interfaces"),
        ("phpdoc/classes/lamp.html", "<h1>Lamp</h1><p>A class of lamps.</p>", "chapters on programming interfaces"),
        ("gsoc/index.md", "# Ideas\nA new lamp.\n", "chapters for contributors"),
        ("site/CLAUDE.md", "# Rules\nBuild it first.\n", "chapters for contributors"),
    ],
)
def test_what_developers_write_for_themselves_is_left_out(tmp_path: Path, name: str, text: str, kind: str) -> None:
    manual = load(tmp_path, {"use/on.md": "# Turn it on\nPress.\n", name: text})
    told = [one.why for one in manual.skipped]
    assert told == ([f"left out: {kind} ({name})"] if kind else [])
    assert len(manual.sections) > 1 or kind
