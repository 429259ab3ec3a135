"""One manual of many is changed: the others are taken over as they stand, and answers are those of a fresh build."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from support.changed_manuals import NAMES, answers, manual

from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.errors import StoreError
from graphrag_tools.index.build import add_manuals, build_index, remove_manuals
from graphrag_tools.index.check import check_index
from graphrag_tools.index.manifest import generation_folder, read_manifest
from graphrag_tools.manual.sections import Manual
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.sqlite import SqliteGraphStore


class Counted(WordLlamaEmbeddings):
    """Embeddings that note what they are asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += texts
        return super().embed_documents(texts)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "index"
    build_index([manual(name) for name in NAMES], folder, "wordllama")
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


def fresh(folder: Path, manuals: Iterable[Manual]) -> object:
    build_index(manuals, folder / "fresh", "wordllama")
    return answers(folder / "fresh")


def linked_files(folder: Path) -> int:
    """Return how many files of the live generation another one has as well."""
    target = generation_folder(folder, read_manifest(folder).generation)
    return sum(path.stat().st_nlink > 1 for path in target.rglob("*") if path.is_file())


def test_changed_manual_gives_what_a_fresh_build_gives(folder: Path, tmp_path: Path) -> None:
    changed = manual("kettle", " Pour out the sand box and the time r.")
    add_manuals([changed], folder)
    assert linked_files(folder) > 0
    assert answers(folder) == fresh(tmp_path, [changed if name == "kettle" else manual(name) for name in NAMES])
    assert check_index(folder).sound


def test_build_of_all_sources_takes_over_those_that_stay(folder: Path, tmp_path: Path) -> None:
    manuals = [manual(name, " Pour out the sand." if name == "lamp" else "") for name in NAMES]
    build_index(manuals, folder, "wordllama")
    assert linked_files(folder) > 0
    assert answers(folder) == fresh(tmp_path, manuals)


def test_manual_that_comes_between_others_stands_between_them(folder: Path, tmp_path: Path) -> None:
    manuals = [manual(name) for name in (*NAMES[:2], "scale", *NAMES[2:])]
    build_index(manuals, folder, "wordllama")
    assert linked_files(folder) > 0
    assert answers(folder) == fresh(tmp_path, manuals)


def test_manual_that_is_taken_out_leaves_no_trace(folder: Path, tmp_path: Path) -> None:
    remove_manuals(["oven"], folder)
    assert linked_files(folder) > 0
    assert answers(folder) == fresh(tmp_path, [manual(name) for name in NAMES if name != "oven"])
    add_manuals([manual("oven")], folder)
    assert answers(folder) == fresh(tmp_path, [manual(name) for name in (*NAMES[:1], *NAMES[2:], "oven")])


def test_other_order_is_built_anew(folder: Path, tmp_path: Path) -> None:
    manuals = [manual(name) for name in reversed(NAMES)]
    build_index(manuals, folder, "wordllama")
    assert linked_files(folder) == 0
    assert answers(folder) == fresh(tmp_path, manuals)


def test_changes_after_changes_give_what_a_fresh_build_gives(folder: Path, tmp_path: Path) -> None:
    for number in range(3):
        add_manuals([manual(NAMES[number], f" It says {number}.")], folder)
    changed = [manual(name, f" It says {at}." if at < 3 else "") for at, name in enumerate(NAMES)]
    assert answers(folder) == fresh(tmp_path, changed)


def test_only_the_changed_text_is_embedded_and_only_the_changed_manual_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embeddings = Counted()
    build_index([manual(name) for name in NAMES], tmp_path, embeddings)
    embeddings.texts.clear()
    read: list[str] = []
    whole = SqliteGraphStore._read_whole
    monkeypatch.setattr(SqliteGraphStore, "_read_whole", lambda store, name: [read.append(name), whole(store, name)][1])
    add_manuals([manual("oven", " Pour out the sand.")], tmp_path, embeddings)
    assert {text for text in embeddings.texts if "sand" not in text and "Error" in text} == set()
    assert any("sand" in text for text in embeddings.texts)
    assert set(read) == {"oven"}


@pytest.mark.parametrize("name", ["vectors/vectors.flat", "graph.sqlite", "words.sqlite", "lexical/blocks/parts.json"])
def test_nothing_is_taken_over_from_a_damaged_generation(folder: Path, tmp_path: Path, name: str) -> None:
    live = read_manifest(folder)
    file = generation_folder(folder, live.generation) / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x55
    file.write_bytes(content)
    manuals = [manual(one, " Pour out the sand." if one == "lamp" else "") for one in NAMES]
    build_index(manuals, folder, "wordllama")
    assert linked_files(folder) == 0
    assert answers(folder) == fresh(tmp_path, manuals)


def test_file_system_without_links_has_copies(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    remove_manuals(["oven"], folder)
    assert linked_files(folder) == 0
    assert answers(folder) == fresh(tmp_path, [manual(name) for name in NAMES if name != "oven"])


def test_failed_change_leaves_the_index_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answers(folder)

    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Vocabulary, "merged", fail)
    with pytest.raises(StoreError, match="disk is full"):
        add_manuals([manual("oven", " Pour out the sand.")], folder)
    monkeypatch.undo()
    assert answers(folder) == before
    assert [path.name for path in (folder / "generations").iterdir()] == ["000001"]
    assert check_index(folder).sound
