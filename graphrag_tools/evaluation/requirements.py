"""Find the smallest of several models that meets what is required, such as "path_right>=0.8"."""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.model_sizes import SizedModel, SizeOrder, smallest_first
from graphrag_tools.evaluation.report import EvaluationReport
from graphrag_tools.models.providers import NO_MODEL

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_WRITTEN = re.compile(r"\s*([\w.]+)\s*(>=|<=|==|>|<)\s*(\d*\.?\d+)\s*")
METRICS = tuple(
    [name for name in EvaluationReport.model_fields if name not in ("model", "way", "intervals", "by_kind", "rouge_l")]
    + ["rouge_l_precision", "rouge_l_recall", "rouge_l_f1"]
)
_ORDERS = {
    "parameters": "by their parameters",
    "bytes": "by the size of their weights",
    "given": "in the order given, as not every size is known",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A bound on one figure, both ends as they were written."""

    text: str
    metric: str
    comparison: str
    bound: float

    def is_met(self, figures: EvaluationReport) -> bool:
        """Whether a run meets it; a figure that was not measured does not."""
        found = figures.numbers[self.metric]
        return found is not None and _COMPARISONS[self.comparison](found, self.bound)


class RunVerdict(BaseModel):
    """One run and the requirements that it misses, with what it has instead."""

    model_config = ConfigDict(frozen=True)

    model: str
    way: str
    passes: bool
    missed: tuple[str, ...]


class Verdict(BaseModel):
    """What passes. `smallest` is a model's name, None where none passes; `words` says it in a sentence or two."""

    model_config = ConfigDict(frozen=True)

    requirements: tuple[str, ...]
    runs: tuple[RunVerdict, ...]
    smallest: str | None
    order: SizeOrder
    passed: bool
    words: str


def parse_requirement(text: str) -> Requirement:
    """Read "path_right>=0.8"; a part of ROUGE-L is rouge_l_f1 or rouge_l.f1.

    Raises:
        ConfigError: It is no such comparison, or there is no such figure.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ConfigError(f"--require {text!r}: expected a figure, one of >= > <= < == and a number: path_right>=0.8")
    metric = found[1].replace(".", "_")
    if metric not in METRICS:
        raise ConfigError(f"--require {text!r}: there is no figure {found[1]!r}; expected {', '.join(METRICS)}.")
    return Requirement(text.strip(), metric, found[2], float(found[3]))


def verdict(
    requirements: Sequence[Requirement], runs: Sequence[EvaluationReport], models: Sequence[SizedModel]
) -> Verdict:
    """Return which runs meet all requirements and which model is the smallest that does so in any of its ways.

    Where models were given, a way without a model does not pass for them: it is named beside.
    """
    judged = [_judged(requirements, run) for run in runs]
    ordered, order = smallest_first(models)
    passing = {one.model for one in judged if one.passes}
    smallest = next((model for model in ordered if model.name in passing), None)
    free = [one.way for one in judged if one.passes and one.model not in {model.name for model in models}]
    goal = " and ".join(one.text for one in requirements)
    return Verdict(
        requirements=tuple(one.text for one in requirements),
        runs=tuple(judged),
        smallest=smallest.name if smallest else None,
        order=order,
        passed=smallest is not None if models else bool(free),
        words=" ".join(_sentences(goal, smallest, judged, order if len(models) > 1 else None, free)),
    )


def _judged(requirements: Sequence[Requirement], run: EvaluationReport) -> RunVerdict:
    missed = tuple(
        f"{one.text} (it has {_shown(run.numbers[one.metric])})" for one in requirements if not one.is_met(run)
    )
    return RunVerdict(model=run.model, way=run.way, passes=not missed, missed=missed)


def _sentences(
    goal: str,
    smallest: SizedModel | None,
    judged: Sequence[RunVerdict],
    order: SizeOrder | None,
    free: Sequence[str],
) -> list[str]:
    sentences: list[str] = []
    if smallest:
        ways = ", ".join(one.way for one in judged if one.passes and one.model == smallest.name)
        size = f" ({smallest.shown_size})" if smallest.shown_size else ""
        ordered = f" Models are compared {_ORDERS[order]}." if order else ""
        sentences.append(f"The smallest model that passes {goal} is {smallest.name}{size}, by way of {ways}.{ordered}")
    elif any(one.model != NO_MODEL for one in judged) or not free:
        sentences.append(f"No model passes {goal}.")
    if free:
        sentences.append(f"Without any model {goal} is met by way of {', '.join(free)}.")
    return sentences


def _shown(value: float | None) -> str:
    return "no such figure" if value is None else f"{value:.3f}"
