import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings
from support.index_fixtures import WatchedEmbeddings

from graphrag_tools.embeddings.cache import EmbeddingCache
from graphrag_tools.errors import ModelError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite"


def _vectors(file: Path, texts: list[str], embeddings: Embeddings, identity: str = "a") -> list[list[float]]:
    with closing(EmbeddingCache(file, identity)) as cache:
        return [vector.tolist() for vector in cache.vectors(texts, embeddings, lambda _done, _total: None)]


def test_each_text_is_embedded_once(file: Path) -> None:
    embeddings = WatchedEmbeddings()
    first = _vectors(file, ["one", "two", "one"], embeddings)
    second = _vectors(file, ["three", "two", "one"], embeddings)
    assert embeddings.texts == ["one", "two", "three"]
    assert first[0] == first[2] == second[2]
    assert first[1] == second[1]


def test_vectors_are_those_of_the_texts_in_order(file: Path) -> None:
    texts = ["charge the battery", "set the volume", "turn the page"]
    expected = WatchedEmbeddings().embed_documents(texts)
    for _ in range(2):
        found = _vectors(file, texts, WatchedEmbeddings())
        assert [pytest.approx(vector, abs=1e-6) for vector in expected] == found


def test_vectors_held_elsewhere_are_not_made_and_not_kept(file: Path) -> None:
    held, embeddings = {"two": [0.5] * 256}, WatchedEmbeddings()
    with closing(EmbeddingCache(file, "a")) as cache:
        found = cache.vectors(["one", "two"], embeddings, lambda _done, _total: None, lambda _texts: held)
        assert (embeddings.texts, found[1].tolist()) == (["one"], held["two"])
        assert cache.missing(["one", "two"]) == {"two"}


def test_dropped_vectors_leave_the_file_and_are_made_again(file: Path) -> None:
    texts = [f"number {number}" for number in range(300)]
    first = _vectors(file, texts, WatchedEmbeddings())
    large = file.stat().st_size
    with closing(EmbeddingCache(file, "a")) as cache:
        cache.drop([*texts[1:], "never kept"])
        assert cache.missing(texts) == set(texts[1:])
    assert file.stat().st_size < large / 10
    assert _vectors(file, texts, WatchedEmbeddings()) == first


def test_other_embeddings_have_vectors_of_their_own(file: Path) -> None:
    embeddings = WatchedEmbeddings()
    _vectors(file, ["one"], embeddings, "a")
    _vectors(file, ["one"], embeddings, "b")
    assert embeddings.texts == ["one", "one"]


def test_no_text_needs_no_embeddings(file: Path) -> None:
    embeddings = WatchedEmbeddings()
    assert _vectors(file, [], embeddings) == []
    assert embeddings.texts == []


def test_progress_is_told_batch_by_batch(file: Path) -> None:
    told: list[tuple[int, int]] = []
    with closing(EmbeddingCache(file, "a")) as cache:
        cache.vectors([str(number) for number in range(600)], WatchedEmbeddings(), lambda *done: told.append(done))
    assert told == [(256, 600), (512, 600), (600, 600)]


def test_batches_before_a_failure_are_kept(file: Path) -> None:
    def fail_on_the_last(texts: list[str]) -> None:
        if "599" in texts:
            raise ConnectionError("down")

    texts = [str(number) for number in range(600)]
    with pytest.raises(ModelError, match="down"):
        _vectors(file, texts, WatchedEmbeddings(fail_on_the_last))
    again = WatchedEmbeddings()
    _vectors(file, texts, again)
    assert again.texts == texts[512:]


@pytest.mark.parametrize("content", [b"no database" * 1_000, b"SQLite format 3\0" + b"\xff" * 4_080])
def test_damaged_file_is_replaced_with_a_warning(file: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    file.write_bytes(content)
    expected = _vectors(file, ["one"], WatchedEmbeddings())
    assert "cache.sqlite: SQLite says 'file is not a database'; its vectors are made anew" in caplog.text
    again = WatchedEmbeddings()
    assert _vectors(file, ["one"], again) == expected
    assert again.texts == [], "what replaced it is used"


def test_file_damaged_in_the_middle_is_replaced(file: Path) -> None:
    texts = [str(number) for number in range(600)]
    expected = _vectors(file, texts, WatchedEmbeddings())
    content = file.read_bytes()
    file.write_bytes(content[:4_096] + b"\xa5" * (len(content) - 4_096))
    again = WatchedEmbeddings()
    assert _vectors(file, texts, again) == expected
    assert again.texts


def test_locked_file_is_done_without(
    file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _vectors(file, ["one"], WatchedEmbeddings())
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda address: connect(address, timeout=0.01))
    with closing(connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert _vectors(file, ["two", "one"], WatchedEmbeddings())[1] == expected[0]
    assert "database is locked" in caplog.text
    again = WatchedEmbeddings()
    _vectors(file, ["one"], again)
    assert again.texts == [], "what the file held is still there"


def test_folder_that_is_not_there_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert _vectors(tmp_path / "none" / "cache.sqlite", ["one"], WatchedEmbeddings())
    assert "unable to open" in caplog.text


def test_vector_with_a_changed_bit_is_made_anew(file: Path) -> None:
    expected = _vectors(file, ["one"], WatchedEmbeddings())
    with closing(sqlite3.connect(file)) as database, database:
        ((vector,),) = database.execute("SELECT vector FROM vectors").fetchall()
        database.execute("UPDATE vectors SET vector = ?", (bytes([vector[0] ^ 1]) + vector[1:],))
    again = WatchedEmbeddings()
    assert _vectors(file, ["one"], again) == expected
    assert again.texts == ["one"]


def _count(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        return int(database.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_vectors_that_nobody_asks_for_are_dropped_once_they_are_many(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphrag_tools.embeddings.cache._PRUNED_ABOVE", 100)
    for name in "abc":
        with closing(EmbeddingCache(file, "a")) as cache:
            cache.vectors([f"{name}{number}" for number in range(90)], WatchedEmbeddings(), lambda *_: None)
            cache.prune()
    assert _count(file) == 90, "270 are more than twice as many, and more than 100 more"
    again = WatchedEmbeddings()
    with closing(EmbeddingCache(file, "a")) as cache:
        cache.vectors([f"c{number}" for number in range(90)], again, lambda *_: None)
    assert again.texts == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_found_again(file: Path, texts: list[str]) -> None:
    kept = [text.encode(errors="replace").decode() for text in texts]
    first = _vectors(file, kept, WatchedEmbeddings())
    again = WatchedEmbeddings()
    assert _vectors(file, kept, again) == first
    assert again.texts == []
