"""Write the sample manual in each form that people have, read it back, and hold tree, blocks and answers against it.

    python -m benchmarks.forms [--no-answers]

A German and a Japanese manual of their own are asked ten questions each. No model is used.
"""

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.form_writers import FORMS
from graphrag_tools import ManualIndex, manual_workflow
from graphrag_tools.evaluation.questions import Question, read_questions
from graphrag_tools.evaluation.report import report
from graphrag_tools.evaluation.run import evaluate
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sample import sample_manual
from graphrag_tools.manual.sections import Manual

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FOREIGN = Path(__file__).resolve().parent / "foreign_manuals"
PATHS_FLOOR = 0.95
BLOCKS_FLOOR = 0.9
ANSWERS_FLOOR = 0.05
FOREIGN_FLOOR = 0.6


@dataclass(frozen=True, slots=True)
class Sameness:
    """Which share of the manual's own paths, options, steps, notes and ways another form of it gives."""

    paths: float
    options: float
    steps: float
    notes: float
    taps: float

    @property
    def holds(self) -> bool:
        """Whether all floors are kept."""
        return self.paths >= PATHS_FLOOR and min(self.options, self.steps, self.notes, self.taps) >= BLOCKS_FLOOR


def sameness(read: MenuGraph, own: MenuGraph) -> Sameness:
    """Compare a form with the manual's own; what is too much counts as what is missing."""
    return Sameness(
        _share(_paths(read), _paths(own)),
        _share(_texts(read, "option"), _texts(own, "option")),
        _share(_texts(read, "step"), _texts(own, "step")),
        _share(_texts(read, "note", "warning"), _texts(own, "note", "warning")),
        _share(_ways(read), _ways(own)),
    )


def read_form(name: str, manual: Manual, folder: Path) -> Manual:
    """Write the manual in a form and load it."""
    return load_manual(FORMS[name](manual, folder), manual.id)


def _paths(graph: MenuGraph) -> Counter[object]:
    return Counter(item.path for item in graph.items if item.kind == "section")


def _texts(graph: MenuGraph, *kinds: str) -> Counter[object]:
    sections = (item for item in graph.items if item.kind == "section")
    return Counter((item.path, _bare(b.kind, b.text)) for item in sections for b in item.blocks if b.kind in kinds)


def _bare(kind: str, text: str) -> str:
    """Leave out the label of a note, which most forms say by their markup alone."""
    return (
        text.partition(": ")[2] if kind in ("note", "warning") and text.startswith(("Note", "Tip", "Warning")) else text
    )


def _ways(graph: MenuGraph) -> Counter[object]:
    return Counter((item.path, item.taps) for item in graph.items if item.taps)


def _share(found: Counter[object], expected: Counter[object]) -> float:
    return (found & expected).total() / max(found.total(), expected.total(), 1)


def right(manual: Manual, questions: list[Question], folder: Path) -> float:
    """Return which share of the answerable questions is answered right."""
    index = ManualIndex.build([manual], folder, force=True)
    try:
        found = report("none", evaluate(manual_workflow(index, "none"), index, questions)).right
    finally:
        index.close()
    return found or 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-answers", action="store_true", help="compare trees and blocks alone")
    options = parser.parse_args()
    manual = load_manual(sample_manual(), "larkfield")
    own = build_graph(manual)
    questions = list(read_questions(EXAMPLES / "everyday_questions.csv"))
    holds = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = right(manual, questions, folder / "index") if not options.no_answers else 0.0
        print(f"| form | paths | options | steps | notes | taps | right ({base:.2f}) | floors |")
        print("|---|---:|---:|---:|---:|---:|---:|---|")
        for form in FORMS:
            read = read_form(form, manual, folder / form)
            same = sameness(build_graph(read), own)
            share = right(read, questions, folder / "index") if not options.no_answers else base
            kept = same.holds and share >= base - ANSWERS_FLOOR
            holds = holds and kept
            figures = (same.paths, same.options, same.steps, same.notes, same.taps, share)
            print(
                f"| {form} | {' | '.join(f'{one:.2f}' for one in figures)} | {'kept' if kept else 'BROKEN'} |",
                flush=True,
            )
        if not options.no_answers:
            holds = _foreign(folder) and holds
    sys.exit(0 if holds else 1)


def _foreign(folder: Path) -> bool:
    print("\n| manual | language | right of ten | floor |\n|---|---|---:|---|")
    holds = True
    for file in sorted(FOREIGN.glob("*.md")):
        manual = load_manual(file)
        questions = list(read_questions(file.with_suffix(".csv")))
        share = right(manual, questions, folder / f"index-{manual.id}")
        kept = share >= FOREIGN_FLOOR
        holds = holds and kept
        print(f"| {manual.id} | {build_graph(manual).language} | {share:.2f} | {'kept' if kept else 'BROKEN'} |")
    return holds


if __name__ == "__main__":
    main()
