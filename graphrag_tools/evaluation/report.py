"""The figures of an evaluation, and their table."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict
from rich.table import Table

from graphrag_tools.evaluation.run import QuestionResult


class RougeFigures(BaseModel):
    """Mean ROUGE-L over the questions, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    precision: float
    recall: float
    f1: float


class EvaluationReport(BaseModel):
    """What `graphrag-tools eval` prints: shares are 0 to 1, seconds are of wall time.

    `valid_tool_calls` is the share of the model's own attempts at a tool call that named a tool, fitted
    its schema and named an existing item; None where the model made no attempt.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    n: int
    hits_at_1: float
    hits_at_3: float
    hits_at_5: float
    hits_at_10: float
    path_right: float
    exact_match: float
    rouge_l: RougeFigures
    valid_tool_calls: float | None
    tool_calls_per_question: float
    model_tool_calls_per_question: float
    model_calls_per_question: float
    prompt_tokens_per_question: float
    seconds_per_question: float
    refused: float


def report(model: str, results: Sequence[QuestionResult]) -> EvaluationReport:
    """Return the means over all results, of which there must be one or more."""
    n = len(results)
    calls = [call for result in results for call in result.answer.trace]
    by_model = [call for call in calls if call.by == "model"]
    attempts = len(by_model) + sum(result.answer.usage.unread_calls for result in results)
    ranks = [result.rank for result in results]
    return EvaluationReport(
        model=model,
        n=n,
        hits_at_1=_hits(ranks, 1),
        hits_at_3=_hits(ranks, 3),
        hits_at_5=_hits(ranks, 5),
        hits_at_10=_hits(ranks, 10),
        path_right=_mean(result.path_right for result in results),
        exact_match=_mean(result.exact_match for result in results),
        rouge_l=RougeFigures(
            precision=_mean(result.rouge_l.precision for result in results),
            recall=_mean(result.rouge_l.recall for result in results),
            f1=_mean(result.rouge_l.f1 for result in results),
        ),
        valid_tool_calls=sum(call.valid for call in by_model) / attempts if attempts else None,
        tool_calls_per_question=len(calls) / n,
        model_tool_calls_per_question=len(by_model) / n,
        model_calls_per_question=_mean(result.answer.usage.model_calls for result in results),
        prompt_tokens_per_question=_mean(result.answer.usage.prompt_tokens for result in results),
        seconds_per_question=_mean(result.seconds for result in results),
        refused=_mean(result.answer.status == "not_in_manual" for result in results),
    )


def rendered_report(figures: EvaluationReport) -> Table:
    """Return the figures as a table of two columns."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, value in figures.model_dump().items():
        if isinstance(value, dict):
            for part, number in value.items():
                table.add_row(f"{name} {part}", _shown(number))
        else:
            table.add_row(name, _shown(value))
    return table


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _hits(ranks: Sequence[int | None], k: int) -> float:
    return _mean(rank is not None and rank < k for rank in ranks)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
