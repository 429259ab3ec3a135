"""From a small model to a large one: the same questions to both, and a report of where their answers part.

python examples/parity_report.py --small gguf:smollm2 --large openai:gpt-5-mini --out parity.md
python examples/parity_report.py --small none --large ollama:llama3.2:3b --limit 5

Needs: pip install 'graphrag-tools[eval]' for ROUGE-L. `graphrag-tools eval --model A --model B` compares more
models and ways, with intervals and plots; this report says question by question what a swap would change.
"""

import argparse
import sys
from pathlib import Path

from graphrag_tools import GraphRAGToolsError, ManualIndex
from graphrag_tools.evaluation.comparison import Plan, Run, compare
from graphrag_tools.evaluation.figures import rouge_l
from graphrag_tools.evaluation.questions import read_questions, sampled
from graphrag_tools.evaluation.run import QuestionResult
from graphrag_tools.manual.graph import PATH_SEPARATOR

SAMPLE = Path(__file__).parent / "sample_manual"
QUESTIONS = Path(__file__).parent / "sample_questions.csv"


def parity(small: Run, large: Run) -> str:
    pairs = list(zip(small.results, large.results, strict=True))
    same = sum(one.answer.menu_path == other.answer.menu_path for one, other in pairs)
    alike = sum(rouge_l(other.answer.text, one.answer.text).f1 for one, other in pairs) / len(pairs)
    lines = [
        f"# {small.model} and {large.model}",
        "",
        f"Same menu path: {same} of {len(pairs)}. Answers alike (ROUGE-L F1 of one against the other): {alike:.2f}.",
        "",
        "| | right path | ROUGE-L F1 | invented items | model calls | seconds |",
        "|---|---:|---:|---:|---:|---:|",
        *(figures(run) for run in (small, large)),
        "",
        "## Where they part",
        "",
        *([line for one, other in pairs for line in difference(one, other)] or ["Nowhere."]),
    ]
    return "\n".join(lines)


def figures(run: Run) -> str:
    n = len(run.results)
    right = sum(result.path_right for result in run.results)
    rouge = sum(result.rouge_l.f1 for result in run.results) / n
    invented = sum(bool(result.invented) for result in run.results)
    calls = sum(result.answer.usage.model_calls for result in run.results)
    seconds = sum(result.seconds for result in run.results)
    return f"| {run.model} | {right} of {n} | {rouge:.2f} | {invented} | {calls} | {seconds:.1f} |"


def difference(small: QuestionResult, large: QuestionResult) -> list[str]:
    """What differs between two answers to a question; nothing where they agree."""
    if small.answer.menu_path == large.answer.menu_path and small.answer.status == large.answer.status:
        return []
    ends = (f"  - {said(result)}" for result in (small, large))
    return [f"- {small.question.text}", *ends]


def said(result: QuestionResult) -> str:
    path = PATH_SEPARATOR.join(result.answer.menu_path) or "no menu path"
    return f"{result.answer.model}: {result.answer.status}, {path}{'' if result.path_right else ' (not the right one)'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", "--model", default="ollama:llama3.2:3b")
    parser.add_argument("--large", default="openai:gpt-5-mini")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="CSV or JSONL, as graphrag-tools eval reads")
    parser.add_argument("--limit", type=int, help="ask a sample of so many")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    parser.add_argument("--out", type=Path, help="Markdown file to write; without it: shown")
    options = parser.parse_args()
    if options.small == options.large:
        parser.error("--small and --large are the same model.")
    try:
        index = ManualIndex.build([options.manual], options.index)
        questions = tuple(sampled(read_questions(options.questions), options.limit))
        runs = compare(index, Plan((options.small, options.large), ("auto",), questions)).runs
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    # A comparison has "none" first, whichever of the two it is.
    report = parity(*sorted(runs, key=lambda run: run.model == options.large))
    if options.out:
        options.out.write_text(f"{report}\n", encoding="utf-8")
    else:
        print(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
