"""Ways that an answer names: those of the graph and of the text pass, others and false labels are found."""

from collections.abc import Callable

import pytest

from graphrag_tools.verification.draft import draft_of
from graphrag_tools.verification.evidence import Evidence
from graphrag_tools.verification.names import false_labels, invented_ways

LOANS = "library/loans"
EvidenceOf = Callable[..., Evidence]


@pytest.mark.parametrize(
    "text",
    ["Library > Loans", "From the Library, tap More > Loans > Add library card.", "Tap More → Loans.", "Tap it."],
)
def test_way_that_the_manual_gives_passes(text: str, evidence_of_item: EvidenceOf) -> None:
    assert not list(invented_ways(draft_of(text), evidence_of_item(LOANS, "?")))


@pytest.mark.parametrize("text", ["Loans > Library", "Tap More > Returns > Add library card.", "Settings -> Loans"])
def test_way_that_it_does_not_give_is_found(text: str, evidence_of_item: EvidenceOf) -> None:
    assert list(invented_ways(draft_of(text), evidence_of_item(LOANS, "?")))


@pytest.mark.parametrize("text", ["Menu path: Settings > Loans", "Status: answered", "Verified: yes"])
def test_line_that_only_the_program_may_write_is_found(text: str, evidence_of_item: EvidenceOf) -> None:
    assert list(false_labels(draft_of(text), evidence_of_item(LOANS, "?")))


def test_true_menu_path_may_be_written(evidence_of_item: EvidenceOf) -> None:
    assert not list(false_labels(draft_of("Menu path: Library > Loans"), evidence_of_item(LOANS, "?")))
