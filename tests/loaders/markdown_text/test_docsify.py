"""Sites of Docsify: its notes, what it keeps out of contents, anchors, included pages, and the page that shows them."""

from pathlib import Path

import pytest
from support.markdown_pages import read
from support.page_folders import graph, load, paths


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (
            "!> The pan is *hot*.\nWait.\n\nPour.",
            [("warning", "The pan is hot. Wait."), ("paragraph", "Pour.")],
        ),
        ("?> Use a cloth.\n!> Hot.", [("note", "Use a cloth."), ("warning", "Hot.")]),
        ("1. Lift it.\n\n   !> Hot.\n\n2. Pour.", [("step", "Lift it."), ("warning", "Hot."), ("step", "Pour.")]),
        (
            "1. Lift it.\n   !> The pan\n   is hot.\n2. Pour.\n3. Wait.",
            [("step", "Lift it."), ("warning", "The pan is hot."), ("step", "Pour."), ("step", "Wait.")],
        ),
        ("1. Lift it.\n   !> Hot.\nPour.", [("step", "Lift it."), ("warning", "Hot."), ("paragraph", "Pour.")]),
        ("!> Hot.\n- Pan\n- Lid", [("warning", "Hot."), ("paragraph", "Pan"), ("paragraph", "Lid")]),
        (
            "?> Hot.\n| Pan | Lid |\n|---|---|\n| 1 | 2 |",
            [("note", "Hot."), ("table", "Pan | Lid"), ("table", "1 | 2")],
        ),
        ("**Rest** {docsify-ignore}\n\nWait.", [("heading", "Rest"), ("paragraph", "Wait.")]),
    ],
)
def test_marks_of_docsify_are_no_text(tmp_path: Path, text: str, blocks: list[tuple[str, str]]) -> None:
    assert read(tmp_path, text) == blocks


def test_pages_are_those_of_the_sidebar_and_none_is_their_shell(tmp_path: Path) -> None:
    shell = "<title>Kettle</title><body><div id=app>Loading</div><script>window.$docsify = {}</script>"
    files = {
        "index.html": shell,
        "_coverpage.md": "# Kettle\n\nBoils.\n",
        "_sidebar.md": "- [Home](/README.md)\n- Use\n  - [Boil](/use/)\n  - [Cool](use/cool 'Cool it')\n",
        "README.md": "# Home\n\nWelcome.\n",
        "use/README.md": "# Boil {docsify-ignore-all}\n\n## Fast :id=fast\n\nPress it.\n\n[part](part.md ':include')\n",
        "use/part.md": "Hold it.\n",
        "use/cool.md": "# Cool\n\nSee [fast](/use/?id=fast).\n",
    }
    assert paths(graph(tmp_path, files)) == ["Home", "Use", "Use > Boil", "Use > Boil > Fast", "Use > Cool"]
    fast = next(one for one in load(tmp_path, {}).sections if one.title == "Fast")
    assert [block.text for block in fast.blocks] == ["Press it.", "Hold it."]


def test_the_root_of_a_site_in_a_folder_is_that_folder(tmp_path: Path) -> None:
    files = {
        "README.md": "# Docs of it\n\nBuild them.\n",
        "docs/_sidebar.md": "- [Start](/README.md)\n- [Use](/use/lid.md)\n",
        "docs/README.md": "# Kettle\n\nBoils.\n",
        "docs/use/lid.md": "# Lid\n\nLift it.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Kettle", "Lid", "Docs of it"]
