"""Sites of Zola: shortcodes that one `{% end %}` closes, pictures by shortcode, drafts, links from the content."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

from graphrag_tools.loaders import FileChoice, load_markdown


def read(folder: Path, text: str) -> list[tuple[str, str]]:
    """Return kind and text of the blocks of a page."""
    (folder / "kettle.md").write_text(f"+++\ntitle = 'Kettle'\n+++\n\n{text}\n", encoding="utf-8")
    return [(one.kind, one.text) for one in load_markdown(folder / "kettle.md", "m").sections[0].blocks]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("{% warning() %}\nHot.\n{% end %}\n\nPour it.", [("warning", "Hot."), ("paragraph", "Pour it.")]),
        (
            '{% warning(title="Mind") %}\nHot.\n\n{% tip() %}\nUse a cloth.\n{%- end -%}\n\nStill hot.\n{% end %}\n\n'
            "Pour.",
            [("warning", "Mind: Hot."), ("note", "Use a cloth."), ("warning", "Still hot."), ("paragraph", "Pour.")],
        ),
        ("{% wide(of=2) %}\nLift it.\n{% end %}\n\nPour.", [("paragraph", "Lift it."), ("paragraph", "Pour.")]),
        ("Write `{% end %}` below.{% end %}", [("paragraph", "Write {% end %} below.")]),
    ],
)
def test_an_end_closes_the_shortcode_that_is_open(tmp_path: Path, text: str, blocks: list[tuple[str, str]]) -> None:
    assert read(tmp_path, text) == blocks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{{ image(src="a.png", alt="Lid", caption="Open < half & hold the lid.") }}', ["Open < half & hold the lid."]),
        ('{{ image(\n  src="a.png",\n  caption="Hold the lid open."\n) }}\nPour.', ["Hold the lid open.", "Pour."]),
        ('{{< figure src="a.png" caption="Hold the &quot;lid&quot; open." >}}', ['Hold the "lid" open.']),
        ('1. Press {{ image(src="a.png", alt="Boil") }} twice.', ["Press Boil twice."]),
        ('1. Press {{ img(src="a.png") }}it.', ["Press it."]),
    ],
)
def test_pictures_by_shortcode_keep_their_words(tmp_path: Path, text: str, shown: list[str]) -> None:
    assert [words for _, words in read(tmp_path, text)] == shown


def test_drafts_are_left_out_and_said(tmp_path: Path) -> None:
    files = {
        "use.md": "+++\ntitle = 'Use'\ndraft = false\n+++\n\nFill it.\n",
        "heat.md": "+++\ntitle = 'Heat'\ndraft = true\n+++\n\nTo be written.\n",
        "lid.md": "---\ntitle: Lid\npublished: false\n---\n\nTo be written.\n",
        "care.md": "# Care\n\ndraft: true\n",
    }
    manual = load(tmp_path, files)
    assert [one.title for one in manual.sections] == ["Care", "Use"]
    assert [one.why for one in manual.skipped if one.where == "2 file(s)"] == [
        "left out: drafts, which --include reads (heat.md, lid.md)"
    ]
    assert [one.title for one in load(tmp_path, files, FileChoice(include=("heat.md",))).sections] == ["Heat"]


def test_a_folder_of_drafts_is_read(tmp_path: Path) -> None:
    assert paths(graph(tmp_path, {"a.md": "---\ntitle: Use\ndraft: true\n---\n\nFill it.\n"})) == ["Use"]


@pytest.mark.parametrize("root", ["", "content/", "site/content/"])
def test_links_lead_from_the_root_of_the_content(tmp_path: Path, root: str) -> None:
    pages = {
        "use/start.md": "# Start\n\nSee [a](@/care/daily_care.md#the-lid), [b](/care/daily-care/), [c](@/_index.md).\n",
        "care/daily_care.md": "# Daily care\n\nWipe it.\n\n## The lid\n\nRinse it.\n",
        "old/care/daily_care.md": "# Old care\n\nWipe it.\n\n## The lid\n\nRinse it.\n",
        "_index.md": "# Kettle\n\nA kettle.\n",
    }
    found = graph(tmp_path, {f"{root}{name}": text for name, text in pages.items()})
    start = next(item.id for item in found.items if item.name == "Start")
    assert [item.menu_path.rpartition("> ")[2] for item in found.see_also(start)] == ["The lid", "Daily care", "Kettle"]
