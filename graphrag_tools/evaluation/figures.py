"""Metrics of retrieval and answers, as the EMQAP paper and its baselines are measured, and their intervals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from graphrag_tools.errors import ConfigError
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.text.normalise import folded

ROUGE_WORDS = 100
"""Both sides of ROUGE-L are cut to this many words, so that a long copy is not rewarded for its length."""
SAMPLES = 2_000
_TAIL = 2.5


@dataclass(frozen=True, slots=True)
class RougeL:
    """ROUGE-L, 0 to 1 each: longest common subsequence of stems over answer and reference (Lin, 2004)."""

    precision: float
    recall: float
    f1: float


class GoldPaths:
    """Which section paths are right, given all section paths of an index."""

    def __init__(self, known: Sequence[Sequence[str]]) -> None:
        self._known = {_key(path) for path in known}
        self._titles = {path[-1] for path in self._known if path}

    def is_right(self, path: Sequence[str], gold: Sequence[str]) -> bool:
        """Whether a section path is the gold one, after folding case, punctuation, dashes and white space.

        A gold path that no section has is right where the last titles agree.
        """
        if not path:
            return False
        right = _key(gold)
        return _key(path) == right if right in self._known else folded(path[-1]) == right[-1]

    def is_reachable(self, gold: Sequence[str]) -> bool:
        """Whether any section can be the right one."""
        right = _key(gold)
        return right in self._known or right[-1] in self._titles

    def is_right_of(self, path: Sequence[str], golds: Iterable[Sequence[str]]) -> bool:
        """Whether a section path is one of several gold ones; of none, it is not."""
        return any(self.is_right(path, gold) for gold in golds)


def exact_match(answer: str, reference: str) -> bool:
    """Whether two texts are equal after folding."""
    return folded(answer) == folded(reference)


def rouge_l(answer: str, reference: str) -> RougeL:
    """Return ROUGE-L with Porter stemming, both texts cut to 100 words (rouge-score package).

    Raises:
        ConfigError: The package rouge-score is not installed.
    """
    score = _scorer().score(_cut(reference), _cut(answer))["rougeL"]
    return RougeL(score.precision, score.recall, score.fmeasure)


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


@cache
def _scorer() -> Any:
    try:
        from rouge_score import rouge_scorer
    except ImportError as error:
        raise ConfigError(
            f"the package rouge-score is not installed. Install it with: {install_extra('eval')}"
        ) from error
    return rouge_scorer.RougeScorer(["rougeL"], use_stemmer=True)


def _cut(text: str) -> str:
    return " ".join(text.split()[:ROUGE_WORDS])


def _key(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(folded(title) for title in path)
