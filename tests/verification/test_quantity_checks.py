"""Numbers of an answer: with their unit, their noun and their limit as the manual has them."""

from collections.abc import Callable

import pytest

from graphrag_tools.verification.draft import draft_of
from graphrag_tools.verification.evidence import Evidence
from graphrag_tools.verification.quantity_checks import wrong_quantities

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
