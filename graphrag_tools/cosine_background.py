"""How near a question is to the blocks of an index in general: what the cosine of a good hit stands out from."""

import base64
import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

_SAMPLED_BLOCKS = 1_000
_DIRECTIONS = 16


class CosineBackground(BaseModel):
    """The mean and the spread of an index's block vectors, as much as a question needs.

    `numbers` holds, as base64 of little-endian float32, the mean vector and then the 16 directions in which
    the vectors differ most, each as long as its standard deviation. `rest` is the variance in any other one.
    """

    model_config = ConfigDict(frozen=True)

    dimension: int
    numbers: str
    rest: float

    @classmethod
    def of(cls, vectors: Sequence[Sequence[float]]) -> "CosineBackground":
        """Return the background of at least one vector; of many, a regular sample of 1,000 stands for all."""
        step = max(1, len(vectors) // _SAMPLED_BLOCKS)
        sample = _unit(np.asarray(vectors[::step][:_SAMPLED_BLOCKS], dtype=np.float64))
        mean = sample.mean(axis=0)
        _, lengths, directions = np.linalg.svd(sample - mean, full_matrices=False)
        deviations = lengths / math.sqrt(len(sample))
        scaled = directions[:_DIRECTIONS] * deviations[:_DIRECTIONS, None]
        others = sample.shape[1] - len(scaled)
        rest = float((deviations[_DIRECTIONS:] ** 2).sum()) / others if others > 0 else 0.0
        numbers = np.vstack([mean, scaled]).astype("<f4")
        return cls(dimension=sample.shape[1], numbers=base64.b64encode(numbers.tobytes()).decode(), rest=rest)

    def level(self, vector: Sequence[float]) -> tuple[float, float]:
        """Return the mean and the standard deviation of a question's cosines with all blocks.

        The deviation is 0 where the vector is zero or the blocks do not differ.
        """
        question = _unit(np.asarray([vector], dtype=np.float64))[0]
        numbers = self._numbers
        mean, directions = numbers[0], numbers[1:]
        lengths = np.linalg.norm(directions, axis=1)
        along = directions @ question
        units = along[lengths > 0] / lengths[lengths > 0]
        outside = max(0.0, float(question @ question - units @ units))
        return float(mean @ question), math.sqrt(float(along @ along) + outside * self.rest)

    @cached_property
    def _numbers(self) -> NDArray[np.float32]:
        return np.frombuffer(base64.b64decode(self.numbers), dtype="<f4").reshape(-1, self.dimension)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float64] = vectors / np.where(norms > 0, norms, 1.0)
    return unit
