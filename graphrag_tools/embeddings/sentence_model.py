"""Sentence embedders on the CPU whose weights come as packages, with no server and no download of their own.

The packages hold the weights in float32. On first use they become an ONNX model of 8 bits, which is kept in the user's
cache folder with a hash of its content, and made anew where that fails.
"""

import hashlib
import importlib.util
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings.onnx import open_session
from graphrag_tools.embeddings.sentence_graph import IDS, Architecture, Weights, sentence_graph
from graphrag_tools.errors import ConfigError
from graphrag_tools.machine.cores import usable_cores
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.machine.new_files import write_atomically
from graphrag_tools.machine.user_cache import user_cache

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RUNTIME = ("onnxruntime", "tokenizers", "safetensors")
_EXTRA = "minilm"
_DIGEST_BYTES = 32
_FEWEST_FOR_THREADS = 16
_LOG = logging.getLogger(__name__)


def package_folder(package: str) -> Path:
    """Return the folder of an installed package without importing it; an empty path where it is not installed."""
    spec = importlib.util.find_spec(package)
    folders = (spec.submodule_search_locations if spec else None) or [""]
    return Path(next(iter(folders)))


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """A model whose weights packages of strangers hold: those count only where they are as its authors published them.

    `weights` and `tokenizer` are sha256 of the two files that `read` returns by name; `renamed` gives the weights the
    names that the graph knows.
    """

    prefix: str
    name: str
    built: Architecture
    install: str
    weights: str
    tokenizer: str
    is_installed: Callable[[], bool]
    read: Callable[[str], bytes]
    renamed: Callable[[Weights], Weights] = lambda weights: weights

    def missing_parts(self) -> list[str]:
        """Return the commands that install what is missing, none if nothing is; nothing is loaded for it."""
        runtime = all(importlib.util.find_spec(package) for package in _RUNTIME)
        parts = ((install_extra(_EXTRA), runtime), (self.install, self.is_installed()))
        return [command for command, there in parts if not there]

    def revision(self) -> str:
        """Return what changes with a vector: the weights, and how they are turned into 8 bits."""
        return f"{self.name} {self.weights[:12]}, 8 bits {self.built.version}"

    def content(self, name: str, sha256: str) -> bytes:
        """Return a file of the packages. Raises ConfigError if it is missing, or another than is known."""
        again = self.install.replace("install", "install --force-reinstall", 1)
        try:
            content = self.read(name)
        except OSError as error:
            raise ConfigError(
                f"{error.filename or name}: {error.strerror or error}. Install it anew with: {again}"
            ) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ConfigError(f"{name} is not the file of {self.name} that is known. Install it anew with: {again}")
        return content

    def open_tokenizer(self) -> Any:
        """Return what cuts a text into word pieces, at most the window's at a time. Raises as above."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self.content("tokenizer.json", self.tokenizer).decode())
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=self.built.window)
        return tokenizer

    def open_weights(self) -> Weights:
        """Return the weights by the names that the graph knows. Raises as above."""
        from safetensors.numpy import load

        return self.renamed(load(self.content("model.safetensors", self.weights)))

    def loaded(self) -> tuple[Any, Any]:
        """Return session and tokenizer, loaded once in this process for a cache folder."""
        return _loaded(self, user_cache("models"))


class SentenceEmbeddings(Embeddings):
    """Unit vectors by a sentence model with weights of 8 bits.

    A vector depends on its text alone, not on the texts beside it, and is bit for bit the same from run to run. A text
    longer than the model's window is read in windows and gets the mean of their vectors by length; no word is
    dropped. An empty text has a vector as any other. Objects may be used by several threads and in forked processes;
    all of a process share one copy of the model.
    """

    model: ClassVar[SentenceModel]
    model_for_questions: ClassVar[SentenceModel | None] = None
    """What reads questions, where that is not the model that reads texts."""
    before_question: ClassVar[str] = ""
    """What the model was taught to read before a question."""
    before_text: ClassVar[str] = ""
    """And before what may answer one."""

    def __init__(self) -> None:
        """Look for the weights and their runtime; the model is loaded when it is first used.

        Raises:
            ConfigError: The weights or their runtime are not installed.
        """
        if missing := self.model.missing_parts():
            raise ConfigError(
                f"embeddings {self.model.prefix}: not installed. Install them with: {' && '.join(missing)}"
            )

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector per text, made on all cores.

        Raises:
            ConfigError: The installed weights are not those of the model.
            ModelError: onnxruntime cannot run the model.
        """
        marked = [self.before_text + text for text in texts]
        if len(texts) < _FEWEST_FOR_THREADS:
            return [_embedded(text, self.model) for text in marked]
        self.model.loaded()
        with ThreadPoolExecutor(usable_cores()) as threads:
            return list(threads.map(_embedded, marked, repeat(self.model)))

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question. Raises as above."""
        return _embedded(self.before_question + text, self._asked)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one that the model has learnt as a whole. Raises as above."""
        return self._asked.loaded()[1].token_to_id(word) is not None

    @property
    def _asked(self) -> SentenceModel:
        return self.model_for_questions or self.model


def _embedded(text: str, model: SentenceModel) -> list[float]:
    session, tokenizer = model.loaded()
    # A lone surrogate is no text for the tokenizer; encode_batch would start threads that a fork loses.
    whole = tokenizer.encode(text.encode(errors="replace").decode())
    windows = [whole.ids, *(rest.ids for rest in whole.overflowing)]
    rows = [session.run(None, {IDS: np.array(ids, dtype=np.int64)})[0] for ids in windows]
    vector: list[float] = _mean(rows, [len(ids) for ids in windows]).tolist()
    return vector


def _mean(rows: "Sequence[NDArray[np.float32]]", weights: Sequence[int]) -> "NDArray[np.float32]":
    """Return the weighted mean of unit vectors as a unit vector; one alone as it is."""
    if len(rows) == 1:
        return rows[0]
    total = np.einsum("w,wd->d", np.array(weights, dtype=np.float32), np.stack(rows))
    unit: NDArray[np.float32] = (total / np.sqrt(np.einsum("d,d->", total, total))).astype(np.float32)
    return unit


# Without a lock, which a fork could leave locked for ever: two threads that come at once both load, with one result.
@cache
def _loaded(model: SentenceModel, folder: Path) -> tuple[Any, Any]:
    tokenizer = model.open_tokenizer()
    file = folder / f"{model.name.lower()}-{model.weights[:12]}-{model.built.version}.onnx"
    return open_session(_kept(file) or _converted(model, file), str(file), threads=1), tokenizer


def _kept(file: Path) -> bytes | None:
    """Return the model that a file holds behind its digest; None where it is missing, damaged or not to be read."""
    try:
        with file.open("rb") as opened:
            digest, model = opened.read(_DIGEST_BYTES), opened.read()
    except OSError:
        return None
    return model if hashlib.sha256(model).digest() == digest else None


def _converted(model: SentenceModel, file: Path) -> bytes:
    """Make the model out of the installed weights and keep it, if the folder can be written."""
    content = sentence_graph(model.open_weights(), model.built)
    try:
        write_atomically(file, hashlib.sha256(content).digest() + content)
    except OSError as error:
        _LOG.warning("%s: cannot be written (%s); the model is made anew in each process.", file, error)
    return content
