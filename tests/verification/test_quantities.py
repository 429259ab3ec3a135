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
