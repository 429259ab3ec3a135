import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graphrag_tools.errors import StoreError
from graphrag_tools.stores.protocols import Record
from graphrag_tools.stores.tantivy import TantivyLexicalStore
from graphrag_tools.testing import RECORDS, LexicalStoreContract


class TestTantivyLexicalStore(LexicalStoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Callable[[], TantivyLexicalStore]:
        return lambda: TantivyLexicalStore(tmp_path / "words")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    folder = tmp_path / "words"
    TantivyLexicalStore(folder).write(RECORDS)
    return folder


def test_stop_words_do_not_decide(tmp_path: Path) -> None:
    store = TantivyLexicalStore(tmp_path)
    store.write([Record("stop", "m", "how do I do the thing that I do"), Record("word", "m", "the battery")])
    assert [hit.key for hit in store.search("how do I charge the battery", 5)] == ["word"]


def test_query_of_stop_words_alone_is_searched_by_them(tmp_path: Path) -> None:
    store = TantivyLexicalStore(tmp_path)
    store.write([Record("about", "m", "About: what this is"), Record("word", "m", "battery")])
    assert [hit.key for hit in store.search("about", 5)] == ["about"]


def test_who_may_read_the_folder_may_read_its_files(written: Path) -> None:
    # Tantivy makes meta.json with mode 600: an index that one user builds was closed to all others.
    readable = written.stat().st_mode & 0o444
    for file in written.iterdir():
        assert file.stat().st_mode & 0o444 == readable, file.name


def test_many_records_are_found_one_by_one(tmp_path: Path) -> None:
    store = TantivyLexicalStore(tmp_path)
    store.write(Record(f"key-{number}", "m", f"word{number} and more") for number in range(3_000))
    assert store.count() == 3_000
    assert [hit.key for hit in store.search("word2718", 5)] == ["key-2718"]


@pytest.mark.parametrize("content", [b"", b"{}", b"no json", b"[" * 5_000])
def test_damaged_meta_file_is_a_store_error(written: Path, content: bytes) -> None:
    (written / "meta.json").write_bytes(content)
    with pytest.raises(StoreError, match=r"words: Tantivy says .+ a file damaged\?"):
        TantivyLexicalStore(written)


def test_missing_segment_is_a_store_error(written: Path) -> None:
    next(written.glob("*.idx")).unlink()
    with pytest.raises(StoreError, match="Tantivy says"):
        TantivyLexicalStore(written)


@pytest.mark.parametrize("suffix", ["fast", "fieldnorm", "idx", "pos", "store", "term"])
def test_no_flipped_byte_of_a_segment_escapes_as_another_error(
    written: Path, tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    # Tantivy panics over some of them: as a BaseException, which no `except Exception` stops.
    name = next(written.glob(f"*.{suffix}")).name
    sound = (written / name).read_bytes()
    refused = 0
    for at in range(0, len(sound), 1 + len(sound) // 60):
        # A folder for each: to write into a file that a reader has mapped ends the process.
        folder = Path(shutil.copytree(written, tmp_path / f"flipped-{at}"))
        (folder / name).write_bytes(sound[:at] + bytes([sound[at] ^ 7]) + sound[at + 1 :])
        try:
            TantivyLexicalStore(folder).search("charge", 5)
        except StoreError:
            refused += 1
    assert refused


def test_file_in_place_of_the_folder_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "words").touch()
    with pytest.raises(StoreError):
        TantivyLexicalStore(tmp_path / "words")
