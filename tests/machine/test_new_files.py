from pathlib import Path

import pytest

from graphrag_tools.machine.new_files import replacing, write_atomically


def test_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        write_atomically(tmp_path / "new" / "file", content)
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "new").iterdir()] == [("file", b"second")]


def test_what_cannot_be_replaced_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="file"):
        write_atomically(tmp_path / "file", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_old_file_stays_where_the_new_one_was_not_finished(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")

    def stopped() -> None:
        with replacing(tmp_path / "file") as out:
            out.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]


def test_link_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    (tmp_path / "file.new").symlink_to(mine)
    with replacing(tmp_path / "file") as out:
        out.write(b"content")
    assert (mine.read_bytes(), (tmp_path / "file").read_bytes()) == (b"mine", b"content")
