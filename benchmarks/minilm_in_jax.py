"""MiniLM in float32 with changes of low rank to its attention that can be learnt (LoRA), in JAX."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from graphrag_tools.embeddings.low_rank import DOWN, UP
from graphrag_tools.embeddings.minilm import PUBLISHED
from graphrag_tools.embeddings.sentence_graph import Weights

RANK = 8
_BUILT = PUBLISHED.built
_CHANGED = [
    f"encoder.layer.{layer}.attention.self.{part}.weight"
    for layer in range(_BUILT.layers)
    for part in ("query", "value")
]
Changes = dict[str, Any]
"""For each matrix that changes the two factors of what is added to it."""
Pieces = tuple[np.ndarray, np.ndarray]
"""Texts as word pieces, (texts, width), and 1 where there is one."""


class MiniLM:
    """The model with given weights, which stay as they are; what changes is given with each call."""

    def __init__(self, weights: Weights) -> None:
        self._weights = {name: jnp.asarray(values) for name, values in weights.items()}
        self._tokenizer = PUBLISHED.open_tokenizer()

    def unchanged(self) -> Changes:
        """Return changes that change nothing yet."""
        keys, width = jax.random.split(jax.random.key(0), len(_CHANGED)), _BUILT.dimension
        return {
            name: (jax.random.normal(key, (width, RANK)) / np.sqrt(width), jnp.zeros((RANK, width)))
            for name, key in zip(_CHANGED, keys, strict=True)
        }

    def pieces(self, texts: Sequence[str], widths: Sequence[int], count: int) -> Pieces:
        """Return the texts cut into word pieces, filled up to the least width that holds them and to a count of texts.

        The last width cuts what is longer. Few shapes are few programs to compile.
        """
        found = [self._tokenizer.encode(text).ids for text in texts]
        width = next((width for width in widths if max(map(len, found)) <= width), widths[-1])
        ids, mask = np.zeros((count, width), np.int32), np.zeros((count, width), np.float32)
        mask[:, 0] = 1
        for row, of_text in enumerate(found):
            kept = of_text[:width]
            ids[row, : len(kept)], mask[row, : len(kept)] = kept, 1
        return ids, mask

    def vectors(self, changes: Changes, pieces: Pieces) -> Any:
        """Return the unit vectors of texts."""
        ids, mask = pieces
        weights = self._weights
        places = weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        rows = self._normalised("embeddings.LayerNorm", weights["embeddings.word_embeddings.weight"][ids] + places)
        unseen = (1 - mask)[:, None, None, :] * -1e9
        for layer in range(_BUILT.layers):
            rows = self._layer(f"encoder.layer.{layer}", changes, rows, unseen)
        total = (rows * mask[:, :, None]).sum(1)
        return total / jnp.linalg.norm(total, axis=-1, keepdims=True)

    def _layer(self, name: str, changes: Changes, rows: Any, unseen: Any) -> Any:
        count, length, width = rows.shape
        query, key, value = (
            self._product(f"{name}.attention.self.{part}", changes, rows)
            .reshape(count, length, _BUILT.heads, -1)
            .swapaxes(1, 2)
            for part in ("query", "key", "value")
        )
        shares = jax.nn.softmax(query @ key.swapaxes(2, 3) / np.sqrt(width // _BUILT.heads) + unseen)
        taken = (shares @ value).swapaxes(1, 2).reshape(count, length, width)
        rows = self._normalised(
            f"{name}.attention.output.LayerNorm", rows + self._product(f"{name}.attention.output.dense", changes, taken)
        )
        wide = jax.nn.gelu(self._product(f"{name}.intermediate.dense", changes, rows), approximate=False)
        return self._normalised(f"{name}.output.LayerNorm", rows + self._product(f"{name}.output.dense", changes, wide))

    def _product(self, name: str, changes: Changes, rows: Any) -> Any:
        product = rows @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        if f"{name}.weight" in changes:
            down, up = changes[f"{name}.weight"]
            product += rows @ down @ up
        return product

    def _normalised(self, name: str, rows: Any) -> Any:
        return (
            jax.nn.standardize(rows, epsilon=_BUILT.epsilon) * self._weights[f"{name}.weight"]
            + self._weights[f"{name}.bias"]
        )


def factors(changes: Changes) -> dict[str, np.ndarray]:
    """Return changes as a file of them names them, in 16 bits."""
    return {
        f"{name}{end}": np.asarray(factor, dtype=np.float16)
        for name, both in changes.items()
        for end, factor in zip((DOWN, UP), both, strict=True)
    }
