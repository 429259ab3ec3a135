"""Versions in a folder of pages: a manual is read in the newest, the others are said."""

from pathlib import Path

import pytest
from support.page_folders import load

from graphrag_tools.loaders.folders.files import FileChoice
from graphrag_tools.loaders.folders.versions import older_versions


def pages(*folders: str, names: str = "abc") -> list[str]:
    return [f"{folder}{name}.md" for folder in folders for name in names]


@pytest.mark.parametrize(
    ("names", "left"),
    [
        (pages("1.9/", "1.10/"), pages("1.9/")),
        (pages("docs/v1.9.2/", "docs/2.0.x/", "docs/latest/"), pages("docs/v1.9.2/", "docs/2.0.x/")),
        (pages("", "1.9/"), pages("1.9/")),
        (pages("docs/", "docs/release-1.9/"), pages("docs/release-1.9/")),
        (pages("1.9/") + pages("1.10/", names="abx"), []),
        (pages("1.1/", "1.2/", names="a"), []),
        (pages("v1/", "v2/"), []),
        (pages("lamp/1.9/", "fan/1.10/"), []),
        (pages("1.9/"), []),
        ([], []),
    ],
)
def test_copies_of_pages_in_folders_of_versions_are_told_from_pages(names: list[str], left: list[str]) -> None:
    assert list(older_versions(names)) == left


def test_a_folder_is_read_in_its_newest_version(tmp_path: Path) -> None:
    files = {name: f"# Page {name[-4]}\n\nOf {name}.\n" for name in pages("18.1/", "18.2/")}
    newest = load(tmp_path / "all", files)
    assert [section.blocks[0].text for section in newest.sections if section.blocks] == [
        f"Of {name}." for name in pages("18.2/")
    ]
    assert any("an older version (18.1), which --include reads" in one.why for one in newest.skipped)
    older = load(tmp_path / "older", files, FileChoice(include=("18.1/**",)))
    assert [section.blocks[0].text for section in older.sections if section.blocks] == [
        f"Of {name}." for name in pages("18.1/")
    ]
