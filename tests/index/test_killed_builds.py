"""Builds killed at any moment: the old index answers, the next build works, nothing piles up."""

import random
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from support.index_fixtures import SAMPLE_MANUAL, WatchedEmbeddings, small_manual
from support.places import TESTS
from support.processes import HANG_SECONDS, running

from graphrag_tools.index.build import build_index
from graphrag_tools.index.check import check_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.lock import build_lock
from graphrag_tools.index.manifest import generation_numbers, read_manifest

# Each line that the build writes is a moment; the delay after it, in milliseconds, another.
BUILD = """
import sys
from pathlib import Path
from graphrag_tools.index.build import build_index
print("begin", flush=True)
show = lambda *step: print(*step, flush=True)
build_index([sys.argv[1], sys.argv[2]], Path(sys.argv[3]), "wordllama", show, force=True)
"""


def _kill_somewhere(chance: random.Random, extra: Path, folder: Path) -> str:
    command = [sys.executable, "-c", BUILD, str(SAMPLE_MANUAL), str(extra), str(folder)]
    with running(command) as build:
        assert build.stdout is not None
        wanted = chance.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 40, 200])
        told = [line for _ in range(wanted) if (line := build.stdout.readline())]
        with suppress(subprocess.TimeoutExpired):
            build.wait(chance.random() * 0.1)
    return told[-1].strip()


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.nightly)])
def test_index_answers_after_each_of_several_kills(copied: Path, tmp_path: Path, kills: int) -> None:
    chance = random.Random()
    folder, extra = copied, tmp_path / "lamp.md"
    moments: list[str] = []
    for number in range(kills):
        extra.write_text(f"# Lamp {number}\n\nTurn the wheel to set light {number}.\n", encoding="utf-8")
        moments.append(_kill_somewhere(chance, extra, folder))
        assert check_index(folder).sound, f"killed at {moments}"
        index = ManualIndex.open(folder)
        assert index.search("How do I turn on flight mode?")[0].section_id == (
            "sample-manual/settings/wi-fi/flight-mode"
        ), f"killed at {moments}"
        index.close()
        assert len(generation_numbers(folder)) <= 3, f"killed at {moments}"
    manifest = build_index([SAMPLE_MANUAL, extra], folder)
    assert [info.id for info in manifest.manuals] == ["sample-manual", "lamp"]
    allowed = {"index.json", "cache.sqlite", "build.lock", "generations"}
    assert {path.name for path in folder.iterdir()} <= allowed, "nothing is left of what was killed"
    assert len(generation_numbers(folder)) <= 2


def test_work_of_a_killed_build_is_not_done_again(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from support.index_fixtures import WatchedEmbeddings, small_manual\n"
        "from graphrag_tools.index.build import build_index\n"
        "def kill(stage, done, total):\n"
        "    if stage == 'embed' and done == 512: os.kill(os.getpid(), signal.SIGKILL)\n"
        "manual = small_manual(words=[f'word{number}' for number in range(600)])\n"
        "build_index([manual], Path(sys.argv[2]), WatchedEmbeddings(), kill)\n"
    )
    command = [sys.executable, "-c", program, str(TESTS), str(tmp_path)]
    assert subprocess.run(command, check=False, timeout=HANG_SECONDS).returncode < 0
    again = WatchedEmbeddings()
    build_index([small_manual(words=[f"word{number}" for number in range(600)])], tmp_path, again)
    made = [text for text in again.texts if text.startswith("Word") and text.endswith(tuple("0123456789."))]
    blocks = {f"Word{number}: Turn the wheel to set the word{number}." for number in range(512, 600)}
    assert blocks <= set(made)
    assert "Word511: Turn the wheel to set the word511." not in made


def test_readers_see_no_error_and_no_wrong_answer_through_many_builds(tmp_path: Path) -> None:
    words = ["brightness", "colour", "timer", "alarm"]
    build_index([small_manual(words=words)], tmp_path)
    done, wrong = threading.Event(), []
    reader = ManualIndex.open(tmp_path)

    def read() -> None:
        while not done.is_set():
            try:
                found = reader.search("set the brightness")[0].section_id
                if found != "lamp/brightness" or reader.item(found).name != "Brightness":
                    wrong.append(found)
            except Exception as error:  # noqa: BLE001
                wrong.append(repr(error))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        build_index([small_manual(words=[*words, f"sound{number}"])], tmp_path)
    done.set()
    for thread in threads:
        thread.join(HANG_SECONDS)
    assert wrong == []
    assert read_manifest(tmp_path).generation == 6
    reader.close()


def test_two_builds_at_once_make_one_whole_index(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILD, str(SAMPLE_MANUAL)]
    files = [tmp_path / "lamp.md", tmp_path / "oven.md"]
    for file in files:
        file.write_text(f"# {file.stem}\n\nTurn the wheel.\n", encoding="utf-8")
    folder = tmp_path / "index"
    builds = [subprocess.Popen([*command, str(file), str(folder)], stdout=-3, stderr=-1, text=True) for file in files]
    errors = [build.communicate(timeout=HANG_SECONDS)[1] for build in builds]
    assert any(build.returncode == 0 for build in builds)
    assert all(build.returncode == 0 or "IndexLocked" in error for build, error in zip(builds, errors, strict=True))
    assert check_index(folder).sound
    with build_lock(folder):
        assert {info.id for info in read_manifest(folder).manuals} < {"sample-manual", "lamp", "oven"}
