"""Whether a manual covers a question at all, read from the unscaled figures of its search."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from graphrag_tools.whitening import Whitening

if TYPE_CHECKING:
    from graphrag_tools.search import Hit

DEFAULT_REFUSE_BELOW = 0.03
"""Refuse about 3% of the questions that a manual answers, and with them most of those that it does not."""
_STEPS = 100
# Twice the number of questions: the three weights then stay near each other, so that what is learned from made
# questions, which repeat the manual's words, also holds for those of people, who do not.
_PENALTY = 2.0
_ROUNDS = 50

Figures = tuple[float, float, float]


class CoverageModel(BaseModel):
    """The weights of three figures, and where the made questions that a manual answers come to lie.

    The figures are those of `figures_of`. `quantiles` are the sums at 0, 1, … 100% of the answered made questions,
    ascending; `questions` is how many those were, 0 for the prior. `whitening` is what the first figure needs.
    """

    model_config = ConfigDict(frozen=True)

    weights: Figures
    quantiles: tuple[float, ...]
    questions: int
    whitening: Whitening | None = None

    def score(self, hits: "Sequence[Hit]") -> float:
        """Return how well the hits of one search cover its question, 0 to 1; 0 without a hit.

        A score of .1 is reached or passed by 90% of the made questions that the manual answers: refusing below
        .1 refuses about a tenth of the answerable questions. It is no probability that the manual answers.
        """
        if not hits:
            return 0.0
        total = float(np.dot(self.weights, figures_of(hits)))
        return float(np.interp(total, self.quantiles, np.linspace(0, 1, len(self.quantiles))))


def figures_of(hits: "Sequence[Hit]") -> Figures:
    """Return three figures of one search; all 0 where it found nothing.

    They are the best cosine after whitening, the best BM25 of a block as a share of what the question's words
    weigh, and the best sum of a section's cosine and the share of the question's words in one of its blocks.
    """
    if not hits:
        return 0.0, 0.0, 0.0
    return (
        max(hit.whitened_cosine for hit in hits),
        max(hit.block_bm25 for hit in hits),
        max(hit.cosine + hit.block_share for hit in hits),
    )


def fitted_coverage(
    covered: Sequence[Figures], uncovered: Sequence[Figures], whitening: Whitening | None = None
) -> CoverageModel:
    """Fit the model by logistic regression on standardised figures, with a ridge and no weight below zero."""
    rows = np.asarray([*covered, *uncovered], dtype=np.float64)
    answers = np.r_[np.ones(len(covered)), np.zeros(len(uncovered))]
    spread = rows.std(axis=0)
    known = spread > 1e-9  # one figure of all questions alike says nothing
    scale = np.where(known, spread, 1.0)
    weights = np.where(known, _logistic_weights((rows - rows.mean(axis=0)) / scale, answers), 0.0) / scale
    sums = np.asarray(covered) @ weights
    return CoverageModel(
        weights=_rounded(weights),
        quantiles=tuple(round(float(at), 6) for at in np.quantile(sums, np.linspace(0, 1, _STEPS + 1))),
        questions=len(covered),
        whitening=whitening,
    )


def _rounded(weights: NDArray[np.float64]) -> Figures:
    first, second, third = (round(float(weight), 6) for weight in weights)
    return first, second, third


def _logistic_weights(rows: NDArray[np.float64], answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's method; a figure whose weight comes out negative is left out and the rest fitted again."""
    kept = np.ones(rows.shape[1], dtype=bool)
    weights = np.zeros(rows.shape[1])
    while kept.any():
        weights[:] = 0.0
        weights[kept] = _newton(rows[:, kept], answers)
        if (weights >= 0).all():
            return weights
        kept &= weights >= 0
    return np.ones(rows.shape[1])


def _newton(rows: NDArray[np.float64], answers: NDArray[np.float64]) -> NDArray[np.float64]:
    with_constant = np.c_[rows, np.ones(len(rows))]
    penalty = np.r_[np.full(rows.shape[1], _PENALTY * len(rows)), 1e-6]
    found = np.zeros(with_constant.shape[1])
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(with_constant @ found, -30, 30)))
        slope = with_constant.T @ (chance - answers) + penalty * found
        curvature = (with_constant * (chance * (1 - chance))[:, None]).T @ with_constant + np.diag(penalty)
        step = np.linalg.solve(curvature, slope)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    return found[:-1]


_PRIOR_QUANTILES = (
    *(0.054685, 0.249636, 0.304812, 0.357882, 0.37182, 0.398769, 0.42856, 0.458536, 0.489054, 0.502405, 0.52162),
    *(0.557398, 0.612095, 0.624471, 0.640059, 0.65346, 0.670473, 0.702749, 0.726514, 0.761487, 0.813556),
)
# Of the sample manual's made questions: what `python -m benchmarks.refusals --prior` prints.
PRIOR = CoverageModel(weights=(0.0, 0.250678, 0.235256), quantiles=_PRIOR_QUANTILES, questions=0)
"""For an index without a calibration of its own. It knows no whitening, and so does not weigh the first figure."""
