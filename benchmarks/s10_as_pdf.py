"""Compare a manual that comes as a PDF with its e-manual JSON: S10 set as PDF and read back.

Uses the S10 manual and its questions where ../shared/data has them, else the sample manual and its own. For each
way of setting it: how much of the tree and of the text is read back the same, and what the evaluation says. Models
are given as arguments; without any, none is used. Ends with exit code 1 if path_right differs by more than .04.
"""

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4

from benchmarks.manual_pdf import Layout, write_pdf
from graphrag_tools import ManualIndex
from graphrag_tools.evaluation.measurement import Measurement, run_evaluation
from graphrag_tools.evaluation.report import EvaluationReport
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
ALLOWED = 0.04
LAYOUTS = {
    "outline": Layout(),
    "outline, to pages only": Layout(outline="pages"),
    "no outline": Layout(outline="none"),
    "outline, two columns": Layout(columns=2, page_size=A4),
    "no outline, two columns": Layout(outline="none", columns=2, page_size=A4),
    "no outline, numbered titles": Layout(outline="none", numbered=True),
}


@dataclass(frozen=True)
class Likeness:
    """Shares of the source's menu paths and blocks (kind, words and name) that are read back the same."""

    paths: float
    blocks: float

    @classmethod
    def of(cls, source: Manual, found: Manual) -> "Likeness":
        graphs = build_graph(source), build_graph(found)
        paths = [Counter(item.menu_path for item in graph.items if item.kind == "section") for graph in graphs]
        blocks = [
            Counter(
                (item.menu_path, block.kind, block.name, block.text)
                for item in graph.items
                if item.kind == "section"
                for block in item.blocks
            )
            for graph in graphs
        ]
        return cls(_share(*paths), _share(*blocks))


def _share(ours: Counter[Any], theirs: Counter[Any]) -> float:
    return (ours & theirs).total() / ours.total()


def main() -> None:
    real = DATA.is_dir()
    source = DATA / "s10_manual_corpus.json" if real else ROOT / "examples" / "sample_manual"
    questions = DATA / "s10_50_questions.csv" if real else ROOT / "examples" / "sample_questions.csv"
    models = tuple(sys.argv[1:]) or ("none",)
    manual = load_manual(source, "manual")
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = reports(manual, folder / "source", questions, models)
        print(f"{source.name}, {base[0].n} questions\n")
        print("| source | model | paths same | blocks same | path_right | H@1 | H@5 | ROUGE-L P / R / F1 |")
        print("|---|---|---:|---:|---:|---:|---:|---|")
        show("itself", base, Likeness(1, 1))
        for title, layout in LAYOUTS.items():
            file = folder / f"{title.replace(' ', '-').replace(',', '')}.pdf"
            write_pdf(manual, file, layout)
            found = load_manual(file, "manual")
            figures = reports(found, folder / title, questions, models)
            show(f"PDF, {title}", figures, Likeness.of(manual, found))
            worst = max(worst, *(abs(a.path_right - b.path_right) for a, b in zip(base, figures, strict=True)))
    print(f"\nLargest difference of path_right: {worst:.2f}, allowed {ALLOWED:.2f}.")
    sys.exit(worst > ALLOWED + 1e-9)


def reports(manual: Manual, folder: Path, questions: Path, models: tuple[str, ...]) -> tuple[EvaluationReport, ...]:
    index = ManualIndex.build([manual], folder)
    try:
        return run_evaluation(index, Measurement(questions=questions, models=models)).figures
    finally:
        index.close()


def show(title: str, figures: tuple[EvaluationReport, ...], likeness: Likeness) -> None:
    for one in figures:
        rouge = " / ".join(f"{value:.2f}" for value in (one.rouge_l.precision, one.rouge_l.recall, one.rouge_l.f1))
        print(
            f"| {title} | {one.model} | {likeness.paths:.3f} | {likeness.blocks:.3f} | {one.path_right:.2f} | "
            f"{one.hits_at_1:.2f} | {one.hits_at_5:.2f} | {rouge} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
