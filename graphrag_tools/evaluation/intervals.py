"""How sure a mean over questions is: bootstrap intervals."""

from collections.abc import Sequence

import numpy as np

SAMPLES = 2_000
_TAIL = 2.5


def bootstrap_interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """Return the 95% interval of a mean by the percentile bootstrap over questions (Efron, 1979).

    Deterministic for a seed. Where all values are equal it has no width, which says that nothing else was
    seen and not that nothing else happens: of n questions without a failure, up to 3 in n may be hidden.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("no values; an interval needs at least one")
    found = np.asarray(values, dtype=float)
    random = np.random.default_rng(seed)
    means = [found[random.integers(0, len(found), len(found))].mean() for _ in range(SAMPLES)]
    low, high = np.percentile(means, [_TAIL, 100 - _TAIL])
    return float(low), float(high)


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile, 0 to 100, with the values between two interpolated. Raises as above."""
    if not values:
        raise ValueError("no values; a percentile needs at least one")
    return float(np.percentile(np.asarray(values, dtype=float), share))
