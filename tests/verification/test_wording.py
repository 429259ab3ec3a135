"""Wording: what an answer adds to its sources in words, and what it only takes over from the question."""

from collections import Counter
from collections.abc import Callable

import pytest
from support.answer_fixtures import OneGraph

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.text.english.fillers import GLUE
from graphrag_tools.verification import wording
from graphrag_tools.verification.draft import draft_of
from graphrag_tools.verification.evidence import Evidence

LOANS = "library/loans"
EvidenceOf = Callable[..., Evidence]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is it true that a library card is free?", "A library card is free."),
        ("Is a library card free?", "Yes. A library card is free and your library has one."),
        ("Does a loan end when the battery is empty?", "A loan ends when the battery is empty."),
        ("Why is Renew hidden from children?", "Renew is hidden from children during the loan."),
        ("A loan is insured, right?", "The loan of a book is insured."),
        ("What does an insured loan cost?", "An insured loan."),
    ],
)
def test_claim_that_only_the_question_makes_is_found(question: str, text: str, evidence_of_item: EvidenceOf) -> None:
    assert list(wording.assuming_sentences(draft_of(text), evidence_of_item(LOANS, question)))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How do I extend a loan?", "To extend a loan, tap Renew during the last 3 days of the loan."),
        ("How do I extend a loan?", "Tap Renew to extend the loan."),
        ("Can you tell me how I prolong a loan?", "Tap Renew to prolong the loan."),
        ("Can I keep a book for another 21 days?", "Yes, tap Renew during the last 3 days of the loan."),
        ("Is it possible to borrow books?", "Yes: tap a book, and then tap Borrow."),
    ],
)
def test_question_may_be_taken_up(question: str, text: str, evidence_of_item: EvidenceOf) -> None:
    assert not list(wording.assuming_sentences(draft_of(text), evidence_of_item(LOANS, question)))


def test_words_of_the_question_are_no_words_from_the_manual(evidence_of_item: EvidenceOf) -> None:
    question = "Does the friendly librarian laminate tickets?"
    text = "Tap Renew. The friendly librarian laminates tickets politely quickly."
    asked, unasked = evidence_of_item(LOANS, question), evidence_of_item(LOANS, "How long is a loan?")
    assert wording.share_from_sources(draft_of(text), asked) <= 0.5
    assert wording.share_from_sources(draft_of(text), unasked) < wording.share_from_sources(draft_of(text), asked)
    assert list(wording.foreign_sentences(draft_of(text), asked))


def test_sentence_of_another_subject_is_foreign(evidence_of_item: EvidenceOf) -> None:
    text = "Tap Renew during the loan.\nPremium members enjoy exclusive summer discounts."
    found = list(wording.foreign_sentences(draft_of(text), evidence_of_item(LOANS, "How long is a loan?")))
    assert found == ["Premium members enjoy exclusive summer discounts."]


def test_words_of_many_sentences_make_no_sentence(evidence_of_item: EvidenceOf) -> None:
    evidence = evidence_of_item("settings/battery", "How long does it last?")
    in_how_many = Counter(word for one in evidence.sentences for word in one.stems)
    own = (sorted(word for word in one.stems - GLUE if in_how_many[word] == 1) for one in evidence.sentences)
    assert list(wording.scattered_sentences(draft_of(" ".join(words[0] for words in own if words)), evidence))
    assert not list(wording.scattered_sentences(draft_of(evidence.sentences[-1].text), evidence))


def test_text_far_longer_than_its_source_is_too_long(evidence_of_item: EvidenceOf) -> None:
    evidence = evidence_of_item(LOANS, "How long is a loan?")
    assert wording.too_long(draft_of("A loan ends after 21 days."), evidence) is None
    many = " ".join(f"The loan {number} ends." for number in range(400))
    assert "words; at most" in (wording.too_long(draft_of(many), evidence) or "")


def test_text_beside_a_source_of_few_words_may_be_longer_and_not_repeat_itself() -> None:
    manual = Manual("lamp", "Lamp", (Section("off", "Off", (Block("paragraph", "Press twice."),)),))
    evidence = OneGraph(build_graph(manual)).evidence("lamp/off", "?")
    plain = " ".join(f"word{number}" for number in range(45))
    assert wording.too_long(draft_of(plain), evidence) is None
    assert "repeats itself" in (wording.too_long(draft_of("Press it twice to turn the lamp off. " * 6), evidence) or "")


def test_text_that_goes_round_repeats_itself(evidence_of_item: EvidenceOf) -> None:
    text = "Tap Renew during the last days of the loan. " * 6
    problem = wording.too_long(draft_of(text), evidence_of_item(LOANS, "?"))
    assert problem == "The answer repeats itself; say each thing once."


@pytest.mark.parametrize(
    "text", ["<b>Tap</b> Renew", "```tap```", "See [loans](http://loans.example/now).", "Go to loans.example/renew."]
)
def test_tags_and_links_that_the_manual_lacks_are_found(text: str, evidence_of_item: EvidenceOf) -> None:
    assert list(wording.markup(draft_of(text), evidence_of_item(LOANS, "?")))


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("Yes.", True),
        ("You can.", True),
        ("It is so.", True),
        ("Here you go:", True),
        ("It is in the manual.", True),
        ("21", False),
        ("Tap Renew.", False),
        ("Bananas.", False),
        ("はい、更新します。", False),
    ],
)
def test_words_that_claim_nothing_are_told(text: str, nothing: bool, evidence_of_item: EvidenceOf) -> None:
    asked = evidence_of_item(LOANS, "Can I keep a loan longer?")
    assert wording.says_nothing(draft_of(text), asked) == nothing
