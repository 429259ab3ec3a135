"""The order of steps: left out is allowed, swapped is not, whatever words say which comes first."""

from collections.abc import Callable

import pytest
from support.answer_fixtures import OneGraph

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.verification.draft import draft_of
from graphrag_tools.verification.evidence import Evidence
from graphrag_tools.verification.step_order import swapped_steps

LOANS = "library/loans"
EvidenceOf = Callable[..., Evidence]


@pytest.mark.parametrize(
    "text",
    [
        "Tap Borrow. Choose your library and enter the number of your card.",
        "1. Tap a book, and then tap Borrow.\n2. From the Library, tap More > Loans > Add library card.",
        "Choose your library after you tap Borrow.",
        "Before you choose your library and enter the number of your card, tap Borrow.",
        "2. Choose your library.\n1. Tap More.",
    ],
)
def test_swapped_steps_are_found(text: str, evidence_of_item: EvidenceOf) -> None:
    assert list(swapped_steps(draft_of(text), evidence_of_item(LOANS, "?")))


@pytest.mark.parametrize(
    "text",
    [
        "Choose your library and enter the number of your card. Then tap a book and tap Borrow.",
        "From the Library, tap More > Loans > Add library card. Finally, tap Borrow.",
        "Tap Borrow after you choose your library.",
        "Before you tap Borrow, choose your library and enter the number of your card.",
        "Tap Borrow.",
    ],
)
def test_steps_in_order_or_left_out_pass(text: str, evidence_of_item: EvidenceOf) -> None:
    assert not list(swapped_steps(draft_of(text), evidence_of_item(LOANS, "?")))


def evidence_of_two_steps(first: str, second: str) -> Evidence:
    steps = (Block("step", first), Block("step", second))
    manual = Manual("lamp", "Lamp", (Section("begin", "Begin", steps),))
    return OneGraph(build_graph(manual)).evidence("lamp/begin", "?")


@pytest.fixture
def evidence_of_steps() -> Evidence:
    return evidence_of_two_steps("Plug in the power cable.", "Turn on the reading lamp.")


@pytest.mark.parametrize(
    ("text", "is_swapped"),
    [
        # The letter that "-ing" doubles belongs to no word.
        ("Turn on the reading lamp before plugging in the power cable.", True),
        ("Turn on the reading lamp after plugging in the power cable.", False),
        # What tells of doing something tells nobody to do it.
        ("Turning on the reading lamp is easy. Plug in the power cable.", False),
        ("Turn on the reading lamp. Plug in the power cable.", True),
    ],
)
def test_gerunds_are_steps_only_after_a_word_of_time(text: str, is_swapped: bool, evidence_of_steps: Evidence) -> None:
    assert bool(list(swapped_steps(draft_of(text), evidence_of_steps))) is is_swapped


@pytest.mark.parametrize(
    ("first", "gerund", "second"),
    [
        ("Press the green button.", "pressing the green button", "Close the battery door."),
        ("Install the charging base.", "installing the charging base", "Close the battery door."),
        ("Tap the green button.", "tapping the green button", "Close the battery door."),
    ],
)
def test_gerund_is_its_step_whatever_letter_it_doubles(first: str, gerund: str, second: str) -> None:
    evidence = evidence_of_two_steps(first, second)
    assert list(swapped_steps(draft_of(f"{second[:-1]} before {gerund}."), evidence))
    assert not list(swapped_steps(draft_of(f"{second[:-1]} after {gerund}."), evidence))


def test_words_that_the_manual_lacks_count_less_than_those_of_a_step(evidence_of_steps: Evidence) -> None:
    text = "Turn on the reading lamp gently tonight yourself. Plug in the power cable slowly before dinner alone."
    assert list(swapped_steps(draft_of(text), evidence_of_steps))
