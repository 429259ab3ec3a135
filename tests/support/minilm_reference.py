"""all-MiniLM-L6-v2 in float32 and plain numpy, with which the vectors of 8 bits are compared."""

import math
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from graphrag_tools.embeddings.low_rank import with_changes

_erf = np.vectorize(math.erf, otypes=[np.float32])


def reference_vectors(folder: Path, learnt: list[bytes], texts: list[str]) -> np.ndarray:
    weights = load_file(folder / "model.safetensors")
    for changes in learnt:
        weights = with_changes(weights, changes)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=256)
    rows = [_tokens(np.array(tokenizer.encode(text).ids), weights).mean(axis=0) for text in texts]
    return np.stack([row / np.linalg.norm(row) for row in rows])


def _tokens(ids: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    def linear(rows: np.ndarray, name: str) -> np.ndarray:
        return np.einsum("ti,oi->to", rows, weights[f"{name}.weight"]) + weights[f"{name}.bias"]

    def normalised(rows: np.ndarray, name: str) -> np.ndarray:
        centred = rows - rows.mean(axis=-1, keepdims=True)
        deviation = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + 1e-12)
        return centred / deviation * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    words, places, kinds = (
        weights[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
    )
    rows = normalised(words[ids] + places[: len(ids)] + kinds[0], "embeddings.LayerNorm")
    for number in range(6):
        layer = f"encoder.layer.{number}"
        heads = (linear(rows, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        queries, keys, values = (part.reshape(len(ids), 12, 32) for part in heads)
        scores = np.exp(np.einsum("qhd,khd->hqk", queries, keys) / math.sqrt(32))
        attended = np.einsum("hqk,khd->qhd", scores / scores.sum(axis=-1, keepdims=True), values).reshape(-1, 384)
        output = linear(attended, f"{layer}.attention.output.dense")
        rows = normalised(rows + output, f"{layer}.attention.output.LayerNorm")
        wide = linear(rows, f"{layer}.intermediate.dense")
        wide *= (1 + _erf(wide / math.sqrt(2))) / 2
        rows = normalised(rows + linear(wide, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return rows
