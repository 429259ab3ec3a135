"""The index as users meet it: built, opened, rebuilt under readers, and refused where it is not whole."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.index_fixtures import SAMPLE_MANUAL, Backwards, WatchedEmbeddings, generations, small_manual
from support.processes import HANG_SECONDS

from graphrag_tools.errors import GraphRAGToolsError, IndexMismatch, IndexNotFound, StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import MANIFEST_NAME, generation_folder
from graphrag_tools.tools.manual_tools import ManualTool, ManualToolkit

QUESTION = "How do I turn on flight mode?"
FLIGHT_MODE = "sample-manual/settings/wi-fi/flight-mode"


def found(index: ManualIndex) -> str:
    return index.search(QUESTION, 1)[0].section_id


def test_what_was_built_is_found_by_another_reader(sample_index: ManualIndex) -> None:
    opened = ManualIndex.open(sample_index.folder)
    assert found(opened) == FLIGHT_MODE
    assert opened.item(FLIGHT_MODE).path == ("Settings", "Wi-Fi", "Flight mode")
    assert FLIGHT_MODE in opened
    assert "sample-manual/nowhere" not in opened
    opened.close()


def test_a_reader_notices_a_new_generation(tmp_path: Path) -> None:
    reader = ManualIndex.build([small_manual(words=["brightness"])], tmp_path)
    assert "lamp/colour" not in reader
    ManualIndex.build([small_manual(words=["colour"])], tmp_path).close()
    assert "lamp/colour" in reader
    assert reader.search("colour", 1)[0].section_id == "lamp/colour"
    reader.close()


def test_a_process_that_leaves_its_folder_reads_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As daemons do, which go to the root folder."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    ManualIndex.build([small_manual(words=["brightness"])], "lamp-index").close()
    reader = ManualIndex.open("lamp-index")
    search = ManualToolkit(index=reader).get_tools()[0]
    assert str(reader.folder) == "lamp-index"
    monkeypatch.chdir(tmp_path / "elsewhere")
    ManualIndex.build([small_manual(words=["colour"])], tmp_path / "lamp-index").close()
    assert "lamp/colour" in reader
    reader.add(small_manual(words=["colour", "warmth"]))
    assert "lamp/warmth" in pickle.loads(pickle.dumps(reader))
    again = ManualIndex.open(tmp_path / "lamp-index")
    assert isinstance(search, ManualTool)
    assert search.reads(again)
    again.close()
    reader.close()


def test_readers_answer_all_through_a_build(copied: Path) -> None:
    reader = ManualIndex.open(copied)
    done = threading.Event()
    answers: list[str] = []

    def read() -> None:
        while not done.is_set():
            answers.append(found(reader))

    thread = threading.Thread(target=read)
    thread.start()
    ManualIndex.build([SAMPLE_MANUAL, small_manual()], copied).close()
    done.set()
    thread.join(HANG_SECONDS)
    assert set(answers) == {FLIGHT_MODE}
    reader.close()


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError("broken")])
def test_a_failed_build_leaves_the_index_as_it_was(tmp_path: Path, failure: BaseException) -> None:
    ManualIndex.build([small_manual()], tmp_path, embeddings=WatchedEmbeddings()).close()

    def fail(texts: list[str]) -> None:
        if any("sound" in text for text in texts):
            raise failure

    with pytest.raises((GraphRAGToolsError, KeyboardInterrupt)):
        ManualIndex.build([small_manual(words=["sound"])], tmp_path, embeddings=WatchedEmbeddings(fail))
    assert generations(tmp_path) == ["000001"]
    reader = ManualIndex.open(tmp_path, WatchedEmbeddings())
    assert reader.search("brightness", 1)[0].section_id == "lamp/brightness"
    reader.close()


@pytest.mark.parametrize("stage", ["embed", "graph", "words", "vectors"])
def test_a_killed_build_leaves_the_index_as_it_was(copied: Path, stage: str) -> None:
    program = (
        "import os, signal\n"
        "from graphrag_tools.index.index import ManualIndex\n"
        "def kill(stage, done, total):\n"
        f"    if stage == {stage!r}: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"source, folder = {str(SAMPLE_MANUAL)!r}, {str(copied)!r}\n"
        "ManualIndex.build([source], folder, embeddings='wordllama', progress=kill, force=True)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=HANG_SECONDS)
    assert killed.returncode == -signal.SIGKILL
    reader = ManualIndex.open(copied)
    assert found(reader) == FLIGHT_MODE
    reader.close()
    ManualIndex.build([SAMPLE_MANUAL], copied).close()
    assert generations(copied) == ["000001"], "nothing had changed, and what was left is gone"


def test_other_embeddings_are_refused(copied: Path) -> None:
    with pytest.raises(IndexMismatch, match="expected wordllama"):
        ManualIndex.open(copied, "ollama:nomic-embed-text")
    with pytest.raises(IndexMismatch, match="found embeddings Backwards, expected wordllama"):
        ManualIndex.open(copied, Backwards())


def _without_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def _without_manifest(folder: Path) -> None:
    (folder / MANIFEST_NAME).unlink()


def _with_broken_manifest(folder: Path) -> None:
    (folder / MANIFEST_NAME).write_text('{"format_version": 1', encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_without_folder, "no such folder"),
        (_without_manifest, "no index.json in it"),
        (_with_broken_manifest, "is damaged"),
    ],
)
def test_what_is_no_whole_index_is_said(copied: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(copied)
    with pytest.raises(IndexNotFound, match=said):
        ManualIndex.open(copied)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("copied", "graph.sqlite"),
        ("copied", "lexical/sections/meta.json"),
        ("copied", "vectors/vectors.flat"),
        ("copied_chroma", "vectors/chroma.sqlite3"),
    ],
)
def test_a_file_that_is_missing_or_cut_off_is_named(made: str, name: str, request: pytest.FixtureRequest) -> None:
    copied: Path = request.getfixturevalue(made)
    file = generation_folder(copied, 1) / name
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(StoreError, match=Path(name).name):
        ManualIndex.open(copied)
    file.unlink()
    with pytest.raises(IndexNotFound, match=f"{name} is missing"):
        ManualIndex.open(copied)


def test_a_newer_format_is_refused_with_words(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST_NAME).read_text(encoding="utf-8"))
    (copied / MANIFEST_NAME).write_text(json.dumps(manifest | {"format_version": 99}), encoding="utf-8")
    with pytest.raises(IndexMismatch, match="index format 99"):
        ManualIndex.open(copied)


def test_a_full_disk_is_said_and_the_old_index_answers(mount_tmpfs: Callable[[str], Path]) -> None:
    folder = mount_tmpfs("6m") / "index"
    ManualIndex.build([small_manual()], folder).close()
    words = [f"setting{number}" for number in range(4_000)]
    with pytest.raises(StoreError):
        ManualIndex.build([small_manual(words=words)], folder)
    reader = ManualIndex.open(folder)
    assert reader.search("brightness", 1)[0].section_id == "lamp/brightness"
    reader.close()
