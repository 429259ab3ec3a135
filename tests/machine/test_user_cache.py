from pathlib import Path

import pytest

from graphrag_tools.machine.user_cache import user_cache, write_atomically


def test_variable_comes_before_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "own"))
    assert user_cache("models") == tmp_path / "own" / "models"
    monkeypatch.delenv("GRAPHRAG_TOOLS_CACHE")
    assert "graphrag-tools" in user_cache("models").parts


def test_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        write_atomically(tmp_path / "new" / "file", content)
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "new").iterdir()] == [("file", b"second")]


def test_what_cannot_be_replaced_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="file"):
        write_atomically(tmp_path / "file", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
