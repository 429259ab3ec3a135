"""What keeps an index is told from where it is."""

import importlib.util
from pathlib import Path

import pytest

from graphrag_tools.errors import ConfigError
from graphrag_tools.index import backends
from graphrag_tools.index.backends import open_backend
from graphrag_tools.index.folder import FolderBackend
from graphrag_tools.machine.installing import install_extra


@pytest.mark.parametrize("kind", [str, Path])
def test_path_is_a_folder(kind: type, tmp_path: Path) -> None:
    assert open_backend(kind(tmp_path / "index")) == FolderBackend(tmp_path / "index")


@pytest.mark.skipif(importlib.util.find_spec("opensearchpy") is None, reason="needs opensearch-py")
def test_address_is_a_server() -> None:
    assert str(open_backend("opensearch://me:hidden@h/manuals").place) == "opensearch://h:9200/manuals"


def test_missing_client_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda _: None)
    with pytest.raises(ConfigError) as refused:
        open_backend("opensearch://h/manuals")
    assert str(refused.value) == (
        f"opensearch://h:9200/manuals: opensearch-py is not installed. Install it with: {install_extra('opensearch')}"
    )
