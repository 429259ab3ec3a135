from pathlib import Path

import pytest

from graphrag_tools.machine.user_cache import user_cache


def test_variable_comes_before_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "own"))
    assert user_cache("models") == tmp_path / "own" / "models"
    monkeypatch.delenv("GRAPHRAG_TOOLS_CACHE")
    assert "graphrag-tools" in user_cache("models").parts
