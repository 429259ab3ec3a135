import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.words import (
    content_words,
    inverse_document_frequency,
    joined_words,
    stem,
    stems,
    weighted_share,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wi-Fi & Bluetooth", ["wi", "fi", "bluetooth"]),
        ("The device’s battery", ["the", "device", "battery"]),
        ("snake_case HDR10+", ["snake", "case", "hdr10"]),
        ("הגדרות תצוגה", ["הגדרות", "תצוגה"]),
        ("x" * 40 + " " + "y" * 41, ["x" * 40]),
        ("🔋 … !", []),
        ("ko\u0308nnen", ["k\u00f6nnen"]),
    ],
)
def test_words_are_lower_case_and_at_most_forty_characters(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_stop_words_are_left_out_of_content_words() -> None:
    assert content_words("How do I turn on the GPS?") == ["turn", "gps"]


def test_a_text_of_stop_words_alone_keeps_them() -> None:
    assert content_words("How to do it") == ["how", "to", "do", "it"]


def test_stop_words_are_words_as_this_module_cuts_them() -> None:
    assert all(words(word) == [word] for word in STOP_WORDS)


@pytest.mark.parametrize(
    ("one", "other"), [("charging", "charge"), ("batteries", "battery"), ("notifications", "notification")]
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)
    assert stems(f"{one} the {other}") == {stem(one)}


@pytest.mark.parametrize(("documents", "containing"), [(1, 1), (10, 10), (10, 1), (1_000_000, 0)])
def test_idf_follows_bm25_and_is_never_negative(documents: int, containing: int) -> None:
    expected = math.log(1 + (documents - containing + 0.5) / (containing + 0.5))
    found = inverse_document_frequency(documents, containing)
    assert found == pytest.approx(expected)
    assert found > 0


def test_rarer_words_weigh_more() -> None:
    assert inverse_document_frequency(100, 1) > inverse_document_frequency(100, 50)


def test_share_counts_by_weight() -> None:
    weights = {"rare": 3.0, "common": 1.0}
    assert weighted_share({"rare", "common"}, {"rare", "other"}, weights.__getitem__) == 0.75
    assert weighted_share({"rare", "common"}, {"common"}, weights.__getitem__) == 0.25


def test_nothing_wanted_or_nothing_weighty_gives_a_share_of_zero() -> None:
    assert weighted_share((), {"a"}, lambda _: 1.0) == 0.0
    assert weighted_share({"a"}, {"a"}, lambda _: 0.0) == 0.0


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_words_that_its_lower_case_holds(text: str) -> None:
    folded = text.lower()
    found = words(text)
    assert all(word in folded and 0 < len(word) <= 40 for word in found)
    assert len(stems(text)) <= len(set(found))


@given(text=st.text(st.characters(max_codepoint=127)))
@settings(max_examples=300)
def test_words_of_a_text_are_the_same_beside_a_letter_of_another_script(text: str) -> None:
    assert words(f"{text} é") == [*words(f"{text} "), "é"]


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("no link", []),
        ("the Wi-Fi, START/STOP and E\u201104", ["wifi", "startstop", "e04"]),
        ("a-b-c x--y _p-q_ r-", ["abc", "pq"]),
        ("one_two-three", ["twothree"]),
    ],
)
def test_words_that_a_text_links_come_in_one(text: str, linked: list[str]) -> None:
    assert joined_words(text) == linked
