"""Chapters that list what changed are left out as files of that kind are, and said."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.folders.files import FileChoice

GUIDE = "# Lamp guide\n\n## Light\n\nTurn the wheel.\n\n"


def titles(path: Path, choice: FileChoice | None = None) -> list[str]:
    return [section.title for section in load_manual(path, "m", *([choice] if choice else [])).sections]


@pytest.mark.parametrize(
    "chapter",
    [
        "## Revision history\n\n| Version | What |\n|---|---|\n| 1.0 | First. |\n| 1.1 | More light. |\n",
        "## Lamp 2.1 – Release Notes\n\nNew wheel.\n\n### Firmware 2.1\n\nTurns softly.\n",
        "## Changelog\n\n### 2026-01-02\n\nMore light.\n\n### 2025-03-04\n\nFirst.\n",
        "## Change-Log\n\n### Version 1.1\n\nMore light.\n\n### Version 1.0\n\nFirst.\n",
        "## Änderungsprotokoll\n\nVersion 1.1: Mehr Licht.\n\nVersion 1.0: Das erste.\n",
    ],
)
def test_a_chapter_that_lists_changes_is_left_out_with_all_below_it_and_said(tmp_path: Path, chapter: str) -> None:
    file = tmp_path / "guide.md"
    file.write_text(f"{GUIDE}{chapter}\n## Care\n\nWipe it.\n", encoding="utf-8")
    assert titles(file) == ["Lamp guide", "Light", "Care"]
    title = chapter.split("\n", maxsplit=1)[0].removeprefix("## ")
    assert [one.where for one in load_manual(file, "m").skipped] == [title]


@pytest.mark.parametrize(
    "chapter",
    [
        "## Change History\n\nMarks changed lines at the margin. Open it with View > Change History.\n",
        "## Release 2.0\n\nPull the lever.\n\n### Lever 2.1\n\nPull harder.\n",
    ],
)
def test_a_function_that_is_called_so_is_kept(tmp_path: Path, chapter: str) -> None:
    file = tmp_path / "guide.md"
    file.write_text(f"{GUIDE}{chapter}", encoding="utf-8")
    assert chapter.split("\n", maxsplit=1)[0].removeprefix("## ") in titles(file)


def test_what_is_asked_for_or_nothing_else_is_kept(tmp_path: Path) -> None:
    notes = "# Release notes\n\n## 1.1\n\nMore light.\n\n## 1.0\n\nFirst.\n"
    (tmp_path / "lone").mkdir()
    (tmp_path / "lone" / "news-of-lamp.md").write_text(notes, encoding="utf-8")
    assert titles(tmp_path / "lone") == ["Release notes", "1.1", "1.0"]
    (tmp_path / "lone" / "guide.md").write_text(GUIDE, encoding="utf-8")
    assert titles(tmp_path / "lone") == ["Lamp guide", "Light"]
    assert "Release notes" in titles(tmp_path / "lone", FileChoice(include=("*.md",)))


def test_a_group_of_nothing_but_such_chapters_goes_with_them(tmp_path: Path) -> None:
    for name, text in (("use/light", GUIDE), ("announced/two", "# Lamp 2.0 release notes\n\n2.0 is out.\n")):
        file = tmp_path / f"{name}.md"
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    assert titles(tmp_path) == ["Use", "Lamp guide", "Light"]
