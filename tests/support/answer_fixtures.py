"""The indexes that tests of tools, answers and the workflow ask."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.places import SAMPLE_MANUAL
from support.suite import made_once

from graphrag_tools.answers.answer import quote_item, quoted_answer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.verification.evidence import Evidence, evidence_of

_SAMPLE = SAMPLE_MANUAL
LONG_PARAGRAPH = "The lamp glows in amber while the heater warms the water. " * 20


@pytest.fixture(scope="session")
def sample_index_for_answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """The sample manual, with the id larkfield."""

    def build(folder: Path) -> None:
        ManualIndex.build([f"larkfield={_SAMPLE}"], folder).close()

    index = ManualIndex.open(made_once(tmp_path_factory, "larkfield-index", build))
    yield index
    index.close()


@pytest.fixture(scope="session")
def evidence_of_item(sample_index_for_answers: ManualIndex) -> Callable[[str, str], Evidence]:
    """Return what makes the evidence for an answer from an item of the sample manual, given the question."""

    def evidence(item: str, question: str) -> Evidence:
        quote = quote_item(question, f"larkfield/{item}", sample_index_for_answers)
        return evidence_of(quoted_answer(quote, sample_index_for_answers), question, sample_index_for_answers)

    return evidence


@pytest.fixture(scope="session")
def kettle_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """A small manual with what the sample lacks: sections without text, very long ones, parts not connected."""
    index = ManualIndex.build([kettle_manual()], tmp_path_factory.mktemp("kettle") / "index")
    yield index
    index.close()


def kettle_manual() -> Manual:
    lead = Block("step", "From Heat, tap Modes for the following options:", emphasis=("Modes",))
    only = Block("option", "Quick boil: Boil one cup in 40 seconds.", depth=1, name="Quick boil")
    return Manual(
        id="kettle",
        title="Kettle",
        sections=(
            Section("heat", "Heat"),
            Section("modes", "Modes", (lead, only), parent="heat"),
            Section("lamp", "Lamp colours", tuple(Block("paragraph", LONG_PARAGRAPH) for _ in range(8)), parent="heat"),
            Section("empty", "Descaling"),
        ),
    )
