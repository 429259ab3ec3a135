"""A disk that is full at any write: an error of ours, and the index that was there answers."""

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.index_fixtures import BATTERY, SAMPLE_MANUAL, small_manual
from support.processes import HANG_SECONDS

from graphrag_tools.errors import StoreError
from graphrag_tools.index.build import build_index
from graphrag_tools.index.check import check_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import generation_numbers
from graphrag_tools.stores.chroma import ChromaVectorStore
from graphrag_tools.stores.flat import FlatVectorStore
from graphrag_tools.stores.sqlite import SqliteGraphStore
from graphrag_tools.stores.tantivy import TantivyLexicalStore


def _full(*_arguments: object, **_named: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _whole(folder: Path) -> bool:
    index = ManualIndex.open(folder)
    found = index.search("How long does the battery last?")[0].section_id
    index.close()
    return found == BATTERY and check_index(folder).sound


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (SqliteGraphStore, "write"),
        (TantivyLexicalStore, "write"),
        (FlatVectorStore, "write_all"),
        (ChromaVectorStore, "write"),
        (Path, "mkdir"),
        ("graphrag_tools.index.folder.make_leasable", None),
        ("graphrag_tools.index.folder.written_files", None),
        ("graphrag_tools.index.folder.write_manifest", None),
    ],
)
def test_full_disk_leaves_the_old_index_and_no_generation(
    copied: Path, monkeypatch: pytest.MonkeyPatch, place: object, name: str | None
) -> None:
    with monkeypatch.context() as full:
        full.setattr(place, name, _full) if name else full.setattr(str(place), _full)
        with pytest.raises(StoreError, match=r"No space left on device\. Is the disk full"):
            build_index([small_manual()], copied, vector_store="chroma" if place is ChromaVectorStore else "flat")
    assert generation_numbers(copied) == [1]
    assert _whole(copied)
    assert build_index([small_manual()], copied).generation == 2


LIMITED = """
import resource, signal, sys
from pathlib import Path
from graphrag_tools.index.build import build_index
from graphrag_tools.errors import GraphRAGToolsError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[3])
def limit_from_here(stage, done, total):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    build_index([sys.argv[1]], Path(sys.argv[2]), "wordllama", limit_from_here, force=True)
except GraphRAGToolsError as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize("limit", [0, 4_096, 60_000, 200_000])
def test_file_that_may_not_grow_is_a_store_error(copied: Path, limit: int) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no limit on the size of files")
    command = [sys.executable, "-c", LIMITED, str(SAMPLE_MANUAL), str(copied), str(limit)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    assert (ended.returncode, ended.stdout) == (0, "StoreError\n"), ended.stderr
    assert _whole(copied)


def test_index_on_a_read_only_disk_is_checked_and_answers(
    sample_index: ManualIndex, mount_tmpfs: Callable[[str], Path]
) -> None:
    disk = mount_tmpfs("64m")
    subprocess.run(["cp", "-r", str(sample_index.folder), str(disk / "index")], check=True, timeout=HANG_SECONDS)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, timeout=HANG_SECONDS)
    assert _whole(disk / "index")
    assert build_index([SAMPLE_MANUAL], sample_index.folder).unchanged
    with pytest.raises(StoreError, match="Read-only file system"):
        build_index([small_manual()], disk / "index")
