"""Print what questions get that are about no device at all: why is the sky blue?

    python -m benchmarks.off_topic MANUAL [MANUAL …]

Any manual will do, for none answers them.
"""

import argparse
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from graphrag_tools import ManualIndex, ask, manual_workflow
from graphrag_tools.evaluation.questions import read_unanswerable

_QUESTIONS = Path(__file__).with_name("off_topic.csv")
_STATES = ("not_in_manual", "unsure", "answered")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manuals", nargs="+")
    questions = [question.text for question in read_unanswerable(_QUESTIONS)]
    print(f"| manual | questions | {' | '.join(_STATES)} | answered |\n|---|---:|---:|---:|---:|---|")
    for manual in parser.parse_args().manuals:
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(ManualIndex.build([manual], Path(folder) / "index")) as index,
        ):
            app = manual_workflow(index, model="none")
            states = {question: ask(app, question).status for question in questions}
        count: Counter[str] = Counter(states.values())
        answered = "; ".join(question for question, state in states.items() if state == "answered")
        print(f"| {manual} | {len(states)} | {' | '.join(str(count[state]) for state in _STATES)} | {answered} |")


if __name__ == "__main__":
    main()
