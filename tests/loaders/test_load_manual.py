import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import SAMPLE_MANUAL
from support.processes import HANG_SECONDS

from graphrag_tools.errors import IndexNotFound, ManualError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import SEE_ALSO, MenuGraph
from graphrag_tools.manual.sections import Manual
from graphrag_tools.text.normalise import folded

SAMPLE = SAMPLE_MANUAL


@pytest.fixture(scope="module")
def s10(s10_data: Path) -> Manual:
    return load_manual(s10_data / "s10_manual_corpus.json", "s10")


@pytest.fixture(scope="module")
def s10_graph(s10: Manual) -> MenuGraph:
    return build_graph(s10)


def test_s10_has_all_sections_and_repeated_titles(s10: Manual) -> None:
    assert len(s10.sections) == 451
    assert len({section.title for section in s10.sections}) == 441
    assert s10.skipped == ()


def test_s10_cross_links_lead_to_sections_but_for_two_placeholders(s10: Manual, s10_graph: MenuGraph) -> None:
    anchors = {anchor for section in s10.sections for anchor in section.anchors}
    targets = [link.target for section in s10.sections for block in section.blocks for link in block.links]
    assert sum(target in anchors for target in targets) == 50
    assert [(found.item, found.link.target) for found in s10_graph.unresolved] == [
        ("s10/learn-more", "ADD_URL_HERE"),
        ("s10/learn-more", "ADD_URL_HERE"),
    ]


def test_s10_see_also_edges_cross_the_tree(s10_graph: MenuGraph) -> None:
    assert len(s10_graph.edges(SEE_ALSO)) >= 25
    voicemail = next(item for item in s10_graph.items if item.name == "Voicemail")
    assert [item.name for item in s10_graph.see_also(voicemail.id)] == ["Set up voicemail"]


def test_s10_section_paths_of_the_questions_are_graph_paths_but_for_one(s10_data: Path, s10_graph: MenuGraph) -> None:
    paths = {folded(item.menu_path) for item in s10_graph.items if item.kind == "section"}
    with (s10_data / "s10_50_questions.csv").open(encoding="utf-8", newline="") as file:
        asked = [row["section_path"] for row in csv.DictReader(file)]
    assert len(asked) == 50
    assert [path for path in asked if folded(path) not in paths] == [
        "Getting started>Start using your device>Mobile continuity>Link to Windows>Notifications"
    ]


def test_s10_mojibake_is_repaired(s10: Manual) -> None:
    text = " ".join(block.text for section in s10.sections for block in section.blocks)
    assert "’" in text
    for damaged in ("Â", "â€", "\N{NO-BREAK SPACE}"):
        assert damaged not in text


def test_s10_camera_settings_keep_their_groups_and_sub_options(s10_graph: MenuGraph) -> None:
    camera = next(item for item in s10_graph.items if item.path[-2:] == ("Camera", "Camera settings"))
    shape = [(block.kind, block.depth, block.name or block.text) for block in camera.blocks]
    assert [text for kind, _, text in shape if kind == "heading"] == [
        "Intelligent features",
        "Pictures",
        "Videos",
        "Useful features",
    ]
    start = shape.index(("heading", 1, "Videos"))
    assert shape[start + 1 : start + 7] == [
        ("option", 1, "Rear video size"),
        ("option", 1, "Front video size"),
        ("option", 1, "Advanced recording options"),
        ("option", 2, "High efficiency video"),
        ("option", 2, "HDR10+ video"),
        ("option", 1, "Video stabilization"),
    ]


def test_s10_battery_usage_is_an_item_with_the_way_to_it(s10_graph: MenuGraph) -> None:
    (usage,) = [item for item in s10_graph.items if item.name == "Battery usage"]
    assert usage.id == "s10/settings/device-maintenance/battery/battery-usage"
    assert usage.kind == "option"
    assert usage.taps == ("Settings", "Device care", "Battery", "Battery usage")
    assert [block.text for block in usage.blocks] == ["Battery usage: View power usage by app and service."]


def test_s10_text_gives_the_way_to_most_sections(s10_graph: MenuGraph) -> None:
    assert sum(bool(item.taps) for item in s10_graph.items if item.kind == "section") >= 250


def test_a_second_device_in_the_same_format_loads(s10_data: Path) -> None:
    manual = load_manual(s10_data / "galaxy_fit_manual_corpus.json", "fit")
    graph = build_graph(manual)
    assert (len(manual.sections), manual.skipped, graph.unresolved) == (57, (), ())
    assert [item.id for item in graph.items if item.name == "Notifications"] == [
        "fit/galaxy-wearable/health-settings/notifications",
        "fit/galaxy-wearable/notifications",
    ]


def test_the_sample_manual_has_one_dead_link_and_a_repeated_title() -> None:
    manual = load_manual(SAMPLE)
    graph = build_graph(manual)
    assert (manual.id, len(manual.sections), manual.skipped) == ("sample-manual", 69, ())
    assert [found.link.target for found in graph.unresolved] == ["04-settings.md#family-mode"]
    assert [item.menu_path for item in graph.items if item.name == "Notifications"] == [
        "Library > Sync > Notifications",
        "Settings > Notifications",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Phone Guide.md", "phone-guide"), ("phone.v2.json", "phone-v2"), ("PHONE.CSV", "phone")],
)
def test_the_manual_is_named_for_its_file(tmp_path: Path, name: str, expected: str) -> None:
    content = {".md": "# Phone\n", ".json": '{"a": {"title": "Phone"}}', ".csv": "path,text\nPhone,x\n"}
    file = tmp_path / name
    file.write_text(content[file.suffix.lower()], encoding="utf-8")
    manual = load_manual(str(file))
    assert (manual.id, [section.title for section in manual.sections]) == (expected, ["Phone"])


def test_a_folder_with_a_dot_in_its_name_keeps_all_of_it(tmp_path: Path) -> None:
    for version in ("phone-2.0", "phone-2.1"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a.md").write_text("# A\n", encoding="utf-8")
    assert [load_manual(tmp_path / name).id for name in ("phone-2.0", "phone-2.1")] == ["phone-2-0", "phone-2-1"]


def test_a_given_id_is_slugged(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    assert load_manual(tmp_path / "a.md", "My Phone/2").id == "my-phone-2"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"gone\.json: no such file or folder"):
        load_manual(tmp_path / "gone.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.timeout(HANG_SECONDS)
@pytest.mark.parametrize("name", ["manual.json", "manual.md", "manual.pdf", "manual.docx", "manual.csv", "manual.txt"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(ManualError, match=rf"{re.escape(name)}: a pipe or device; expected a file"):
        load_manual(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.timeout(HANG_SECONDS)
def test_pipes_in_a_folder_are_passed_by(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text("A\n=\n\n.. include:: part.txt\n\nHold the key.\n", encoding="utf-8")
    for name in ("mkdocs.yml", "SUMMARY.md", "b.md", "part.txt"):
        os.mkfifo(tmp_path / name)
    read = load_manual(tmp_path, "m")
    assert "Hold the key." in [block.text for section in read.sections for block in section.blocks]


@pytest.mark.parametrize("address", ["https://example.com/manual.pdf", Path("HTTP://example.com/manual")])
def test_a_web_address_is_told_what_to_do(address: str | Path) -> None:
    with pytest.raises(ManualError, match=r"://example\.com/manual.*: an address, and only files are read"):
        load_manual(address)


@pytest.mark.parametrize("name", ["manual.json", "manual.md", "manual.csv"])
def test_an_empty_file_is_refused_in_every_format(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b" \n")
    with pytest.raises(ManualError, match="the file is empty"):
        load_manual(tmp_path / name)


@pytest.mark.parametrize("name", ["manual.json", "manual.md", "manual.csv"])
def test_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"path,text\nCaf\xe9,x\n")
    with pytest.raises(ManualError, match=rf"{name}, line 2: byte 0xe9 is not UTF-8"):
        load_manual(tmp_path / name)


@pytest.mark.parametrize("name", ["manual.md", "manual.csv"])
def test_text_in_utf_16_is_read_where_its_mark_says_so(tmp_path: Path, name: str) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        (tmp_path / name).write_bytes("\ufeffpath,text\nCafé,# Café\n".encode(encoding))
        assert "Café" in str(load_manual(tmp_path / name).sections)
    (tmp_path / name).write_bytes(b"\xff\xfea\x00\x00\xd8")
    with pytest.raises(ManualError, match=rf"{name}: begins as UTF-16 and is none"):
        load_manual(tmp_path / name)


def test_an_unknown_format_lists_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "manual.xyz").write_text("x", encoding="utf-8")
    with pytest.raises(ManualError, match=r"found the file type \.xyz; expected .*\.json.*\.md.*\.csv"):
        load_manual(tmp_path / "manual.xyz")


def test_a_file_without_a_suffix_is_a_text_or_what_it_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("Lamp\n\nUse:\n----\nPress it.\n", encoding="utf-8")
    assert [section.title for section in load_manual(tmp_path / "README").sections] == ["README", "Use"]
    (tmp_path / "guide").write_bytes(b"%PDF-1.7\n")
    with pytest.raises(ManualError, match=r"guide: found another format than its name says: it is a PDF"):
        load_manual(tmp_path / "guide")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("\ufeffpath,text\nA,x\n".encode())
    assert [section.title for section in load_manual(tmp_path / "a.csv").sections] == ["A"]


@pytest.mark.parametrize("reader", ["pdf.process", "word.docx"])
def test_process_that_reads_one_format_loads_no_other(reader: str) -> None:
    program = [sys.executable, "-c", f"import graphrag_tools.loaders.{reader}, sys; print(*sys.modules)"]
    loaded = subprocess.run(program, check=True, capture_output=True, text=True, timeout=HANG_SECONDS).stdout.split()
    others = ("graphrag_tools.loaders.formats", "graphrag_tools.loaders.epub", "markdown_it", "yaml")
    assert [name for name in others if name in loaded] == []


@pytest.mark.parametrize("text", ["x" * 300, "# Lamp\n\n" + "Press it. " * 500])
def test_text_in_place_of_a_path_is_no_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(ManualError, match="no such file or folder"):
        load_manual(text)
    with pytest.raises(ManualError, match="no such file or folder"):
        ManualIndex.build(text, tmp_path / "index")
    with pytest.raises(IndexNotFound, match="cannot be read"):
        ManualIndex.open(text)
