"""What can be shown without internet: no model of fastembed's is run here."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from graphrag_tools.embeddings import fastembed, open_embeddings
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.machine.installing import install_extra

NAME = "BAAI/bge-small-en-v1.5"


class TextEmbedding:
    """The three calls of fastembed's class that are made: which one was made, and of what, is in the vector."""

    def __init__(self, model_name: str, cache_dir: str) -> None:
        if model_name != NAME:
            raise ValueError(f"Model {model_name} is not supported.")
        self.folder = Path(cache_dir)

    def passage_embed(self, texts: list[str]) -> Iterator[np.ndarray]:
        yield from (np.array([1, len(text)], dtype=np.float32) for text in texts)

    def query_embed(self, query: str) -> Iterator[np.ndarray]:
        yield np.array([0, len(query)], dtype=np.float32)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(TextEmbedding=TextEmbedding, __spec__=SimpleNamespace(name="fastembed"))
    monkeypatch.setitem(sys.modules, "fastembed", module)
    monkeypatch.delenv("FASTEMBED_CACHE_PATH", raising=False)


def test_questions_and_texts_are_embedded_each_in_their_way(stand_in: None) -> None:
    found = open_embeddings(f"fastembed:{NAME}")
    assert found.embed_documents(["one", "three"]) == [[1, 3], [1, 5]]
    assert found.embed_documents([]) == []
    assert found.embed_query("four") == [0, 4]


def test_models_are_kept_with_the_users_cache_or_where_fastembed_is_told(
    stand_in: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path))
    assert fastembed.FastEmbedEmbeddings(NAME)._model.folder == tmp_path / "fastembed"
    monkeypatch.setenv("FASTEMBED_CACHE_PATH", str(tmp_path / "own"))
    assert fastembed.FastEmbedEmbeddings(NAME)._model.folder == tmp_path / "own"


def test_unknown_model_is_a_model_error(stand_in: None) -> None:
    with pytest.raises(ModelError, match=r"embeddings fastembed:no/such: .*Expected a model of fastembed's list"):
        open_embeddings("fastembed:no/such").embed_query("a")


def test_missing_package_is_a_config_error_with_the_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(ConfigError, match=r"Install it with: " + re.escape(install_extra("fastembed"))):
        open_embeddings(f"fastembed:{NAME}")


def test_fastembed_itself_refuses_an_unknown_model() -> None:
    pytest.importorskip("fastembed", reason="fastembed is not installed")
    with pytest.raises(ModelError, match="embeddings fastembed:no/such"):
        open_embeddings("fastembed:no/such").embed_query("a")
