import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.index_fixtures import contents

from graphrag_tools.errors import StoreError
from graphrag_tools.stores.chroma import ChromaVectorStore
from graphrag_tools.testing import VectorStoreContract, numbered_records, random_vectors


class TestChromaVectorStore(VectorStoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Callable[[], ChromaVectorStore]:
        return lambda: ChromaVectorStore(tmp_path / "vectors")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    folder = tmp_path / "vectors"
    store = ChromaVectorStore(folder)
    store.write(numbered_records(20), random_vectors(20, 8).tolist())
    store.close()
    return folder


def test_nothing_goes_over_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **_: asked.append(address))
    store = ChromaVectorStore(tmp_path)
    store.write(numbered_records(3), random_vectors(3, 8).tolist())
    store.search([1.0] * 8, 2)
    store.close()
    assert asked == []


def test_vector_of_another_dimension_is_a_store_error(written: Path) -> None:
    store = ChromaVectorStore(written)
    with pytest.raises(StoreError, match="dimension"):
        store.search([1.0, 0.0], 1)
    store.close()


def test_key_written_twice_does_not_count_twice(written: Path) -> None:
    store = ChromaVectorStore(written)
    store.write(numbered_records(1), random_vectors(1, 8).tolist())
    assert store.count() == 20
    store.close()


def test_folder_deleted_and_built_anew_while_the_old_is_open(tmp_path: Path) -> None:
    # chromadb would hand out the engine of the deleted folder, which cannot write.
    old = ChromaVectorStore(tmp_path / "vectors")
    old.write(numbered_records(3), random_vectors(3, 8).tolist())
    shutil.rmtree(tmp_path / "vectors")
    new = ChromaVectorStore(tmp_path / "vectors")
    assert new.count() == 0
    new.write(numbered_records(5), random_vectors(5, 8).tolist())
    assert new.count() == 5
    new.close()
    old.close()


@pytest.mark.parametrize("content", [b"no database" * 1_000, b""])
def test_damaged_database_is_a_store_error_every_time(written: Path, content: bytes) -> None:
    # The second time chromadb would hand out an engine that never started, and an AttributeError.
    sound = (written / "chroma.sqlite3").read_bytes()
    (written / "chroma.sqlite3").write_bytes(content)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"vectors: Chroma says .+ a file damaged\?"):
            ChromaVectorStore(written)
    (written / "chroma.sqlite3").write_bytes(sound)
    mended = ChromaVectorStore(written)
    assert mended.count() == 20
    mended.close()


@pytest.mark.parametrize("count", [1, 3, 50, 402, 2_500])
def test_reading_changes_no_file_but_the_database(tmp_path: Path, count: int) -> None:
    # The checksums of a generation rest on this: only chroma.sqlite3 goes without one.
    folder = tmp_path / "vectors"
    store = ChromaVectorStore(folder)
    store.write(numbered_records(count), random_vectors(count, 8).tolist())
    store.close()
    before = contents(folder)
    for _ in range(3):
        reader = ChromaVectorStore(folder)
        assert len(reader.search([1.0] * 8, 100)) == min(count, 100)
        reader.close()
    assert {name for name, content in contents(folder).items() if before.get(name) != content} <= {"chroma.sqlite3"}
