"""Embeddings of a user's own, sloppy ones too: what is usable is used, what is none is told in words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.index_fixtures import small_manual

from graphrag_tools.embeddings import embed_question, embed_texts, open_embeddings, own_embeddings, probe_vector
from graphrag_tools.errors import ConfigError, GraphRAGToolsError, ModelError
from graphrag_tools.index.index import ManualIndex


class Own:
    """Embeddings without LangChain's class, whose vectors pass through `made`."""

    def __init__(self, made: Callable[[list[list[float]]], Any] = lambda vectors: vectors) -> None:
        self._made = made

    def embed_documents(self, texts: list[str]) -> Any:
        return self._made([[float(len(text)), 1.0, 2.0] for text in texts])

    def embed_query(self, text: str) -> Any:
        return self.embed_documents([text])[0]


@pytest.mark.parametrize(
    "made",
    [
        lambda vectors: vectors,
        np.array,
        lambda vectors: [np.array(vector, dtype=np.float32) for vector in vectors],
        lambda vectors: [[int(number) for number in vector] for vector in vectors],
    ],
)
def test_index_is_built_and_opened_with_embeddings_of_any_class(made: Any, tmp_path: Path) -> None:
    own: Any = Own(made)
    ManualIndex.build(small_manual(), tmp_path / "index", embeddings=own).close()
    index = ManualIndex.open(tmp_path / "index", embeddings=own)
    assert index.search("brightness", 1)
    assert index.as_retriever(search_type="mmr").invoke("brightness")
    index.close()


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (lambda _: None, "0 vectors for 2 texts"),
        (lambda vectors: vectors[:1], "1 vectors for 2 texts"),
        (lambda _: ["abc", "def"], "no vectors of numbers"),
        (lambda _: [[], []], "no vectors"),
        (lambda _: [1.0, 2.0], "no vectors"),
        (lambda vectors: [vectors[0], vectors[1][:2]], "all of one length"),
        (lambda _: [[float("nan")], [1.0]], "not finite"),
        (lambda _: [[float("inf")], [1.0]], "not finite"),
    ],
)
def test_what_are_no_vectors_is_told_in_words(made: Any, fault: str) -> None:
    with pytest.raises(ModelError, match=f"embeddings Own: .*{fault}"):
        embed_texts(Own(made), ["a", "b"])  # type: ignore[arg-type]


def test_question_without_a_vector_is_told_in_words() -> None:
    for vector in (None, [float("nan")], []):
        with pytest.raises(ModelError, match="embeddings Own"):
            embed_question(Own(lambda _, given=vector: [given]), "a")  # type: ignore[misc,arg-type]
    with pytest.raises(ModelError, match="nothing but zeros"):
        probe_vector(Own(lambda _: [[0.0, 0.0]]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "told"),
    [(Own, "the class Own"), (len, "of the type builtin_function_or_method"), (3, "of the type int")],
)
def test_what_are_no_embeddings_is_refused_before_anything_is_read(given: Any, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"embeddings are {told}; expected wordllama, minilm"):
        own_embeddings(given)
    with pytest.raises(GraphRAGToolsError, match=told):
        ManualIndex.build(small_manual(), tmp_path / "index", embeddings=given)


@pytest.mark.parametrize("name", ["MiniLM", "minilm ", "sentence-transformers/all-MiniLM-L6-v2"])
def test_name_that_is_none_is_told_the_names(name: str) -> None:
    with pytest.raises(ConfigError, match=f"'{name}': there are none of this name. Expected wordllama, minilm"):
        open_embeddings(name)
