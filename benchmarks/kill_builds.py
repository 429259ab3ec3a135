"""Builds killed at random moments: does the old index answer every time, and what is left behind?

Each round changes a small manual, builds it together with the sample manual, which is taken over as it stands, and
kills the build (SIGKILL) after a random time of up to that of an undisturbed one. After each kill the index is opened
by a reader that was not there before, checked as `graphrag-tools check` does, and searched.

    python -m benchmarks.kill_builds [ROUNDS] [SEED]
"""

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from graphrag_tools import ManualIndex
from graphrag_tools.index.build import build_index
from graphrag_tools.index.check import check_index
from graphrag_tools.index.manifest import generation_numbers, read_manifest

SAMPLE = Path(__file__).parent.parent / "examples" / "sample_manual"
QUESTION, ANSWER = "How do I turn on flight mode?", "sample-manual/settings/wi-fi/flight-mode"
BUILD = """
import sys
from pathlib import Path
from graphrag_tools.index.build import build_index
print("begin", flush=True)
build_index(sys.argv[1:3], Path(sys.argv[3]), progress=lambda stage, *_: print(stage, flush=True))
"""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10_000)
    chance = random.Random(seed)
    moments: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        folder, extra = Path(place) / "index", Path(place) / "lamp.md"
        write(extra, 0)
        killed_after(None, folder, extra)
        write(extra, -1)
        undisturbed = killed_after(None, folder, extra)[1]
        most_bytes = size(folder)
        for number in range(1, rounds + 1):
            write(extra, number)
            before = read_manifest(folder).generation
            moment, _ = killed_after(chance.random() * undisturbed, folder, extra)
            moments[moment] += 1
            verify(folder, before, number)
            most_bytes = max(most_bytes, size(folder))
            if number % 10 == 0:
                print(f"{number} of {rounds}", file=sys.stderr, flush=True)
        manifest = build_index([SAMPLE, extra], folder)
        verify(folder, manifest.generation, rounds)
        left = sorted(path.name for path in folder.iterdir())
        print(f"{rounds} kills (seed {seed}), an undisturbed build takes {undisturbed:.1f} s. Killed during:")
        print(", ".join(f"{moment} {count}" for moment, count in moments.most_common()))
        print("the old or the new index was whole and answered right after every kill")
        print(f"left at the end: {', '.join(left)}, generations {generation_numbers(folder)}")
        print(f"folder: at most {most_bytes / 1e6:.1f} MB, at the end {size(folder) / 1e6:.1f} MB")


def killed_after(seconds: float | None, folder: Path, extra: Path) -> tuple[str, float]:
    """Build; return the last stage told and how long it went on, from when the packages were loaded."""
    command = [sys.executable, "-c", BUILD, str(SAMPLE), str(extra), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as build:
        if build.stdout is None or build.stdout.readline() != "begin\n":
            raise RuntimeError("the build did not begin")
        began = time.perf_counter()
        try:
            told = build.communicate(timeout=seconds)[0]
            stage = "after its end"
        except subprocess.TimeoutExpired:
            build.kill()
            told = build.communicate()[0]
            stage = next(reversed(told.split()), "begin")
        return stage, time.perf_counter() - began


def verify(folder: Path, before: int, number: int) -> None:
    live = read_manifest(folder)
    report = check_index(folder)
    index = ManualIndex.open(folder)
    found = index.search(QUESTION)[0].section_id
    lamp = index.search("light of the lamp", manual="lamp")[0].section_id
    index.close()
    if not report.sound or found != ANSWER or live.generation < before or not lamp.startswith("lamp/"):
        raise SystemExit(f"round {number}: generation {live.generation}, found {found} and {lamp}, {report.damage}")
    if len(generation_numbers(folder)) > 3:
        raise SystemExit(f"round {number}: the generations {generation_numbers(folder)} are on disk")


def write(file: Path, number: int) -> None:
    file.write_text(f"# Lamp {number}\n\nTurn the wheel to set light {number} of the lamp.\n", encoding="utf-8")


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
