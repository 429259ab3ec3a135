"""Scores of what was found for one question: parsed, ranked, and scaled over its candidates."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TypeAlias

from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.stores.protocols import Scored

_BLOCKS_PER_HIT = 3
Found: TypeAlias = tuple[RecordKey, float]
"""A block, a sentence or a question by a model, and how well it fits."""


def parsed(found: Iterable[Scored]) -> list[Found]:
    """Return what was found with its keys parsed, best first."""
    return sorted([(RecordKey.parse(key), score) for key, score in found], key=itemgetter(1), reverse=True)


def ranking(scores: Mapping[str, float]) -> list[str]:
    """Return sections, best first; of equal ones by their ids."""
    by_id = sorted(scores)
    return sorted(by_id, key=scores.__getitem__, reverse=True)


def best_of(figures: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the highest figure of each name."""
    best: dict[str, float] = {}
    for name, figure in figures:
        if name not in best or figure > best[name]:
            best[name] = figure
    return best


def scaled(scores: Mapping[str, float]) -> dict[str, float]:
    """Scale scores to 0..1 over the candidates; all equal gives 1."""
    scale = _scale(scores.values())
    return {key: scale(score) for key, score in scores.items()}


def _scale(scores: Collection[float]) -> Callable[[float], float]:
    """Return what maps the scores to 0..1; all to 1 where they are equal."""
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    return (lambda score: (score - low) / (high - low)) if high > low else lambda _score: 1.0


def blocks_by_section(wanted: Collection[str], *signals: Sequence[Found]) -> dict[str, tuple[int, ...]]:
    """Return the wanted sections' best block positions, best first, by the sum over the signals of its best score."""
    totals: dict[str, dict[int, float]] = {}
    for signal in signals:
        scale = _scale([score for _, score in signal])
        seen: set[tuple[str, int]] = set()
        for key, score in signal:
            if key.section not in wanted or key.kind != "block":
                continue
            at = key.section, key.position
            if at not in seen:
                seen.add(at)
                of_section = totals.setdefault(key.section, {})
                of_section[key.position] = of_section.get(key.position, 0.0) + scale(score)
    return {
        section: tuple(sorted(total, key=lambda at: (-total[at], f"{at}"))[:_BLOCKS_PER_HIT])
        for section, total in totals.items()
    }
