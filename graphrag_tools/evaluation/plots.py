"""Pictures of a comparison: how good each run is, with intervals, and what it costs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.report import EvaluationReport
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.models.providers import NO_MODEL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANELS = (
    ("path_right", "path right (more is better)"),
    ("rouge_l_f1", "ROUGE-L F1 (more is better)"),
    ("invented_items", "invented items (less is better)"),
)
# Okabe and Ito's colours, which the colour-blind can tell apart; after them the first ones come again.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
_DPI = 150
_GRID = "#dddddd"


def draw_accuracy(runs: Sequence[EvaluationReport], file: Path) -> None:
    """Draw right paths, ROUGE-L and invented items of each run with their 95% intervals into a PNG file.

    Raises:
        ConfigError: matplotlib is not installed.
    """
    figure = _figure(10.5, 1.5 + 0.36 * len(runs))
    panels = figure.subplots(1, len(_PANELS), sharey=True)
    colours = _colours([run.model for run in runs])
    for axes, (metric, title) in zip(panels, _PANELS, strict=True):
        for row, run in enumerate(runs):
            _draw_interval(axes, run, metric, row, colours[run.model])
        axes.set_title(title, fontsize=10)
        axes.set_xlim(-0.03, 1.03)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
        _tidy(axes, "x")
    panels[0].set_yticks(range(len(runs)), [_label(run) for run in runs])
    panels[0].set_ylim(len(runs) - 0.5, -0.5)
    figure.savefig(file, dpi=_DPI)


def draw_cost(runs: Sequence[EvaluationReport], file: Path) -> None:
    """Draw right paths over seconds and over tokens per question into a PNG file.

    Raises:
        ConfigError: matplotlib is not installed.
    """
    figure = _figure(10.5, max(4.0, 1.2 + 0.24 * len(runs)))
    from matplotlib.ticker import LogLocator

    by_time, by_tokens = figure.subplots(1, 2, sharey=True)
    colours = _colours([run.model for run in runs])
    markers = {way: _MARKERS[at % len(_MARKERS)] for at, way in enumerate(dict.fromkeys(run.way for run in runs))}
    for run in runs:
        style = {"color": colours[run.model], "marker": markers[run.way], "alpha": 0.85, "s": 70, "edgecolors": "white"}
        tokens = run.prompt_tokens_per_question + run.completion_tokens_per_question
        by_time.scatter(run.seconds_p50, run.path_right, label=_label(run), **style)
        by_tokens.scatter(tokens, run.path_right, **style)
    seconds = [run.seconds_p50 for run in runs]
    by_time.set_xscale("log", subs=[])
    by_time.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if max(seconds) < 50 * min(seconds) else (1,)))
    by_tokens.set_xscale("symlog", linthresh=10)
    for axes in (by_time, by_tokens):
        axes.margins(x=0.08)
        axes.xaxis.set_major_formatter("{x:g}")
    by_time.set_xlabel("seconds per question, median (log scale)")
    by_tokens.set_xlabel("tokens per question, in and out (log scale)")
    by_time.set_ylabel("path right")
    by_time.set_ylim(-0.03, 1.03)
    for axes in (by_time, by_tokens):
        _tidy(axes, "both")
    figure.legend(loc="outside right center", fontsize=8, frameon=False)
    figure.savefig(file, dpi=_DPI)


def check_plots() -> None:
    """Raise ConfigError if matplotlib is not installed: better before an hour of questions than after."""
    _figure(1, 1)


def _figure(width: float, height: float) -> "Figure":
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError(
            f"the package matplotlib, which draws the plots, is not installed. Install it with: {install_extra('eval')}"
        ) from error
    # Not through pyplot, which would look for a screen and keep the figure for ever.
    return Figure(figsize=(width, height), layout="constrained")


def _draw_interval(axes: "Axes", run: EvaluationReport, metric: str, row: int, colour: str) -> None:
    value = run.numbers[metric] or 0.0
    low, high = run.intervals[metric]
    axes.plot([low, high], [row, row], color=colour, linewidth=2, solid_capstyle="butt", alpha=0.5)
    axes.plot([value], [row], color=colour, marker="o", markersize=6)
    if high < 0.85:
        at, offset, side = high, (7, 0), "left"
    elif low > 0.15:
        at, offset, side = low, (-7, 0), "right"
    else:
        at, offset, side = value, (0, 9), "center"
    said = f"{value:.2f}".removeprefix("0")
    axes.annotate(
        said, (at, row), offset, textcoords="offset points", ha=side, va="center", fontsize=8, color="#444444"
    )


def _tidy(axes: "Axes", grid: str) -> None:
    axes.grid(axis="x" if grid == "x" else "both", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(side == "left" and grid != "x")
    axes.tick_params(axis="y", length=0)


def _label(run: EvaluationReport) -> str:
    return run.way if run.model == NO_MODEL else f"{run.model} · {run.way}"


def _colours(models: Sequence[str]) -> dict[str, str]:
    return {model: _COLOURS[at % len(_COLOURS)] for at, model in enumerate(dict.fromkeys(models))}
