"""Figures of one model in one way over all questions, and their tables for the terminal."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from graphrag_tools.evaluation.figures import bootstrap_interval, percentile
from graphrag_tools.evaluation.run import Outcome, QuestionResult
from graphrag_tools.evaluation.tables import FittingTable

_CAPTION = (
    "H@1: the right section is found first. right, wrong, uns. (unsure), ref.\n"
    "(refused): what the answerable questions got. ans.*: answered though the manual\n"
    "does not say. R-L: ROUGE-L F1. inv.: answers that name what the manual does\n"
    "not have. valid: tool calls that could be carried out. tokens: in+out per\n"
    "question. s: median seconds."
)


_NOT_ANSWERED = "not in the manual"


class RougeFigures(BaseModel):
    """Mean ROUGE-L over the questions, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    precision: float
    recall: float
    f1: float


class KindFigures(BaseModel):
    """What the questions of one kind got: of `n`, the shares 0 to 1 with their section first, and by outcome.

    Of questions that the manual does not answer, `right` is 0 and `wrong` the share that got an answer all the same.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    hits_at_1: float
    right: float
    wrong: float
    unsure: float
    refused: float


class EvaluationReport(BaseModel):
    """What `graphrag-tools eval` prints of one model in one way: shares are 0 to 1, seconds are of wall time.

    Right paths, answers and the four outcomes `right`, `wrong`, `unsure` and `refused`, which add up to 1, are over
    the n questions that the manual answers; `right_of_answered` is right / (right + wrong), None where nothing was
    answered. `answered_unanswerable`, `unsure_unanswerable` and `refused_unanswerable` are over the questions that it
    does not answer, None where there are none; all else over both. `valid_tool_calls`
    is the share of the model's own attempts at a tool call that named a tool, fitted its schema and named an
    existing item; None where the model made no attempt. `invented_items` is the share of answers that name a
    menu path or item that exists nowhere in the manual. `intervals` are the 95% ones of the bootstrap.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    way: str
    n: int
    n_unanswerable: int
    hits_at_1: float
    hits_at_3: float
    hits_at_5: float
    hits_at_10: float
    path_right: float
    exact_match: float
    rouge_l: RougeFigures
    invented_items: float
    right: float
    wrong: float
    unsure: float
    refused: float
    right_of_answered: float | None
    answered_unanswerable: float | None
    unsure_unanswerable: float | None
    refused_unanswerable: float | None
    valid_tool_calls: float | None
    tool_calls_per_question: float
    model_tool_calls_per_question: float
    model_calls_per_question: float
    prompt_tokens_per_question: float
    completion_tokens_per_question: float
    seconds_per_question: float
    seconds_p50: float
    seconds_p95: float
    intervals: dict[str, tuple[float, float]]
    by_kind: dict[str, KindFigures] = {}
    """Of each kind, where the questions have one; those that the manual does not answer stand apart."""

    @property
    def numbers(self) -> dict[str, float | None]:
        """Every figure by its name, those of ROUGE-L as rouge_l_f1 and so on."""
        found: dict[str, float | None] = {}
        for name, value in self.model_dump(exclude={"model", "way", "intervals", "by_kind"}).items():
            parts = {f"{name}_{part}": number for part, number in value.items()} if isinstance(value, dict) else None
            found.update(parts or {name: value})
        return found


def report(model: str, results: Sequence[QuestionResult], way: str = "auto", seed: int = 0) -> EvaluationReport:
    """Return the means over all results, of which one or more must be of questions that the manual answers."""
    answerable = [result for result in results if result.question.answerable]
    others = [result for result in results if not result.question.answerable]
    ranks = [result.rank for result in answerable]
    seconds = [result.seconds for result in results]
    measured = {
        "path_right": [float(result.path_right) for result in answerable],
        "rouge_l_f1": [result.rouge_l.f1 for result in answerable],
        "invented_items": [float(bool(result.invented)) for result in results],
        "hits_at_1": [float(result.rank == 0) for result in answerable],
        "hits_at_5": [float(result.rank is not None and result.rank < 5) for result in answerable],
        **{outcome: _came_to(answerable, outcome) for outcome in get_args(Outcome)},
        "right_of_answered": _came_to([result for result in answerable if _is_answered(result)], "right"),
        "answered_unanswerable": [float(_is_answered(result)) for result in others],
        "unsure_unanswerable": _came_to(others, "unsure"),
        "refused_unanswerable": _came_to(others, "refused"),
    }
    return EvaluationReport(
        model=model,
        way=way,
        n=len(answerable),
        n_unanswerable=len(others),
        hits_at_1=_hits(ranks, 1),
        hits_at_3=_hits(ranks, 3),
        hits_at_5=_hits(ranks, 5),
        hits_at_10=_hits(ranks, 10),
        path_right=_mean(measured["path_right"]),
        exact_match=_mean(result.exact_match for result in answerable),
        rouge_l=RougeFigures(
            precision=_mean(result.rouge_l.precision for result in answerable),
            recall=_mean(result.rouge_l.recall for result in answerable),
            f1=_mean(measured["rouge_l_f1"]),
        ),
        invented_items=_mean(measured["invented_items"]),
        **{name: _mean(measured[name]) for name in get_args(Outcome)},
        right_of_answered=_mean_or_none(measured["right_of_answered"]),
        answered_unanswerable=_mean_or_none(measured["answered_unanswerable"]),
        unsure_unanswerable=_mean_or_none(measured["unsure_unanswerable"]),
        refused_unanswerable=_mean_or_none(measured["refused_unanswerable"]),
        by_kind=_by_kind(results),
        seconds_per_question=_mean(seconds),
        seconds_p50=percentile(seconds, 50),
        seconds_p95=percentile(seconds, 95),
        intervals={name: bootstrap_interval(values, seed) for name, values in measured.items() if values},
        **_costs(results),
    )


def rendered_report(figures: EvaluationReport) -> RenderableType:
    """Return the figures of one run as a table with the intervals of those that have one, and one of the kinds."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("model", figures.model)
    table.add_row("way", figures.way)
    for name, value in figures.numbers.items():
        interval = figures.intervals.get(name)
        table.add_row(name, _shown(value), f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else "")
    return Group(table, Text(), _kinds_table(figures.by_kind)) if figures.by_kind else table


def _kinds_table(by_kind: Mapping[str, KindFigures]) -> FittingTable:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("kind")
    for name in KindFigures.model_fields:
        table.add_column(name, justify="right", no_wrap=True)
    for kind, figures in by_kind.items():
        shares = figures.model_dump(exclude={"n"}).values()
        table.add_row(kind, str(figures.n), *(share_text(share) for share in shares))
    return FittingTable(table)


def rendered_comparison(runs: Sequence[EvaluationReport]) -> FittingTable:
    """Return the figures of several runs, a row each."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", caption=_CAPTION, caption_justify="left")
    table.add_column("model, way", overflow="fold")
    for name in ("H@1", "right", "wrong", "uns.", "ref.", "ans.*", "R-L", "inv.", "valid", "tokens", "s"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in runs:
        tokens = f"{run.prompt_tokens_per_question:.0f}+{run.completion_tokens_per_question:.0f}"
        outcomes = (run.right, run.wrong, run.unsure, run.refused, run.answered_unanswerable)
        shares = (run.hits_at_1, *outcomes, run.rouge_l.f1, run.invented_items, run.valid_tool_calls)
        table.add_row(f"{run.model}, {run.way}", *map(share_text, shares), tokens, f"{run.seconds_p50:.2f}")
    return FittingTable(table)


def share_text(share: float | None) -> str:
    """Return a share as tables have it, a dash for one that was not measured."""
    return "–" if share is None else f"{share:.2f}"


def _costs(results: Sequence[QuestionResult]) -> dict[str, Any]:
    n = len(results)
    usages = [result.answer.usage for result in results]
    calls = [call for result in results for call in result.answer.trace]
    by_model = [call for call in calls if call.by == "model"]
    attempts = len(by_model) + sum(usage.unread_calls for usage in usages)
    return {
        "valid_tool_calls": sum(call.valid for call in by_model) / attempts if attempts else None,
        "tool_calls_per_question": len(calls) / n,
        "model_tool_calls_per_question": len(by_model) / n,
        "model_calls_per_question": _mean(usage.model_calls for usage in usages),
        "prompt_tokens_per_question": _mean(usage.prompt_tokens for usage in usages),
        "completion_tokens_per_question": _mean(usage.completion_tokens for usage in usages),
    }


def _came_to(results: Sequence[QuestionResult], outcome: Outcome) -> list[float]:
    return [float(result.outcome == outcome) for result in results]


def _is_answered(result: QuestionResult) -> bool:
    return result.outcome in ("right", "wrong")


def _by_kind(results: Sequence[QuestionResult]) -> dict[str, KindFigures]:
    groups: dict[str, list[QuestionResult]] = {}
    for result in results:
        if result.question.kind:
            name = result.question.kind if result.question.answerable else f"{result.question.kind} ({_NOT_ANSWERED})"
            groups.setdefault(name, []).append(result)
    return {
        kind: KindFigures(
            n=len(group),
            hits_at_1=_mean(result.rank == 0 for result in group),
            **{outcome: _mean(_came_to(group, outcome)) for outcome in get_args(Outcome)},
        )
        for kind, group in sorted(groups.items())
    }


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _hits(ranks: Sequence[int | None], k: int) -> float:
    return _mean(rank is not None and rank < k for rank in ranks)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return math.fsum(found) / len(found)


def _mean_or_none(values: Sequence[float]) -> float | None:
    return _mean(values) if values else None
