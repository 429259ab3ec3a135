"""Checksums of a generation's files: read once, and again where a file has been written to since."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from support.changed_manuals import NAMES, manual

from graphrag_tools.errors import IndexNotFound, StoreError
from graphrag_tools.index import files
from graphrag_tools.index.build import add_manuals, build_index
from graphrag_tools.index.files import check_changed_files, written_files
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import WrittenFile


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return which files' checksums are made from here on, and how often."""
    counted: Counter[str] = Counter()
    made = files._checksum

    def counting(path: Path, size: int, without: tuple[tuple[int, int], ...] = ()) -> int:
        counted["/".join(path.parts[-2:])] += 1
        return made(path, size, without)

    monkeypatch.setattr(files, "_checksum", counting)
    return counted


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count files as settled at once."""
    monkeypatch.setattr(files, "_SETTLED_NS", 0)


@pytest.fixture
def written(tmp_path: Path) -> dict[str, WrittenFile]:
    (tmp_path / "words").write_bytes(b"wheel")
    (tmp_path / "vectors").write_bytes(b"01234")
    return written_files(tmp_path)


@pytest.mark.usefixtures("settled")
def test_file_is_read_once_until_it_is_written_to(
    tmp_path: Path, written: dict[str, WrittenFile], read: Counter[str]
) -> None:
    check_changed_files(tmp_path, written)
    check_changed_files(tmp_path, written)
    assert set(read.values()) == {1}
    before = (tmp_path / "words").stat()
    (tmp_path / "words").write_bytes(b"wheal")
    os.utime(tmp_path / "words", ns=(before.st_atime_ns, before.st_mtime_ns))
    for _ in range(2):
        with pytest.raises(StoreError, match="words: is damaged"):
            check_changed_files(tmp_path, written)
    (tmp_path / "words").unlink()
    with pytest.raises(IndexNotFound, match="words is missing"):
        check_changed_files(tmp_path, written)


def test_file_that_has_just_been_written_is_read_each_time(
    tmp_path: Path, written: dict[str, WrittenFile], read: Counter[str]
) -> None:
    check_changed_files(tmp_path, written)
    check_changed_files(tmp_path, written)
    assert set(read.values()) == {2}


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("noted", [b"", b"{", b"[]", b"\xff", b'{"words": 1}', b'{"words": [1, 2, 3, 4, 5]}'])
def test_damaged_note_of_what_was_read_vouches_for_nothing(
    tmp_path: Path, written: dict[str, WrittenFile], noted: bytes
) -> None:
    (tmp_path / ".checked").write_bytes(noted)
    (tmp_path / "words").write_bytes(b"wheal")
    with pytest.raises(StoreError, match="words: is damaged"):
        check_changed_files(tmp_path, written)


@pytest.mark.usefixtures("settled")
def test_copied_index_is_read_anew(copied: Path, tmp_path: Path, read: Counter[str]) -> None:
    ManualIndex.open(copied).close()
    assert read
    read.clear()
    ManualIndex.open(copied).close()
    assert not read
    again = Path(shutil.copytree(copied, tmp_path / "again"))
    ManualIndex.open(again).close()
    assert set(read.values()) == {1}


def test_changed_manual_reads_each_file_of_the_live_generation_once(tmp_path: Path, read: Counter[str]) -> None:
    build_index([manual(name) for name in NAMES], tmp_path / "index", "wordllama")
    read.clear()
    add_manuals([manual("kettle", " Pour out the sand.")], tmp_path / "index")
    assert read["000001/graph.sqlite"] == 1
    assert read["vectors/vectors.flat"] == 2, "the live generation's, and the new one's"
