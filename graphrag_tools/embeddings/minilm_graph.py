"""all-MiniLM-L6-v2 (BERT with 6 layers of 384) as an ONNX graph with weights of 8 bits: ids in, a vector out.

One text at a time, because the scale of what goes into a product is taken from all of it: in a batch a vector would
depend on the texts beside it. So there is no padding and no mask either.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphrag_tools.embeddings.onnx_graph import FLOAT, OnnxGraph

GRAPH_VERSION = 1
"""Changes with anything below that changes a vector."""
DIMENSION = 384
WINDOW = 256
"""Word pieces that the model was trained on, its two marks included."""
IDS = "ids"
_LAYERS, _HEADS = 6, 12
_EPSILON = 1e-12
_LEVELS = 64
"""Largest weight: two products with bytes fit into 16 bits, where AVX2 would cut them off without a word. So
the sums are exact on machines with and without instructions for 8 bits."""
_ROW_LEVELS = 127

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class _Linear:
    """A matrix of (inputs, outputs) and what is added to its product."""

    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]


def minilm_graph(weights: Weights) -> bytes:
    """Return the ONNX model that takes `IDS` (at most `WINDOW` of them) and gives a vector of length 1.

    The names of the weights are those of Hugging Face's BertModel.

    Raises:
        KeyError: A weight is missing.
    """
    graph = OnnxGraph()
    tokens = _embedded_tokens(graph, weights)
    for number in range(_LAYERS):
        tokens = _layer(graph, weights, f"encoder.layer.{number}", tokens)
    mean = graph.node("ReduceMean", tokens, graph.integers(0), keepdims=0)
    return graph.model(IDS, graph.node("LpNormalization", mean, axis=-1, p=2), DIMENSION)


def _embedded_tokens(graph: OnnxGraph, weights: Weights) -> str:
    """Return one row per word piece: its own, plus that of its place, normalised."""
    table = weights["embeddings.word_embeddings.weight"]
    scales = _scales(table, axis=1, levels=_ROW_LEVELS)
    rows = graph.node("Gather", graph.constant(_rounded(table, scales)), IDS)
    pieces = graph.node("Mul", graph.node("Cast", rows, to=FLOAT), graph.node("Gather", graph.constant(scales), IDS))
    places = (
        weights["embeddings.position_embeddings.weight"][:WINDOW]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    zero = graph.integers(0)
    first = graph.node("Slice", graph.constant(places), zero, graph.node("Shape", IDS), zero)
    return _normalised(graph, weights, "embeddings.LayerNorm", graph.node("Add", pieces, first))


def _layer(graph: OnnxGraph, weights: Weights, name: str, tokens: str) -> str:
    attended = _product(
        graph, _linear(weights, f"{name}.attention.output.dense"), _attention(graph, weights, name, tokens)
    )
    in_context = _normalised(graph, weights, f"{name}.attention.output.LayerNorm", graph.node("Add", tokens, attended))
    wide = graph.node("Gelu", _product(graph, _linear(weights, f"{name}.intermediate.dense"), in_context))
    narrow = _product(graph, _linear(weights, f"{name}.output.dense"), wide)
    return _normalised(graph, weights, f"{name}.output.LayerNorm", graph.node("Add", in_context, narrow))


def _attention(graph: OnnxGraph, weights: Weights, name: str, tokens: str) -> str:
    """Return what each word piece takes from all: softmax(queries · keys / √width) · values, per head."""
    query, key, value = (_linear(weights, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
    scale = np.float32(1 / math.sqrt(DIMENSION // _HEADS))
    # One product instead of three; the queries' scale is in their weights.
    joined = _Linear(
        np.concatenate([query.matrix * scale, key.matrix, value.matrix], axis=1),
        np.concatenate([query.bias * scale, key.bias, value.bias]),
    )
    parts = graph.nodes("Split", _product(graph, joined, tokens), outputs=3, axis=-1, num_outputs=3)
    by_head = graph.integers(-1, _HEADS, DIMENSION // _HEADS)
    queries, keys, values = (graph.node("Reshape", part, by_head) for part in parts)
    scores = graph.node(
        "MatMul",
        graph.node("Transpose", queries, perm=(1, 0, 2)),
        graph.node("Transpose", keys, perm=(1, 2, 0)),
    )
    shares = graph.node("Softmax", scores, axis=-1)
    taken = graph.node("MatMul", shares, graph.node("Transpose", values, perm=(1, 0, 2)))
    return graph.node("Reshape", graph.node("Transpose", taken, perm=(1, 0, 2)), graph.integers(-1, DIMENSION))


def _product(graph: OnnxGraph, linear: _Linear, rows: str) -> str:
    """Return rows · matrix + bias, both sides in 8 bits: the matrix by column, the rows by their largest value.

    onnxruntime joins these operators into one, DynamicQuantizeMatMul.
    """
    scales = _scales(linear.matrix, axis=0, levels=_LEVELS)
    quantised, scale, zero = graph.nodes("DynamicQuantizeLinear", rows, outputs=3)
    sums = graph.node("MatMulInteger", quantised, graph.constant(_rounded(linear.matrix, scales)), zero)
    scaled = graph.node(
        "Mul", graph.node("Cast", sums, to=FLOAT), graph.node("Mul", scale, graph.constant(scales.ravel()))
    )
    return graph.node("Add", scaled, graph.constant(linear.bias))


def _normalised(graph: OnnxGraph, weights: Weights, name: str, rows: str) -> str:
    gain, bias = (graph.constant(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.node("LayerNormalization", rows, gain, bias, axis=-1, epsilon=_EPSILON)


def _linear(weights: Weights, name: str) -> _Linear:
    return _Linear(weights[f"{name}.weight"].T, weights[f"{name}.bias"])


def _scales(matrix: NDArray[np.float32], axis: int, levels: int) -> NDArray[np.float32]:
    """Return what one step of 8 bits is worth along an axis: the largest value is `levels` steps."""
    largest: NDArray[np.float32] = np.abs(matrix).max(axis=axis, keepdims=True) / np.float32(levels)
    return np.where(largest > 0, largest, np.float32(1))


def _rounded(matrix: NDArray[np.float32], scales: NDArray[np.float32]) -> NDArray[np.int8]:
    steps: NDArray[np.int8] = np.rint(matrix / scales).astype(np.int8)
    return steps
