"""Indexes that somebody made by hand: what no build writes is refused in words, and no walk is without end."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graphrag_tools.errors import IndexNotFound, StoreError
from graphrag_tools.index.build import build_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import generation_folder
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.stores.sqlite import SqliteGraphStore

_CHILD = "HAS_CHILD"


def nested() -> Manual:
    """A lamp, its timer below it, and the timer's alarm below that."""
    titles = (("lamp", None), ("timer", "lamp"), ("alarm", "timer"))
    return Manual(
        "lamp",
        "Lamp",
        tuple(
            Section(key, key.capitalize(), (Block("paragraph", f"Press {key}."),), parent=parent)
            for key, parent in titles
        ),
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted") / "index"
    build_index([nested()], folder, embeddings="wordllama")
    return folder


@pytest.fixture
def planted(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "index"))


def change(folder: Path, statement: str, *values: Any) -> Path:
    file = generation_folder(folder, 1) / "graph.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement, values)
    return file


def ids(folder: Path) -> list[str]:
    with closing(sqlite3.connect(generation_folder(folder, 1) / "graph.sqlite")) as connection:
        return [item for (item,) in connection.execute("SELECT id FROM items ORDER BY number")]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "edge",
    [
        lambda first, second, third: (third, first),
        lambda first, second, third: (second, second),
        lambda first, second, third: (first, third),
        lambda first, second, third: (first, "lamp/nowhere"),
        lambda first, second, third: ("lamp/nowhere", first),
    ],
    ids=["in a ring", "to itself", "from two items", "to nowhere", "from nowhere"],
)
def test_edges_that_make_no_tree_are_refused(planted: Path, edge: Callable[..., tuple[str, str]]) -> None:
    start, end = edge(*ids(planted))
    file = change(planted, "INSERT INTO edges (manual, start, end, kind) VALUES ('x', ?, ?, ?)", start, end, _CHILD)
    with closing(SqliteGraphStore(file)) as store, pytest.raises(StoreError, match="no tree"):
        store.graph("lamp")


def test_edges_that_a_build_writes_are_a_tree(whole: Path) -> None:
    with closing(SqliteGraphStore(generation_folder(whole, 1) / "graph.sqlite")) as store:
        assert [item.name for item in store.graph("lamp").ancestors(ids(whole)[-1])] == ["Lamp", "Timer", "Alarm"]


@pytest.mark.parametrize("code", ["", "../..", "xx", "9" * 40])
def test_language_that_nobody_knows_counts_as_english(planted: Path, code: str) -> None:
    file = change(planted, "UPDATE manuals SET language = ?", code)
    with closing(SqliteGraphStore(file)) as store:
        assert store.graph("lamp").language == "en"
        assert store.whole("lamp").language == "en"


def test_index_json_that_names_other_languages_and_manuals_than_its_files_is_searched_or_refused(planted: Path) -> None:
    file = planted / "index.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    del told["crc32"]
    told["manuals"][0]["language"] = "nobody's"
    file.write_text(json.dumps(told), encoding="utf-8")
    with closing(ManualIndex.open(planted)) as index:
        assert index.language_of() == "en"
        assert index.search("timer")
    told["manuals"][0]["id"] = "radio"
    file.write_text(json.dumps(told), encoding="utf-8")
    with closing(ManualIndex.open(planted)) as index, pytest.raises(StoreError, match="no such manual"):
        index.search("timer")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["index.json", ".in-use", "graph.sqlite", "lexical/blocks/.managed.json"])
def test_pipe_in_the_place_of_a_file_is_not_waited_for(name: str, whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    file = (tmp_path if name == "index.json" else tmp_path / "generations" / "000001") / name
    file.unlink()
    os.mkfifo(file)
    with pytest.raises((IndexNotFound, StoreError)):
        ManualIndex.open(tmp_path)
