import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphrag_tools.errors import StoreError
from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO
from graphrag_tools.stores.sqlite import SqliteGraphStore
from graphrag_tools.testing import GraphStoreContract, example_graph


class TestSqliteGraphStore(GraphStoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Callable[[], SqliteGraphStore]:
        return lambda: SqliteGraphStore(tmp_path / "graph.sqlite")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    file = tmp_path / "graph.sqlite"
    store = SqliteGraphStore(file)
    store.write(example_graph())
    store.close()
    return file


def test_written_file_is_opened_for_reading_only(written: Path) -> None:
    store = SqliteGraphStore(written)
    with pytest.raises(StoreError, match="readonly"):
        store.write(example_graph("oven"))
    store.close()


def test_reading_leaves_no_file_beside_it(written: Path) -> None:
    before = written.read_bytes()
    store = SqliteGraphStore(written)
    store.graph("lamp")
    assert list(written.parent.iterdir()) == [written]
    store.close()
    assert written.read_bytes() == before


def test_manual_written_twice_is_refused_as_a_whole(tmp_path: Path) -> None:
    store = SqliteGraphStore(tmp_path / "graph.sqlite")
    store.write(example_graph())
    with pytest.raises(StoreError, match=r"graph\.sqlite: SQLite says 'UNIQUE constraint"):
        store.write(example_graph())
    assert store.count() == 4
    store.close()


def test_items_that_are_read_ahead_take_one_statement(written: Path) -> None:
    store = SqliteGraphStore(written)
    items = example_graph().items
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    store.read_ahead(item.id for item in items)
    assert [store.item(item.id) for item in items] == items
    assert len(statements) == 1
    store.close()


def test_name_of_an_item_that_was_read_ahead_takes_no_parsing(written: Path) -> None:
    connection = sqlite3.connect(written)
    with connection:
        connection.execute("UPDATE items SET item = '{\"half'")
    connection.close()
    store = SqliteGraphStore(written)
    store.read_ahead(["lamp/light"])
    assert store.graph("lamp").name_of("lamp/light") == "Light"
    store.close()


def test_odd_characters_in_the_path_are_no_address(tmp_path: Path) -> None:
    folder = tmp_path / "a?b#c%20d é"
    folder.mkdir()
    store = SqliteGraphStore(folder / "graph.sqlite")
    store.write(example_graph())
    store.close()
    again = SqliteGraphStore(folder / "graph.sqlite")
    assert again.count() == 4
    again.close()


@pytest.mark.parametrize("content", [b"", b"no database", b"no database" * 1_000])
def test_file_that_is_no_store_is_a_store_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "graph.sqlite"
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"graph\.sqlite: SQLite says .+ a file damaged\?"):
        SqliteGraphStore(file)


def test_folder_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        SqliteGraphStore(tmp_path / "none" / "graph.sqlite")


@pytest.mark.parametrize("column", ["item", "unresolved"])
def test_row_that_is_no_item_is_a_store_error(written: Path, column: str) -> None:
    table = {"item": "items", "unresolved": "manuals"}[column]
    connection = sqlite3.connect(written)
    with connection:
        connection.execute(f"UPDATE {table} SET {column} = '{{\"half'")
    connection.close()
    store = SqliteGraphStore(written)
    with pytest.raises(StoreError):
        store.graph("lamp").items  # noqa: B018  # reading is what fails
    if column == "item":
        with pytest.raises(StoreError):
            store.item("lamp/light")
    store.close()


def test_closed_store_is_a_store_error(written: Path) -> None:
    store = SqliteGraphStore(written)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.count()


def test_threads_that_switch_often_get_their_own_rows(written: Path) -> None:
    graph, store = example_graph(), SqliteGraphStore(written)
    asked = [(item.id, kind) for item in graph.items for kind in (HAS_CHILD, SEE_ALSO)] * 200
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda one: store.neighbours(*one), asked))
    finally:
        sys.setswitchinterval(usual)
    assert found == [[end for start, end in graph.edges(kind) if start == item] for item, kind in asked]
    store.close()
