"""The embeddings that index.json names are opened if they run here, or if the user named or trusted them."""

import json
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from support.index_fixtures import small_manual

from graphrag_tools.embeddings.wordllama import WordLlamaEmbeddings
from graphrag_tools.errors import IndexMismatch, NotTrusted
from graphrag_tools.index import named_embeddings
from graphrag_tools.index.build import add_manuals, build_index
from graphrag_tools.index.check import check_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.trust import is_trusted, trust

HOSTED = "openai:text-embedding-3-small"


class _Opened:
    """Stands for what would open a provider: notes what was asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str | None = None) -> Embeddings:
        self.names.append(name or "")
        return WordLlamaEmbeddings()


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> _Opened:
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "cache"))
    opening = _Opened()
    for module in ("named_embeddings", "build"):
        monkeypatch.setattr(f"graphrag_tools.index.{module}.open_embeddings", opening)
    return opening


@pytest.fixture
def foreign(tmp_path: Path, opened: _Opened) -> Path:
    folder = tmp_path / "foreign"
    build_index([small_manual()], folder, "wordllama")
    written = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    written["embeddings"] |= {"name": HOSTED, "revision": None}
    del written["crc32"]
    (folder / "index.json").write_text(json.dumps(written), encoding="utf-8")
    opened.names.clear()
    return folder


def test_a_hosted_provider_that_a_foreign_index_names_is_not_opened(foreign: Path, opened: _Opened) -> None:
    with pytest.raises(NotTrusted, match=rf"names the embeddings {HOSTED}.*graphrag-tools trust"):
        ManualIndex.open(foreign)
    with pytest.raises(NotTrusted):
        add_manuals([small_manual("oven")], foreign)
    assert opened.names == []


def test_a_check_says_that_they_were_not_opened(foreign: Path, opened: _Opened) -> None:
    report = check_index(foreign)
    assert report.sound
    assert any("could not be checked" in note and HOSTED in note for note in report.notes)
    assert opened.names == []


def test_naming_them_opens_them(foreign: Path, opened: _Opened) -> None:
    ManualIndex.open(foreign, HOSTED).close()
    assert opened.names == [HOSTED]


def test_trust_holds_for_that_folder_and_that_name(foreign: Path) -> None:
    trust(foreign, HOSTED)
    ManualIndex.open(foreign).close()
    trust(foreign, "openai:another")
    with pytest.raises(NotTrusted):
        ManualIndex.open(foreign)


def test_an_index_that_the_user_built_opens_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    build_index([small_manual()], folder, HOSTED)
    ManualIndex.open(folder).close()
    moved = folder.rename(tmp_path / "moved")
    with pytest.raises(NotTrusted):
        ManualIndex.open(moved)


def test_a_cache_that_cannot_be_written_stops_no_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "file"))
    build_index([small_manual()], tmp_path / "own", HOSTED)
    assert not is_trusted(tmp_path / "own", HOSTED)


@pytest.mark.parametrize("name", ["wordllama", "ollama:small", "onnx:folder"])
def test_what_runs_here_is_opened_whoever_built(name: str, tmp_path: Path, opened: _Opened) -> None:
    named_embeddings.open_named_embeddings(tmp_path, name)
    assert opened.names == [name]


@pytest.mark.parametrize(
    ("name", "revision", "opens"),
    [("wordllama", "now", True), ("wordllama", "0", False), ("wordllama", None, False), ("ollama:lamp", "now", False)],
)
def test_only_a_package_of_the_same_version_is_not_asked_for_its_fingerprint(
    name: str, revision: str | None, opens: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    build_index([small_manual()], folder, "wordllama")
    written = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    monkeypatch.setattr("graphrag_tools.index.named_embeddings.revision_of", lambda _name: "now")
    other = [-number for number in written["embeddings"]["fingerprint"]]
    written["embeddings"] |= {"name": name, "revision": revision, "fingerprint": other}
    del written["crc32"]
    (folder / "index.json").write_text(json.dumps(written), encoding="utf-8")
    if opens:
        ManualIndex.open(folder).close()
        return
    with pytest.raises(IndexMismatch, match=f"made with other weights of {name} than those"):
        ManualIndex.open(folder)
