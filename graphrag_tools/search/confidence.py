"""Confidence in the first hit of a search, read from unscaled figures, and the three states that follow from it."""

import math
from dataclasses import dataclass
from typing import Literal

from graphrag_tools.errors import ConfigError

Standing = Literal["answered", "unsure", "not_in_manual"]
REFUSE_BELOW = 0.2
"""Where nothing is near. Chosen with `ANSWER_FROM` on everyday questions of four manuals (README, Refusals)."""
ANSWER_FROM = 0.63
"""From here on some seven of eight first hits were right, over manuals that the weights were not fitted on."""
DOUBTFUL, NONE = 0.5, 0.0
"""What a code settles: one that no section has, one of a series of which the manual lists others."""
NEAR = 0.25
"""Where one block has all words of a question: it may not answer, but "not in the manual" would not be true."""


@dataclass(frozen=True, slots=True)
class HitFigures:
    """What a search tells of one hit.

    `cosine` is that of its best passage, `lead` its distance to the tenth best section's (the background, which a
    question that fits nothing hardly rises above: the best single figure, AUROC .81), `margin` that of the fused
    score to the fifth hit's.
    """

    cosine: float
    lead: float
    margin: float


_CONSTANT, _COSINE, _LEAD, _MARGIN = -3.17, 3.26, 6.13, 0.93
"""A logistic regression, fitted with MiniLM's vectors; with static ones it is as precise (README, Search)."""


def confidence_of(found: HitFigures) -> float:
    """Return the probability, 0 to 1, that a first hit with these figures answers its question."""
    weighed = _COSINE * found.cosine + _LEAD * found.lead + _MARGIN * found.margin
    return 1.0 / (1.0 + math.exp(-(_CONSTANT + weighed)))


def confidence_by_words(share: float) -> float:
    """Return the confidence, 0 to 1, in a first hit that has this share of a question's words, where only words tell.

    Drawn to both ends (smoothstep), as a common word in a hit says little, and a missing one in a long question too.
    """
    return share * share * (3 - 2 * share)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below which confidence nothing is said to be near, and from which on to answer; between them it is unsure."""

    refuse_below: float = REFUSE_BELOW
    answer_from: float = ANSWER_FROM

    def __post_init__(self) -> None:
        """Refuse thresholds that are no shares."""
        for name in ("refuse_below", "answer_from"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; expected 0 to 1.")

    def standing(self, confidence: float) -> Standing:
        """Return what a confidence allows: to answer, to name the closest places, or to say that nothing is near."""
        if confidence < self.refuse_below or (self.refuse_below and confidence <= 0):
            return "not_in_manual"
        return "answered" if confidence >= self.answer_from else "unsure"
