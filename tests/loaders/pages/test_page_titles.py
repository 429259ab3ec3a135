"""What a page is called that has no title of its own: as its file, in words."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

from graphrag_tools.manual.from_sections import build_graph


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2-factor log-in.md", "2-factor log-in"),
        ("02-wifi_setup.md", "Wifi setup"),
        ("03 - Set up.md", "Set up"),
        ("1. Start here.md", "Start here"),
        ("Pop-out windows.md", "Pop-out windows"),
    ],
)
def test_a_name_with_blanks_keeps_the_hyphens_of_its_words(tmp_path: Path, name: str, title: str) -> None:
    assert paths(graph(tmp_path, {name: "Fill it.\n", "z.md": "# Other\nText.\n"}))[0] == title


def test_a_page_without_a_title_is_called_by_a_description_of_few_words(tmp_path: Path) -> None:
    pages = {
        "010-dim.md": "---\ndescription: The lamp gets dim at night.\n---\nTurn off the eco mode.\n",
        "card.md": "---\ndescription: Updating the card\n---\n# At first\nCopy all.\n\n# Later\nCopy some.\n",
        "own.md": "---\ndescription: All about it\n---\n# The stand\nIt folds.\n",
        "long.md": "---\ndescription: How to put the lamp up on walls. And on trees.\n---\nUse screws.\n",
    }
    found = ["The lamp gets dim at night", "Updating the card", "Updating the card > At first"]
    assert paths(graph(tmp_path, pages)) == [*found, "Updating the card > Later", "Long", "The stand"]


def test_what_the_navigation_calls_a_page_comes_before_its_description(tmp_path: Path) -> None:
    nav = "site_name: Lamp\nnav:\n  - Start: index.md\n  - SD card: card.md\n  - it.md\n"
    parts = "---\n# At first\nCopy all.\n\n# Later\nCopy some.\n"
    pages = {
        "card.md": f"---\ndescription: Updating the card\n{parts}",
        "it.md": f"---\ndescription: All of it\n{parts}",
    }
    files = {f"docs/{name}": text for name, text in {"index.md": "# Lamp\n\nIt shines.\n", **pages}.items()}
    found = paths(graph(tmp_path, {"mkdocs.yml": nav, **files}))
    assert [path for path in found if ">" not in path] == ["Lamp", "SD card", "All of it"]


@pytest.mark.parametrize("bar", ["[⬅ Back](../index.md)", "English | [Deutsch](de.md) | [中文](zh.md)"])
def test_links_before_the_heading_of_a_page_are_below_it(tmp_path: Path, bar: str) -> None:
    found = graph(tmp_path, {"README.md": f"{bar}\n\n# Lamp\n\nIt shines.\n\n## Care\n\nWipe it.\n"})
    assert paths(found) == ["Lamp", "Lamp > Care"]
    assert found.items[0].blocks[-1].text == "It shines."


def test_a_heading_of_the_first_level_below_others_is_no_title_of_the_page(tmp_path: Path) -> None:
    page = "Learn to write.\n\n## Paragraphs\nOne.\n\n# A heading as an example\nTwo.\n"
    found = graph(tmp_path, {"Basic syntax.md": page, "other.md": "# Other\nText.\n"})
    assert paths(found)[:3] == ["Basic syntax", "Basic syntax > Paragraphs", "Basic syntax > A heading as an example"]


def test_what_a_pages_data_say_of_its_subject_stands_below_its_own_heading(tmp_path: Path) -> None:
    nav = "site_name: Lamp\nnav:\n  - Start: index.md\n  - Reset: reset.md\n"
    page = "---\nsubject: The lamp forgets its colours.\nrows: lamp, jug 2, 1.x\n---\n# Reset the lamp\n\nPress it.\n"
    found = graph(tmp_path, {"mkdocs.yml": nav, "docs/index.md": "# Lamp\n\nIt shines.\n", "docs/reset.md": page})
    assert [item.path for item in found.items] == [("Lamp",), ("Reset the lamp",)]
    texts = [block.text for block in found.items[1].blocks]
    assert texts == ["The lamp forgets its colours.", "Press it."]


def test_a_note_that_is_written_as_a_heading_is_a_note(tmp_path: Path) -> None:
    page = "# Keys\n\nRED: Stops.\n\n## Nota: Keys work on all channels but the first.\n\n## Note\n\nPress firmly.\n"
    found = graph(tmp_path, {"keys.md": page})
    assert [item.path for item in found.items] == [("Keys",), ("Keys", "Note")]
    assert [(block.kind, block.text) for block in found.items[0].blocks][1:] == [
        ("note", "Nota: Keys work on all channels but the first.")
    ]


def test_a_heading_that_most_pages_begin_with_is_the_name_of_the_site(tmp_path: Path) -> None:
    names = ("Heat", "Care", "Parts")
    files = {
        f"{name}.md": f"# Stove wiki\n[Contents](README.md)\n\n{name}\n---\n\nAbout.\n\n### More\n\nText.\n"
        for name in names
    }
    manual = load(tmp_path / "site", files)
    assert paths(build_graph(manual)) == [path for name in sorted(names) for path in (name, f"{name} > More")]
    assert ("3 of 3 pages", "have the heading 'Stove wiki'; taken for the site's name") in [
        (one.where, one.why) for one in manual.skipped
    ]


def test_a_section_that_most_pages_begin_with_is_one_of_each(tmp_path: Path) -> None:
    names = ("Heat", "Care", "Parts")
    files = {f"{name.lower()}.md": f"## Overview\n\nAbout {name}.\n\n## Use\n\nTurn it.\n" for name in names}
    found = paths(graph(tmp_path / "site", files))
    assert sum(path.endswith("Overview") for path in found) == len(names)


@pytest.mark.parametrize("said", ["Solucion de averias", "SOLUCIÓN DE AVERÍAS.", "Solución de averías"])
def test_a_title_that_the_navigation_writes_without_accents_or_a_full_stop_is_the_same_title(
    tmp_path: Path, said: str
) -> None:
    files = {
        "SUMMARY.md": f"# Summary\n* [{said}](a.md)\n* [Carga](b.md)\n",
        "a.md": "## Solución de averías\n\nApaga el aparato.\n",
        "b.md": "## La carga\n\nConecta el cable.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Solución de averías", "Carga", "Carga > La carga"]


def test_further_headings_of_the_first_level_are_below_the_one_that_the_file_is_called_after(tmp_path: Path) -> None:
    keys = "# Mouse keys\n\nAdd them.\n\n# Speed\n\nSet it.\n\n## Slow\n\nFor drawing.\n"
    notes = "# Before you begin\n\nRead.\n\n# After it\n\nRest.\n"
    found = graph(tmp_path, {"mouse_keys.md": keys, "notes.md": notes, "z.md": "# Z\nLast.\n"})
    assert paths(found) == [
        "Mouse keys",
        "Mouse keys > Speed",
        "Mouse keys > Speed > Slow",
        "Before you begin",
        "After it",
        "Z",
    ]


def test_home_pages_are_called_and_say_as_their_data_do(tmp_path: Path) -> None:
    files = {
        "index.md": "---\nlayout: home\nhero:\n  name: Lumo\nfeatures:\n"
        "  - title: Long life\n    details: It burns 30 hours.\n---\n",
        "a.mdx": "---\ntitle: Fan\ndescription: Turn on the fan\n---\nimport X from './x'\n",
        "b.adoc": "= Off\n:description: Turn off the fan\n",
        "c.md": "---\ntitle: Faults\nfaq:\n  - question: Is it loud?\n    answer: Only at night.\n---\n",
    }
    found = graph(tmp_path, files)
    sections = [item for item in found.items if item.kind == "section"]
    assert [(item.name, [block.text for block in item.blocks]) for item in sections] == [
        ("Lumo", ["Long life: It burns 30 hours."]),
        ("Fan", ["Turn on the fan"]),
        ("Off", ["Turn off the fan"]),
        ("Faults", ["Is it loud? Only at night."]),
    ]


def test_other_titles_of_a_page_are_no_text_and_what_its_data_say_stands_below_its_own_title(tmp_path: Path) -> None:
    data = "title: Oven\nsidebarTitle: The big old oven\nog:title: An oven for you all\nhint: Never put it in water."
    files = {"a.mdx": f"---\n{data}\n---\n\n## Door\n\nOpen it.\n", "b.mdx": "# B\n\nText.\n"}
    found = graph(tmp_path, files)
    assert [[one.text for one in found.item(f"m/oven{place}").blocks] for place in ("", "/door")] == [
        ["Never put it in water."],
        ["Open it."],
    ]
