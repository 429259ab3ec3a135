"""Print what ordinary owners' questions get, set by set, without a model or with one.

    python -m benchmarks.everyday --data ../shared/data [--model NAME] [--embeddings NAME] [--json F] [--against F]

The data set is no part of this project; without it only the sample manual's own questions are asked.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphrag_tools import ManualIndex, manual_workflow
from graphrag_tools.evaluation.figures import bootstrap_interval
from graphrag_tools.evaluation.questions import Question, read_questions, read_unanswerable
from graphrag_tools.evaluation.report import EvaluationReport, report
from graphrag_tools.evaluation.run import QuestionResult, evaluate

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
_COLUMNS = ("n", "H@1", "H@5", "right", "wrong", "unsure", "refused", "right/answered", "ROUGE", "n*", "answered*")


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions with the manual that they are asked of; `counts` says whether they are part of "all everyday"."""

    name: str
    manual: str
    questions: tuple[Question, ...]
    counts: bool = True


def question_sets(data: Path | None) -> Iterator[QuestionSet]:
    """Yield the sets at hand: the sample manual's, and those of the data set."""
    sample = f"sample={EXAMPLES / 'sample_manual'}"
    yield QuestionSet("sample, own everyday", sample, _read(EXAMPLES / "everyday_questions.csv"), counts=False)
    yield QuestionSet("sample, own 24", sample, _read(EXAMPLES / "sample_questions.csv"), counts=False)
    if data is None:
        return
    everyday = data / "everyday"
    s10 = f"s10={data / 's10_manual_corpus.json'}"
    yield QuestionSet("S10 everyday", s10, _read(everyday / "s10_everyday_dev.csv"))
    fit = f"fit={data / 'galaxy_fit_manual_corpus.json'}"
    yield QuestionSet("Galaxy Fit everyday", fit, _read(everyday / "fit_everyday_dev.csv"))
    s7 = f"s7={everyday / 'manuals' / 'galaxy_s7_active_manual_corpus.json'}"
    yield QuestionSet("S7 Active everyday", s7, _read(everyday / "s7active_everyday_dev.csv"))
    yield QuestionSet("sample everyday", sample, _read(everyday / "larkfield_everyday_dev.csv"))
    televisions = tuple(read_unanswerable(data / "s10_unanswerable.csv"))
    yield QuestionSet("S10 experts, televisions", s10, _read(data / "s10_50_questions.csv") + televisions, counts=False)


def _read(file: Path) -> tuple[Question, ...]:
    return tuple(read_questions(file))


def row(name: str, figures: EvaluationReport) -> str:
    """Return a line of the table."""
    shares = (
        figures.hits_at_1,
        figures.hits_at_5,
        figures.right,
        figures.wrong,
        figures.unsure,
        figures.refused,
        figures.right_of_answered,
        figures.rouge_l.f1,
    )
    cells = [str(figures.n), *("–" if share is None else f"{share:.2f}" for share in shares)]
    other = figures.answered_unanswerable
    cells += [str(figures.n_unanswerable), "–" if other is None else f"{other:.2f}"]
    return f"| {name} | {' | '.join(cells)} |"


def rights(results: dict[str, list[QuestionResult]]) -> dict[str, bool]:
    """Return whether each answerable question of each set was answered right."""
    return {
        f"{name}: {one.question.text}": one.outcome == "right"
        for name, found in results.items()
        for one in found
        if one.question.answerable
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the data set")
    parser.add_argument("--model", default="none")
    parser.add_argument("--embeddings", help="such as wordllama or minilm; default: what a build takes")
    parser.add_argument("--json", type=Path, dest="out", help="file to keep what was right in")
    parser.add_argument("--against", type=Path, help="such a file of an earlier run, to compare with pair by pair")
    options = parser.parse_args()
    results: dict[str, list[QuestionResult]] = {}
    print(f"| set | {' | '.join(_COLUMNS)} |\n|---|{'---:|' * len(_COLUMNS)}")
    everyday: list[QuestionResult] = []
    with tempfile.TemporaryDirectory() as folder:
        for one in question_sets(options.data):
            chosen = {"embeddings": options.embeddings} if options.embeddings else {}
            place = Path(folder) / one.manual.partition("=")[0]
            with_index = ManualIndex.build([one.manual], place, **chosen)
            found = evaluate(manual_workflow(with_index, options.model), with_index, one.questions)
            results[one.name] = found
            everyday += found if one.counts else []
            print(row(one.name, report(options.model, found)), flush=True)
            with_index.close()
    if everyday:
        print(row("**all everyday**", report(options.model, everyday)))
    print("n*, answered*: questions that the manual does not answer, and the share that got an answer all the same.")
    now = rights(results)
    if options.against:
        before = json.loads(options.against.read_text(encoding="utf-8"))
        same = [key for key in now if key in before]
        low, high = bootstrap_interval([now[key] - before[key] for key in same])
        gained, lost = sum(now[k] and not before[k] for k in same), sum(before[k] and not now[k] for k in same)
        mean = (gained - lost) / len(same)
        print(
            f"answered right, pair by pair over {len(same)}: +{gained} -{lost}, {mean:+.3f} [{low:+.3f}, {high:+.3f}]"
        )
    if options.out:
        options.out.write_text(json.dumps(now, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
