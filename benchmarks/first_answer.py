"""Measure the parts of a first answer: cold start, build by stage, ask by stage. All in one run.

Uses the S10 manual and its questions where ../shared/data has them, else the sample manual. Times are medians
in milliseconds; on a shared machine only the ratios within one run mean anything.
"""

import csv
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from graphrag_tools import ManualIndex, ModelError, ask, manual_workflow

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
COMMAND = Path(sys.executable).parent / "graphrag-tools"
QUESTIONS = 20
COLD_STARTS = 5


def main() -> None:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    real = DATA.is_dir()
    manual = f"s10={DATA / 's10_manual_corpus.json'}" if real else f"larkfield={ROOT / 'examples' / 'sample_manual'}"
    questions_file = DATA / "s10_50_questions.csv" if real else ROOT / "examples" / "sample_questions.csv"
    with questions_file.open(encoding="utf-8", newline="") as file:
        questions = [row["question"] for row in csv.DictReader(file)][:QUESTIONS]
    with tempfile.TemporaryDirectory() as folder:
        index = build(manual, Path(folder) / "index")
        for model in ("none", "gguf:smollm2"):
            ask_by_stage(index, model, questions)
        cold_start("--help", [])
        cold_start("ask --model none", ["ask", questions[0], "--index", f"{folder}/index"])


def build(manual: str, folder: Path) -> ManualIndex:
    """Build twice: the second time the vectors come from the cache."""
    for title in ("Build, first", "Build, vectors cached"):
        clock = StageClock()
        started = time.perf_counter()
        index = ManualIndex.build([manual], folder, progress=clock.note)
        clock.note("check, switch, open")
        starts = [started, *clock.ends.values()]
        rows = [(stage, end - begin) for (stage, end), begin in zip(clock.ends.items(), starts, strict=False)]
        show(f"{title} ({manual})", [*rows, ("total", time.perf_counter() - started)])
    return index


class StageClock:
    """Takes a build's progress and keeps when each stage was last heard of."""

    def __init__(self) -> None:
        self.ends: dict[str, float] = {}

    def note(self, stage: str, _done: int = 0, _total: int = 0) -> None:
        self.ends[stage] = time.perf_counter()


def ask_by_stage(index: ManualIndex, model: str, questions: list[str]) -> None:
    try:
        app = manual_workflow(index, model)
    except ModelError as error:
        print(f"Ask, {model}: left out ({error})\n")
        return
    ask(app, questions[0])
    by_stage: dict[str, list[float]] = {}
    for question in questions:
        started = time.perf_counter()
        answer = ask(app, question)
        by_stage.setdefault("total", []).append(time.perf_counter() - started)
        for stage in answer.usage.stages:
            by_stage.setdefault(stage.stage, []).append(stage.seconds)
    total = by_stage.pop("total")
    rows = [(stage, statistics.median(seconds)) for stage, seconds in by_stage.items()]
    show(f"Ask, {model}, {len(questions)} questions, warm", [*rows, ("total", statistics.median(total))])


def cold_start(title: str, arguments: list[str]) -> None:
    seconds: list[float] = []
    for _ in range(COLD_STARTS):
        started = time.perf_counter()
        subprocess.run([COMMAND, *(arguments or ["--help"])], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    show(f"Cold start, {title}", [("median", statistics.median(seconds)), ("slowest", max(seconds))])


def show(title: str, rows: Iterable[tuple[str, float]]) -> None:
    print(f"| {title} | ms |\n|---|---:|")
    for name, seconds in rows:
        print(f"| {name} | {seconds * 1000:.1f} |")
    print()


if __name__ == "__main__":
    main()
