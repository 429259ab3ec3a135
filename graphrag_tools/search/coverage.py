"""Coverage: how well a manual covers a question at all, read from the unscaled figures of its search."""

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from graphrag_tools.search.whitening import Whitening

if TYPE_CHECKING:
    from graphrag_tools.search.hit import Hit

DEFAULT_REFUSE_BELOW = 0.06
"""Chosen on made questions of three manuals and people's of one: it keeps 92 to 98% of them."""
# A manual whose made questions match no better than those without their section tells nothing by its own distance.
_LEAST_APART = 0.1


class CoverageModel(BaseModel):
    """Where the questions come to lie that a manual answers, and those that it does not.

    `covered` and `uncovered` are the means of `best_match` over made questions; `questions` is how many of them the
    manual answers, 0 for the prior. `whitening` is what the search needs that the figures are read from.
    """

    model_config = ConfigDict(frozen=True)

    covered: float
    uncovered: float
    questions: int
    whitening: Whitening | None = None

    def score(self, hits: "Sequence[Hit]") -> float:
        """Return how well the hits of one search cover its question, 0 to 1; 0 without a hit.

        .75 is the mean of the made questions that the manual answers, .25 of those that it does not, and .5 half
        way between; the curve is logistic. It is no probability that the manual answers.
        """
        if not hits:
            return 0.0
        apart = max(self.covered - self.uncovered, _LEAST_APART)
        position = (best_match(hits) - self.uncovered) / apart
        return float(1.0 / (1.0 + 3.0 ** (1.0 - 2.0 * position)))


def is_covered(coverage: float, refuse_below: float) -> bool:
    """Whether a manual may answer a question that it covers this well; a coverage of 0 never will do."""
    return coverage > 0 and coverage >= refuse_below


def best_match(hits: "Sequence[Hit]") -> float:
    """Return how well the best block of one search matches its question (`Hit.match`); 0 where it found nothing."""
    return max((hit.match for hit in hits), default=0.0)


def fitted_coverage(
    covered: Sequence[float], uncovered: Sequence[float], whitening: Whitening | None = None
) -> CoverageModel:
    """Return the model of at least one best match of covered questions and one of uncovered ones.

    Positions between two means, not quantiles: a threshold then keeps and refuses alike over manuals, and does not
    hang on the few lowest made questions.
    """
    return CoverageModel(
        covered=round(fmean(covered), 6),
        uncovered=round(fmean(uncovered), 6),
        questions=len(covered),
        whitening=whitening,
    )


PRIOR = CoverageModel(covered=1.431064, uncovered=0.944961, questions=0)
"""For an index without a calibration of its own: of the sample manual without whitening, as
`python -m benchmarks.refusals --prior` prints it."""
