import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from graphrag_tools.errors import StoreError
from graphrag_tools.stores.chroma import DATABASE, ChromaVectorStore, changing_ranges, check_growing_table, compact
from graphrag_tools.testing import numbered_records, random_vectors


@pytest.fixture
def file(tmp_path: Path) -> Path:
    store = ChromaVectorStore(tmp_path)
    store.write(numbered_records(500), random_vectors(500, 8).tolist())
    store.close()
    compact(tmp_path / DATABASE)
    return tmp_path / DATABASE


def _open_and_search(folder: Path) -> None:
    store = ChromaVectorStore(folder)
    assert len(store.search([1.0] * 8, 5)) == 5
    assert store.vectors(["7"])
    store.close()


def test_opening_changes_only_what_is_known_to_change(file: Path) -> None:
    before, allowed = file.read_bytes(), changing_ranges(file)
    # More rows than fit into one page of the growing table.
    with closing(sqlite3.connect(file)) as database, database:
        database.executemany("INSERT INTO acquire_write (lock_status) VALUES (?)", [(1,)] * 1_000)
    for _ in range(3):
        _open_and_search(file.parent)
    after = file.read_bytes()
    assert len(after) > len(before), "it grew at its end"
    changed = [at for at in range(len(before)) if before[at] != after[at]]
    assert changed
    assert [at for at in changed if not any(start <= at < end for start, end in allowed)] == []
    check_growing_table(file)


def test_compacting_loses_nothing_and_leaves_no_free_page(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA freelist_count").fetchone() == (0,)
    _open_and_search(file.parent)


def test_damaged_growing_table_is_refused(file: Path) -> None:
    start, end = changing_ranges(file)[-1]
    content = bytearray(file.read_bytes())
    content[start : start + 100] = b"\xa5" * 100
    assert end - start == 4_096
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"chroma\.sqlite3: (is damaged|SQLite says)"):
        check_growing_table(file)


@pytest.mark.parametrize("work", [compact, changing_ranges, check_growing_table])
def test_what_is_no_database_is_a_store_error(tmp_path: Path, work: object) -> None:
    (tmp_path / DATABASE).write_bytes(b"no database" * 1_000)
    assert callable(work)
    with pytest.raises(StoreError, match="not a database"):
        work(tmp_path / DATABASE)
