"""Write the report of a comparison as a folder: report.md with its tables, two plots, and figures.json."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.comparison import CannotRun, Comparison, Run
from graphrag_tools.evaluation.plots import draw_accuracy, draw_cost
from graphrag_tools.evaluation.report import EvaluationReport, share_text
from graphrag_tools.evaluation.requirements import Verdict
from graphrag_tools.evaluation.ways import WAYS
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.text.redaction import hide_secrets

REPORT_NAME = "report.md"
_EXAMPLES = 3
_EXAMPLE_CHARACTERS = 160
_HEAD = tuple("model|way|path|ROUGE|exact|invented|refused|refused*|valid calls|calls|tokens|seconds".split("|"))
_LEGEND = (
    "In brackets: 95% bootstrap intervals over the questions. One of no width means that all questions agreed; a "
    "share of 0 in n questions may still be up to 3 in n.",
    "path: the right section is the answer's first source. ROUGE: ROUGE-L F1 against the given answer. exact: equal to "
    "it. invented: answers that name a menu path or item that exists nowhere in the manual. refused: said that the "
    "manual does not tell, though it does; refused*: the same where it really does not. valid calls: the model's tool "
    "calls that could be carried out. calls: by the model, per question. tokens: in + out, per question. seconds: "
    "median and 95th percentile.",
)
_PACKAGES = (
    "graphrag-tools",
    "langchain",
    "langgraph",
    "tantivy",
    "wordllama",
    "langchain-ollama",
    "langchain-openai",
    "xllamacpp",
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Labels and what they say, in order."""

    facts: tuple[tuple[str, str], ...]


def circumstances(
    command: str, index: ManualIndex, comparison: Comparison, question_files: Sequence[str], settings: str
) -> Circumstances:
    """Return what a reader needs to know to judge the figures, or to measure them again."""
    results = comparison.runs[0].results
    answerable = sum(result.question.answerable for result in results)
    counts = f"{answerable} that the manual answers"
    if answerable < len(results):
        counts += f", {len(results) - answerable} that it does not"
    reused = sum(run.reused for run in comparison.runs)
    total = sum(len(run.results) for run in comparison.runs)
    facts = [
        ("Command", f"`{hide_secrets(command)}`"),
        ("Date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("Machine", machine()),
        ("Versions", ", ".join(_versions())),
        ("Questions", f"{counts} ({', '.join(question_files)})"),
        ("Manuals", "; ".join(f"{info.id}: {info.title}, {info.sections} sections" for info in index.manuals)),
        ("Settings", settings),
    ]
    sizes = [f"{model.name}: {model.shown_size}" for model in comparison.models if model.shown_size]
    if sizes:
        facts.append(("Models", "; ".join(sizes)))
    if reused:
        facts.append(("From earlier runs", f"{reused} of {total} answers, with the times of then"))
    return Circumstances(tuple(facts))


def machine() -> str:
    """Return the machine's size in words: cores, memory, system."""
    try:
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB memory"
    except (AttributeError, ValueError, OSError):
        memory = "memory unknown"
    return f"{os.cpu_count()} cores, {memory}, {platform.system()} {platform.machine()}"


def write_report(
    folder: Path,
    runs: Sequence[Run],
    figures: Sequence[EvaluationReport],
    cannot_run: Sequence[CannotRun],
    about: Circumstances,
    judged: Verdict | None,
) -> Path:
    """Write report.md, accuracy.png, cost.png and figures.json into a folder; return the report's path.

    Raises:
        ConfigError: matplotlib is not installed, or the folder cannot be written.
    """
    parts = [
        "# Evaluation",
        _facts(about),
        *([f"**{judged.words}**"] if judged else []),
        _table(figures),
        *_LEGEND,
        "![Right paths, ROUGE-L and invented items of each run, with 95% intervals](accuracy.png)",
        "![Right paths over seconds and over tokens per question](cost.png)",
        _ways([*(run.way for run in runs), *(one.way for one in cannot_run)]),
        *_left_out(cannot_run),
        *_missed(judged),
        *_inventions(runs),
    ]
    document = {"figures": [one.model_dump() for one in figures], "about": dict(about.facts)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draw_accuracy(figures, folder / "accuracy.png")
        draw_cost(figures, folder / "cost.png")
        (folder / "figures.json").write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        (folder / REPORT_NAME).write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{folder}: the report cannot be written ({error.strerror or error}).") from error
    return folder / REPORT_NAME


def _versions() -> list[str]:
    found = [f"Python {platform.python_version()}"]
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return found


def _facts(about: Circumstances) -> str:
    return "\n".join(f"- {label}: {text}" for label, text in about.facts)


def _table(figures: Sequence[EvaluationReport]) -> str:
    lines = [_row(_HEAD), _row(["---", "---", *["---:"] * (len(_HEAD) - 2)])]
    return "\n".join([*lines, *(_row(_cells(run)) for run in figures)])


def _cells(run: EvaluationReport) -> list[str]:
    tokens = f"{run.prompt_tokens_per_question:.0f} + {run.completion_tokens_per_question:.0f}"
    return [
        run.model,
        run.way,
        _with_interval(run, "path_right"),
        _with_interval(run, "rouge_l_f1"),
        share_text(run.exact_match),
        _with_interval(run, "invented_items"),
        _with_interval(run, "refused"),
        _with_interval(run, "refused_unanswerable"),
        share_text(run.valid_tool_calls),
        f"{run.model_tool_calls_per_question:.1f}",
        tokens,
        f"{run.seconds_p50:.2f}, {run.seconds_p95:.2f}",
    ]


def _with_interval(run: EvaluationReport, metric: str) -> str:
    interval = run.intervals.get(metric)
    return share_text(run.numbers[metric]) + (
        f" [{share_text(interval[0])}–{share_text(interval[1])}]" if interval else ""
    )


def _ways(names: Iterable[str]) -> str:
    return "\n".join(["## The ways", "", *(f"- `{name}`: {WAYS[name]}" for name in dict.fromkeys(names))])


def _left_out(cannot_run: Sequence[CannotRun]) -> list[str]:
    if not cannot_run:
        return []
    return ["## What could not be run", "\n".join(f"- {one.model}, {one.way}: {one.why}" for one in cannot_run)]


def _missed(judged: Verdict | None) -> list[str]:
    if judged is None:
        return []
    lines = [f"- {one.model}, {one.way}: {'; '.join(one.missed) or 'passes'}" for one in judged.runs]
    return [f"## Required: {', '.join(judged.requirements)}", "\n".join(lines)]


def _inventions(runs: Sequence[Run]) -> list[str]:
    """The first few inventions of each run, so that a reader can judge the count."""
    lines: list[str] = []
    for run in runs:
        found = [result for result in run.results if result.invented]
        if found:
            lines.append(f"{run.model}, {run.way}: {len(found)} of {len(run.results)} answers, such as")
            lines += [f"- “{result.question.text}”: {_quoted(result.invented[0])}" for result in found[:_EXAMPLES]]
    return ["## What was invented", "\n".join(_spaced(lines))] if lines else []


def _spaced(lines: Sequence[str]) -> Iterable[str]:
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else line
        if line.startswith("- ") != before.startswith("- "):
            yield ""
        yield line


def _quoted(text: str) -> str:
    short = text if len(text) <= _EXAMPLE_CHARACTERS else f"{text[:_EXAMPLE_CHARACTERS]} …"
    return "`" + " ".join(short.replace("`", "'").split()) + "`"


def _row(cells: Iterable[str]) -> str:
    escaped = " | ".join(cell.replace("|", "\\|") for cell in cells)
    return f"| {escaped} |"
