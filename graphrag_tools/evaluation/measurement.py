"""Run one evaluation from files to figures: all that `graphrag-tools eval` does between parsing and printing."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.comparison import CannotRun, Comparison, Plan, compare
from graphrag_tools.evaluation.figures import GoldPaths
from graphrag_tools.evaluation.pairs import PairedComparison, compare_pairs, read_runs, rendered_pairs
from graphrag_tools.evaluation.plots import check_plots
from graphrag_tools.evaluation.questions import Question, read_questions, read_unanswerable, sampled
from graphrag_tools.evaluation.report import EvaluationReport, rendered_comparison, rendered_report, report
from graphrag_tools.evaluation.requirements import Verdict, parse_requirement, verdict
from graphrag_tools.evaluation.results import open_results
from graphrag_tools.evaluation.run import QuestionResult
from graphrag_tools.evaluation.ways import WAYS, WaySettings, check_ways
from graphrag_tools.evaluation.written_report import circumstances, write_report
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.progress import Progress
from graphrag_tools.text.listing import some_of

_ALL = "all"
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Measurement:
    """What to measure and where to keep it; `limit` takes a sample of the questions, drawn with the seed."""

    questions: Path
    models: tuple[str, ...] = (NO_MODEL,)
    ways: tuple[str, ...] = ("auto",)
    unanswerable: Path | None = None
    out: Path | None = None
    require: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    settings: WaySettings = field(default_factory=WaySettings)
    command: str = "graphrag-tools eval"
    against: Path | None = None
    """The `out` folder of an earlier evaluation to compare with, pair by pair."""

    @property
    def question_files(self) -> list[str]:
        """The names of the files that questions are read from."""
        return [file.name for file in (self.questions, self.unanswerable) if file]

    def read(self) -> tuple[Question, ...]:
        """Return the questions to ask. Raises ManualError as the readers of the files do."""
        unanswerable = read_unanswerable(self.unanswerable) if self.unanswerable else []
        return (
            *sampled(read_questions(self.questions), self.limit, self.seed),
            *sampled(unanswerable, self.limit, self.seed),
        )


@dataclass(frozen=True, slots=True)
class EvaluationOutcome:
    """The figures of each run, what could not be run, the verdict if one was asked for, and the report's path."""

    figures: tuple[EvaluationReport, ...]
    cannot_run: tuple[CannotRun, ...]
    verdict: Verdict | None
    report: Path | None
    pairs: tuple[PairedComparison, ...] = ()
    """Each run against the same of an earlier evaluation; without one, against the first run of this."""
    unreachable: tuple[Question, ...] = ()
    """The questions whose right section no manual of the index has: they cannot be answered right."""

    @property
    def passed(self) -> bool:
        """Whether all that was required is met by a model."""
        return self.verdict is None or self.verdict.passed

    @property
    def warning(self) -> str:
        """What is wrong with the questions, and what to do; "" where nothing is."""
        if not self.unreachable:
            return ""
        named = some_of([f'"{one.text}" ({" > ".join(one.section_path)})' for one in self.unreachable], _NAMED, "; ")
        return (
            f"Questions that cannot be answered right, because no manual in the index has their section: {named}."
            " Correct section_path; graphrag-tools tree shows the sections."
        )

    @property
    def document(self) -> dict[str, object]:
        """All of it as plain data; the figures alone where there is one run and nothing else to say."""
        if len(self.figures) == 1 and not self.cannot_run and not self.verdict and not self.pairs:
            return self.figures[0].model_dump(mode="json")
        return {
            "runs": [one.model_dump(mode="json") for one in self.figures],
            "cannot_run": [{"model": one.model, "way": one.way, "why": one.why} for one in self.cannot_run],
            "verdict": self.verdict.model_dump(mode="json") if self.verdict else None,
            "pairs": [one.model_dump(mode="json") for one in self.pairs],
        }

    def rendered(self) -> RenderableType:
        """All of it for a terminal."""
        lines: list[RenderableType] = [
            rendered_report(self.figures[0]) if len(self.figures) == 1 else rendered_comparison(self.figures)
        ]
        lines += [Text(f"Not run: {one.model}, {one.way}: {one.why}", style="yellow") for one in self.cannot_run]
        for one in self.pairs:
            lines += [Text(), rendered_pairs(one)]
        if self.verdict:
            lines += [Text(), Text(self.verdict.words, style="green" if self.verdict.passed else "red")]
            lines += [
                Text(f"  {one.model}, {one.way} misses {'; '.join(one.missed)}")
                for one in self.verdict.runs
                if one.missed
            ]
        if self.report:
            lines.append(Text(f"Report: {self.report}", style="dim"))
        return Group(*lines)


def run_evaluation(index: ManualIndex, measurement: Measurement, progress: Progress | None = None) -> EvaluationOutcome:
    """Ask, measure, and write the report where there is a folder for it.

    Raises:
        ManualError: A file of questions cannot be read.
        ConfigError: An option cannot be used, the folder cannot be written, or nothing can be run.
        ModelError: A model is missing, or its server failed in the middle; what was done stays in the folder.
    """
    required = [parse_requirement(text) for text in measurement.require]
    plan = Plan(measurement.models, _ways(measurement.ways), measurement.read(), measurement.settings)
    check_ways(plan.ways)
    earlier = read_runs(measurement.against) if measurement.against else {}
    if measurement.out:
        check_plots()
    with open_results(measurement.out) if measurement.out else nullcontext() as results:
        found = compare(index, plan, results, progress)
    figures = tuple(report(run.model, run.results, run.way, measurement.seed) for run in found.runs)
    judged = verdict(required, figures, found.models) if required else None
    written = _write_report(index, measurement, found, figures, judged) if measurement.out else None
    pairs = _pairs(found, earlier, measurement.seed)
    return EvaluationOutcome(figures, found.cannot_run, judged, written, pairs, _unreachable(index, plan.questions))


def _unreachable(index: ManualIndex, questions: Sequence[Question]) -> tuple[Question, ...]:
    gold = GoldPaths(index.section_paths())
    return tuple(one for one in questions if one.answerable and not any(map(gold.is_reachable, one.gold_paths)))


def _pairs(
    found: Comparison, earlier: Mapping[str, Sequence[QuestionResult]], seed: int
) -> tuple[PairedComparison, ...]:
    """Compare each run with the earlier one of its name, else with the only earlier one, else the first of this."""
    runs = {f"{run.model}, {run.way}": run.results for run in found.runs}
    only = next(iter(earlier)) if len(earlier) == 1 else None
    first = next(iter(runs))
    if earlier:
        bases = {name: (base, earlier[base]) for name in runs if (base := name if name in earlier else only)}
    else:
        bases = {name: (first, runs[first]) for name in runs if name != first}
    return tuple(
        compare_pairs((f"{base[0]} before" if earlier else base[0], base[1]), (name, runs[name]), seed)
        for name, base in bases.items()
    )


def _write_report(
    index: ManualIndex,
    measurement: Measurement,
    found: Comparison,
    figures: Sequence[EvaluationReport],
    judged: Verdict | None,
) -> Path:
    if measurement.out is None:
        raise ConfigError("there is no folder for the report; give --out.")
    settings = measurement.settings
    settings_text = (
        f"at most {settings.model.max_tokens} tokens a reply, context {settings.model.context}, temperature "
        f"{settings.model.temperature:g}, answers {settings.workflow.answers}, seed {measurement.seed}"
    )
    about = circumstances(measurement.command, index, found, measurement.question_files, settings_text)
    return write_report(measurement.out, found.runs, figures, found.cannot_run, about, judged)


def _ways(names: Sequence[str]) -> tuple[str, ...]:
    """Return the ways meant, each once; `auto` is no part of all, for it is one of the others."""
    every = [way for way in WAYS if way != "auto"]
    return tuple(dict.fromkeys(way for name in names for way in (every if name == _ALL else [name])))
