import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_emanual_json
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual
from graphrag_tools.text.characters import without_controls


def load(folder: Path, content: Any) -> Manual:
    file = folder / "manual.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return load_emanual_json(file, "phone")


FULL = {
    "s0": {"id": "s0", "title": "Settings", "section_url": "http://x.org/m/settings.html", "section_hierarchy": "s0"},
    "s1": {
        "id": "s1",
        "title": "Battery",
        "text": ["not", "read"],
        "html": ["<p>See <a href='settings.html#d1'>Settings</a>.</p>", "<p>And <a href='no.html#d2'>No</a>.</p>"],
        "section_url": "http://x.org/m/settings.html#battery",
        "section_hierarchy": "s0>s1",
        "t5_para": "ignored",
    },
}


def test_html_hierarchy_and_url_are_read(tmp_path: Path) -> None:
    settings_section, battery = load(tmp_path, FULL).sections
    assert (settings_section.parent, battery.parent) == (None, "s0")
    assert battery.url == "http://x.org/m/settings.html#battery"
    assert battery.anchors == ("settings.html#battery",)
    assert [block.text for block in battery.blocks] == ["See Settings.", "And No."]


def test_a_link_into_a_known_page_leads_to_the_page_and_any_other_stays_as_written(tmp_path: Path) -> None:
    manual = load(tmp_path, FULL)
    graph = build_graph(manual)
    assert [item.id for item in graph.see_also("phone/settings/battery")] == ["phone/settings"]
    assert [found.link.target for found in graph.unresolved] == ["no.html#d2"]


def test_id_title_and_text_alone_make_a_flat_manual(tmp_path: Path) -> None:
    flat = {
        str(number): {"id": number, "title": f"Part {number}", "text": [f"Part {number}", "Tap OK. Then wait ."]}
        for number in range(3)
    }
    manual = load(tmp_path, flat)
    assert [section.parent for section in manual.sections] == [None] * 3
    assert [[(block.kind, block.text) for block in section.blocks] for section in manual.sections] == [
        [("step", "Tap OK."), ("paragraph", "Then wait.")]
    ] * 3


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tap\u00c2\u00a0Settings", "Tap Settings"),
        ("camera\u00e2\u0080\u0099s", "camera’s"),
        ("camera’s", "camera’s"),
    ],
)
def test_mojibake_is_repaired_in_titles_and_text(tmp_path: Path, written: str, read: str) -> None:
    (section,) = load(tmp_path, {"a": {"title": written, "text": f"About {written}"}}).sections
    assert (section.title, section.blocks[0].text) == (read, f"About {read}")


def test_a_lone_half_of_a_space_goes_only_where_the_file_has_such_damage(tmp_path: Path) -> None:
    damaged = {"a": {"title": "A", "text": ["Tap\u00c2\u00a0OK", "Now \u00c2", "\u00c2ge"]}}
    assert [block.text for block in load(tmp_path, damaged).sections[0].blocks] == ["Tap OK", "Now", "\u00c2ge"]
    sound = {"a": {"title": "A", "text": ["The letter \u00c2"]}}
    assert [block.text for block in load(tmp_path, sound).sections[0].blocks] == ["The letter \u00c2"]


def test_broken_json_is_named_with_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"manual\.json, line 2, column 9: broken JSON"):
        load(tmp_path, '{"a":\n {"id": }}')


def test_json_nested_too_deep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match="nested too deep"):
        load(tmp_path, "[" * 200_000)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("3", "found a JSON int, expected an object of sections"),
        ('"text"', "found a JSON str"),
        ("null", "found a JSON NoneType"),
        ("{}", "no section found in 0 entries"),
        ("[]", "no section found in 0 entries"),
        ('{"a": 1, "b": {"id": "b"}}', "no section found in 2 entries"),
    ],
)
def test_json_without_sections_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(ManualError, match=message):
        load(tmp_path, content)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"id": "x"}, "title: Field required"),
        ({"title": "X", "text": [["nested"]]}, "text"),
        ("no object", "section: "),
    ],
)
def test_a_section_that_cannot_be_read_is_left_out_and_reported(tmp_path: Path, bad: Any, why: str) -> None:
    manual = load(tmp_path, {"good": {"title": "Good"}, "bad": bad})
    assert [section.key for section in manual.sections] == ["good"]
    assert [skipped.where for skipped in manual.skipped] == ["bad"]
    assert manual.skipped[0].why.startswith(why)


@pytest.mark.parametrize(
    "content",
    [
        '{"a": {"title": "First"}, "a": {"title": "Second"}}',
        '[{"id": "a", "title": "First"}, {"id": "a", "title": "Second"}]',
    ],
)
def test_of_two_sections_of_one_key_the_first_is_kept_and_the_second_reported(tmp_path: Path, content: str) -> None:
    manual = load(tmp_path, content)
    assert [section.title for section in manual.sections] == ["First"]
    assert [(skipped.where, skipped.why.split(";")[0]) for skipped in manual.skipped] == [("a", "repeats a key")]


def test_a_cycle_or_a_missing_parent_becomes_a_root_and_is_reported(tmp_path: Path) -> None:
    raw = {
        "a": {"title": "A", "section_hierarchy": "b>a"},
        "b": {"title": "B", "section_hierarchy": "a>b"},
        "c": {"title": "C", "section_hierarchy": "gone>c"},
    }
    manual = load(tmp_path, raw)
    assert {section.key: section.parent for section in manual.sections} == {"b": None, "a": "b", "c": None}
    assert [skipped.where for skipped in manual.skipped] == ["b", "c"]
    assert len(build_graph(manual)) == 3


def test_an_empty_title_falls_back_to_the_key(tmp_path: Path) -> None:
    assert load(tmp_path, {"s7": {"title": " "}}).sections[0].title == "s7"


def test_html_nested_ten_thousand_deep_and_ten_megabytes_of_text_load(tmp_path: Path) -> None:
    long = f"{'Every word counts, ' * 9}and so does the last of them. " * 55_000
    manual = load(tmp_path, {"a": {"title": "A", "html": "<div>" * 10_000 + "x"}, "b": {"title": "B", "text": long}})
    deep, wide = build_graph(manual).items
    assert deep.description == "x"
    assert len(wide.blocks) == 55_000
    assert sum(len(block.text) for block in wide.blocks) > 10_000_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "title", "text"]), inner),
    max_leaves=6,
)
FIELDS = st.sampled_from(["id", "title", "text", "html", "section_url", "section_hierarchy"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.dictionaries(st.text(max_size=3), st.dictionaries(FIELDS, JSON) | JSON))
def test_any_json_object_loads_or_is_refused_and_loses_no_section_silently(tmp_path: Path, raw: dict[str, Any]) -> None:
    try:
        manual = load(tmp_path, raw)
    except ManualError:
        return
    loaded = {section.key for section in manual.sections}
    assert loaded | {skipped.where for skipped in manual.skipped} >= {
        key if key in loaded else without_controls(key) for key in raw
    }
    assert len([item for item in build_graph(manual).items if item.kind == "section"]) == len(manual.sections)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("galaxy_fit_manual_corpus", "Galaxy fit"),
        ("s10_manual_corpus", "S10"),
        ("Kettle K-2", "Kettle K-2"),
        ("manual", "Manual"),
    ],
)
def test_manual_is_titled_by_its_file_where_the_file_has_no_title(tmp_path: Path, name: str, title: str) -> None:
    (tmp_path / f"{name}.json").write_text(json.dumps({"a": {"title": "A"}}), encoding="utf-8")
    assert load_emanual_json(tmp_path / f"{name}.json", "phone").title == title


def test_title_beside_the_sections_is_the_manuals(tmp_path: Path) -> None:
    manual = load(tmp_path, {"title": "Galaxy  S10", "a": {"title": "A"}})
    assert (manual.title, manual.skipped) == ("Galaxy S10", ())
    assert load(tmp_path, {"title": {"title": "Title"}}).sections[0].title == "Title"
