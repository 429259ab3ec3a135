import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.verification.quantities import quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A loan ends after 21 days.", [("21", "day")]),
        ("Wait twenty-one days, or twenty one.", [("21", "day"), ("21", "")]),
        ("Stop after 15, 30, or 60 minutes.", [("15", "minute"), ("30", "minute"), ("60", "minute")]),
        ("Between -10 °C and 45 °C.", [("-10", "°C"), ("45", "°C")]),
        ("Up to 2,000 characters and 2.5 GHz.", [("2000", ""), ("2.5", "GHz")]),
        ("40% or 40 percent of 200MB.", [("40", "percent"), ("40", "percent"), ("200", "MB")]),
        ("At 4:00 a.m. install version 2.10.", [("4:00", "am"), ("2.10", "")]),
        ("The ninth page, the 21st book.", [("9", "th"), ("21", "th")]),
        ("MP3, M4B and USB-C hold no number.", []),
    ],
)
def test_numbers_are_read_with_their_units(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.value, one.unit) for one in quantities(text)] == expected


def test_one_is_a_number_only_before_a_unit_where_it_may_be_a_pronoun() -> None:
    assert [one.value for one in quantities("Wait one hour for this one book.", strict=True)] == ["1"]
    assert [one.value for one in quantities("Wait one hour for this one book.")] == ["1", "1"]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("up to 10 loans", "most"),
        ("no more than 10 loans", "most"),
        ("more than 10 loans", "least"),
        ("no less than 10 loans", "least"),
        ("10 days or less", "most"),
        ("10 loans", ""),
    ],
)
def test_limit_of_a_number_is_read(text: str, bound: str) -> None:
    [one] = quantities(text)
    assert one.bound == bound


@given(st.text())
def test_any_text_has_quantities_or_none(text: str) -> None:
    assert all(one.value for one in quantities(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Each alarm lasts about 90 seconds, and a long pause of level 5 lasts at least 2 more minutes.",
            [
                ("90", "second", "", "", ("last", "alarm", "each"), ()),
                ("5", "", "level", "", ("level", "paus", "long"), ("last",)),
                ("2", "minute", "", "least", ("least", "last", "level"), ()),
            ],
        ),
        (
            "Press it for 15, 30 or 60 minutes: no more than 3 times.",
            [
                ("15", "minute", "", "", ("press",), ()),
                ("30", "minute", "", "", ("press",), ()),
                ("60", "minute", "", "", ("press",), ()),
                ("3", "times", "", "most", ("press",), ()),
            ],
        ),
        (
            "Use the third tray or the 2nd line (up to 10 kg).",
            [
                ("third", "th", "", "", ("use",), ("tray",)),
                ("2", "th", "", "", ("tray", "third", "use"), ("line",)),
                ("10", "kg", "", "most", ("line", "nd", "tray"), ()),
            ],
        ),
        (
            "Set 1,500.0 W, -5 °C or 40 degrees; twenty-one or forty two days.",
            [
                ("1,500.0", "W", "set", "", ("set",), ()),
                ("-5", "°C", "", "", ("w", "set"), ()),
                ("40", "°", "", "", ("w", "set"), ()),
                ("twenty - one", "day", "", "", ("degre", "w", "set"), ()),
                ("forty two", "day", "", "", ("degre", "w", "set"), ()),
            ],
        ),
        (
            "Version 2.10 holds 8 GB or more and a dozen blue and red trays.",
            [
                ("2.10", "", "version", "", ("version",), ("hold", "gb")),
                ("8", "GB", "hold", "least", ("hold", "version"), ()),
                ("dozen", "", "", "", ("gb", "hold", "version"), ("blue",)),
            ],
        ),
        ("Thirty seconds.", [("Thirty", "second", "", "", (), ())]),
        ("The tray has 7 very large flat wide shelves.", [("7", "", "", "", ("tray",), ("larg", "flat", "wide"))]),
    ],
)
def test_number_has_the_words_around_it(text: str, expected: list[tuple[object, ...]]) -> None:
    found = [(one.written, one.unit, one.label, one.bound, one.left, one.right) for one in quantities(text)]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,500.0 W", "1500"),
        ("1,500,000 steps", "1500000"),
        ("2,5 kg", "2.5"),
        ("3.0 kg", "3"),
        ("3.05 kg", "3.05"),
        ("-5.0 kg", "-5"),
        ("twenty-one kg", "21"),
        ("twenty kg", "20"),
        ("ninety nine kg", "99"),
        ("half an hour", "half"),
        ("an hour", "1"),
    ],
)
def test_number_is_compared_in_one_form(text: str, value: str) -> None:
    assert quantities(text)[0].value == value


def test_clause_of_a_number_is_between_its_commas() -> None:
    first, second = quantities("In winter, the oven heats 4 hours, and the fan runs 5 hours.")
    assert first.clause == {"oven", "heat"}
    assert second.clause == {"fan", "run"}
    assert first.sentence == second.sentence == {"winter", "oven", "heat", "fan", "run"}
