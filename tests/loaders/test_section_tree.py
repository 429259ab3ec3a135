from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag_tools.loaders.section_tree import make_manual, parents_first
from graphrag_tools.manual.sections import Block, Section


def section(key: str, parent: str | None = None) -> Section:
    return Section(key, f"Title {key}", parent=parent)


def test_sections_in_order_stay_as_they_are() -> None:
    sections = (section("a"), section("b", "a"), section("c", "b"), section("d", "a"), section("e"))
    assert parents_first(sections) == (sections, ())


def test_a_parent_that_comes_late_moves_before_its_children() -> None:
    ordered, reports = parents_first([section("c", "b"), section("b", "a"), section("x"), section("a")])
    assert [found.key for found in ordered] == ["a", "b", "c", "x"]
    assert reports == ()


def test_a_section_whose_parent_is_missing_becomes_a_root_and_is_reported() -> None:
    ordered, reports = parents_first([section("a", "nowhere"), section("b", "a")])
    assert [(found.key, found.parent) for found in ordered] == [("a", None), ("b", "a")]
    assert [(report.where, report.why) for report in reports] == [
        ("a", "parent 'nowhere' does not exist; kept as a root")
    ]


def test_a_section_that_is_its_own_parent_becomes_a_root() -> None:
    ordered, reports = parents_first([section("a", "a")])
    assert [found.parent for found in ordered] == [None]
    assert "its own descendant" in reports[0].why


def test_a_cycle_is_cut_once_and_keeps_every_section() -> None:
    ordered, reports = parents_first([section("a", "c"), section("b", "a"), section("c", "b"), section("d", "c")])
    assert {found.key: found.parent for found in ordered} == {"b": None, "c": "b", "a": "c", "d": "c"}
    assert [report.where for report in reports] == ["b"]


KEYS = st.sampled_from("abcdefgh")


@settings(deadline=None)
@given(st.dictionaries(KEYS, st.none() | KEYS | st.just("missing")))
def test_any_parents_give_a_forest_of_all_sections(parents: dict[str, str | None]) -> None:
    ordered, reports = parents_first([section(key, parent) for key, parent in parents.items()])
    assert {found.key for found in ordered} == set(parents)
    seen: set[str] = set()
    for found in ordered:
        assert found.parent is None or found.parent in seen
        seen.add(found.key)
    changed = {found.key for found in ordered if found.parent != parents[found.key]}
    assert {report.where for report in reports} == changed


def test_a_chain_of_ten_thousand_sections_is_ordered() -> None:
    sections = [section(str(number), str(number + 1)) for number in range(10_000)] + [section("10000")]
    ordered, reports = parents_first(sections)
    assert [found.key for found in ordered] == [str(number) for number in range(10_000, -1, -1)]
    assert reports == ()


def test_texts_without_a_word_are_left_out_where_nothing_hangs_under_them() -> None:
    kept = (Block("paragraph", "Turn it."), Block("table", "✓ | ✗"), Block("step", "…"), Block("option", "Dim.", 1))
    blocks = (Block("paragraph", "<--->"), Block("step", "."), *kept, Block("note", "\u200b"))
    manual = make_manual("m", [Section("use", "Use", blocks)], "use.md")
    assert manual.sections[0].blocks == kept


def test_numbers_of_a_pictures_parts_are_no_text_by_themselves() -> None:
    kept = (Block("paragraph", "① Knob"), Block("table", "② | ③"), Block("step", "④"), Block("option", "Dim.", 1))
    blocks = (Block("step", "②"), Block("paragraph", "③", 1), *kept, Block("paragraph", "❶ ⑫"))
    manual = make_manual("m", [Section("use", "Use", blocks)], "use.md")
    assert manual.sections[0].blocks == kept
