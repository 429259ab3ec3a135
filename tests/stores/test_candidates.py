"""What a search asks the stores, one after another or the vectors beside the words."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from graphrag_tools.errors import StoreError
from graphrag_tools.stores.candidates import Asked, SearchedStores
from graphrag_tools.stores.flat import FlatVectorStore
from graphrag_tools.stores.protocols import Record
from graphrag_tools.stores.tantivy import TantivyLexicalStore

ASKED = Asked("the night light E04", [1.0, 0.0], None, ("en",), ("e04",), frozenset({"night", "light"}))


@pytest.fixture
def stores(tmp_path: Path) -> SearchedStores:
    sections, blocks, vectors = (tmp_path / name for name in ("sections", "blocks", "vectors"))
    found = SearchedStores(TantivyLexicalStore(sections), TantivyLexicalStore(blocks), FlatVectorStore(vectors))
    records = [Record(f"lamp/{at}#0", "lamp", text) for at, text in enumerate(("night light", "E04", "light", "heat"))]
    found.sections.write(records)
    found.blocks.write(records)
    found.vectors.write(records, [[1.0, 0.1 * at] for at in range(4)])
    return found


@pytest.mark.parametrize("manual", [None, "lamp", "oven"])
def test_vectors_searched_beside_the_words_change_no_candidate(stores: SearchedStores, manual: str | None) -> None:
    asked = replace(ASKED, manual=manual)
    assert replace(stores, has_many_vectors=True).candidates(asked) == stores.candidates(asked)


def test_vectors_are_searched_by_a_second_thread_only_where_they_are_many(
    stores: SearchedStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    search = FlatVectorStore.search

    def noting(store: FlatVectorStore, *asked: object) -> object:
        threads.append(threading.current_thread())
        return search(store, *asked)  # type: ignore[arg-type]  # as it was asked

    monkeypatch.setattr(FlatVectorStore, "search", noting)
    many = replace(stores, has_many_vectors=True)
    for searched, asked in ((stores, ASKED), (many, replace(ASKED, manual="lamp")), (many, ASKED)):
        searched.candidates(asked)
    assert [thread is threading.current_thread() for thread in threads] == [True, True, False]
    assert not threads[-1].is_alive()


def test_error_of_the_second_thread_is_the_search_s(stores: SearchedStores) -> None:
    stores.vectors.close()
    with pytest.raises(StoreError, match="closed"):
        replace(stores, has_many_vectors=True).candidates(ASKED)
