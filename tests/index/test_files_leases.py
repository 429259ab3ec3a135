"""What a reader has open stays on disk, however many builds come and go."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from support.index_fixtures import small_manual
from support.processes import HANG_SECONDS, running

from graphrag_tools.index.build import build_index
from graphrag_tools.index.files import Lease, delete_unless_read, make_leasable
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import generation_numbers

WORDS = ["brightness", "colour", "timer", "alarm", "sound"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "generation"
    made.mkdir()
    make_leasable(made)
    return made


def test_folder_goes_when_the_last_reader_has_ended(folder: Path) -> None:
    first, second = Lease(folder), Lease(folder)
    assert not delete_unless_read(folder)
    first.end()
    first.end()
    assert not delete_unless_read(folder)
    second.end()
    assert delete_unless_read(folder)
    assert not folder.exists()


def test_folder_of_an_earlier_version_has_no_lease(folder: Path) -> None:
    (folder / ".in-use").unlink()
    lease = Lease(folder)
    assert delete_unless_read(folder)
    lease.end()


def test_reader_in_the_middle_of_a_question_is_not_disturbed_by_builds(tmp_path: Path) -> None:
    index = ManualIndex.build([small_manual(words=WORDS[:1])], tmp_path)
    reading = index._live()
    for word in WORDS[1:]:
        build_index([small_manual(words=[word])], tmp_path)
    # Nothing of it was asked for yet, so that the engines open their files only now.
    assert reading.search.search("brightness")[0].section_id == "lamp/brightness"
    assert generation_numbers(tmp_path) == [1, 4, 5]
    assert index.search("sound")[0].section_id == "lamp/sound"
    del reading
    build_index([small_manual(words=["brightness"])], tmp_path)
    assert generation_numbers(tmp_path) == [5, 6], "what nobody reads is gone"
    index.close()


READER = """
import sys
from graphrag_tools.index import ManualIndex
index = ManualIndex.open(sys.argv[1])
reading = index._live()
print("open", flush=True)
sys.stdin.readline()
print(reading.search.search("brightness")[0].section_id, index.search("sound")[0].section_id, flush=True)
"""


def test_reader_in_another_process_is_not_disturbed_by_builds(tmp_path: Path) -> None:
    build_index([small_manual(words=WORDS[:1])], tmp_path)
    command = [sys.executable, "-c", READER, str(tmp_path)]
    with running(command, stdin=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline() == "open\n"
        for word in WORDS[1:]:
            build_index([small_manual(words=[word])], tmp_path)
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "lamp/brightness lamp/sound\n"
        assert reader.wait(HANG_SECONDS) == 0
    build_index([small_manual()], tmp_path)
    assert generation_numbers(tmp_path) == [5, 6], "a process that has ended holds nothing"


def test_generation_that_was_searched_is_let_go_without_garbage_collection(tmp_path: Path) -> None:
    index = ManualIndex.build([small_manual(words=WORDS[:1])], tmp_path)
    gc.disable()
    try:
        index.search("brightness")
        for word in WORDS[1:4]:
            build_index([small_manual(words=[word])], tmp_path)
            index.search(word)
        assert generation_numbers(tmp_path) == [3, 4]
    finally:
        gc.enable()
        index.close()
