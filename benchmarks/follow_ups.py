"""Count how often a follow-up stays with its item, and a change of subject is noticed. No model; a table.

A conversation is: a question answered by a random menu item, then a second question. Follow-ups that name nothing
("and how do I turn it off?") have to stay in the item's section, or in one with the same name but for its verb
("Turn off Emergency mode" after "Activate Emergency mode"). Stand-alone questions, as they are and with "And"
before them, have to get the menu path that they get with nothing before them.
"""

import random
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.first_answer import DATA, ROOT
from graphrag_tools import ManualIndex
from graphrag_tools.conversation.follow_ups import Earlier, understand_question
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.text.english.verbs import VERBS
from graphrag_tools.text.words import content_words

FOLLOW_UPS = (
    "and how do I turn it off?",
    "why?",
    "Where is that?",
    "How do I change this?",
    "what does it do?",
    "And how do I disable it again?",
    "Can I undo that?",
)
ITEMS = 200
SEED = 4


def main() -> None:
    print("| manual | second question | n | as it should be |\n|---|---|---:|---:|")
    manuals = [("larkfield", ROOT / "examples" / "sample_manual", ROOT / "examples" / "sample_questions.csv")]
    if DATA.is_dir():
        manuals.append(("s10", DATA / "s10_manual_corpus.json", DATA / "s10_50_questions.csv"))
    for name, manual, questions in manuals:
        with tempfile.TemporaryDirectory() as folder:
            index = ManualIndex.build([f"{name}={manual}"], Path(folder) / "index")
            asked = [question.text for question in read_questions(questions)]
            measure(name, index, name, asked)
            index.close()


def measure(name: str, index: ManualIndex, manual: str, questions: list[str]) -> None:
    draw = random.Random(SEED)
    sections = index.sections(manual)
    items = draw.sample(sections, min(ITEMS, len(sections)))
    stays = [follow_up_stays(index, item, draw.choice(FOLLOW_UPS)) for item in items]
    show(name, "names nothing of its own", stays)
    for label, prefix in (("stands alone", ""), ("stands alone, behind “And”", "And ")):
        show(name, label, [is_noticed(index, draw.choice(items), question, prefix) for question in questions])


def follow_up_stays(index: ManualIndex, item: MenuItem, question: str) -> bool:
    scope = understand_question(question, Earlier(f"Where do I find {item.name}?", item.id), index).scope
    return scope is not None and (scope == item.id or subject(index.item(scope)) == subject(item))


def subject(item: MenuItem) -> set[str]:
    return {word for word in content_words(item.name) if word not in VERBS and word != "off"}


def is_noticed(index: ManualIndex, before: MenuItem, question: str, prefix: str) -> bool:
    second = prefix + (question[0].lower() + question[1:] if prefix else question)
    meant = understand_question(second, Earlier(f"Where do I find {before.name}?", before.id), index)
    found = meant.scope or index.search(meant.question, 1)[0].section_id
    return found == index.search(question, 1)[0].section_id


def show(name: str, label: str, right: Iterable[bool]) -> None:
    found = list(right)
    print(f"| {name} | {label} | {len(found)} | {sum(found) / len(found):.2f} |")


if __name__ == "__main__":
    main()
