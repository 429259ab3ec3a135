"""Load an index on OpenSearch, and ask it from several replicas while it is rebuilt; beside it the same of a folder.

Replicas are processes, users their threads, which ask one question after the other. An answer is wrong where its five
hits are not those that the index gave before. The load is that of synthetic manuals, whose shape is a real one's.
Times are of this run on this machine, on which node, replicas and builder share the cores: ratios are what counts.

    python -m benchmarks.cluster opensearch://127.0.0.1:9200/bench [--seconds 120] [--users 32] [--sections 5000]
        [--manual MANUAL --questions FILE.csv …]

One reader asks first, each question once, of both places by turns: of a manual of one's own or of the sample manual.

A node for a trial: `.ci/install-opensearch`, then in its folder
`./start path.home=/tmp/node http.port=9200 transport.port=9300 discovery.type=single-node`.
"""

import argparse
import multiprocessing
import os
import platform
import re
import statistics
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.rebuild import with_changed_section
from benchmarks.synthetic_manuals import synthetic_manuals
from graphrag_tools import ManualIndex
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.index.build import build_index
from graphrag_tools.manual.sample import QUESTIONS as SAMPLE_QUESTIONS

EXAMPLES = Path(__file__).parent.parent / "examples"
EMBEDDINGS = "wordllama"
SECTIONS_OF_A_MANUAL = 500
REPLICAS = 2
HITS = 5

Answers = dict[str, list[str]]


@dataclass
class Asked:
    """What users have met: how long answers took, how many were wrong, and errors by their words."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Asked") -> None:
        self.milliseconds += other.milliseconds
        self.wrong += other.wrong
        self.errors += other.errors


def main() -> None:
    arguments = _arguments()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{REPLICAS} replicas x {arguments.users} users, {arguments.seconds} s, {arguments.sections} sections\n")
    with tempfile.TemporaryDirectory() as folder:
        places = {"OpenSearch": arguments.address, "folder": str(Path(folder) / "index")}
        print(one_reader(places, arguments.manual, arguments.questions))
        for engine, place in places.items():
            print(f"{engine}: {load(place, arguments.sections)}")
        answers = {engine: prepared(place) for engine, place in places.items()}
        same = sum(answers["OpenSearch"][question] == hits for question, hits in answers["folder"].items())
        print(f"the same {HITS} hits, in the same order: {same} of {len(answers['folder'])} questions\n")
        for engine, place in places.items():
            print(f"{engine}: {under_load(place, answers[engine], arguments.users, arguments.seconds)}")


def one_reader(places: dict[str, str], manual: str, files: list[Path]) -> str:
    """Ask each question once of every place, one after the other; say how long the median question took."""
    for place in places.values():
        build_index([manual], place, force=True)
    questions = list(dict.fromkeys(asked.text for file in files for asked in read_questions(file)))
    milliseconds: dict[str, list[float]] = {engine: [] for engine in places}
    same = 0
    with ExitStack() as opened:
        indexes = {engine: opened.enter_context(closing(ManualIndex.open(place))) for engine, place in places.items()}
        for index in indexes.values():
            for warming in SAMPLE_QUESTIONS:
                found(index, warming)
        for question in questions:
            hits = []
            for engine, index in indexes.items():
                began = time.perf_counter()
                hits.append(found(index, question))
                milliseconds[engine].append((time.perf_counter() - began) * 1000)
            same += all(one == hits[0] for one in hits)
    medians = ", ".join(f"{engine} p50 {statistics.median(times):.1f} ms" for engine, times in milliseconds.items())
    return f"one reader, {len(questions)} questions: {medians}; the same {HITS} hits: {same}\n"


def load(place: str, sections: int) -> str:
    """Build an index of synthetic manuals and change one; say how fast blocks were loaded, and what the change took."""
    manuals = list(synthetic_manuals(sections, per_manual=SECTIONS_OF_A_MANUAL))
    moments: dict[str, list[float]] = {}

    def note(stage: str, _done: int, _total: int) -> None:
        moments.setdefault(stage, []).append(time.perf_counter())

    began = time.perf_counter()
    built = build_index(manuals, place, EMBEDDINGS, note, force=True)
    whole = time.perf_counter() - began
    stored = moments["vectors"][-1] - moments["graph"][0]
    blocks = sum(len(section.blocks) for manual in manuals for section in manual.sections)
    began = time.perf_counter()
    build_index([with_changed_section(manuals[0]), *manuals[1:]], place, EMBEDDINGS)
    changed = time.perf_counter() - began
    return (
        f"{blocks} blocks ({built.passages} passages): stored in {stored:.1f} s, {blocks / stored:.0f} blocks/s; "
        f"the whole build {whole:.1f} s, {blocks / whole:.0f} blocks/s; "
        f"with one of {len(manuals)} manuals changed {changed:.1f} s"
    )


def prepared(place: str) -> Answers:
    """Put the sample manual in place of the synthetic ones, and return what each question of its own finds."""
    rebuild(place)
    questions = [asked.text for asked in read_questions(EXAMPLES / "sample_questions.csv")]
    with closing(ManualIndex.open(place)) as index:
        return {question: found(index, question) for question in questions}


def rebuild(place: str) -> None:
    build_index([EXAMPLES / "sample_manual"], place, EMBEDDINGS, force=True)


def found(index: ManualIndex, question: str) -> list[str]:
    return [hit.section_id for hit in index.search(question, HITS)]


def under_load(place: str, answers: Answers, users: int, seconds: float) -> str:
    """Ask from all replicas for so long while the index is rebuilt again and again, and say what came of it."""
    ended, rebuilt, failed = threading.Event(), 0, Counter[str]()
    together = Asked()
    with ProcessPoolExecutor(REPLICAS, multiprocessing.get_context("spawn")) as processes:
        replicas = [processes.submit(replica, place, answers, users, seconds) for _ in range(REPLICAS)]
        for one in replicas:
            one.add_done_callback(lambda _done: ended.set())
        while not ended.is_set():
            try:
                rebuild(place)
                rebuilt += 1
            except GraphRAGToolsError as error:
                failed[words_of(error)] += 1
        for one in replicas:
            together.add(one.result())
    p95 = statistics.quantiles(together.milliseconds, n=20)[-1]
    return (
        f"{len(together.milliseconds)} answers, {together.wrong} wrong, {sum(together.errors.values())} errors; "
        f"p50 {statistics.median(together.milliseconds):.0f} ms, p95 {p95:.0f} ms; rebuilt {rebuilt} times"
        + "".join(f"\n  {count} x {words}" for words, count in (together.errors + failed).most_common())
    )


def replica(place: str, answers: Answers, users: int, seconds: float) -> Asked:
    """Be one replica: open the index, and let users ask it."""
    together = Asked()
    with closing(ManualIndex.open(place)) as index, ThreadPoolExecutor(users) as threads:
        until = time.monotonic() + seconds
        for asked in threads.map(lambda first: ask(index, answers, first, until), range(users)):
            together.add(asked)
    return together


def ask(index: ManualIndex, answers: Answers, first: int, until: float) -> Asked:
    """Be one user: ask all questions again and again, beginning with one of one's own."""
    asked, questions, number = Asked(), list(answers), first
    while time.monotonic() < until:
        question = questions[number % len(questions)]
        number += 1
        began = time.perf_counter()
        try:
            asked.wrong += found(index, question) != answers[question]
        except GraphRAGToolsError as error:
            asked.errors[words_of(error)] += 1
            continue
        asked.milliseconds.append((time.perf_counter() - began) * 1000)
    return asked


def words_of(error: GraphRAGToolsError) -> str:
    """Return an error's words without numbers, so that the same ones are counted together."""
    return f"{type(error).__name__}: {re.sub(r'[0-9]+', 'N', str(error))}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="where an index may be built, and is replaced")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--users", type=int, default=32, help="of each replica")
    parser.add_argument("--manual", default=str(EXAMPLES / "sample_manual"), help="that one reader asks")
    parser.add_argument(
        "--questions", type=Path, nargs="+", default=[EXAMPLES / "sample_questions.csv"], help="of that manual"
    )
    parser.add_argument("--sections", type=int, default=5_000, help="of the manuals whose loading is measured")
    return parser.parse_args()


if __name__ == "__main__":
    main()
