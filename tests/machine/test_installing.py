"""Commands that install an extra: from where the package came, for no index has its name."""

import importlib.metadata

import pytest

from graphrag_tools.machine import installing
from graphrag_tools.machine.installing import command_for, install_extra

URL = "https://code.example/graphrag-tools"


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        ({"url": "file:///home/me/clone", "dir_info": {"editable": True}}, "pip install -e '/home/me/clone[mcp]'"),
        ({"url": "file:///home/me/my%20clone", "dir_info": {}}, "pip install '/home/me/my clone[mcp]'"),
        (
            {"url": URL, "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "main"}},
            f"pip install 'graphrag-tools[mcp] @ git+{URL}@abc'",
        ),
        (
            {"url": "file:///tmp/a.whl", "archive_info": {}},
            "pip install 'graphrag-tools[mcp] @ file:///tmp/a.whl'",
        ),
        ({}, "pip install 'graphrag-tools[mcp]'"),
    ],
)
def test_extra_comes_from_where_the_package_came(origin: dict[str, object], command: str) -> None:
    assert command_for("mcp", origin) == command


def test_clone_that_was_never_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installing, "distribution", missing)
    assert install_extra.__wrapped__("pdf") == "pip install '.[pdf]' (in the clone of graphrag-tools)"


def test_package_of_an_index_needs_its_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Indexed:
        def read_text(self, name: str) -> None:
            return None

    monkeypatch.setattr(installing, "distribution", lambda name: Indexed())
    assert install_extra.__wrapped__("pdf") == "pip install 'graphrag-tools[pdf]'"
