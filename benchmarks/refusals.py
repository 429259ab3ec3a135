"""Measure what the coverage score refuses: questions of another domain, and questions whose own section was taken out.

Uses the S10 and Galaxy Fit manuals where ../shared/data has them; the sample manual always. The score is calibrated
on made questions alone; those of people, and the unanswerable ones, are only measured here. Intervals are 95%,
by bootstrap over questions.

    python -m benchmarks.refusals [EMBEDDINGS | --prior]

EMBEDDINGS as the command line takes them, else the embedded ones. --prior prints the prior of indexes without a
calibration, and ends.
"""

import csv
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graphrag_tools import ManualIndex
from graphrag_tools.embeddings import DEFAULT_EMBEDDINGS, open_embeddings
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.index.generation import Generation
from graphrag_tools.index.manifest import read_manifest, write_manifest
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.sections import Manual
from graphrag_tools.search.calibration import calibrated_coverage
from graphrag_tools.search.coverage import DEFAULT_REFUSE_BELOW
from graphrag_tools.search.made_questions import made_questions
from graphrag_tools.text.normalise import folded

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
SAMPLE = ROOT / "examples" / "sample_manual"
MADE = 200
OTHER_SEED = 99  # not the calibration's, so that these made questions are new to it
RESAMPLED = 2_000
REBUILT = 6
THRESHOLDS = (0.03, 0.05, DEFAULT_REFUSE_BELOW, 0.08, 0.1, 0.2)
K = 5

Asked = list[tuple[str, str]]


@dataclass(frozen=True)
class Scores:
    """The scores of answerable questions, and of those that are not, by kind."""

    title: str
    kept: list[float]
    refused: dict[str, list[float]]


class Measured:
    """An index in a temporary folder, and what its search and its coverage model make of questions."""

    def __init__(self, source: str | Manual, folder: Path, embeddings: str = DEFAULT_EMBEDDINGS) -> None:
        self.embeddings = embeddings
        self.index = ManualIndex.build([source], folder, embeddings=embeddings)
        self._embedder = open_embeddings(embeddings)
        self.graph = self.index.graph_of(f"{self.index.manuals[0].id}/")

    def scores(self, questions: Sequence[str]) -> list[float]:
        return [self.index.coverage(self.index.search(question, K)) for question in questions]

    def scores_without_own(self, asked: Asked) -> list[float]:
        return [self.index.coverage(self._hits(text, section)) for text, section in asked]

    def made(self) -> Asked:
        return [(made.text, made.section_id) for made in made_questions(self.graph, MADE, OTHER_SEED)]

    def asked(self, file: Path) -> Asked:
        """The questions of a file with the section that answers each: by its path, else by its last title."""
        sections = [item for item in self.graph.items if item.kind == "section"]
        by_path = {folded(" > ".join(item.path)): item.id for item in sections}
        by_title = {folded(item.name): item.id for item in reversed(sections)}
        return [
            (
                question.text,
                by_path.get(folded(" > ".join(question.section_path))) or by_title[folded(question.section_path[-1])],
            )
            for question in read_questions(file)
        ]

    def _hits(self, text: str, removed: str):
        search = generation_of(self.index).search
        return search.hits(search.candidates(text, self._embedder.embed_query(text)), K, removed)


def generation_of(index: ManualIndex) -> Generation:
    return index._live()


def main() -> None:
    if "--prior" in sys.argv:
        print_prior()
        return
    embeddings = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_EMBEDDINGS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample = Measured(f"larkfield={SAMPLE}", folder / "sample", embeddings)
        people = sample.asked(ROOT / "examples" / "sample_questions.csv")
        if not DATA.is_dir():
            table([scored("Sample manual, 24 questions", sample, people, {})])
            return
        s10 = Measured(f"s10={DATA / 's10_manual_corpus.json'}", folder / "s10", embeddings)
        fit = Measured(f"fit={DATA / 'galaxy_fit_manual_corpus.json'}", folder / "fit", embeddings)
        experts = s10.asked(DATA / "s10_50_questions.csv")
        with (DATA / "s10_unanswerable.csv").open(encoding="utf-8", newline="") as file:
            televisions = [row["question"] for row in csv.DictReader(file)]
        other = {"televisions": televisions}
        s10_asked = {"S10's 50 questions": [text for text, _ in experts]}
        rows = [
            scored("S10, 50 expert questions", s10, experts, other),
            scored("S10, made questions", s10, s10.made(), other),
            scored("Sample manual, 24 questions", sample, people, other | s10_asked),
            scored("Sample manual, made questions", sample, sample.made(), other),
            scored("Galaxy Fit, made questions", fit, fit.made(), other | s10_asked),
        ]
        table(rows)
        thresholds(rows)
        rebuilt(experts[:: len(experts) // REBUILT][:REBUILT], s10, folder)


def scored(title: str, measured: Measured, asked: Asked, others: dict[str, list[str]]) -> Scores:
    refused = {"own section out": measured.scores_without_own(asked)}
    refused |= {kind: measured.scores(questions) for kind, questions in others.items()}
    return Scores(title, measured.scores([text for text, _ in asked]), refused)


def table(rows: list[Scores]) -> None:
    print("| answerable | refused | AUROC | refused at 90% kept | kept by default | refused by default |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        for kind, scores in row.refused.items():
            figures = [
                interval(row.kept, scores, figure)
                for figure in (
                    auroc,
                    refused_at_90,
                    lambda kept, _: share_kept(kept),
                    lambda _, out: 1 - share_kept(out),
                )
            ]
            print(f"| {row.title} | {kind} ({len(scores)}) | {' | '.join(figures)} |")
    print()


def thresholds(rows: list[Scores]) -> None:
    print("| questions | " + " | ".join(f"below {at}" for at in THRESHOLDS) + " |")
    print("|---|" + "---|" * len(THRESHOLDS))
    for row in rows:
        for kind, scores in {"answerable": row.kept, **row.refused}.items():
            shares = " | ".join(f"{1 - share_kept(scores, at):.2f}" for at in THRESHOLDS)
            print(f"| {row.title}: {kind} | {shares} |")
    print()


def rebuilt(asked: Asked, measured: Measured, folder: Path) -> None:
    """Compare leaving a section out of the candidates with an index that was built without it."""
    manual = load_manual(DATA / "s10_manual_corpus.json", "s10")
    print("| question | left out | built without it |\n|---|---|---|")
    for number, (text, section) in enumerate(asked):
        place = [item.id for item in measured.graph.items if item.kind == "section"].index(section)
        gone = manual.sections[place]
        if any(other.parent == gone.key for other in manual.sections):
            continue  # the sections below it would be orphans
        sections = tuple(other for other in manual.sections if other is not gone)
        without = Measured(
            Manual(manual.id, manual.title, sections, manual.source), folder / f"without-{number}", measured.embeddings
        )
        print(f"| {text} | {measured.scores_without_own([(text, section)])[0]:.3f} | {without.scores([text])[0]:.3f} |")


def auroc(kept: np.ndarray, refused: np.ndarray) -> float:
    difference = kept[:, None] - refused[None]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def refused_at_90(kept: np.ndarray, refused: np.ndarray) -> float:
    threshold = np.sort(kept)[int(0.1 * len(kept))]
    return float((refused < threshold).mean())


def share_kept(scores: Sequence[float] | np.ndarray, threshold: float = DEFAULT_REFUSE_BELOW) -> float:
    return float((np.asarray(scores) >= threshold).mean())


def interval(kept: list[float], refused: list[float], figure) -> str:
    chance = np.random.default_rng(0)
    first, second = np.asarray(kept), np.asarray(refused)
    drawn = [figure(chance.choice(first, len(first)), chance.choice(second, len(second))) for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{figure(first, second):.2f} ({low:.2f} to {high:.2f})"


def print_prior() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        graph = Measured(f"larkfield={SAMPLE}", folder).graph
        write_manifest(folder, read_manifest(folder).model_copy(update={"coverage": None}))
        search = generation_of(ManualIndex.open(folder)).search  # without whitening
        vectors = open_embeddings().embed_documents
        print(calibrated_coverage([graph], search, None, vectors, lambda _done, _total: None))


if __name__ == "__main__":
    main()
