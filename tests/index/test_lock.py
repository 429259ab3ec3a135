import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.index_fixtures import small_manual
from support.processes import HANG_SECONDS

from graphrag_tools.errors import ConfigError, IndexLocked
from graphrag_tools.index.build import add_manuals, build_index, remove_manuals
from graphrag_tools.index.lock import HOLDER_NAME, build_lock
from graphrag_tools.index.manifest import LOCK_NAME, read_manifest


def test_second_build_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with build_lock(tmp_path), pytest.raises(IndexLocked) as refused:
        build_index([small_manual()], tmp_path)
    who = f"another build is at work there (process {os.getpid()} on {socket.gethostname()}, since 20"
    assert who in str(refused.value)
    assert str(refused.value).endswith("UTC). Wait until it ends, then build again.")
    assert not (tmp_path / HOLDER_NAME).exists()


def test_holder_that_does_not_say_who_it_is_is_another_build(tmp_path: Path) -> None:
    with build_lock(tmp_path):
        (tmp_path / HOLDER_NAME).write_text("{")
        with pytest.raises(IndexLocked, match=r"another build is at work there\. Wait"):
            build_index([small_manual()], tmp_path)


def test_lock_is_taken_in_a_folder_that_is_new_or_an_index_and_in_no_other(tmp_path: Path) -> None:
    with build_lock(tmp_path / "a" / "new"):
        pass
    with build_lock(tmp_path / "a" / "new"):
        pass
    (tmp_path / "mine").mkdir()
    for name in ("photo.png", "letter.txt"):
        (tmp_path / "mine" / name).write_text("mine")
    for place, said in {
        tmp_path / "mine": "holds 'letter.txt' and no index; expected an index, or an empty or new folder.",
        tmp_path / "mine" / "photo.png": "is a file; expected a folder for the index.",
    }.items():
        with pytest.raises(ConfigError) as refused, build_lock(place):
            pass
        assert str(refused.value) == f"{place}: {said}"
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["letter.txt", "photo.png"]


def test_index_that_was_copied_without_its_lock_is_built_into_again(tmp_path: Path) -> None:
    build_index([small_manual()], tmp_path / "index")
    shutil.copytree(tmp_path / "index", tmp_path / "copy", ignore=shutil.ignore_patterns(LOCK_NAME))
    assert build_index([small_manual()], tmp_path / "copy").manuals == read_manifest(tmp_path / "index").manuals


@pytest.mark.parametrize(
    "name", ["build.lock", "build.holder", "index.json", "index.json.new", "cache.sqlite", "cache.sqlite-wal"]
)
def test_link_in_an_index_of_somebody_else_is_not_written_through(name: str, tmp_path: Path) -> None:
    index, mine = tmp_path / "index", tmp_path / "mine"
    build_index([small_manual()], index)
    mine.write_text("mine", encoding="utf-8")
    (index / name).unlink(missing_ok=True)
    (index / name).symlink_to(mine)
    with pytest.raises(ConfigError, match=rf"{re.escape(name)}' is a link; a build would write to where it leads"):
        build_index([small_manual("oven")], index)
    assert mine.read_text(encoding="utf-8") == "mine"


def test_generations_of_another_index_are_not_deleted_through_a_link(tmp_path: Path) -> None:
    mine, planted = tmp_path / "mine", tmp_path / "planted"
    for index in (mine, planted):
        build_index([small_manual()], index)
    shutil.rmtree(planted / "generations")
    (planted / "generations").symlink_to(mine / "generations")
    with pytest.raises(ConfigError, match="'generations' is a link"):
        build_index([small_manual("oven")], planted)
    (tmp_path / "way").symlink_to(mine)
    assert build_index([small_manual("oven")], tmp_path / "way").generation == 2, "the folder itself may be a link"


def test_waiting_build_begins_when_the_other_ends(tmp_path: Path) -> None:
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with build_lock(tmp_path):
            begun.set()
            done.wait(60)

    holding = threading.Thread(target=hold)
    holding.start()
    begun.wait(60)
    built: list[int] = []
    waiting = threading.Thread(
        target=lambda: built.append(build_index([small_manual()], tmp_path, wait=True).generation)
    )
    waiting.start()
    waiting.join(0.5)
    assert waiting.is_alive()
    assert not built
    done.set()
    waiting.join(60)
    holding.join(HANG_SECONDS)
    assert built == [1]


def test_adding_and_removing_take_the_lock_too(tmp_path: Path) -> None:
    build_index([small_manual(), small_manual("oven")], tmp_path)
    with build_lock(tmp_path):
        with pytest.raises(IndexLocked):
            add_manuals([small_manual("fridge")], tmp_path)
        with pytest.raises(IndexLocked):
            remove_manuals(["oven"], tmp_path)
    assert read_manifest(tmp_path).generation == 1


def test_lock_of_a_killed_build_is_free(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys, pathlib\n"
        "from graphrag_tools.index.lock import build_lock\n"
        "with build_lock(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=HANG_SECONDS)
    assert (tmp_path / HOLDER_NAME).exists()
    assert build_index([small_manual()], tmp_path).generation == 1
    assert not (tmp_path / HOLDER_NAME).exists()
