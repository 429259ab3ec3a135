"""Checking an index and mending it, as a library and from the command line."""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.index_fixtures import SAMPLE_MANUAL, Backwards, WatchedEmbeddings, small_manual
from support.index_probes import answers_in

from graphrag_tools.cli import app as cli
from graphrag_tools.errors import IndexLocked, IndexMismatch, IndexNotFound, StoreError
from graphrag_tools.index.build import build_index
from graphrag_tools.index.check import check_index, repair_index
from graphrag_tools.index.files import written_files
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.lock import build_lock
from graphrag_tools.index.manifest import MANIFEST_NAME, generation_folder, read_manifest, write_manifest
from graphrag_tools.stores.chroma import ChromaVectorStore
from graphrag_tools.stores.flat import FlatVectorStore
from graphrag_tools.stores.flat_file import FILE
from graphrag_tools.stores.protocols import Record


def _damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_sound_index_is_said_to_be_whole(copied: Path) -> None:
    report = check_index(copied)
    assert report.sound
    assert (report.damage, report.notes, report.unreferenced) == ((), (), ())
    assert (report.generation, report.manuals, report.sections) == (1, ("sample-manual",), 69)


def test_every_damaged_file_is_named(copied: Path) -> None:
    generation = generation_folder(copied, 1)
    (generation / "graph.sqlite").unlink()
    _damage(generation / "vectors" / "vectors.flat")
    damage = check_index(copied).damage
    assert len(damage) == 2
    assert "graph.sqlite is missing" in damage[0]
    assert "vectors.flat: is damaged, its checksum has changed" in damage[1]


def test_vectors_that_are_fewer_than_the_index_names_are_damage(copied: Path) -> None:
    live = read_manifest(copied)
    write_manifest(copied, live.model_copy(update={"passages": (live.passages or 0) + 1}))
    assert len(check_index(copied).damage) == 1


def _with_new_checksums(folder: Path) -> None:
    live = read_manifest(folder)
    files = written_files(generation_folder(folder, live.generation))
    write_manifest(folder, live.model_copy(update={"files": files}))


def test_content_that_is_not_what_was_built_is_found_behind_right_checksums(copied: Path) -> None:
    with closing(sqlite3.connect(generation_folder(copied, 1) / "graph.sqlite")) as graph, graph:
        graph.execute("UPDATE items SET item = replace(item, 'charger', 'charter')")
    _with_new_checksums(copied)
    assert check_index(copied).damage == (
        f"{generation_folder(copied, 1)}: the graph of sample-manual is not what was built.",
    )


def test_item_that_is_gone_behind_right_checksums_is_missed_by_check_and_reader(copied: Path) -> None:
    graph_file = generation_folder(copied, 1) / "graph.sqlite"
    with closing(sqlite3.connect(graph_file)) as graph, graph:
        (count,) = graph.execute("SELECT count(*) FROM items").fetchone()
        (last,) = graph.execute("SELECT id FROM items WHERE id NOT IN (SELECT start FROM edges)").fetchone()
        graph.execute("DELETE FROM edges WHERE end = ?", (last,))
        graph.execute("DELETE FROM items WHERE id = ?", (last,))
    _with_new_checksums(copied)
    lacking = f"the graph store holds {count - 1} records, expected {count}. Build the index again."
    assert check_index(copied).damage == (f"{generation_folder(copied, 1)}: {lacking}",)
    with pytest.raises(StoreError, match=lacking):
        ManualIndex.open(copied)


def _in_chroma_of_nobody(folder: Path) -> None:
    store = ChromaVectorStore(folder)
    keys = store._collection.get()["ids"]
    vectors = [store.vectors([key])[key] for key in keys]
    store._collection.delete(ids=keys[:1])
    store._collection.add(ids=["nobody#0"], embeddings=vectors[:1], metadatas=[{"manual": "sample-manual"}])
    store.close()


def _in_a_file_of_nobody(folder: Path) -> None:
    store = FlatVectorStore(folder)
    keys = list(store._opened().places)
    vectors = store.vectors(keys)
    store.close()
    (folder / FILE).unlink()
    again = FlatVectorStore(folder)
    records = [Record(key, "sample-manual", "") for key in ("nobody#0", *keys[1:])]
    again.write(records, [vectors[key] for key in keys])
    again.close()


@pytest.mark.parametrize(
    ("made", "damage"), [("copied", _in_a_file_of_nobody), ("copied_chroma", _in_chroma_of_nobody)]
)
def test_vectors_that_belong_to_other_blocks_are_found(
    made: str, damage: Callable[[Path], None], request: pytest.FixtureRequest
) -> None:
    copied: Path = request.getfixturevalue(made)
    damage(generation_folder(copied, 1) / "vectors")
    _with_new_checksums(copied)
    (found,) = check_index(copied).damage
    assert "1 blocks have no vector" in found


def test_own_embeddings_that_are_not_given_are_not_checked(tmp_path: Path) -> None:
    build_index([small_manual()], tmp_path, WatchedEmbeddings())
    assert "embeddings of your own (WatchedEmbeddings)" in check_index(tmp_path).notes[0]
    assert check_index(tmp_path, WatchedEmbeddings()).notes == ()


def test_other_embeddings_are_damage(tmp_path: Path) -> None:
    build_index([small_manual()], tmp_path, WatchedEmbeddings())
    assert "are others than the index was built with" in check_index(tmp_path, Backwards()).damage[0]
    with pytest.raises(IndexMismatch, match="found embeddings Backwards"):
        repair_index(tmp_path, Backwards())


def test_nothing_to_check_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="Build one"):
        check_index(tmp_path)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("copied", "vectors/vectors.flat"),
        ("copied", "lexical/blocks/meta.json"),
        ("copied_chroma", "vectors/chroma.sqlite3"),
        ("copied_chroma", "vectors/*/data_level0.bin"),
    ],
)
@pytest.mark.parametrize("cached", [True, False])
def test_damaged_store_is_built_anew_without_the_source(
    made: str, name: str, cached: bool, request: pytest.FixtureRequest
) -> None:
    copied: Path = request.getfixturevalue(made)
    kept = read_manifest(copied).vector_store
    expected = answers_in(copied)
    (file,) = generation_folder(copied, 1).glob(name)
    _damage(file)
    if not cached:
        (copied / "cache.sqlite").unlink()
    report = repair_index(copied)
    assert report.sound
    assert report.repaired == ("built generation 2 from the stored graphs, without the sources",)
    assert read_manifest(copied).vector_store == kept
    assert answers_in(copied) == expected
    assert check_index(copied).sound


@pytest.mark.parametrize("lose", [Path.unlink, _damage, lambda file: file.write_text("{")])
def test_lost_manifest_is_written_again(copied: Path, lose: Callable[[Path], object]) -> None:
    before, expected = read_manifest(copied), answers_in(copied)
    lose(copied / MANIFEST_NAME)
    assert not check_index(copied).sound
    report = repair_index(copied)
    assert report.sound
    assert report.repaired == ("wrote index.json again from generation 1",)
    assert read_manifest(copied) == before
    assert answers_in(copied) == expected


def test_lost_graph_comes_from_the_generation_before(tmp_path: Path) -> None:
    build_index([small_manual(), small_manual("oven")], tmp_path)
    build_index([small_manual(), small_manual("fridge")], tmp_path)
    build_index([small_manual()], tmp_path)
    _damage(generation_folder(tmp_path, 3) / "graph.sqlite")
    assert repair_index(tmp_path).sound
    assert [info.id for info in read_manifest(tmp_path).manuals] == ["lamp"]
    index = ManualIndex.open(tmp_path)
    assert index.search("colour")[0].section_id == "lamp/colour"
    index.close()


def test_graph_that_is_nowhere_any_more_is_said_with_its_source(copied: Path) -> None:
    (generation_folder(copied, 1) / "graph.sqlite").write_bytes(b"")
    report = repair_index(copied)
    assert not report.sound
    assert (
        f"the graph of sample-manual is damaged. Build it again from its source: sample-manual={SAMPLE_MANUAL}"
        in (report.damage[-1])
    )
    assert sorted(path.name for path in (copied / "generations").iterdir()) == ["000001"]


def test_what_a_killed_build_left_is_shown_and_removed(copied: Path) -> None:
    shutil.copytree(generation_folder(copied, 1), generation_folder(copied, 9))
    assert check_index(copied).unreferenced == (9,)
    assert repair_index(copied).repaired == ("removed the generations 9",)
    assert check_index(copied).unreferenced == ()


def test_repair_does_not_disturb_a_build(copied: Path) -> None:
    (copied / MANIFEST_NAME).unlink()
    with build_lock(copied), pytest.raises(IndexLocked, match="another build"):
        repair_index(copied)


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["graphrag-tools", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def test_check_exits_with_1_until_the_index_is_mended(
    copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "check", "--index", copied) == 0
    assert "The index is whole: 1 manual, 69 sections, 134 options." in capsys.readouterr().out
    _damage(generation_folder(copied, 1) / "lexical" / "sections" / "meta.json")
    assert _run(monkeypatch, "check", "--index", copied, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["sound"]
    assert "meta.json" in found["damage"][0]
    assert _run(monkeypatch, "check", "--index", copied) == 1
    assert "Try check --repair" in capsys.readouterr().out
    assert _run(monkeypatch, "check", "--index", copied, "--repair") == 0
    assert "Repaired: built generation 2" in capsys.readouterr().out
    assert _run(monkeypatch, "check", "--index", copied) == 0
    assert _run(monkeypatch, "check", "--index", copied / "none") == 1


def test_manuals_are_added_listed_and_removed(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lamp = tmp_path / "lamp.md"
    lamp.write_text("# Light\n\nTurn the wheel.\n", encoding="utf-8")
    assert _run(monkeypatch, "add", lamp, "--index", copied) == 0
    assert _run(monkeypatch, "add", lamp, "--index", copied) == 0
    assert "Nothing has changed" in capsys.readouterr().err, "and what add printed is read"
    assert _run(monkeypatch, "list", "--index", copied, "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(info["id"], info["source"]) for info in listed["manuals"]] == [
        ("sample-manual", str(SAMPLE_MANUAL)),
        ("lamp", str(lamp)),
    ]
    assert (listed["embeddings"], listed["dimension"]) == ("wordllama", 256)
    assert listed["total_bytes"] > listed["generation_bytes"] > 0 < listed["cache_bytes"]
    assert _run(monkeypatch, "list", "--index", copied) == 0
    shown = capsys.readouterr().out
    assert "lamp" in shown
    assert "embeddings wordllama (256 dimensions)" in " ".join(shown.split())
    assert _run(monkeypatch, "remove", "sample-manual", "--index", copied) == 0
    assert [info.id for info in read_manifest(copied).manuals] == ["lamp"]
    assert _run(monkeypatch, "remove", "oven", "--index", copied) == 1
    assert "manual 'oven': not in this index; it has lamp." in capsys.readouterr().err


def test_build_says_that_nothing_has_changed(
    copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "build", SAMPLE_MANUAL, "--index", copied) == 0
    assert "Nothing has changed: the index stays as it is." in capsys.readouterr().err
    assert _run(monkeypatch, "build", SAMPLE_MANUAL, "--index", copied, "--force") == 0
    assert "Nothing has changed" not in capsys.readouterr().err
    assert read_manifest(copied).generation == 2


def test_what_an_unsound_index_may_still_need_is_not_removed(copied: Path) -> None:
    left = shutil.copytree(generation_folder(copied, 1), generation_folder(copied, 9))
    for generation in (1, 9):
        (generation_folder(copied, generation) / "graph.sqlite").write_bytes(b"")
    report = repair_index(copied)
    assert not report.sound
    assert report.unreferenced == (9,)
    assert left.exists()
