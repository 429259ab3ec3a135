"""A sentence embedder built as BERT is, as an ONNX graph with weights of 8 bits: ids in, a vector out.

One text at a time, because the scale of what goes into a product is taken from all of it: in a batch a vector would
depend on the texts beside it. So there is no padding and no mask either.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphrag_tools.embeddings.onnx_graph import FLOAT, OnnxGraph

IDS = "ids"
_LEVELS = 64
"""Largest weight: two products with bytes fit into 16 bits, where AVX2 would cut them off without a word. So
the sums are exact on machines with and without instructions for 8 bits."""
_ROW_LEVELS = 127
_PART_LEVELS = 63
"""Largest step of a part of a row: bytes up to 127 leave room in 16 bits for weights of all 8."""
_SMALLEST_STEP = 1e-12
"""So that a row of zeros is no division by zero."""
_FARTHEST = 128
"""From here on all distances between places are one."""

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Architecture:
    """What differs between the models."""

    layers: int
    dimension: int
    heads: int
    window: int
    """Word pieces that the model is used for at a time, its two marks included."""
    epsilon: float
    weighs_distances: bool = False
    """Whether heads also weigh how far apart two word pieces are, as MPNet's do (Song et al. 2020)."""
    version: int = 1
    """Changes with anything in this module that changes a vector of the model."""
    splits_rows: bool = False
    """Whether a row goes into a product as two of 7 bits, because a few of its values dwarf all others."""


@dataclass(frozen=True, slots=True)
class _Linear:
    """A matrix of (inputs, outputs) and what is added to its product."""

    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]


def sentence_graph(weights: Weights, built: Architecture) -> bytes:
    """Return the ONNX model that takes `IDS` (at most `built.window` of them) and gives a vector of length 1.

    The names of the weights are those of Hugging Face's BertModel, and for distances those of its MPNetModel.

    Raises:
        KeyError: A weight is missing.
    """
    return _SentenceGraph(weights, built).model()


class _SentenceGraph:
    """The graph while it grows, with the weights that go into it. Methods add nodes, and return what these give."""

    def __init__(self, weights: Weights, built: Architecture) -> None:
        self._graph = OnnxGraph()
        self._weights = weights
        self._built = built

    def model(self) -> bytes:
        graph = self._graph
        distances = self._distances() if self._built.weighs_distances else ""
        tokens = self._embedded_tokens()
        for number in range(self._built.layers):
            tokens = self._layer(f"encoder.layer.{number}", tokens, distances)
        mean = graph.node("ReduceMean", tokens, graph.integers(0), keepdims=0)
        return graph.model(IDS, graph.node("LpNormalization", mean, axis=-1, p=2), self._built.dimension)

    def _distances(self) -> str:
        """Return what is added to the scores of two word pieces for their distance: (heads, pieces, pieces)."""
        graph = self._graph
        by_bucket = self._weights["encoder.relative_attention_bias.weight"]
        places = np.arange(self._built.window)
        table = by_bucket[_bucket(places[None, :] - places[:, None], len(by_bucket))].transpose(2, 0, 1)
        length = graph.node("Shape", IDS)
        ends = graph.node("Concat", length, length, axis=0)
        return graph.node("Slice", graph.constant(table), graph.integers(0, 0), ends, graph.integers(1, 2))

    def _embedded_tokens(self) -> str:
        """Return one row per word piece: its own, plus that of its place, normalised."""
        graph = self._graph
        table = self._weights["embeddings.word_embeddings.weight"]
        scales = _scales(table, axis=1, levels=_ROW_LEVELS)
        rows = graph.node("Gather", graph.constant(_rounded(table, scales)), IDS)
        scale = graph.node("Gather", graph.constant(scales), IDS)
        pieces = graph.node("Mul", graph.node("Cast", rows, to=FLOAT), scale)
        places = self._weights["embeddings.position_embeddings.weight"][: self._built.window]
        zero = graph.integers(0)
        first = graph.node("Slice", graph.constant(places), zero, graph.node("Shape", IDS), zero)
        return self._normalised("embeddings.LayerNorm", graph.node("Add", pieces, first))

    def _layer(self, name: str, tokens: str, distances: str) -> str:
        graph = self._graph
        taken = self._attention(name, tokens, distances)
        attended = graph.node("Add", tokens, self._product(self._linear(f"{name}.attention.output.dense"), taken))
        in_context = self._normalised(f"{name}.attention.output.LayerNorm", attended)
        wide = graph.node("Gelu", self._product(self._linear(f"{name}.intermediate.dense"), in_context))
        narrow = self._product(self._linear(f"{name}.output.dense"), wide)
        return self._normalised(f"{name}.output.LayerNorm", graph.node("Add", in_context, narrow))

    def _attention(self, name: str, tokens: str, distances: str) -> str:
        """Return what each word piece takes from all: softmax(queries · keys / √width) · values, per head."""
        graph, dimension, heads = self._graph, self._built.dimension, self._built.heads
        query, key, value = (self._linear(f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        scale = np.float32(1 / math.sqrt(dimension // heads))
        # One product instead of three; the queries' scale is in their weights.
        joined = _Linear(
            np.concatenate([query.matrix * scale, key.matrix, value.matrix], axis=1),
            np.concatenate([query.bias * scale, key.bias, value.bias]),
        )
        parts = graph.nodes("Split", self._product(joined, tokens), outputs=3, axis=-1, num_outputs=3)
        by_head = graph.integers(-1, heads, dimension // heads)
        queries, keys, values = (graph.node("Reshape", part, by_head) for part in parts)
        scores = graph.node(
            "MatMul",
            graph.node("Transpose", queries, perm=(1, 0, 2)),
            graph.node("Transpose", keys, perm=(1, 2, 0)),
        )
        shares = graph.node("Softmax", graph.node("Add", scores, distances) if distances else scores, axis=-1)
        taken = graph.node("MatMul", shares, graph.node("Transpose", values, perm=(1, 0, 2)))
        return graph.node("Reshape", graph.node("Transpose", taken, perm=(1, 0, 2)), graph.integers(-1, dimension))

    def _product(self, linear: _Linear, rows: str) -> str:
        """Return rows · matrix + bias."""
        graph = self._graph
        product = self._split_product if self._built.splits_rows else self._rounded_product
        return graph.node("Add", product(linear.matrix, rows), graph.constant(linear.bias))

    def _rounded_product(self, matrix: NDArray[np.float32], rows: str) -> str:
        """Return rows · matrix, both sides in 8 bits: the matrix by column, the rows by their largest value.

        onnxruntime joins these operators into one, DynamicQuantizeMatMul.
        """
        graph = self._graph
        scales = _scales(matrix, axis=0, levels=_LEVELS)
        quantised, scale, zero = graph.nodes("DynamicQuantizeLinear", rows, outputs=3)
        sums = graph.node("MatMulInteger", quantised, graph.constant(_rounded(matrix, scales)), zero)
        both = graph.node("Mul", scale, graph.constant(scales.ravel()))
        return graph.node("Mul", graph.node("Cast", sums, to=FLOAT), both)

    def _split_product(self, matrix: NDArray[np.float32], rows: str) -> str:
        """Return rows · matrix, the matrix in 8 bits by column, each row by its own largest value in two parts.

        The second part is what rounding takes from the first one, so that a row has 13 bits and both sides still meet
        in products of 8 bits. They meet at once, as it is the matrix that takes long to read.
        """
        graph = self._graph
        scales = _scales(matrix, axis=0, levels=_ROW_LEVELS)
        whole, rest = graph.number(1), graph.number(1 / (2 * _PART_LEVELS))
        zero = graph.constant(np.array(_PART_LEVELS + 1, dtype=np.uint8))
        largest = graph.node("ReduceMax", graph.node("Abs", rows), graph.integers(-1), keepdims=1)
        steps = graph.node("Mul", largest, graph.number(1 / _PART_LEVELS))
        step = graph.node("Max", steps, graph.number(_SMALLEST_STEP))
        counted = graph.node("Div", rows, step)
        first = graph.node("QuantizeLinear", counted, whole, zero)
        left = graph.node("Sub", counted, graph.node("DequantizeLinear", first, whole, zero))
        both = graph.node("Concat", first, graph.node("QuantizeLinear", left, rest, zero), axis=0)
        sums = graph.node("MatMulInteger", both, graph.constant(_rounded(matrix, scales)), zero)
        large, small = graph.nodes("Split", graph.node("Cast", sums, to=FLOAT), outputs=2, axis=0, num_outputs=2)
        counts = graph.node("Add", large, graph.node("Mul", small, rest))
        return graph.node("Mul", graph.node("Mul", counts, graph.constant(scales.ravel())), step)

    def _normalised(self, name: str, rows: str) -> str:
        gain, bias = (self._graph.constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._graph.node("LayerNormalization", rows, gain, bias, axis=-1, epsilon=self._built.epsilon)

    def _linear(self, name: str) -> _Linear:
        return _Linear(self._weights[f"{name}.weight"].T, self._weights[f"{name}.bias"])


def _bucket(distances: NDArray[np.int64], buckets: int) -> NDArray[np.int64]:
    """Return the bucket of each distance: half of them for each side, near ones alone, far ones by logarithm."""
    side, alone = buckets // 2, buckets // 4
    far = np.abs(distances)
    by_logarithm = alone + np.log(np.maximum(far, 1) / alone) / math.log(_FARTHEST / alone) * (side - alone)
    shared = np.minimum(by_logarithm.astype(np.int64), side - 1)
    return np.where(distances > 0, side, 0) + np.where(far < alone, far, shared)


def _scales(matrix: NDArray[np.float32], axis: int, levels: int) -> NDArray[np.float32]:
    """Return what one step of 8 bits is worth along an axis: the largest value is `levels` steps."""
    largest: NDArray[np.float32] = np.abs(matrix).max(axis=axis, keepdims=True) / np.float32(levels)
    return np.where(largest > 0, largest, np.float32(1))


def _rounded(matrix: NDArray[np.float32], scales: NDArray[np.float32]) -> NDArray[np.int8]:
    steps: NDArray[np.int8] = np.rint(matrix / scales).astype(np.int8)
    return steps
