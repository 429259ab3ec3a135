"""The contract of a vector store, as tests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from graphrag_tools.stores.protocols import Record, VectorStore


def random_vectors(count: int, dimension: int) -> Any:
    """Vectors in all directions, always the same."""
    return np.random.default_rng(7).normal(size=(count, dimension))


def numbered_records(count: int) -> list[Record]:
    """Records 0, 1, 2, … of the manuals "even" and "odd" in turn."""
    return [Record(str(number), ("even", "odd")[number % 2], f"text {number}") for number in range(count)]


class VectorStoreContract:
    """The tests of a `VectorStore`."""

    @pytest.fixture
    def open_store(self) -> Callable[[], VectorStore]:
        """Return what opens a store over one place, which is empty when the test begins."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: Callable[[], VectorStore]) -> Any:
        opened = open_store()
        yield opened
        opened.close()

    def test_score_is_the_cosine_whatever_the_length(self, store: VectorStore) -> None:
        store.write(numbered_records(4), [[3.0, 0.0], [0.0, 0.5], [-2.0, 0.0], [1.0, 1.0]])
        found = {hit.key: hit.score for hit in store.search([10.0, 0.0], 4)}
        assert found == pytest.approx({"0": 1.0, "1": 0.0, "2": -1.0, "3": 0.5**0.5}, abs=1e-5)

    def test_nearest_comes_first(self, store: VectorStore) -> None:
        store.write(numbered_records(4), [[3.0, 0.0], [0.0, 0.5], [-2.0, 0.0], [1.0, 1.0]])
        assert [hit.key for hit in store.search([10.0, 0.0], 4)] == ["0", "3", "1", "2"]
        assert [hit.key for hit in store.search([10.0, 0.0], 2)] == ["0", "3"]

    def test_more_than_there_are_gives_all(self, store: VectorStore) -> None:
        store.write(numbered_records(3), random_vectors(3, 8).tolist())
        assert len(store.search(random_vectors(1, 8)[0].tolist(), 1_000)) == 3

    def test_only_the_given_manual_is_searched(self, store: VectorStore) -> None:
        store.write(numbered_records(40), random_vectors(40, 8).tolist())
        found = store.search(random_vectors(1, 8)[0].tolist(), 40, "odd")
        assert {hit.key for hit in found} == {str(number) for number in range(1, 40, 2)}
        assert store.search(random_vectors(1, 8)[0].tolist(), 5, "lamp") == []

    def test_vectors_come_back_by_key_up_to_their_length(self, store: VectorStore) -> None:
        given = random_vectors(20, 8)
        store.write(numbered_records(20), given.tolist())
        found = store.vectors(["7", "missing", "3"])
        assert set(found) == {"3", "7"}
        for key, vector in found.items():
            back, wanted = np.asarray(vector), given[int(key)]
            assert float(back @ wanted) == pytest.approx(float(np.linalg.norm(back) * np.linalg.norm(wanted)), rel=1e-5)
        assert store.vectors([]) == {}

    def test_empty_store_finds_nothing(self, store: VectorStore) -> None:
        assert store.count() == 0
        assert store.vectors(["0"]) == {}
        assert store.search([1.0, 0.0], 5) == []

    def test_written_in_several_calls(self, store: VectorStore) -> None:
        records, vectors = numbered_records(10), random_vectors(10, 8).tolist()
        store.write(records[:4], vectors[:4])
        store.write([], [])
        store.write(records[4:], vectors[4:])
        assert store.count() == 10
        assert store.search(vectors[7], 1)[0].key == "7"

    def test_near_all_of_the_nearest_are_found_among_many(self, open_store: Callable[[], VectorStore]) -> None:
        count, query = 6_000, np.ones(32)
        vectors = random_vectors(count, 32)
        writer = open_store()
        writer.write(numbered_records(count), vectors.tolist())
        writer.close()
        store = open_store()
        assert store.count() == count
        nearest = [str(number) for number in np.argsort(-(vectors @ query) / np.linalg.norm(vectors, axis=1))]
        for wanted in (10, 200):
            found = {hit.key for hit in store.search(query.tolist(), wanted)}
            assert len(found) == wanted
            assert len(found & set(nearest[:wanted])) >= 0.95 * wanted
        store.close()

    def test_what_was_written_is_there_when_opened_anew(self, open_store: Callable[[], VectorStore]) -> None:
        vectors = random_vectors(50, 8).tolist()
        first = open_store()
        first.write(numbered_records(50), vectors)
        expected = first.search(vectors[3], 5)
        first.close()
        second = open_store()
        assert second.count() == 50
        assert second.search(vectors[3], 5) == expected
        second.close()

    def test_threads_may_search_at_once(self, store: VectorStore) -> None:
        vectors = random_vectors(50, 8).tolist()
        store.write(numbered_records(50), vectors)
        expected = store.search(vectors[3], 5)
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(lambda _: store.search(vectors[3], 5), range(64))) == [expected] * 64

    def test_closing_one_of_two_leaves_the_other(self, open_store: Callable[[], VectorStore]) -> None:
        writer = open_store()
        writer.write(numbered_records(3), random_vectors(3, 8).tolist())
        writer.close()
        first, second = open_store(), open_store()
        first.close()
        assert second.count() == 3
        assert len(second.search(random_vectors(1, 8)[0].tolist(), 2)) == 2
        second.close()

    def test_closing_twice_is_harmless(self, open_store: Callable[[], VectorStore]) -> None:
        store = open_store()
        store.close()
        store.close()
