"""Vector: the numbers of one embedding, in a list or, four bytes each, in an array."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = Sequence[float] | NDArray[np.float32]
