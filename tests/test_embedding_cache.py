from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_fixtures import WatchedEmbeddings
from langchain_core.embeddings import Embeddings

from graphrag_tools.embedding_cache import EmbeddingCache
from graphrag_tools.errors import ModelError, StoreError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite"


def _vectors(file: Path, texts: list[str], embeddings: Embeddings, identity: str = "a") -> list[list[float]]:
    with closing(EmbeddingCache(file, identity)) as cache:
        return cache.vectors(texts, embeddings, lambda _done, _total: None)


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
def test_damaged_file_is_a_store_error_that_says_what_to_do(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"cache\.sqlite: SQLite says .+ if it is damaged, delete it"):
        _vectors(file, ["one"], WatchedEmbeddings())


def test_folder_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        EmbeddingCache(tmp_path / "none" / "cache.sqlite", "a")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_found_again(file: Path, texts: list[str]) -> None:
    kept = [text.encode(errors="replace").decode() for text in texts]
    first = _vectors(file, kept, WatchedEmbeddings())
    again = WatchedEmbeddings()
    assert _vectors(file, kept, again) == first
    assert again.texts == []
