"""Figures of one model in one way over all questions, and their tables for the terminal."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from rich.table import Table

from graphrag_tools.evaluation.figures import bootstrap_interval, percentile
from graphrag_tools.evaluation.run import QuestionResult

_CAPTION = (
    "path: right section. ROUGE: ROUGE-L F1. inv.: answers that name what the manual does not have. ref.: refused; "
    "ref.*: of what the manual does not answer. valid: tool calls that could be carried out. tokens: in+out per "
    "question. s: median seconds."
)


class RougeFigures(BaseModel):
    """Mean ROUGE-L over the questions, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    precision: float
    recall: float
    f1: float


class EvaluationReport(BaseModel):
    """What `graphrag-tools eval` prints of one model in one way: shares are 0 to 1, seconds are of wall time.

    Right paths, answers and `refused` are over the n questions that the manual answers;
    `refused_unanswerable` over the others, None where there are none; all else over both. `valid_tool_calls`
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
    refused: float
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

    @property
    def numbers(self) -> dict[str, float | None]:
        """Every figure by its name, those of ROUGE-L as rouge_l_f1 and so on."""
        found: dict[str, float | None] = {}
        for name, value in self.model_dump(exclude={"model", "way", "intervals"}).items():
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
        "refused": [_refused(result) for result in answerable],
        "refused_unanswerable": [_refused(result) for result in others],
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
        refused=_mean(measured["refused"]),
        refused_unanswerable=_mean(measured["refused_unanswerable"]) if others else None,
        seconds_per_question=_mean(seconds),
        seconds_p50=percentile(seconds, 50),
        seconds_p95=percentile(seconds, 95),
        intervals={name: bootstrap_interval(values, seed) for name, values in measured.items() if values},
        **_costs(results),
    )


def rendered_report(figures: EvaluationReport) -> Table:
    """Return the figures of one run as a table of two columns, with the intervals of those that have one."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("model", figures.model)
    table.add_row("way", figures.way)
    for name, value in figures.numbers.items():
        interval = figures.intervals.get(name)
        table.add_row(name, _shown(value), f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else "")
    return table


def rendered_comparison(runs: Sequence[EvaluationReport]) -> Table:
    """Return the figures of several runs, a row each."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", caption=_CAPTION, caption_justify="left")
    table.add_column("model, way", overflow="fold")
    for name in ("path", "ROUGE", "inv.", "ref.", "ref.*", "valid", "tokens", "s"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in runs:
        tokens = f"{run.prompt_tokens_per_question:.0f}+{run.completion_tokens_per_question:.0f}"
        shares = (run.path_right, run.rouge_l.f1, run.invented_items, run.refused, run.refused_unanswerable)
        figures = [share_text(share) for share in (*shares, run.valid_tool_calls)]
        table.add_row(f"{run.model}, {run.way}", *figures, tokens, f"{run.seconds_p50:.2f}")
    return table


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


def _refused(result: QuestionResult) -> float:
    return float(result.answer.status == "not_in_manual")


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _hits(ranks: Sequence[int | None], k: int) -> float:
    return _mean(rank is not None and rank < k for rank in ranks)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return math.fsum(found) / len(found)
