import pytest

from graphrag_tools.manual.from_sections import tapped_names, taps_in
from graphrag_tools.manual.sections import Block, BlockKind


@pytest.mark.parametrize(
    ("text", "emphasis", "expected"),
    [
        ("From Settings, tap Device care > Battery.", (), ("Settings", "Device care", "Battery")),
        ("From the Reading menu, tap Text > Font for options:", (), ("Reading menu", "Text", "Font")),
        ("From Settings, and then tap Display.", (), ("Settings", "Display")),
        ("From Camera, tap Settings for the following options:", (), ("Camera", "Settings")),
        (
            "From Settings, tap Display > Screen timeout, and tap a time limit.",
            ("Display", "Screen timeout"),
            ("Settings", "Display", "Screen timeout"),
        ),
        ("From Settings, tap Search for devices.", ("Search for devices",), ("Settings", "Search for devices")),
        ("Go to Settings > About phone > Status to see it.", (), ("Settings", "About phone", "Status")),
        ("Tap Settings > Sound.", (), ("Settings", "Sound")),
        ("Open Clock > Alarm, then choose.", (), ("Clock", "Alarm")),
    ],
)
def test_the_way_is_cut_after_its_last_name(text: str, emphasis: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert tapped_names(Block("step", text, emphasis=emphasis)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tap Save.",
        "Go to Settings.",
        "Far from home, nothing happens.",
        "From Settings, tap a network.",
        "Temperatures > 40 are harmful.",
        "From Settings, tap lower case > Battery.",
        "From Settings, tap A name made of far too many words here > Battery.",
        "",
    ],
)
def test_text_that_spells_out_no_way_gives_nothing(text: str) -> None:
    assert tapped_names(Block("step", text)) == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("step", ("Settings", "Battery")),
        ("paragraph", ("Settings", "Battery")),
        ("option", ("Settings", "Battery")),
        ("note", ()),
        ("warning", ()),
        ("table", ()),
        ("heading", ()),
    ],
)
def test_only_steps_paragraphs_and_options_give_a_way(kind: BlockKind, expected: tuple[str, ...]) -> None:
    assert tapped_names(Block(kind, "From Settings, tap Battery.")) == expected


def test_the_first_way_of_several_blocks_counts() -> None:
    blocks = [
        Block("paragraph", "Save power."),
        Block("note", "From Settings, tap Wrong."),
        Block("step", "From Settings, tap Battery."),
        Block("step", "From Settings, tap Display."),
    ]
    assert taps_in(blocks) == ("Settings", "Battery")
    assert taps_in(blocks[:2]) == ()


def test_a_megabyte_that_opens_and_never_arrives_gives_nothing() -> None:
    assert tapped_names(Block("paragraph", "open words " * 100_000)) == ()


def test_one_name_after_go_to_is_no_way() -> None:
    assert tapped_names(Block("step", "Go to Settings > the page you want.", emphasis=("Back",))) == ()
