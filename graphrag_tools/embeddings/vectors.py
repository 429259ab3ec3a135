"""Vector: the numbers of one embedding, in a list or, four bytes each, in an array; and its length brought to one."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = Sequence[float] | NDArray[np.float32]


def of_length_one(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a vector, or each row of several, with the length one; what is nothing but zeros stays so."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: NDArray[np.float32] = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
