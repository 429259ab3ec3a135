"""Which vector store an index has: as it is built, kept by what changes it, and where Chroma is not installed."""

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.index_fixtures import SAMPLE_MANUAL, small_manual
from support.index_probes import answers_in, answers_of

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.build import add_manuals, build_index, remove_manuals
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import MANIFEST_NAME, Manifest, generation_folder, read_manifest, write_manifest
from graphrag_tools.stores import vector_stores


def _files(folder: Path) -> set[str]:
    live = read_manifest(folder)
    return {path.name for path in (generation_folder(folder, live.generation) / "vectors").iterdir() if path.is_file()}


def _as_of_format_1(folder: Path) -> None:
    """Make of an index with Chroma what the version before wrote."""
    live = read_manifest(folder)
    content = live.model_dump(mode="json", exclude={"vector_store"})
    write_manifest(folder, Manifest.model_validate(content | {"format_version": 1, "recipe": "format 1, build 3"}))


@pytest.fixture
def without_chroma(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(vector_stores, "find_spec", lambda name: None if name == "chromadb" else find(name))


def test_vectors_are_one_file_unless_chroma_is_asked_for(sample_index: ManualIndex, copied_chroma: Path) -> None:
    assert (read_manifest(sample_index.folder).vector_store, _files(sample_index.folder)) == ("flat", {"vectors.flat"})
    assert (read_manifest(copied_chroma).vector_store, _files(copied_chroma)) == ("chroma", {"chroma.sqlite3"})


def test_both_stores_give_the_same_answers(sample_index: ManualIndex, copied_chroma: Path) -> None:
    assert answers_in(copied_chroma) == answers_of(sample_index)


@pytest.mark.parametrize("made", ["copied", "copied_chroma"])
def test_what_is_added_and_removed_leaves_the_store_as_it_was(made: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(made)
    before, expected = _files(folder), answers_in(folder)
    assert add_manuals([small_manual()], folder).generation == 2
    assert _files(folder) == before
    assert remove_manuals(["lamp"], folder).generation == 3
    assert (_files(folder), answers_in(folder)) == (before, expected)


def test_another_store_is_a_change_and_the_same_one_none(copied: Path) -> None:
    expected = answers_in(copied)
    assert build_index([SAMPLE_MANUAL], copied).unchanged
    assert not build_index([SAMPLE_MANUAL], copied, vector_store="chroma").unchanged
    assert (_files(copied), answers_in(copied)) == ({"chroma.sqlite3"}, expected)
    assert build_index([SAMPLE_MANUAL], copied, vector_store="chroma").unchanged
    assert not build_index([SAMPLE_MANUAL], copied).unchanged
    assert _files(copied) == {"vectors.flat"}


def test_index_of_the_version_before_opens_and_changes_to_vectors_of_its_own(copied_chroma: Path) -> None:
    expected = answers_in(copied_chroma)
    _as_of_format_1(copied_chroma)
    assert answers_in(copied_chroma) == expected
    add_manuals([small_manual()], copied_chroma)
    assert _files(copied_chroma) == {"vectors.flat"}
    assert answers_in(copied_chroma) == expected


def test_index_of_the_version_before_without_chroma_says_how_it_is_built_again(
    copied_chroma: Path, without_chroma: None
) -> None:
    _as_of_format_1(copied_chroma)
    with pytest.raises(ConfigError, match=r"Chroma's, which is not installed\. .+\[chroma\].+build the"):
        ManualIndex.open(copied_chroma)
    build_index([SAMPLE_MANUAL], copied_chroma)
    assert _files(copied_chroma) == {"vectors.flat"}
    ManualIndex.open(copied_chroma).close()


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: build_index([small_manual()], folder, vector_store="chroma"),
        lambda folder: add_manuals([small_manual()], folder),
    ],
)
def test_chroma_that_is_not_installed_is_refused_before_anything_is_done(
    copied_chroma: Path, without_chroma: None, change: Callable[[Path], object]
) -> None:
    with pytest.raises(ConfigError, match=r"vector store chroma: not installed\. Install it with: pip install"):
        change(copied_chroma)
    assert json.loads((copied_chroma / MANIFEST_NAME).read_text())["generation"] == 1


def test_unknown_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="vector store 'faiss': not known; expected flat or chroma"):
        build_index([small_manual()], tmp_path / "index", vector_store="faiss")  # type: ignore[arg-type]
    assert not (tmp_path / "index").exists()


def test_folder_that_may_only_be_read_answers(copied: Path, tmp_path: Path) -> None:
    expected = answers_in(copied)
    other = Path(shutil.copytree(copied, tmp_path / "other"))
    for path in sorted(other.rglob("*"), reverse=True):
        path.chmod(0o500 if path.is_dir() else 0o400)
    assert answers_in(other) == expected
    for path in other.rglob("*"):
        path.chmod(0o700)
