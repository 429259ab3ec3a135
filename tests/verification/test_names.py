"""Naming: buttons, menus and settings that an answer names stand in the manual, at the place where it has them."""

from collections.abc import Callable

import pytest

from graphrag_tools.verification.draft import draft_of
from graphrag_tools.verification.evidence import Evidence
from graphrag_tools.verification.names import misplaced_names, names_set_off, unknown_names

LOANS = "library/loans"
EvidenceOf = Callable[..., Evidence]


def test_names_set_off_are_read_from_any_mark() -> None:
    text = 'Tap **More** > **Loans**, then "Borrow", *Renew*, `Add … card` and _Later_.'
    assert list(names_set_off(text)) == ["More", "Loans", "Borrow", "Renew", "Add … card", "Later"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tap **Extend**.", "Extend"),
        ("From the Library, tap Prolong Loan.", "Prolong Loan"),
        ("The book is kept by the Turbo Shelf.", "Turbo Shelf"),
        ("Then enable whispering.", "whispering"),
    ],
)
def test_name_that_the_manual_lacks_is_found(text: str, name: str, evidence_of_item: EvidenceOf) -> None:
    assert name in list(unknown_names(draft_of(text), evidence_of_item(LOANS, "How do I keep a book?")))


def test_question_makes_no_button(evidence_of_item: EvidenceOf) -> None:
    evidence = evidence_of_item(LOANS, "How do I prolong my borrowing?")
    assert list(unknown_names(draft_of("Tap prolong to keep the book."), evidence)) == ["prolong"]


@pytest.mark.parametrize(
    "text", ["Tap Renew.", "From the Library, tap **More**.", "Your library card is asked for.", "Then tap the book."]
)
def test_names_of_the_manual_and_plain_words_pass(text: str, evidence_of_item: EvidenceOf) -> None:
    assert not list(unknown_names(draft_of(text), evidence_of_item(LOANS, "How do I keep a book?")))


def test_name_in_the_place_of_another_is_found(evidence_of_item: EvidenceOf) -> None:
    evidence, text = evidence_of_item(LOANS, "?"), "To keep a book for another 21 days tap {} during the last 3 days."
    assert list(misplaced_names(draft_of(text.format("Borrow")), evidence)) == ["Borrow"]
    assert not list(misplaced_names(draft_of(text.format("Renew")), evidence))
