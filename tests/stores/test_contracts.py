"""Contracts are classes that several stores' tests share, so that one process runs each of them several times."""

from pathlib import Path

import pytest

from graphrag_tools.stores.sqlite import SqliteGraphStore
from graphrag_tools.stores.tantivy import TantivyLexicalStore
from graphrag_tools.testing import RECORDS, GraphStoreContract, LexicalStoreContract


class OfOneGraphStore(GraphStoreContract):
    pass


class OfAnotherGraphStore(GraphStoreContract):
    pass


class OfOneLexicalStore(LexicalStoreContract):
    pass


class OfAnotherLexicalStore(LexicalStoreContract):
    pass


@pytest.mark.parametrize("contracts", [(OfOneGraphStore, OfAnotherGraphStore), (OfAnotherGraphStore, OfOneGraphStore)])
def test_stores_of_one_process_share_the_examples_of_graphs(
    contracts: tuple[type[GraphStoreContract], ...], tmp_path: Path
) -> None:
    for contract in contracts:
        store = SqliteGraphStore(tmp_path / contract.__name__)
        contract().test_any_text_survives(store)
        assert store.count() > 40
        store.close()


@pytest.mark.parametrize(
    "contracts", [(OfOneLexicalStore, OfAnotherLexicalStore), (OfAnotherLexicalStore, OfOneLexicalStore)]
)
def test_stores_of_one_process_share_the_examples_of_queries(
    contracts: tuple[type[LexicalStoreContract], ...], tmp_path: Path
) -> None:
    for contract in contracts:
        store = TantivyLexicalStore(tmp_path / contract.__name__)
        store.write(RECORDS)
        contract().test_any_query_finds_at_most_k_of_the_manual(store)
