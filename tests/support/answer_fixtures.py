"""The indexes that tests of tools, answers and the workflow ask."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support.places import SAMPLE_MANUAL
from support.suite import made_once

from graphrag_tools.answer import Answer, Mode, Source
from graphrag_tools.answers.quote import Quote, quote_for
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.verification.evidence import Evidence, evidence_of

_SAMPLE = SAMPLE_MANUAL
LONG_PARAGRAPH = "The lamp glows in amber while the heater warms the water. " * 20


@pytest.fixture(scope="session")
def sample_index_for_answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """The sample manual, with the id larkfield and the vectors of minilm."""

    def build(folder: Path) -> None:
        ManualIndex.build([f"larkfield={_SAMPLE}"], folder, embeddings="minilm").close()

    index = ManualIndex.open(made_once(tmp_path_factory, "larkfield-index", build))
    yield index
    index.close()


@dataclass(frozen=True, slots=True)
class OneGraph:
    """A manual's graph in the place of an index: all that verification asks of one, without its stores."""

    graph: MenuGraph

    def graph_of(self, item_id: str, /) -> MenuGraph:
        """Return the graph; KeyError for an item that is not in it, as of an index."""
        self.graph.item(item_id)
        return self.graph

    def item(self, item_id: str, /) -> MenuItem:
        """Return an item."""
        return self.graph.item(item_id)

    def __contains__(self, item_id: object, /) -> bool:
        return item_id in self.graph

    def answer(self, item_id: str, text: str = "", quote: str = "", mode: Mode = "written") -> Answer:
        """Return an answer whose one source is an item."""
        item = self.item(item_id)
        source = Source(id=item.id, title=item.name, path=item.path, url=item.url, quote=quote)
        return Answer(text=text, status="answered", menu_path=item.path, sources=(source,), mode=mode)

    def evidence(self, item_id: str, question: str = "?") -> Evidence:
        """Return the evidence of an answer from an item."""
        return evidence_of(self.answer(item_id), question, self)


@pytest.fixture(scope="session")
def evidence_of_item() -> Callable[[str, str], Evidence]:
    """Return what makes the evidence for an answer from an item of the sample manual, given the question."""
    sample = OneGraph(build_graph(replace(load_manual(_SAMPLE), id="larkfield")))
    return lambda item, question: sample.evidence(f"larkfield/{item}", question)


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


def quoted(question: str, *blocks: Block, found: Sequence[int] = ()) -> Quote:
    """What is quoted of a section that holds these blocks alone."""
    graph = build_graph(Manual("m", "M", (Section("care", "Care", blocks),)))
    return quote_for(question, graph.items[0], graph, lambda _stem: 1.0, found)
