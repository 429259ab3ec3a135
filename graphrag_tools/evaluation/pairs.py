"""Compare two runs question by question: differences of shares with 95% intervals of the paired bootstrap."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.table import Table

from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.figures import bootstrap_interval
from graphrag_tools.evaluation.results import RESULTS_NAME, ResultLine
from graphrag_tools.evaluation.run import QuestionResult
from graphrag_tools.evaluation.tables import FittingTable

_MEASURES: dict[str, Callable[[QuestionResult], bool]] = {
    "hits_at_1": lambda result: result.rank == 0,
    "hits_at_5": lambda result: result.rank is not None and result.rank < 5,
    "right": lambda result: result.outcome == "right",
    "wrong": lambda result: result.outcome == "wrong",
    "unsure": lambda result: result.outcome == "unsure",
    "refused": lambda result: result.outcome == "refused",
}


class PairedDifference(BaseModel):
    """How one figure differs between two runs over the same questions.

    `before` and `after` are shares, 0 to 1; `gained` and `lost` count the questions that came to have what is
    measured, and that had it before alone; `interval` is of after - before.
    """

    model_config = ConfigDict(frozen=True)

    figure: str
    before: float
    after: float
    gained: int
    lost: int
    interval: tuple[float, float]


class PairedComparison(BaseModel):
    """The differences of one run to another over the `n` answerable questions that both were asked."""

    model_config = ConfigDict(frozen=True)

    before: str
    after: str
    n: int
    differences: tuple[PairedDifference, ...]


def compare_pairs(
    before: tuple[str, Sequence[QuestionResult]], after: tuple[str, Sequence[QuestionResult]], seed: int = 0
) -> PairedComparison:
    """Compare two runs, each with its name, over the answerable questions that both were asked.

    Raises:
        ConfigError: They have no question in common.
    """
    earlier = {result.question.text_hash: result for result in before[1] if result.question.answerable}
    pairs = [
        (earlier[result.question.text_hash], result) for result in after[1] if result.question.text_hash in earlier
    ]
    if not pairs:
        raise ConfigError(f"{before[0]} and {after[0]} have no answerable question in common; expected the same file.")
    return PairedComparison(
        before=before[0],
        after=after[0],
        n=len(pairs),
        differences=tuple(_difference(figure, holds, pairs, seed) for figure, holds in _MEASURES.items()),
    )


def read_runs(folder: Path) -> dict[str, list[QuestionResult]]:
    """Return the runs that an evaluation kept in a folder (`--out`), by "model, way".

    Raises:
        ConfigError: There are no results, or a line is no result of this version.
    """
    file = folder / RESULTS_NAME
    runs: dict[str, list[QuestionResult]] = {}
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            read = ResultLine.model_validate(json.loads(line))
            runs.setdefault(f"{read.model}, {read.way}", []).append(read.result)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: no results to compare with ({error}). Give the --out folder of a run.") from error
    if not runs:
        raise ConfigError(f"{file}: holds no result; expected those of an evaluation that ended.")
    return runs


def rendered_pairs(comparison: PairedComparison) -> FittingTable:
    """Return the differences as a table."""
    title = f"{comparison.after} against {comparison.before}, {comparison.n} answerable questions, pair by pair"
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", title=title, title_justify="left")
    for name in ("figure", "before", "after", "gained", "lost", "difference [95%]"):
        table.add_column(name, justify="left" if name == "figure" else "right", no_wrap=True)
    for one in comparison.differences:
        low, high = one.interval
        shares = (f"{one.before:.3f}", f"{one.after:.3f}", f"{one.gained}", f"{one.lost}")
        table.add_row(one.figure, *shares, f"{one.after - one.before:+.3f} [{low:+.3f} to {high:+.3f}]")
    return FittingTable(table)


def _difference(
    figure: str,
    holds: Callable[[QuestionResult], bool],
    pairs: Sequence[tuple[QuestionResult, QuestionResult]],
    seed: int,
) -> PairedDifference:
    held = [(holds(earlier), holds(later)) for earlier, later in pairs]
    return PairedDifference(
        figure=figure,
        before=sum(earlier for earlier, _ in held) / len(held),
        after=sum(later for _, later in held) / len(held),
        gained=sum(later and not earlier for earlier, later in held),
        lost=sum(earlier and not later for earlier, later in held),
        interval=bootstrap_interval([float(later) - float(earlier) for earlier, later in held], seed),
    )
