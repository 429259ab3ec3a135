"""Embeddings from a folder with an ONNX model, as sentence-transformers exports one: no server, no download."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings.vectors import of_length_one
from graphrag_tools.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pooling = Literal["mean", "cls", "max"]
_MODELS = ("model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx")
_POOLING_FILE = "1_Pooling/config.json"
_POOLINGS: dict[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
}
_LENGTH_FILES = {"sentence_bert_config.json": "max_seq_length", "config.json": "max_position_embeddings"}
_DEFAULT_LENGTH = 512
_AT_ONCE = 32
_INSTALL = "pip install onnxruntime tokenizers"


class OnnxEmbeddings(Embeddings):
    """Unit vectors by onnxruntime, pooled as the folder's 1_Pooling/config.json says, or else by the mean.

    A text longer than the model's input is read in windows, and gets the mean of their vectors by length; no word is
    dropped. Prompts that config_sentence_transformers.json gives for queries and documents are put before them.
    """

    def __init__(self, folder: str | Path) -> None:
        """Read the folder's settings; the model is loaded when it is first used.

        Raises:
            ModelError: The folder lacks the model or its tokenizer, or wants a pooling that is not mean, cls or max.
        """
        self.folder = Path(folder).expanduser().resolve()
        self.given_name = f"onnx:{folder}"
        self._model_file = self._required_file(_MODELS)
        self._tokenizer_file = self._required_file(("tokenizer.json",))
        self._pooling = self._configured_pooling()
        self._length = self._configured_length()
        self._prompts: dict[str, str] = self._settings("config_sentence_transformers.json").get("prompts") or {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector per text. Raises ModelError if the model cannot be run."""
        prompt = self._prompts.get("document") or self._prompts.get("passage") or ""
        return self._embed([prompt + text for text in texts])

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question. Raises as above."""
        return self._embed([self._prompts.get("query", "") + text])[0]

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one that the model has learnt as a whole. Raises as above."""
        return self._tokenizer.token_to_id(word) is not None

    @cached_property
    def _session(self) -> Any:
        return open_session(str(self._model_file), str(self._model_file))

    @cached_property
    def _tokenizer(self) -> Any:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise _missing_package(error) from error
        tokenizer = Tokenizer.from_str(self._tokenizer_file.read_text(encoding="utf-8"))
        tokenizer.enable_truncation(max_length=self._length)
        tokenizer.enable_padding()
        return tokenizer

    def _embed(self, texts: list[str]) -> list[list[float]]:
        return [vector for start in range(0, len(texts), _AT_ONCE) for vector in self._batch(texts[start:][:_AT_ONCE])]

    def _batch(self, texts: Sequence[str]) -> list[list[float]]:
        encoded = [[whole, *whole.overflowing] for whole in self._tokenizer.encode_batch(list(texts))]
        windows = [window for windows in encoded for window in windows]
        found: list[NDArray[np.float32]] = []
        for start in range(0, len(windows), _AT_ONCE):
            found.extend(self._pooled(windows[start : start + _AT_ONCE]))
        vectors: list[list[float]] = []
        for of_text in encoded:
            rows, found = np.stack(found[: len(of_text)]), found[len(of_text) :]
            weights = np.array([[sum(window.attention_mask)] for window in of_text], dtype=np.float32)
            vectors.append(of_length_one((rows * weights).sum(axis=0)).tolist())
        return vectors

    def _pooled(self, windows: Sequence[Any]) -> "NDArray[np.float32]":
        mask = np.array([window.attention_mask for window in windows], dtype=np.int64)
        given = {
            "input_ids": np.array([window.ids for window in windows], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([window.type_ids for window in windows], dtype=np.int64),
        }
        wanted = {put.name for put in self._session.get_inputs()}
        outputs = dict(
            zip(
                (put.name for put in self._session.get_outputs()),
                self._session.run(None, {name: value for name, value in given.items() if name in wanted}),
                strict=True,
            )
        )
        tokens = outputs.get("sentence_embedding", next(iter(outputs.values())))
        return of_length_one(tokens if tokens.ndim == 2 else _pool(tokens, mask, self._pooling))

    def _required_file(self, names: Sequence[str]) -> Path:
        found = next((self.folder / name for name in names if (self.folder / name).is_file()), None)
        if found is None:
            raise ModelError(
                f"{self.folder}: no {' or '.join(names)} in it; expected a folder with an ONNX model and its "
                "tokenizer.json, as sentence-transformers exports it."
            )
        return found

    def _configured_pooling(self) -> Pooling:
        told = self._settings(_POOLING_FILE)
        modes = [name for name, on in told.items() if name.startswith("pooling_mode_") and on is True]
        known = [_POOLINGS[name] for name in modes if name in _POOLINGS]
        if len(known) != len(modes) or len(known) > 1:
            raise ModelError(
                f"{self.folder / _POOLING_FILE}: wants {', '.join(modes)}; expected one of {', '.join(_POOLINGS)}."
            )
        return known[0] if known else "mean"

    def _configured_length(self) -> int:
        told = (self._settings(file).get(name) for file, name in _LENGTH_FILES.items())
        return next((length for length in told if isinstance(length, int) and length > 0), _DEFAULT_LENGTH)

    def _settings(self, name: str) -> dict[str, Any]:
        file = self.folder / name
        if not file.is_file():
            return {}
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ModelError(f"{file}: is not JSON ({error}).") from error
        return found if isinstance(found, dict) else {}


def open_session(model: str | bytes, name: str, threads: int = 0) -> Any:
    """Return onnxruntime's session of a model, given as its file or its bytes; 0 threads are one per core.

    With one thread there is no pool: a run is made by the thread that asks for it, in a forked process too.

    Raises:
        ModelError: onnxruntime is not installed, or cannot load what `name` names.
    """
    try:
        import onnxruntime  # type: ignore[import-untyped]
    except ImportError as error:
        raise _missing_package(error) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # onnxruntime's errors have no base of their own.
        if "onnxruntime" not in type(error).__module__:
            raise
        raise ModelError(f"{name}: onnxruntime cannot load it ({error}).") from error


def _pool(tokens: "NDArray[np.float32]", mask: "NDArray[np.int64]", pooling: Pooling) -> "NDArray[np.float32]":
    """Return one row per window from its tokens' rows, padding left out."""
    weights = mask[:, :, None].astype(np.float32)
    if pooling == "cls":
        return tokens[:, 0]
    if pooling == "max":
        lowest = np.finfo(np.float32).min
        pooled: NDArray[np.float32] = np.where(weights > 0, tokens, lowest).max(axis=1)
        return pooled
    mean: NDArray[np.float32] = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    return mean


def _missing_package(error: ImportError) -> ModelError:
    return ModelError(f"{error}: running an ONNX model needs its runtime. Install it with: {_INSTALL}")
