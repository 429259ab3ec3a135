"""The contracts of the stores on a real OpenSearch."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.opensearch import Node, planned_manuals

from graphrag_tools.errors import StoreError
from graphrag_tools.index.generation import Stores
from graphrag_tools.index.opensearch import OpenSearchBackend
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.stores.opensearch.graph import Node as StoredNode
from graphrag_tools.stores.place import StoreAddress, place_of
from graphrag_tools.stores.protocols import GraphStore, LexicalStore, Record, VectorStore
from graphrag_tools.stores.tantivy import TantivyLexicalStore
from graphrag_tools.testing import (
    RECORDS,
    GraphStoreContract,
    LexicalStoreContract,
    VectorStoreContract,
    numbered_records,
)

MANUALS = ("phone", "oven", "lampe", "lamp", "even", "odd", *(f"manual-{number}" for number in range(1_000)))
"""All that the contracts may write; they number those that they make up."""


@pytest.fixture
def open_stores(opensearch: Node, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Stores]:
    """Return what opens the stores of one generation, which is empty when the test begins."""
    place = place_of(opensearch.index_address())
    assert isinstance(place, StoreAddress)
    monkeypatch.setattr("graphrag_tools.stores.opensearch.parts._SHARE", 1)
    OpenSearchBackend(place).begin(1, "flat").keep(None, frozenset(), planned_manuals(MANUALS))
    return lambda: OpenSearchBackend(place).open_stores(1)


class TestOpenSearchGraphStore(GraphStoreContract):
    @pytest.fixture
    def open_store(self, open_stores: Callable[[], Stores]) -> Callable[[], GraphStore]:
        return lambda: open_stores().graph


class TestOpenSearchLexicalStore(LexicalStoreContract):
    @pytest.fixture
    def open_store(self, open_stores: Callable[[], Stores]) -> Callable[[], LexicalStore]:
        return lambda: open_stores().sections


class TestOpenSearchVectorStore(VectorStoreContract):
    @pytest.fixture
    def open_store(self, open_stores: Callable[[], Stores]) -> Callable[[], VectorStore]:
        return lambda: open_stores().vectors


@pytest.mark.parametrize(
    "query", ["charge the battery", "app as a default app", "the phone's screen", "wifi", "naïve café", "Lampen"]
)
def test_words_score_as_in_tantivy(open_stores: Callable[[], Stores], tmp_path: Path, query: str) -> None:
    records = [
        *RECORDS,
        Record("empty", "phone", ""),
        Record("apps", "phone", "Default apps: Choose the phone's default app. An app is naïve in a café."),
        Record("lampe", "lampe", "Die Lampen leuchten mit der Batterie.", "de"),
    ]
    store, embedded = open_stores().sections, TantivyLexicalStore(tmp_path)
    store.write(records)
    embedded.write(records)
    expected, found = ({hit.key: hit.score for hit in one.search(query, 9)} for one in (embedded, store))
    # A record without a word in a field counts as one word there, which Tantivy counts as none.
    assert found == pytest.approx(expected, rel=0.05)


def test_records_of_several_writes_have_numbers_of_their_own(open_stores: Callable[[], Stores]) -> None:
    stores = open_stores()
    for at in range(3):
        stores.sections.write([Record(f"{at}-{number}", "lamp", "Charge it.") for number in range(3)])
    expected = [f"{at}-{number}" for at in range(3) for number in range(3)]
    assert [hit.key for hit in stores.sections.search("charge", 9)] == expected, "equal scores, in the order of writing"


def test_vector_of_another_dimension_is_refused_in_words(open_stores: Callable[[], Stores]) -> None:
    store = open_stores().vectors
    store.write(numbered_records(1), [[1.0, 0.0]])
    with pytest.raises(StoreError, match=r"found a vector of dimension 3, expected 2"):
        store.search([1.0, 0.0, 0.0], 1)
    with pytest.raises(StoreError, match=r"found a vector of dimension 3, expected 2"):
        store.write(numbered_records(1), [[1.0, 0.0, 0.0]])


def test_vector_of_length_zero_is_counted_and_never_near(open_stores: Callable[[], Stores]) -> None:
    store = open_stores().vectors
    store.write(numbered_records(2), [[0.0, 0.0], [1.0, 0.0]])
    assert store.count() == 2
    assert [hit.key for hit in store.search([1.0, 0.0], 5)] == ["1"]
    assert store.search([0.0, 0.0], 5) == []


def test_key_that_is_longer_than_an_id_may_be_is_kept(open_stores: Callable[[], Stores]) -> None:
    key = f"lamp/{'ä' * 600}#0"
    stores = open_stores()
    stores.blocks.write([Record(key, "lamp", "Charge it.")])
    stores.vectors.write([Record(key, "lamp", "")], [[1.0, 0.0]])
    assert [hit.key for hit in stores.blocks.search("charge", 1)] == [key]
    assert list(stores.vectors.vectors([key])) == [key]


def test_an_item_that_threads_ask_for_while_it_is_read_is_there_for_each(
    open_stores: Callable[[], Stores], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = build_graph(Manual("phone", "Phone", (Section("1", "Battery", (Block("paragraph", "Charge it."),)),)))
    open_stores().graph.write(graph)
    store, read_node = open_stores().graph, StoredNode.read
    seen: list[MenuItem | None] = []

    def read(written: Any) -> StoredNode:
        if not seen:
            # What another thread finds between the cluster's answer and its being kept.
            seen.append(None)
            seen[0] = store.item("phone/battery")
        return read_node(written)

    monkeypatch.setattr(StoredNode, "read", read)
    assert [store.item("phone/battery"), *seen] == [graph.item("phone/battery")] * 2
