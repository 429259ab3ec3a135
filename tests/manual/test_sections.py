import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag_tools.manual.sections import Block, lead_ins, nearest_lead_ins
from graphrag_tools.text.normalise import sentences, slug, tidy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wi‑Fi & Bluetooth", "wi-fi-bluetooth"),
        ("HDR10+ video", "hdr10-video"),
        ("snake_case name", "snake-case-name"),
        ("ＦＵＬＬ　width", "full-width"),
        ("Straße", "strasse"),
        ("הגדרות תצוגה", "הגדרות-תצוגה"),
        ("a > b / c", "a-b-c"),
        ("🔋 Battery", "battery"),
        ("🔋", "item"),
        ("???", "item"),
        ("", "item"),
    ],
)
def test_slug_keeps_letters_and_digits_of_any_script(text: str, expected: str) -> None:
    assert slug(text) == expected


@settings(deadline=None)
@given(st.text())
def test_slug_is_one_non_empty_piece_of_an_id(text: str) -> None:
    found = slug(text)
    assert found
    assert not set(found) & set("/~> \t\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Tap  \n Settings ", "Tap Settings"),
        ("Tap Settings .", "Tap Settings."),
        ("Settings , then tap", "Settings, then tap"),
        ("( not included )", "(not included)"),
        ("version .5 of", "version .5 of"),
        ("no-break\N{NO-BREAK SPACE}space", "no-break space"),
    ],
)
def test_tidy_collapses_white_space_and_closes_up_punctuation(text: str, expected: str) -> None:
    assert tidy(text) == expected


@settings(deadline=None)
@given(st.text(alphabet=' .,;:!?()"”ab\n\N{NO-BREAK SPACE}'))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert "".join(once.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tap OK. Then wait.", ["Tap OK.", "Then wait."]),
        ("Use version 2.5 of it. 3 ways exist!", ["Use version 2.5 of it.", "3 ways exist!"]),
        ("Say “Hi.” Now go.", ["Say “Hi.” Now go."]),
        ("e.g. a small word stays", ["e.g. a small word stays"]),
        ("  ", []),
    ],
)
def test_sentences_end_before_a_capital_or_a_digit(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


LISTED = (
    Block("paragraph", "Intro."),
    Block("step", "Tap Settings for:"),
    Block("heading", "Pictures", depth=1),
    Block("option", "Save: Save it.", depth=1, name="Save"),
    Block("option", "Raw: Save raw.", depth=2, name="Raw"),
    Block("heading", "Videos", depth=1),
    Block("option", "Size: Choose.", depth=1, name="Size"),
    Block("paragraph", "Closing words."),
)


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0, []),
        (1, []),
        (2, [1]),
        (3, [2, 1]),
        (4, [3, 2, 1]),
        (5, [1]),
        (6, [5, 1]),
        (7, []),
    ],
)
def test_a_block_hangs_under_its_groups_heading_and_its_lead_in(position: int, expected: list[int]) -> None:
    assert list(lead_ins(nearest_lead_ins(LISTED), position)) == expected


def test_a_first_block_hangs_under_nothing_however_deep() -> None:
    assert list(lead_ins(nearest_lead_ins((Block("option", "a", depth=3), Block("paragraph", "b"))), 0)) == []


def test_a_heading_at_the_top_leads_the_blocks_after_it() -> None:
    blocks = (Block("heading", "One"), Block("paragraph", "a"), Block("heading", "Two"), Block("paragraph", "b"))
    assert [list(lead_ins(nearest_lead_ins(blocks), position)) for position in range(4)] == [[], [0], [], [2]]
