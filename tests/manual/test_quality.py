from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from graphrag_tools.cli.index import rendered_reports
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.quality import BuildReport, report_on
from graphrag_tools.manual.sections import Block, Link, Manual, Section

STEP = (Block("step", "Tap it."),)
TEXT = (Block("paragraph", "It has text."),)


def report(*sections: Section) -> BuildReport:
    return report_on(build_graph(Manual("m", "M", sections)))


def found(made: BuildReport) -> dict[str, tuple[str, ...]]:
    return {suspicion.kind: suspicion.examples for suspicion in made.suspicions}


def shown(made: BuildReport, skipped: tuple[str, ...] = ()) -> str:
    console = Console(width=200, file=StringIO())
    with console.capture() as captured:
        console.print(rendered_reports([made], [(made.manual, skipped)], "folder"))
    return captured.get()


@pytest.fixture(scope="module")
def sample() -> BuildReport:
    return report_on(build_graph(load_manual("examples/sample_manual", "larkfield")))


def test_the_sample_manual_is_counted(sample: BuildReport) -> None:
    assert (sample.sections, sample.levels, sample.options, sample.sections_with_taps) == (69, 4, 134, 46)
    assert (sample.links_resolved, sample.links_external, sample.see_also) == (34, 0, 32)
    assert sample.links_unresolved == ("larkfield/settings/security: 04-settings.md#family-mode",)
    assert sample.blocks["step"] == 123
    assert list(sample.blocks) == ["paragraph", "heading", "step", "option", "note", "warning", "table"]


def test_a_sound_manual_has_next_to_nothing_suspicious(sample: BuildReport) -> None:
    assert found(sample) == {"equal titles": ("Notifications (2 times)",)}


def test_s10_has_three_empty_sections_and_two_placeholder_links(s10_data: Path) -> None:
    made = report_on(build_graph(load_manual(s10_data / "s10_manual_corpus.json", "s10")))
    assert (made.sections, made.levels, made.sections_with_taps) == (451, 4, 284)
    assert len(made.links_unresolved) == 2
    assert found(made).keys() == {"empty sections", "equal titles"}


def test_a_section_without_text_is_suspicious_unless_others_hang_below() -> None:
    made = report(Section("a", "A"), Section("b", "B", STEP, parent="a"), Section("c", "C"))
    assert found(made) == {"empty sections": ("m/c",)}


def test_a_manual_without_steps_or_options_is_suspicious() -> None:
    assert found(report(Section("a", "A", TEXT)))["no steps"] == ("m",)
    assert "no steps" not in found(report(Section("a", "A", STEP)))


def test_equal_paths_are_told_from_equal_titles() -> None:
    made = report(
        Section("a", "A", STEP),
        Section("a2", "A", STEP),
        Section("b", "B", STEP, parent="a"),
        Section("c", "C", STEP),
        Section("b2", "B", STEP, parent="c"),
    )
    assert found(made)["equal paths"] == ("A (2 times)",)
    assert found(made)["equal titles"] == ("A (2 times)", "B (2 times)")


def test_a_section_with_most_of_the_text_is_a_giant() -> None:
    small = [Section(str(at), f"T{at}", STEP) for at in range(12)]
    giant = Section("g", "Giant", (Block("step", "word " * 100),))
    assert found(report(*small, giant))["giant section"] == ("m/giant (500 characters)",)
    assert "giant section" not in found(report(*small[:3], giant))


def test_a_section_longer_than_a_context_is_a_giant_in_any_manual() -> None:
    longest = Section("g", "Giant", (Block("step", "x" * 32_769),))
    assert found(report(longest, longest_twin := Section("h", "Twin", longest.blocks)))["giant section"] == (
        "m/giant (32,769 characters)",
        "m/twin (32,769 characters)",
    )
    assert longest_twin.blocks == longest.blocks


def test_more_than_seven_levels_are_suspicious_deepest_first() -> None:
    chain = [Section(str(at), f"T{at}", STEP, parent=str(at - 1) if at else None) for at in range(9)]
    assert [example.rpartition(" (")[2] for example in found(report(*chain))["very deep"]] == ["9 levels)", "8 levels)"]
    assert "very deep" not in found(report(*chain[:7]))


def test_most_sections_under_one_parent_are_suspicious_but_not_under_the_one_root() -> None:
    root, other = Section("r", "Root", STEP), Section("o", "Other", STEP)
    below = [Section(str(at), f"T{at}", STEP, parent="r") for at in range(10)]
    assert found(report(root, *below, other))["one parent"] == ("m/root (10 of 12)",)
    assert "one parent" not in found(report(root, *below))
    deeper = [Section(str(at), f"T{at}", STEP, parent="0") for at in (10, 11)]
    assert "one parent" not in found(report(root, *below, *deeper))


def test_ten_sections_side_by_side_are_no_tree() -> None:
    flat = [Section(str(at), f"T{at}", STEP) for at in range(10)]
    assert found(report(*flat))["no tree"] == ("T0", "T1", "T2")
    assert "no tree" not in found(report(*flat[:9]))


def test_paragraphs_as_titles_and_unreadable_characters_are_suspicious() -> None:
    made = report(Section("a", "x" * 121, STEP), Section("b", "B", (Block("step", "caf\ufffd"),)))
    assert found(made) == {"long titles": (f"m/{'x' * 121}",), "broken characters": ("m/b",)}


def test_external_links_are_neither_resolved_nor_unresolved() -> None:
    links = (Link("a", "https://example.org"), Link("b", "nowhere"), Link("c", "b.html"))
    made = report(
        Section("a", "A", (Block("step", "See.", links=links),)), Section("b", "B", STEP, anchors=("b.html",))
    )
    assert (made.links_external, made.links_resolved, made.links_unresolved) == (1, 1, ("m/a: nowhere",))


def test_an_empty_graph_is_reported() -> None:
    made = report()
    assert (made.sections, made.levels, made.blocks) == (0, 0, {})
    assert "m M: nothing\n  English: no text\n" in shown(made)


def test_each_suspicion_is_shown_with_up_to_three_examples() -> None:
    text = shown(report(*(Section(str(at), f"T{at}") for at in range(5))), ("cover.png: is no Markdown file",))
    assert "m: 5 sections without text and without anything below." in text
    assert "  m/t2\n  … and 2 more" in text
    assert "m/t3" not in text
    assert "cover.png: is no Markdown file" in text
