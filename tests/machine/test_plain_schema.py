"""SQLite files that somebody made for this program to open: a view in a table's place is a query without an end."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from support.probing_models import as_model
from support.scripted_models import ScriptedChatModel

from graphrag_tools.conversation.memory import aopen_memory, open_memory
from graphrag_tools.embeddings.cache import EmbeddingCache
from graphrag_tools.enrichment.cache import ModelTextCache
from graphrag_tools.errors import StoreError
from graphrag_tools.index.words_file import WORDS_NAME, manuals_with_words
from graphrag_tools.machine.plain_schema import check_plain_schema
from graphrag_tools.stores.sqlite import SqliteGraphStore

_ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS {0} FROM c"


async def _open_memory_async(file: Path) -> None:
    async with aopen_memory(file):
        pass


def _open_memory(file: Path) -> None:
    with open_memory(file):
        pass


def _read_words(file: Path) -> None:
    shutil.copy(file, file.with_name(WORDS_NAME))
    manuals_with_words(file.parent)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A file that has a view without an end in place of each table that is read."""
    file = tmp_path / "planted.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        for table, column in (("manuals", "id"), ("words", "manual"), ("texts", "text"), ("checkpoints", "thread_id")):
            connection.execute(f"CREATE VIEW {table} AS {_ENDLESS.format(column)}")
        connection.execute("CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        connection.execute("CREATE TRIGGER t AFTER INSERT ON vectors BEGIN DELETE FROM vectors; END")
    return file


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "opened",
    [
        SqliteGraphStore,
        _read_words,
        lambda file: ModelTextCache(file, as_model(ScriptedChatModel(replies=[]))),
        _open_memory,
        lambda file: asyncio.run(_open_memory_async(file)),
    ],
    ids=["graph", "words", "texts", "chat", "async chat"],
)
def test_file_with_a_view_in_place_of_a_table_is_refused(planted: Path, opened: Callable[[Path], object]) -> None:
    with pytest.raises(StoreError, match="no plain table"):
        opened(planted)


def test_cache_of_vectors_with_a_trigger_is_made_anew(planted: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(EmbeddingCache(planted, "a")) as cache:
        cache.put({"text": [1.0, 0.0]})
        assert not cache.missing(["text"])
    assert "no plain table" in caplog.text


@pytest.mark.parametrize(
    "written",
    [
        "CREATE TABLE t (a, b AS (hex(zeroblob(1000000000))))",
        "CREATE TABLE t (a CHECK (a > 0))",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
    ],
)
def test_columns_that_are_computed_are_refused(written: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(written)
        with pytest.raises(sqlite3.DatabaseError, match="no plain table"):
            check_plain_schema(connection)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"12345",
        np.array([1, 0], np.float32).tobytes(),
        np.array([np.nan, 1], np.float32).tobytes(),
        np.array([np.inf], np.float32).tobytes(),
    ],
)
def test_planted_vector_that_is_none_is_made_anew(tmp_path: Path, content: bytes) -> None:
    from graphrag_tools.embeddings.cache import _with_checksum

    file = tmp_path / "cache.sqlite"
    with closing(EmbeddingCache(file, "a")) as cache:
        key = cache._key("text")
        cache.put({"text": [1.0]})
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE vectors SET vector = ?", (_with_checksum(key, content),))
    with closing(EmbeddingCache(file, "a", dimension=1)) as cache:
        assert cache.missing(["text"]) == {"text"}
