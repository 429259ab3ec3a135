"""What each size of model gives over none, and what it costs: the ladder none, 135M, 0.5B, 1.5B on fixed samples.

    python -m benchmarks.ladder --out LADDER --data ../shared/data --model gguf:A --model gguf:B [-n 60] [--write]

Two ways: `auto` uses a model for what it has shown in the probe; `trusted` lets it do all (its own calls among five
items, answers in its words), which shows what the probe keeps out. Each answer is written to LADDER as it comes: the
command goes on where it was stopped, and asks nothing twice. A larger -n holds the smaller one's questions. In the end
ladder.md and ladder.png are in LADDER; --write puts the tables into docs/small-models.md and README.md as well, where
they stand between two marks. Run it on a quiet machine: seconds are of wall time.
"""

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.everyday import QuestionSet, question_sets
from graphrag_tools import ManualIndex
from graphrag_tools.errors import GraphRAGToolsError, IndexNotFound
from graphrag_tools.evaluation.comparison import Plan, compare
from graphrag_tools.evaluation.model_sizes import SizedModel, smallest_first
from graphrag_tools.evaluation.pairs import PairedComparison, compare_pairs
from graphrag_tools.evaluation.report import EvaluationReport, report
from graphrag_tools.evaluation.results import open_results
from graphrag_tools.evaluation.run import QuestionResult
from graphrag_tools.evaluation.ways import WaySettings
from graphrag_tools.evaluation.written_report import machine
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.workflow.options import HITS, WorkflowOptions

ROOT = Path(__file__).resolve().parents[1]
_WAYS = {"auto": ("auto", WorkflowOptions()), "trusted": ("schema", WorkflowOptions(choices=HITS, answers="written"))}
"""Each way by its name here: the evaluation's way, and the options that it is run with."""
_PATIENCE = 1800.0
"""Seconds for one reply: on a busy machine a model is slow and not broken."""
_HEAD = "| model | questions | way | n | H@1 | right | wrong | unsure | refused | n* | answered* | calls | tokens | s |"
_PAIRS_HEAD = "| model, way | questions | right, over none | wrong, over none | what it gives |"
_SHORT_HEAD = "| model | used for | right | wrong | right, over none | calls | tokens | s |"


@dataclass(frozen=True, slots=True)
class Rung:
    """What one model gave in one way over one group of questions; `pairs` is against none, None for none itself."""

    model: SizedModel
    way: str
    group: str
    results: tuple[QuestionResult, ...]
    figures: EvaluationReport
    pairs: PairedComparison | None = None

    @property
    def label(self) -> str:
        """The model's name without its folder."""
        return Path(self.model.name.partition(":")[2] or self.model.name).stem

    def difference(self, figure: str) -> tuple[float, float, float]:
        """Return how a share differs from none, and its 95% interval; nothing without a comparison."""
        for one in self.pairs.differences if self.pairs else ():
            if one.figure == figure:
                return (one.after - one.before, *one.interval)
        return (0.0, 0.0, 0.0)

    @property
    def verdict(self) -> str:
        """What the model gives, in words: only what the intervals show."""
        if not self.figures.model_calls_per_question:
            return "nothing: it is not called"
        (_, right_low, right_high), (_, wrong_low, wrong_high) = map(self.difference, ("right", "wrong"))
        shown = [
            *(["more right"] if right_low > 0 else ["fewer right"] if right_high < 0 else []),
            *(["more wrong"] if wrong_low > 0 else ["fewer wrong"] if wrong_high < 0 else []),
        ]
        return " and ".join(shown) or "nothing that so many questions show"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of indexes, answers and the report")
    parser.add_argument("--data", type=Path, help="folder of the data set; without it the sample manual's questions")
    parser.add_argument("--model", action="append", dest="models", help="more than once; default gguf:smollm2")
    parser.add_argument("--way", action="append", dest="ways", choices=list(_WAYS), help="default: both")
    parser.add_argument("-n", type=int, default=60, help="questions of each group")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/small-models.md and README.md")
    options = parser.parse_args()
    models, ways = options.models or ["gguf:smollm2"], options.ways or list(_WAYS)
    settings = ModelOptions(threads=options.threads, timeout=_PATIENCE)
    try:
        rungs = list(climbed(options.out, options.data, models, ways, options.n, settings))
    except GraphRAGToolsError as error:
        raise SystemExit(f"\n{error}") from error
    (options.out / "ladder.md").write_text(page(rungs), encoding="utf-8")
    draw(rungs, options.out / "ladder.png")
    print(page(rungs))
    if options.write:
        put(ROOT / "docs" / "small-models.md", page(rungs))
        put(ROOT / "README.md", short_table(rungs))


def groups(data: Path | None, n: int) -> dict[str, list[QuestionSet]]:
    """Return the sets of each group with the n questions to ask of them: the first of one fixed, shuffled order."""
    named: dict[str, list[QuestionSet]] = {}
    for one in question_sets(data):
        name = "everyday" if one.counts else "experts'" if "experts" in one.name else "sample manual's"
        named.setdefault(name, []).append(one)
    drawn: dict[str, list[QuestionSet]] = {}
    for name, sets in named.items():
        places = [(at, place) for at, one in enumerate(sets) for place in range(len(one.questions))]
        random.Random(0).shuffle(places)
        chosen = set(places[:n])
        drawn[name] = [
            replace(one, questions=tuple(q for place, q in enumerate(one.questions) if (at, place) in chosen))
            for at, one in enumerate(sets)
        ]
    return drawn


def climbed(
    out: Path, data: Path | None, models: Sequence[str], ways: Sequence[str], n: int, options: ModelOptions
) -> Iterator[Rung]:
    """Ask every model in every way, and yield what each gave, none first and then by size."""
    for group, sets in groups(data, n).items():
        found: dict[tuple[str, str], list[QuestionResult]] = {}
        sizes: dict[str, SizedModel] = {NO_MODEL: SizedModel(NO_MODEL)}
        for one in (chosen for chosen in sets if chosen.questions):
            index = kept_index(out, one.manual)
            for way in ways:
                name, workflow = _WAYS[way]
                names = ("none", name) if way == ways[0] else (name,)
                plan = Plan(tuple(models), names, one.questions, WaySettings(workflow, options))
                with open_results(out / one.manual.partition("=")[0]) as results:
                    outcome = compare(index, plan, results, partial(tell, group))
                sizes |= {model.name: model for model in outcome.models}
                for run in outcome.runs:
                    key = (run.model, "none" if run.model == NO_MODEL else way)
                    found.setdefault(key, []).extend(run.results)
            index.close()
        order = {model.name: at for at, model in enumerate(smallest_first([*sizes.values()][1:])[0])}
        for (model, way), results_of in sorted(found.items(), key=lambda item: order.get(item[0][0], -1)):
            pairs = None
            if model != NO_MODEL:
                none = found[NO_MODEL, "none"]
                pairs = compare_pairs((NO_MODEL, none), (model, results_of))
            yield Rung(sizes[model], way, group, tuple(results_of), report(model, results_of, way), pairs)


def kept_index(out: Path, manual: str) -> ManualIndex:
    """Return the index of an earlier run, so that its answers count; built where there is none."""
    folder = out / manual.partition("=")[0] / "index"
    try:
        return ManualIndex.open(folder)
    except IndexNotFound:
        return ManualIndex.build([manual], folder)


def tell(group: str, stage: str, done: int, total: int) -> None:
    if stage != "all":
        print(f"\r{group}: {stage} {done} of {total}   ", end="" if done < total else "\n", flush=True)


def page(rungs: Sequence[Rung]) -> str:
    """Return the tables: what each got and cost, and against none pair by pair."""
    made = f"{datetime.now(UTC):%Y-%m-%d}, {machine()}"
    pairs = [rung for rung in rungs if rung.pairs]
    return "\n".join(
        [
            f"Made by `python -m benchmarks.ladder` on {made}. `auto` uses a model for what it has shown in the probe, "
            "`trusted` for all. calls, tokens (in + out) and seconds are a question's, the last the median.",
            "",
            *_table(_HEAD, 3, (_row(rung) for rung in rungs)),
            "",
            "n*, answered*: questions that the manual does not answer, and the share that got an answer all the same.",
            "",
            *_table(_PAIRS_HEAD, 2, (_pairs_row(rung) for rung in pairs)),
            "",
            "In brackets: 95% intervals of the paired bootstrap. One of no width means that all questions agreed.",
        ]
    )


def short_table(rungs: Iterable[Rung]) -> str:
    """Return a row a model for the everyday questions in the way `auto`, or for the first group there is."""
    known = list(rungs)
    group = "everyday" if any(rung.group == "everyday" for rung in known) else known[0].group
    shown = [rung for rung in known if rung.group == group and rung.way in ("none", "auto")]
    return "\n".join(_table(_SHORT_HEAD, 2, (_short_row(rung) for rung in shown)))


def _table(head: str, texts: int, rows: Iterable[str]) -> Iterator[str]:
    columns = head.count("|") - 1
    yield head
    yield f"|{'---|' * texts}{'---:|' * (columns - texts)}"
    yield from rows


def _row(rung: Rung) -> str:
    figures = rung.figures
    shares = (figures.hits_at_1, figures.right, figures.wrong, figures.unsure, figures.refused)
    other = figures.answered_unanswerable
    cells = [_shown(rung), rung.group, rung.way, str(figures.n), *map(_share, shares)]
    return _line([*cells, str(figures.n_unanswerable), "–" if other is None else _share(other), *_cost(figures)])


def _pairs_row(rung: Rung) -> str:
    right, wrong = (_difference(*rung.difference(figure)) for figure in ("right", "wrong"))
    return _line([f"{rung.label}, {rung.way}", rung.group, right, wrong, rung.verdict])


def _short_row(rung: Rung) -> str:
    figures = rung.figures
    used = "–" if rung.pairs is None else "nothing" if not figures.model_calls_per_question else "what it has shown"
    over = _difference(*rung.difference("right")) if rung.pairs else "–"
    return _line([_shown(rung), used, _share(figures.right), _share(figures.wrong), over, *_cost(figures)])


def _shown(rung: Rung) -> str:
    return f"{rung.label} ({rung.model.shown_size})" if rung.model.shown_size else rung.label


def _cost(figures: EvaluationReport) -> tuple[str, str, str]:
    tokens = f"{figures.prompt_tokens_per_question:.0f} + {figures.completion_tokens_per_question:.0f}"
    return f"{figures.model_calls_per_question:.1f}", tokens, f"{figures.seconds_p50:.2f}"


def _difference(mean: float, low: float, high: float) -> str:
    return f"{mean:+.2f} [{low:+.2f}, {high:+.2f}]"


def _share(share: float) -> str:
    return f"{share:.2f}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def draw(rungs: Sequence[Rung], file: Path) -> None:
    """Draw how right and wrong answers differ from none, with their intervals."""
    from matplotlib.figure import Figure

    shown = [rung for rung in rungs if rung.pairs]
    figure = Figure(figsize=(9, 1.2 + 0.3 * len(shown)), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, name in zip(panels, ("right", "wrong"), strict=True):
        for at, rung in enumerate(shown):
            mean, low, high = rung.difference(name)
            axes.errorbar(mean, at, xerr=[[mean - low], [high - mean]], fmt="o", color="#0072B2", capsize=3)
        axes.axvline(0, color="#888888", linewidth=0.8)
        axes.set_title(f"{name} answers, over none", fontsize=10)
    panels[0].set_yticks(range(len(shown)), [f"{one.label}, {one.way}, {one.group}" for one in shown])
    panels[0].set_ylim(len(shown) - 0.5, -0.5)
    figure.savefig(file, dpi=150)


def put(file: Path, text: str) -> None:
    """Put a text between the marks that a page has for it."""
    before, begin, rest = file.read_text(encoding="utf-8").partition("<!-- ladder -->\n")
    _, end, after = rest.partition("<!-- /ladder -->")
    if not begin or not end:
        raise SystemExit(f"{file}: has no <!-- ladder --> … <!-- /ladder -->.")
    file.write_text(f"{before}{begin}{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
