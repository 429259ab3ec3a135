"""Measure what a model's descriptions and questions gain: search and choice with none, --describe and --expand.

    python -m benchmarks.descriptions [MODEL [MINUTES_PER_MANUAL]]

Per manual, an index is built without texts and one with both, within the minutes (half for each kind). Search is
measured with and without the questions (descriptions are not searched). Where a description was accepted, the model
chooses among the five candidates of a question with the first paragraphs, and again with the descriptions.
Questions: those of people (S10's 50 where ../shared/data has them; the sample manual's own), and made ones, which
are put in part of a section's words and in everyday ones. Of each also those alone whose section has questions of the
model; there the other sections mostly have none, so that a gain seen there is too large. The prompts and checks
were written before any of this was run, and nothing was chosen by it. Intervals are 95%, by bootstrap over questions.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from graphrag_tools import ManualIndex
from graphrag_tools.enrichment.texts import ModelTexts
from graphrag_tools.evaluation.figures import GoldPaths, bootstrap_interval
from graphrag_tools.evaluation.made_questions import made_questions
from graphrag_tools.evaluation.questions import Question, read_questions
from graphrag_tools.index.manifest import read_manifest
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
MADE = 200
OTHER_SEED = 99  # not the calibration's
K = 5
LETTERS = "ABCDE"
MOST_CHOICES = 30


@dataclass(frozen=True)
class Subject:
    """A manual to build, and people's questions about it."""

    name: str
    source: Path
    questions: Path


def main() -> None:
    model = sys.argv[1] if len(sys.argv) > 1 else "gguf:smollm2"
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    for subject in subjects():
        with tempfile.TemporaryDirectory() as folder:
            measure(subject, model, minutes, Path(folder))


def subjects() -> list[Subject]:
    found = [Subject("larkfield", ROOT / "examples" / "sample_manual", ROOT / "examples" / "sample_questions.csv")]
    if DATA.is_dir():
        found.append(Subject("s10", DATA / "s10_manual_corpus.json", DATA / "s10_50_questions.csv"))
    return found


def measure(subject: Subject, model: str, minutes: float, folder: Path) -> None:
    source = f"{subject.name}={subject.source}"
    started = time.monotonic()
    texts = ModelTexts(describe=model, expand=model, max_minutes=minutes)
    written = ManualIndex.build([source], folder / "written", enricher=texts.open())
    print(f"\n## {subject.name}, {model}, {(time.monotonic() - started) / 60:.1f} minutes\n")
    for report in read_manifest(folder / "written").model_texts:
        print(f"- {report.words}")
    plain = ManualIndex.build([source], folder / "plain")
    show(subject, plain, written)
    choose(subject, model, plain, written)
    plain.close()
    written.close()


def show(subject: Subject, plain: ManualIndex, written: ManualIndex) -> None:
    print("\n| questions | n | H@1 none | H@1 expand | gain | H@5 none | H@5 expand | gain |")
    print("|---|--:|---|---|---|---|---|---|")
    for label, questions in asked(subject, plain).items():
        gold = GoldPaths(plain.section_paths())
        expanded = [
            any(item.questions and gold.is_right(item.path, one.section_path) for item in written.sections())
            for one in questions
        ]
        row(f"{label}", questions, plain, written)
        row(
            f"{label}, section expanded", [q for q, has in zip(questions, expanded, strict=True) if has], plain, written
        )


def asked(subject: Subject, index: ManualIndex) -> dict[str, list[Question]]:
    graph = index.graph_of(f"{subject.name}/")
    made = [Question("", one.text, one.section_path, "") for one in made_questions(graph, MADE, OTHER_SEED)]
    return {"people's": read_questions(subject.questions), "made": made}


def row(label: str, questions: Sequence[Question], plain: ManualIndex, written: ManualIndex) -> None:
    if not questions:
        print(f"| {label} | 0 | | | | | | |")
        return
    cells: list[str] = []
    for k in (1, K):
        before, after = (found(index, questions, k) for index in (plain, written))
        change = [second - first for first, second in zip(before, after, strict=True)]
        cells += [interval(before), interval(after), interval(change, "+")]
    print(f"| {label} | {len(questions)} | {' | '.join(cells)} |")


def found(index: ManualIndex, questions: Sequence[Question], k: int) -> list[float]:
    gold = GoldPaths(index.section_paths())
    return [
        float(
            any(gold.is_right(index.item(hit.section_id).path, one.section_path) for hit in index.search(one.text, k))
        )
        for one in questions
    ]


def interval(values: Sequence[float], sign: str = "") -> str:
    low, high = bootstrap_interval(values)
    mean = sum(values) / len(values)
    return f"{mean:{sign}.2f} ({low:{sign}.2f} to {high:{sign}.2f})"


def choose(subject: Subject, model: str, plain: ManualIndex, written: ManualIndex) -> None:
    chat = open_chat_model(model, options=ModelOptions(max_tokens=4))
    gold = GoldPaths(plain.section_paths())
    right: list[tuple[float, float, float]] = []
    for one in [question for questions in asked(subject, plain).values() for question in questions]:
        items = [written.item(hit.section_id) for hit in plain.search(one.text, K)]
        places = [place for place, item in enumerate(items) if gold.is_right(item.path, one.section_path)]
        if places and any(item.described_by for item in items) and len(right) < MOST_CHOICES and chat is not None:
            before = picked(chat.chat, one.text, [plain.item(item.id) for item in items])
            after = picked(chat.chat, one.text, items)
            right.append((float(places[0] == 0), float(before in places), float(after in places)))
    described = sum(bool(item.described_by) for item in written.sections())
    print(
        f"\n{described} sections described; {len(right)} questions with one of them among their five candidates", end=""
    )
    if right:
        first, before_, after_ = (list(column) for column in zip(*right, strict=True))
        print(
            f": search's first is right {interval(first)}, chosen by first paragraphs {interval(before_)}, by", end=""
        )
        gains = [after - before for _, before, after in right]
        print(f" descriptions {interval(after_)}, gain {interval(gains, '+')}", end="")
    print(".")


def picked(chat: BaseChatModel, question: str, items: Sequence[MenuItem]) -> int:
    lines = [f"{letter}. {item.name}: {item.description}" for letter, item in zip(LETTERS, items, strict=False)]
    prompt = (
        "Which menu item of the device manual answers the question?\n"
        f"Question: {question}\n\n" + "\n".join(lines) + "\n\nReply with the letter of the one item that fits best."
    )
    said = chat.invoke([HumanMessage(prompt)]).text.strip().strip("\"*'(")
    return LETTERS.find(said[:1]) if said else -1


if __name__ == "__main__":
    main()
