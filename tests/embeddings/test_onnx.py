import json
import sys
from pathlib import Path

import numpy as np
import pytest
from support.index_fixtures import small_manual
from support.onnx_files import TABLE, WORDS, write_onnx_folder

from graphrag_tools.embeddings import open_embeddings
from graphrag_tools.embeddings.onnx import OnnxEmbeddings
from graphrag_tools.errors import ModelError
from graphrag_tools.index.index import ManualIndex


def _rows(text: str) -> np.ndarray:
    return TABLE[[1, *(WORDS.index(word) for word in text.split())]]


def _unit(row: np.ndarray) -> np.ndarray:
    return row / np.linalg.norm(row)


def _vectors(folder: Path, *texts: str) -> np.ndarray:
    return np.asarray(open_embeddings(f"onnx:{folder}").embed_documents(list(texts)))


@pytest.mark.parametrize(
    ("pooling", "pooled"),
    [
        (None, lambda rows: rows.mean(axis=0)),
        ("mean_tokens", lambda rows: rows.mean(axis=0)),
        ("cls_token", lambda rows: rows[0]),
        ("max_tokens", lambda rows: rows.max(axis=0)),
    ],
)
def test_vectors_are_pooled_as_the_folder_says_and_padding_counts_for_nothing(tmp_path, pooling, pooled) -> None:
    texts = ("charge", "charge battery volume ringtone", "battery volume")
    found = _vectors(write_onnx_folder(tmp_path / "m", pooling=pooling), *texts)
    assert found == pytest.approx(np.stack([_unit(pooled(_rows(text))) for text in texts]), abs=1e-5)


def test_every_word_of_a_text_that_is_too_long_counts(tmp_path: Path) -> None:
    folder = write_onnx_folder(tmp_path / "m", length=4)
    first, second = ("charge battery volume " * 30 + ending for ending in ("ringtone", "query"))
    found = _vectors(folder, first, second, "charge")
    assert found[0] @ found[1] < 1 - 1e-6
    # 91 words in 31 windows of three, each behind a [CLS] of its own.
    three = [_unit(_rows("charge battery volume").mean(axis=0))] * 30
    last = _unit(_rows("ringtone").mean(axis=0))
    assert found[0] == pytest.approx(_unit(4 * np.sum(three, axis=0) + 2 * last), abs=1e-5)


def test_prompts_of_the_folder_are_put_before_questions_and_texts(tmp_path: Path) -> None:
    found = OnnxEmbeddings(write_onnx_folder(tmp_path / "m", query="query ", document="volume "))
    assert found.embed_query("charge") == pytest.approx(_unit(_rows("query charge").mean(axis=0)), abs=1e-5)
    assert found.embed_documents(["charge"])[0] == pytest.approx(_unit(_rows("volume charge").mean(axis=0)), abs=1e-5)


def test_more_texts_than_a_batch_come_back_in_order(tmp_path: Path) -> None:
    texts = [" ".join(["charge"] * (1 + number % 5) + ["battery"] * (number % 3)) for number in range(70)]
    found = _vectors(write_onnx_folder(tmp_path / "m", length=4), *texts)
    alone = [_vectors(tmp_path / "m", text)[0] for text in texts]
    assert found == pytest.approx(np.stack(alone), abs=1e-5)
    assert _vectors(tmp_path / "m").size == 0


def test_an_index_is_built_and_opened_with_a_folder(tmp_path: Path) -> None:
    name = f"onnx:{write_onnx_folder(tmp_path / 'm')}"
    manual = small_manual(words=("battery", "volume"))
    ManualIndex.build([manual], tmp_path / "index", embeddings=name).close()
    index = ManualIndex.open(tmp_path / "index")
    assert index.search("battery", 1)[0].section_id == "lamp/battery"
    index.close()


def test_folder_that_lacks_a_file_is_a_model_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere: no model\.onnx or onnx/model\.onnx"):
        open_embeddings(f"onnx:{tmp_path / 'nowhere'}")
    folder = write_onnx_folder(tmp_path / "m")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"no tokenizer\.json in it"):
        open_embeddings(f"onnx:{folder}")


def test_pooling_that_is_not_known_is_refused(tmp_path: Path) -> None:
    folder = write_onnx_folder(tmp_path / "m", pooling="weightedmean_tokens")
    with pytest.raises(ModelError, match="wants pooling_mode_weightedmean_tokens; expected one of pooling_mode_mean"):
        open_embeddings(f"onnx:{folder}")
    (folder / "1_Pooling" / "config.json").write_text(
        json.dumps({"pooling_mode_cls_token": True, "pooling_mode_max_tokens": True}), encoding="utf-8"
    )
    with pytest.raises(ModelError, match="pooling_mode_cls_token, pooling_mode_max_tokens"):
        open_embeddings(f"onnx:{folder}")


def test_damaged_files_are_model_errors(tmp_path: Path) -> None:
    folder = write_onnx_folder(tmp_path / "m")
    (folder / "onnx" / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="onnxruntime cannot load it"):
        _vectors(folder, "charge")
    (folder / "sentence_bert_config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"sentence_bert_config\.json: is not JSON"):
        open_embeddings(f"onnx:{folder}")


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_missing_package_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    folder = write_onnx_folder(tmp_path / "m")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelError, match="Install it with: pip install onnxruntime tokenizers"):
        _vectors(folder, "charge")
