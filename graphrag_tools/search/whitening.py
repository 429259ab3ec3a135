"""Whitening: vectors without what all blocks of an index share, so that a cosine tells what is particular.

A question about a phone is near every block about that phone. Whitening (centre, then divide by the deviation in
each direction, here with a ridge of .3 of the mean variance) leaves the difference between the right block and the next
best one: on made questions of three manuals, AUROC .67 to .81 instead of .64 to .72 with the plain cosine.
"""

import base64
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from graphrag_tools.vectors import Vector

_SAMPLED_BLOCKS = 1_000
_DIRECTIONS = 128
_RIDGE = 0.3


class Whitening(BaseModel):
    """The mean of an index's block vectors and the 128 directions in which they differ most.

    `numbers` holds them as base64 of little-endian float32: the mean, then the directions, each as long as the
    factor by which to shrink along it, less than 1.
    """

    model_config = ConfigDict(frozen=True)

    dimension: int
    numbers: str

    @classmethod
    def of(cls, vectors: Sequence[Vector]) -> "Whitening":
        """Return the whitening of at least one vector; of many, a regular sample of 1,000 stands for all."""
        step = max(1, len(vectors) // _SAMPLED_BLOCKS)
        sample = _unit(np.asarray(vectors[::step][:_SAMPLED_BLOCKS], dtype=np.float64))
        mean = sample.mean(axis=0)
        _, lengths, directions = np.linalg.svd(sample - mean, full_matrices=False)
        variances = lengths**2 / len(sample)
        ridge = _RIDGE * variances.sum() / sample.shape[1] or 1.0
        taken = 1.0 - np.sqrt(ridge / (variances + ridge))
        scaled = directions[:_DIRECTIONS] * np.sqrt(taken[:_DIRECTIONS, None])
        numbers = np.vstack([mean, scaled]).astype("<f4")
        return cls(dimension=sample.shape[1], numbers=base64.b64encode(numbers.tobytes()).decode())

    def cosines(self, question: Vector, blocks: Sequence[Vector]) -> list[float]:
        """Return the cosine, -1 to 1, of a question with each block, all whitened."""
        whitened = self._whitened(np.asarray([question, *blocks], dtype=np.float64))
        cosines: list[float] = (whitened[1:] @ whitened[0]).tolist()
        return cosines

    def _whitened(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        mean, directions = self._parts[0], self._parts[1:]
        centred = _unit(vectors) - mean
        return _unit(centred - (centred @ directions.T) @ directions)

    @cached_property
    def _parts(self) -> NDArray[np.float32]:
        return np.frombuffer(base64.b64decode(self.numbers), dtype="<f4").reshape(-1, self.dimension)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float64] = vectors / np.where(norms > 0, norms, 1.0)
    return unit
