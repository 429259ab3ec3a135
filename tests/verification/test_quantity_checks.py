"""Numbers of an answer: with their unit, their noun and their limit as the manual has them."""

from collections.abc import Callable

import pytest
from support.oven_manual import evidence_of_text

from graphrag_tools.verification.draft import draft_of
from graphrag_tools.verification.evidence import Evidence
from graphrag_tools.verification.quantities import Quantity
from graphrag_tools.verification.quantity_checks import fit, wrong_quantities

EvidenceOf = Callable[..., Evidence]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("library/loans", "A loan ends after 22 days."),
        ("library/loans", "A loan ends after 21 weeks."),
        ("library/loans", "You can have 21 loans at a time, and a loan ends after 10 days."),
        ("getting-started/charge-the-device", "With a charger, an empty battery is full after about 5 hours."),
        ("settings/bluetooth/pair-headphones", "The device remembers at least 8 paired devices."),
    ],
)
def test_wrong_number_is_found(item: str, text: str, evidence_of_item: EvidenceOf) -> None:
    assert list(wrong_quantities(draft_of(text), evidence_of_item(item, "?")))


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("library/loans", "A loan ends after twenty-one days; you can have ten loans at a time."),
        ("library/loans", "1. Tap Borrow.\n2. The loan ends after 21 days."),
        ("getting-started/charge-the-device", "It takes about 2.5 hours with a charger."),
        ("settings/bluetooth/pair-headphones", "The device remembers up to 8 paired devices."),
    ],
)
def test_right_number_passes(item: str, text: str, evidence_of_item: EvidenceOf) -> None:
    assert not list(wrong_quantities(draft_of(text), evidence_of_item(item, "?")))


def quantity(left: str = "", right: str = "", sentence: str = "", value: str = "1") -> Quantity:
    return Quantity(value, value, "", tuple(left.split()), tuple(right.split()), frozenset(sentence.split()))


@pytest.mark.parametrize(
    ("one", "stated", "expected"),
    [
        (quantity(), quantity(), 0.0),
        # One share of the words near both, and a half or a quarter where the same word stands further off.
        (quantity("a"), quantity("a"), 1 + 1),
        (quantity("b a"), quantity("a"), 1 / 2 + 1),
        (quantity("b a"), quantity("c a"), 1 / 4 + 1 / 2),
        (quantity("", "a"), quantity("", "a"), 1 + 1),
        (quantity("a", "b"), quantity("a", "b"), 2 + 1),
        # A word on the other side of the number counts half.
        (quantity("a"), quantity("", "a"), 1 / 2 + 1),
        (quantity("a", "b"), quantity("b", "a"), 1 + 1),
        (quantity("a"), quantity("b"), 0.0),
        (quantity(sentence="a b"), quantity(sentence="a c d e"), 1 / 4),
        (quantity(sentence="a b"), quantity(sentence=""), 0.0),
    ],
)
def test_fit_of_two_numbers_counts_the_words_around_them(one: Quantity, stated: Quantity, expected: float) -> None:
    assert fit(one, stated) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("paragraphs", "text", "problem"),
    [
        (
            ("It has 4 trays, 4 lamps, 4 fans and 4 knobs.",),
            "It has 4 doors.",
            "The manual does not say 4 door: there it is 4 tray and 4 lamp and 4 fan.",
        ),
        (
            ("The fan runs for 4 minutes.", "The lamp is lit for 7 minutes."),
            "The fan runs for 7 minutes.",
            "The manual has 4 minute there, not 7 minute.",
        ),
        (
            ("The fan runs for 4 minutes.", "The lamp is lit for 7 minutes."),
            "The fan is lit for 7 minutes.",
            None,
        ),
        (("The fan runs at level 4.",), "The fan runs at level 4.", None),
        (
            ("The fan runs at level 4 after 7 turns.",),
            "The fan runs at level 7.",
            "The manual does not say level 7: there it is 7 turn.",
        ),
        (("It is kept at 40 degrees.",), "It is kept at 40 °C.", None),
        (("It is kept at 40 °F.",), "It is kept at 40 °C.", "The manual has 40 °F, not 40 °C."),
        (("Hold the knob 4 seconds.", "Use up to 4 trays."), "Use at most 4 trays.", None),
        (("It is the maximum.", "It has 4 trays."), "It has at least 4 trays.", "a limit at least"),
        (("It is the maximum.", "It has 4 trays."), "It has at most 4 trays.", None),
        (("It is the minimum.", "It has up to 4 trays."), "It has at least 4 trays.", "a limit at least"),
        (("There are 4 trays here.", "Every lamp is lit."), "There are 4 lamps.", "there it is 4 tray"),
    ],
)
def test_number_is_held_against_all_that_the_section_says(
    paragraphs: tuple[str, ...], text: str, problem: str | None
) -> None:
    found = list(wrong_quantities(draft_of(text), evidence_of_text(*paragraphs)))
    assert len(found) == (problem is not None)
    assert problem is None or problem in found[0]


def test_a_limit_needs_a_word_for_that_limit() -> None:
    stated = draft_of("Let the bread rest at most 20 minutes.")
    assert list(wrong_quantities(stated, evidence_of_text("Let the bread rest 20 minutes. Choose the minimum heat.")))
    assert not list(wrong_quantities(stated, evidence_of_text("Let the bread rest 20 minutes. That is the maximum.")))
