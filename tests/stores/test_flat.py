import copy
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphrag_tools.errors import StoreError
from graphrag_tools.stores import flat
from graphrag_tools.stores.flat import FlatVectorStore
from graphrag_tools.stores.flat_file import FILE
from graphrag_tools.stores.protocols import Record
from graphrag_tools.testing import VectorStoreContract, numbered_records, random_vectors


class TestFlatVectorStore(VectorStoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Callable[[], FlatVectorStore]:
        return lambda: FlatVectorStore(tmp_path / "vectors")


class TestFlatVectorStoreBySigns(TestFlatVectorStore):
    """The same where a few rows count as many: they are found by their signs."""

    @pytest.fixture(autouse=True)
    def few_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {"EXACT_ROWS": 3, "_FEWEST_COMPARED": 4_000}.items():
            monkeypatch.setattr(flat, name, value)


QUERY = random_vectors(1, 8)[0]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    store = FlatVectorStore(tmp_path)
    store.write(numbered_records(20), random_vectors(20, 8).tolist())
    store.close()
    return tmp_path / FILE


def test_cosines_are_exact_to_two_hundred_thousandths_and_all_in_order(tmp_path: Path) -> None:
    vectors = random_vectors(3_000, 48)
    store = FlatVectorStore(tmp_path)
    store.write(numbered_records(3_000), vectors.tolist())
    query = vectors[17] + 0.1
    cosines = vectors @ query / np.linalg.norm(vectors, axis=1) / np.linalg.norm(query)
    found = store.search(query.tolist(), 3_000)
    assert [hit.score for hit in found] == pytest.approx([cosines[int(hit.key)] for hit in found], abs=2e-5)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    store.close()


def test_rows_of_one_manual_stand_together_whatever_the_order(tmp_path: Path) -> None:
    store = FlatVectorStore(tmp_path)
    for start in range(0, 40, 10):
        store.write(numbered_records(40)[start : start + 10], random_vectors(40, 8)[start : start + 10].tolist())
    table = store._opened()
    assert table.manuals == {"even": (0, 20), "odd": (20, 40)}
    assert [table.key(at) for at in range(20, 40)] == [str(number) for number in range(1, 40, 2)]
    store.close()


def test_search_kept_to_a_manual_reads_its_rows_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FlatVectorStore(tmp_path)
    store.write(numbered_records(40), random_vectors(40, 8).tolist())
    read: list[Any] = []
    cosines = flat._cosines
    monkeypatch.setattr(
        flat, "_cosines", lambda table, query, rows: [read.append(rows), cosines(table, query, rows)][1]
    )
    assert len(store.search(QUERY, 5, "odd")) == 5
    assert read == [range(20, 40)]
    store.close()


@pytest.mark.parametrize("dimension", [1, 63, 64, 65, 130])
def test_any_dimension_is_found_by_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dimension: int) -> None:
    for name, value in {"EXACT_ROWS": 0, "_FEWEST_COMPARED": 1}.items():
        monkeypatch.setattr(flat, name, value)
    vectors = random_vectors(300, dimension)
    store = FlatVectorStore(tmp_path)
    store.write(numbered_records(300), vectors.tolist())
    assert store.search(vectors[7].tolist(), 1)[0].score == pytest.approx(1.0, abs=1e-5)
    store.close()


def test_many_rows_are_compared_only_where_their_signs_are_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = random_vectors(20_000, 64)
    for name, value in {"EXACT_ROWS": 0, "_FEWEST_COMPARED": 1}.items():
        monkeypatch.setattr(flat, name, value)
    store = FlatVectorStore(tmp_path)
    store.write(numbered_records(20_000), vectors.tolist())
    table, query = store._opened(), np.asarray(vectors[3], dtype=np.float32)
    rows = flat._compared_rows(table, query, range(20_000), 10)
    assert isinstance(rows, np.ndarray)
    assert 20_000 // 64 <= len(rows) < 2_000
    store.close()


def test_of_as_many_rows_as_are_no_longer_compared_each_the_nearest_ten_are_found(tmp_path: Path) -> None:
    count = flat.EXACT_ROWS + 5_000
    vectors = random_vectors(count, 64)
    store = FlatVectorStore(tmp_path)
    store.write(numbered_records(count), vectors.tolist())
    cosines = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = 0
    for asked in range(40):
        nearest = set(map(str, np.argsort(-(cosines @ cosines[asked]))[:10]))
        found += len(nearest.intersection(near.key for near in store.search(vectors[asked].tolist(), 10)))
    assert found >= 396
    store.close()


def test_as_many_are_found_as_asked_for_where_all_that_are_near_stand_in_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"EXACT_ROWS": 0, "_FEWEST_COMPARED": 1}.items():
        monkeypatch.setattr(flat, name, value)
    vectors = np.full((2_000, 128), -1.0)
    for number in range(125):
        vectors[16 * number, number:] = 1.0
    store = FlatVectorStore(tmp_path)
    store.write(numbered_records(2_000), vectors.tolist())
    assert [found.key for found in store.search([1.0] * 128, 10)] == [str(16 * number) for number in range(10)]
    store.close()


def test_equal_vectors_come_in_the_order_of_their_rows(tmp_path: Path) -> None:
    store = FlatVectorStore(tmp_path)
    store.write([Record(name, "lamp", "") for name in "cab"], [[1.0, 0.0]] * 3)
    assert [hit.key for hit in store.search([1.0, 0.0], 2)] == ["c", "a"]
    store.close()


def test_vector_of_zeros_is_far_from_all(tmp_path: Path) -> None:
    store = FlatVectorStore(tmp_path)
    store.write(numbered_records(2), [[0.0, 0.0], [1.0, 1.0]])
    assert [(hit.key, hit.score) for hit in store.search([0.0, 0.0], 2)] == [("0", 0.0), ("1", 0.0)]
    assert {hit.key: hit.score for hit in store.search([1.0, 1.0], 2)} == pytest.approx({"1": 1.0, "0": 0.0})
    store.close()


def test_key_written_twice_keeps_its_first_vector(written: Path) -> None:
    store = FlatVectorStore(written.parent)
    before = store.vectors(["0"])["0"]
    store.write([Record("0", "other", ""), Record("new", "odd", ""), Record("new", "odd", "")], [[1.0] * 8] * 3)
    assert store.count() == 21
    assert np.array_equal(store.vectors(["0"])["0"], before)
    assert store.search(QUERY, 5, "other") == []
    store.close()


def test_vectors_that_come_back_are_written_as_they_were(written: Path, tmp_path: Path) -> None:
    store, again = FlatVectorStore(written.parent), FlatVectorStore(tmp_path / "again")
    records = numbered_records(20)
    back = store.vectors([record.key for record in records])
    again.write(records, [back[record.key] for record in records])
    assert (tmp_path / "again" / FILE).read_bytes() == written.read_bytes()
    store.close()


@pytest.mark.parametrize("bad", [[1.0, 2.0], [], [float("nan")] * 8, [float("inf")] * 8])
def test_vector_that_fits_no_other_is_refused_and_changes_nothing(written: Path, bad: list[float]) -> None:
    before, store = written.read_bytes(), FlatVectorStore(written.parent)
    with pytest.raises(StoreError, match=r"vectors\.flat: found (a vector|vectors of several dimensions)"):
        store.write([Record("a", "odd", ""), Record("b", "odd", "")], [[1.0] * 8, bad])
    assert store.count() == 20
    assert written.read_bytes() == before
    assert [path.name for path in written.parent.iterdir()] == [FILE]
    store.close()


def test_question_of_another_dimension_is_a_store_error(written: Path) -> None:
    store = FlatVectorStore(written.parent)
    with pytest.raises(StoreError, match="dimension 2, expected 8"):
        store.search([1.0, 0.0], 1)
    store.close()


@pytest.mark.parametrize("left", [0, 1, 30, 64, 200, -1])
def test_file_that_is_cut_off_is_a_store_error(written: Path, left: int) -> None:
    written.write_bytes(written.read_bytes()[:left])
    with pytest.raises(StoreError, match=r"vectors\.flat: is (cut off|no file of vectors, or damaged)"):
        FlatVectorStore(written.parent)


def test_file_that_goes_on_behind_its_end_is_a_store_error(written: Path) -> None:
    written.write_bytes(written.read_bytes() + b"more")
    with pytest.raises(StoreError, match=r"bytes, expected \d+\)\. Build the index again"):
        FlatVectorStore(written.parent)


def test_any_changed_byte_of_the_header_is_a_store_error(written: Path) -> None:
    sound = written.read_bytes()
    head = sound.index(b"}}") + 2
    for at in range(head):
        content = bytearray(sound)
        content[at] ^= 0x08
        written.write_bytes(content)
        with pytest.raises(StoreError):
            FlatVectorStore(written.parent)


def test_newer_format_is_refused_with_words(written: Path) -> None:
    written.write_bytes(written.read_bytes().replace(b"vectors 1\n", b"vectors 2\n", 1))
    with pytest.raises(StoreError, match=r"format 2; this version reads up to 1\. Upgrade graphrag-tools"):
        FlatVectorStore(written.parent)


def test_what_a_killed_writer_left_counts_for_nothing(written: Path) -> None:
    (written.parent / f"{FILE}.new").write_bytes(written.read_bytes()[:100])
    store = FlatVectorStore(written.parent)
    assert store.count() == 20
    store.close()


def test_full_disk_leaves_the_file_as_it_was(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, store = written.read_bytes(), FlatVectorStore(written.parent)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"vectors\.flat: No space left on device\. Is the disk full"):
        store.write([Record("new", "odd", "")], [[1.0] * 8])
    assert [path.name for path in written.parent.iterdir()] == [FILE]
    assert written.read_bytes() == before
    assert store.count() == 20
    store.close()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda store: pickle.loads(pickle.dumps(store))])
def test_copy_opens_the_same_place(written: Path, copied: Callable[[FlatVectorStore], FlatVectorStore]) -> None:
    store = FlatVectorStore(written.parent)
    other = copied(store)
    assert len(pickle.dumps(store)) < 1_000
    expected = store.search(QUERY, 5)
    store.close()
    assert other.search(QUERY, 5) == expected
    other.close()


def test_closed_store_says_so(written: Path) -> None:
    store = FlatVectorStore(written.parent)
    store.close()
    with pytest.raises(StoreError, match="was closed"):
        store.search(QUERY, 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_fork_goes_on_with_what_was_open(written: Path) -> None:
    store = FlatVectorStore(written.parent)
    expected = store.search(QUERY, 5)
    child = os.fork()
    if not child:
        os._exit(0 if store.search(QUERY, 5) == expected else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert store.search(QUERY, 5) == expected
    store.close()
