"""Lists that lie in folders and say the order and titles of what is in each: Nextra, Fumadocs, plugins of MkDocs."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

PAGES = {
    f"{name}.mdx": f"# {name.rpartition('/')[2].title()}\n\nText of {name}.\n"
    for name in ("start", "use/heat", "use/lid", "care/(wet)/cool", "care/wipe")
}
EXPECTED = ["Start", "Using it", "Using it > Lid", "Using it > Heat", "Care", "Care > Wipe", "Care > Cool"]


@pytest.mark.parametrize(
    "lists",
    [
        {
            "_meta.ts": "import { Meta } from 'nextra'\nexport default {\n  start: { title: 'Begin' },\n"
            "  '-- x': { type: 'separator' },\n  use: 'Using it',\n} satisfies Meta\n",
            "use/_meta.ts": "const meta = { lid: 'The lid' }\nexport default meta\n",
            "care/_meta.ts": "export default { wipe: '', '...(wet)': '' }",
        },
        {
            "meta.json": '{"title": "Lamp", "pages": ["start", "-- More --", "[S](/s)", "use", "..."]}',
            "use/meta.json": '{"title": "Using it", "pages": ["lid", "heat"]}',
            "care/meta.json": '{"pages": ["wipe", "...(wet)"]}',
        },
        {
            ".pages": "nav:\n  - start.mdx\n  - Using it: use\n  - ...\n",
            "use/.pages": "nav: [lid.mdx, heat.mdx]\n",
            "care/.pages": "nav:\n  - wipe.mdx\n  - ...(wet)\n",
        },
    ],
)
def test_lists_of_folders_order_and_name_what_is_in_them(tmp_path: Path, lists: dict[str, str]) -> None:
    assert paths(graph(tmp_path, {**PAGES, **lists})) == EXPECTED


def test_lists_of_several_folders_are_groups_by_their_titles(tmp_path: Path) -> None:
    lists = {f"{name}/meta.json": f'{{"title": "All {name}"}}' for name in ("care", "use")}
    files = {**{name: text for name, text in PAGES.items() if "(" not in name}, **lists}
    assert paths(graph(tmp_path, files)) == [
        "All care",
        "All care > Wipe",
        "All use",
        "All use > Heat",
        "All use > Lid",
        "Start",
    ]


@pytest.mark.parametrize(
    ("config", "text", "content"),
    [
        ("next.config.mjs", "import nextra from 'nextra'", "pages"),
        ("next.config.mjs", "import nextra from 'nextra'", "content"),
        ("source.config.ts", "import { defineDocs } from 'fumadocs-mdx/config'", "content/docs"),
    ],
)
def test_what_nextra_and_fumadocs_publish_is_the_manual(tmp_path: Path, config: str, text: str, content: str) -> None:
    files = {
        f"docs/{config}": text,
        "README.md": "# Program\n\nRun make.\n",
        "docs/archive/old.mdx": "# Old\n\nText.\n",
        f"docs/{content}/use.mdx": "# Use\n\nTurn it.\n",
        f"docs/{content}/care.mdx": "# Care\n\nWipe it.\n",
    }
    assert sorted(section.title for section in load(tmp_path, files).sections) == ["Care", "Use"]


def test_a_program_of_next_without_them_leaves_nothing_out(tmp_path: Path) -> None:
    files = {"next.config.js": "module.exports = {}", "pages/a.md": "# A\n\nOne.\n", "b.md": "# B\n\nTwo.\n"}
    assert sorted(section.title for section in load(tmp_path, files).sections) == ["A", "B"]
