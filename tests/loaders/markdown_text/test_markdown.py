from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_markdown
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual, Section


def load(folder: Path, files: dict[str, str]) -> Manual:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return load_markdown(folder, "m")


def tree(manual: Manual) -> list[tuple[str, str | None]]:
    return [(section.key, section.parent) for section in manual.sections]


def texts(section: Section) -> list[str]:
    return [block.text for block in section.blocks]


def test_headings_nest_by_level_and_files_stand_side_by_side(tmp_path: Path) -> None:
    manual = load(tmp_path, {"2.md": "# Two\n", "1.md": "# One\n### Deep\n## Flat\nText.\n"})
    assert tree(manual) == [
        ("1.md#one", None),
        ("1.md#deep", "1.md#one"),
        ("1.md#flat", "1.md#one"),
        ("2.md#two", None),
    ]
    assert texts(manual.sections[2]) == ["Text."]


def test_a_single_file_loads_as_a_folder_of_one(tmp_path: Path) -> None:
    folder = load(tmp_path, {"a.md": "# A\n[A](#a)\n"})
    assert load_markdown(tmp_path / "a.md", "m").sections == folder.sections


def test_the_index_of_a_subfolder_is_the_parent_of_its_files(tmp_path: Path) -> None:
    manual = load(tmp_path, {"b/z.md": "# Z\n", "b/README.md": "# B\n", "b/a.md": "# A\n## A1\n", "top.md": "# Top\n"})
    assert tree(manual) == [
        ("top.md#top", None),
        ("b/README.md#b", None),
        ("b/a.md#a", "b/README.md#b"),
        ("b/a.md#a1", "b/a.md#a"),
        ("b/z.md#z", "b/README.md#b"),
    ]


def test_links_between_files_and_headings_become_see_also_edges(tmp_path: Path) -> None:
    files = {
        "a.md": "# Wi-Fi & Bluetooth\n[1](sub/b.md) [2](sub/b.md#part%2D1) [3](#gone) [4](http://x.org) [5](c.md)\n",
        "sub/b.md": "# B\n[up](../a.md#wi-fi--bluetooth)\n## Part-1\n",
    }
    graph = build_graph(load(tmp_path, files))
    assert [item.name for item in graph.see_also("m/wi-fi-bluetooth")] == ["B", "Part-1"]
    assert [item.name for item in graph.see_also("m/sub/b")] == ["Wi-Fi & Bluetooth"]
    assert [found.link.target for found in graph.unresolved] == ["a.md#gone", "c.md"]


def test_repeated_headings_get_githubs_numbered_anchors_and_none_is_lost(tmp_path: Path) -> None:
    manual = load(tmp_path, {"a.md": "# A\n1\n# A\n2\n# A-1\n3\n# A\n4\n"})
    assert [section.key for section in manual.sections] == ["a.md#a", "a.md#a-1", "a.md#a-1-1", "a.md#a-2"]
    assert [texts(section) for section in manual.sections] == [["1"], ["2"], ["3"], ["4"]]


def test_text_before_the_first_heading_is_a_section_named_for_the_file(tmp_path: Path) -> None:
    manual = load(tmp_path, {"intro.md": "Before.\n\n# 🔋\nAfter.\n"})
    assert [(section.title, texts(section)) for section in manual.sections] == [
        ("intro", ["Before."]),
        ("🔋", ["After."]),
    ]


def test_front_matter_is_left_out_and_a_rule_in_the_text_is_not_front_matter(tmp_path: Path) -> None:
    ruled = "# A\n\none\n\n---\n\ntwo\n\n---\n\nthree\n"
    manual = load(tmp_path, {"a.md": f"---\ntitle: x\n---\n{ruled}", "b.md": ruled})
    assert [texts(section) for section in manual.sections] == [["one", "two", "three"]] * 2


@pytest.mark.parametrize(
    "data",
    [
        "<properties>\n\t<page>\n\t\t<title>Lamp</title>\n\t</page>\n\t<menu>\n\t\t<sort>D</sort>\n\t</menu>\n</properties>",
        '<properties\n   pageTitle="Lamp"\n   services="light" />',
    ],
)
def test_data_of_a_page_in_tags_are_no_text(tmp_path: Path, data: str) -> None:
    manual = load(tmp_path, {"a.md": f"{data}\n\n# Dim the lamp\n\nTurn it.\n"})
    assert [(section.title, texts(section)) for section in manual.sections] == [("Dim the lamp", ["Turn it."])]


def test_a_file_without_headings_is_one_section_and_empty_prefaces_are_none(tmp_path: Path) -> None:
    manual = load(tmp_path, {"a.md": "Only text.\n", "b.md": "---\n\n# B\n"})
    assert [(section.title, texts(section)) for section in manual.sections] == [("A", ["Only text."]), ("B", [])]
    assert manual.sections[1].anchors == ("b.md#b", "b.md")


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# Use `adb` *now*", "Use adb now"),
        ("Two\nlines\n===", "Two lines"),
        (r"# A \> B &amp; C", "A > B & C"),
        ("# <b>raw</b>", "raw"),
        ('# "Quoted"', '"Quoted"'),
        ("# הגדרות", "הגדרות"),
        ("#", "Untitled"),
        ("# [Link](x.md) text", "Link text"),
    ],
)
def test_a_title_is_the_headings_plain_text(tmp_path: Path, heading: str, title: str) -> None:
    assert [section.title for section in load(tmp_path, {"a.md": f"{heading}\n"}).sections] == [title]


def test_headings_without_words_are_no_sections(tmp_path: Path) -> None:
    text = "# Cards\n\n## Make\n\nInsert a card.\n\n##\n\nIt is made.\n\n### \n\n## ![A card](card.png)\n\nIt shows.\n"
    manual = load(tmp_path, {"a.md": text})
    assert [section.title for section in manual.sections] == ["Cards", "Make", "A card"]
    assert [block.text for block in manual.sections[1].blocks] == ["Insert a card.", "It is made."]


def test_lists_notes_and_tables_keep_their_kinds(tmp_path: Path) -> None:
    text = (
        "# A\r\n1. Tap **Sound** for options:\r\n   - **Volume**: Set it.\r\n     - **Limit**: Cap it.\r\n\r\n"
        "> **Note:** Careful.\r\n\r\n> **Warning:** Hot.\r\n\r\n| a | b |\r\n|---|---|\r\n| 1 | 2 |\r\n"
    )
    (section,) = load(tmp_path, {"a.md": text}).sections
    assert [(block.kind, block.depth, block.name, block.text) for block in section.blocks] == [
        ("step", 0, "", "Tap Sound for options:"),
        ("option", 1, "Volume", "Volume: Set it."),
        ("option", 2, "Limit", "Limit: Cap it."),
        ("note", 0, "", "Note: Careful."),
        ("warning", 0, "", "Warning: Hot."),
        ("table", 0, "", "a | b"),
        ("table", 0, "", "1 | 2"),
    ]


def test_a_heading_inside_a_quotation_or_a_code_block_starts_no_section(tmp_path: Path) -> None:
    assert len(load(tmp_path, {"a.md": "# A\n> # B\n\n```\n# C\n```\n"}).sections) == 1


def test_a_folder_without_markdown_says_what_it_found(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"found nothing; expected at least one page: Markdown \(\.md"):
        load(tmp_path, {})
    with pytest.raises(ManualError, match=r"found 1 \.xyz; expected"):
        load(tmp_path, {"a.xyz": "x"})


def test_a_file_of_definitions_alone_holds_no_manual(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"no heading and no text found in 1 page\(s\)"):
        load(tmp_path, {"a.md": "[x]: http://x.org\n"})


def test_files_that_cannot_be_read_are_reported_and_the_rest_loads(tmp_path: Path) -> None:
    folder = tmp_path / "manual"
    outside = tmp_path / "secret.md"
    outside.write_text("# Secret\n", encoding="utf-8")
    folder.mkdir()
    (folder / "link.md").symlink_to(outside)
    (folder / "latin.md").write_bytes(b"# Caf\xe9\n")
    manual = load(folder, {"good.md": "# Good\n", "picture.png": "x", ".hidden/x.md": "# Hidden\n"})
    assert tree(manual) == [("good.md#good", None)]
    reasons = {skipped.where: skipped.why for skipped in manual.skipped}
    assert reasons.keys() == {"link.md", "latin.md", "1 other file(s)"}
    assert "outside the folder" in reasons["link.md"]
    assert "line 1: byte 0xe9 is not UTF-8" in reasons["latin.md"]
    assert reasons["1 other file(s)"] == "are no pages: 1 .png"


LINES = st.sampled_from(
    [
        "# A",
        "## A",
        "# A-1",
        "#",
        "# 🔋",
        "---",
        "===",
        "- x",
        "1. y",
        "> z",
        "",
        "text",
        "[l](#a)",
        "```",
        "    code",
        "| a |",
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES | st.text(max_size=10), min_size=1).map("\n".join))
def test_any_markdown_loads_with_unique_keys_or_is_refused(tmp_path: Path, text: str) -> None:
    try:
        manual = load(tmp_path, {"a.md": text})
    except ManualError:
        return
    keys = [section.key for section in manual.sections]
    assert len(set(keys)) == len(keys)
    assert manual.skipped == ()
    assert all(section.title and all(texts(section)) for section in manual.sections)
    assert len([item for item in build_graph(manual).items if item.kind == "section"]) == len(keys)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["A", "A 1", "A-1", "!", "🔋", "A-1-1", "1"]), min_size=1, max_size=12))
def test_every_heading_becomes_a_section_whatever_repeats(tmp_path: Path, titles: list[str]) -> None:
    text = "preface\n\n" + "".join(f"# {title}\n\n" for title in titles)
    assert [section.title for section in load(tmp_path, {"a.md": text}).sections] == ["a", *titles]
