"""Building again: nothing is paid for twice, and manuals come and go without the sources of the others."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.index_fixtures import BATTERY, SAMPLE_MANUAL, Backwards, WatchedEmbeddings, generations, small_manual

from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.embeddings.identity import EmbeddingsInfo, embeddings_info, fingerprint_of
from graphrag_tools.errors import ConfigError, IndexMismatch, IndexNotFound, ModelError
from graphrag_tools.index.build import add_manuals, build_index, remove_manuals
from graphrag_tools.index.check import repair_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import MANIFEST_NAME, SPARE_NAME, generation_folder, read_manifest, write_manifest
from graphrag_tools.manual.content_hash import content_hash

PROBE = "From Settings, tap Display, and then choose how long the screen stays on."


class Refusing(WatchedEmbeddings):
    """Embeddings that may be asked for nothing but their fingerprint."""

    def __init__(self) -> None:
        super().__init__(self._refuse)

    def _refuse(self, texts: list[str]) -> None:
        if texts != [PROBE]:
            raise AssertionError(f"asked for {texts}")


def _found(folder: Path, query: str) -> str:
    index = ManualIndex.open(folder, WatchedEmbeddings() if "Watched" in _name(folder) else None)
    found = index.search(query)[0].section_id
    index.close()
    return found


def _name(folder: Path) -> str:
    return read_manifest(folder).embeddings.name


def test_unchanged_manual_makes_no_call_and_leaves_the_generation(copied: Path, no_embedding: None) -> None:
    told: list[str] = []
    before = read_manifest(copied)
    manifest = build_index([SAMPLE_MANUAL], copied, progress=lambda stage, *_: told.append(stage))
    assert manifest.unchanged
    assert manifest.model_dump() == before.model_dump()
    assert list(dict.fromkeys(told)) == ["read", "unchanged"]
    assert generations(copied) == ["000001"]


@pytest.fixture
def no_embedding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: WordLlamaEmbeddings, texts: list[str]) -> list[list[float]]:
        raise AssertionError(f"asked for {texts}")

    monkeypatch.setattr(WordLlamaEmbeddings, "embed_documents", refuse)


def test_unchanged_manual_costs_own_embeddings_one_sentence(tmp_path: Path) -> None:
    build_index([small_manual()], tmp_path, WatchedEmbeddings())
    again = WatchedEmbeddings()
    for _ in range(3):
        assert build_index([small_manual()], tmp_path, again).unchanged
    assert again.texts == [PROBE]


def test_force_builds_anew_from_the_cache(copied: Path) -> None:
    manifest = build_index([SAMPLE_MANUAL], copied, force=True)
    assert not manifest.unchanged
    assert manifest.generation == 2
    assert manifest.passages == read_manifest(copied).passages


def test_changed_section_costs_its_own_embedding_alone(tmp_path: Path) -> None:
    words = [f"setting{number}" for number in range(100)]
    build_index([small_manual(words=words)], tmp_path, WatchedEmbeddings())
    again = WatchedEmbeddings()
    manifest = build_index([small_manual(words=[*words[:-1], "timer"])], tmp_path, again)
    assert again.texts == [PROBE, "Timer: Turn the wheel to set the timer."]
    assert manifest.generation == 2
    assert not manifest.unchanged


def test_manual_that_was_only_moved_is_unchanged_and_its_place_is_noted(copied: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(SAMPLE_MANUAL, tmp_path / "elsewhere")
    manifest = build_index([f"sample-manual={moved}"], copied)
    assert manifest.unchanged
    assert read_manifest(copied).manuals[0].source == str(moved)
    assert read_manifest(copied).manuals[0].built == manifest.manuals[0].built


def test_damaged_index_is_not_taken_for_an_unchanged_one(copied: Path) -> None:
    file = copied / "generations" / "000001" / "graph.sqlite"
    file.write_bytes(file.read_bytes()[:-1])
    assert not build_index([SAMPLE_MANUAL], copied).unchanged
    assert BATTERY in _found(copied, "How long does the battery last?")


def test_failed_build_over_a_lost_manifest_loses_nothing_more(copied: Path) -> None:
    def fail(_texts: list[str]) -> None:
        raise ConnectionError("down")

    shutil.copytree(generation_folder(copied, 1), generation_folder(copied, 2))
    (generation_folder(copied, 2) / SPARE_NAME).unlink()
    (copied / MANIFEST_NAME).unlink()
    with pytest.raises(ModelError):
        build_index([small_manual()], copied, WatchedEmbeddings(fail))
    assert generations(copied) == ["000001"], "what was half written is gone"
    assert repair_index(copied).sound
    assert build_index([small_manual()], copied).generation == 2


def test_index_of_another_recipe_is_built_anew(copied: Path) -> None:
    write_manifest(copied, read_manifest(copied).model_copy(update={"recipe": "an earlier one"}))
    assert build_index([SAMPLE_MANUAL], copied).generation == 2


def test_other_embeddings_under_the_same_name_are_noticed(tmp_path: Path) -> None:
    build_index([small_manual()], tmp_path, WatchedEmbeddings())
    same_name = type("WatchedEmbeddings", (Backwards,), {})
    assert build_index([small_manual()], tmp_path, same_name()).generation == 2


def test_ids_and_descriptions_of_unchanged_items_stay(tmp_path: Path) -> None:
    before = ManualIndex.build([small_manual(words=["brightness", "colour", "timer"])], tmp_path)
    items = {item.id: item for item in before.sections()}
    before.add(small_manual(words=["brightness", "alarm", "timer"]))
    after = {item.id: item for item in before.sections()}
    assert set(after) == {"lamp/brightness", "lamp/alarm", "lamp/timer"}
    assert all(items[item_id] == item for item_id, item in after.items() if item_id in items)
    before.close()


def test_added_manual_joins_the_others_without_their_sources(tmp_path: Path) -> None:
    source = shutil.copytree(SAMPLE_MANUAL, tmp_path / "source")
    build_index([f"sample-manual={source}"], tmp_path / "index", WatchedEmbeddings())
    shutil.rmtree(source)
    again = WatchedEmbeddings()
    manifest = add_manuals([small_manual()], tmp_path / "index", again)
    assert [info.id for info in manifest.manuals] == ["sample-manual", "lamp"]
    new = [text for text in again.texts if text.startswith(("Brightness: Turn the wheel", "Colour: Turn the wheel"))]
    assert len(new) == 2
    assert _found(tmp_path / "index", "How long does the battery last?") == BATTERY
    assert _found(tmp_path / "index", "set the colour with the wheel") == "lamp/colour"


def test_added_manual_takes_the_place_of_the_one_with_its_id(tmp_path: Path) -> None:
    build_index([small_manual(), small_manual("oven")], tmp_path)
    manifest = add_manuals([small_manual(words=["timer"])], tmp_path)
    assert [(info.id, info.sections) for info in manifest.manuals] == [("lamp", 1), ("oven", 2)]
    assert _found(tmp_path, "timer") == "lamp/timer"


def test_adding_what_is_there_changes_nothing(copied: Path, no_embedding: None) -> None:
    assert add_manuals([SAMPLE_MANUAL], copied).unchanged


def test_vectors_come_from_the_index_where_the_cache_is_lost(tmp_path: Path) -> None:
    build_index([small_manual(), small_manual("oven", ["heat"])], tmp_path, WatchedEmbeddings())
    expected = ManualIndex.open(tmp_path, WatchedEmbeddings()).search("heat")
    (tmp_path / "cache.sqlite").unlink()
    assert remove_manuals(["lamp"], tmp_path, Refusing()).generation == 2
    index = ManualIndex.open(tmp_path, WatchedEmbeddings())
    assert index.search("heat")[0].cosine == pytest.approx(expected[0].cosine, abs=1e-5)
    index.close()


def _cached(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "cache.sqlite")) as cache:
        (count,) = cache.execute("SELECT count(*) FROM vectors").fetchone()
    return int(count)


def test_vectors_of_the_live_generation_are_kept_once(tmp_path: Path) -> None:
    words = [f"setting{number}" for number in range(100)]
    build_index([small_manual(words=words)], tmp_path, WatchedEmbeddings())
    assert _cached(tmp_path) == 0
    again = WatchedEmbeddings()
    build_index([small_manual(words=words), small_manual("oven", ["heat"])], tmp_path, again)
    assert _cached(tmp_path) == 0
    assert len(again.texts) < len(words) // 2, "those of the manual that stays come from its generation"
    changed = WatchedEmbeddings()
    manuals = [small_manual(words=[*words[1:], "timer"]), small_manual("oven", ["heat"])]
    build_index(manuals, tmp_path, changed)
    assert changed.texts == [PROBE, "Timer: Turn the wheel to set the timer."]
    assert _cached(tmp_path) == 1, "only what the live generation has no more"
    assert _found(tmp_path, "timer") == "lamp/timer"


def test_manual_that_comes_back_costs_no_embedding(tmp_path: Path) -> None:
    build_index([small_manual(), small_manual("oven", ["heat"])], tmp_path, WatchedEmbeddings())
    remove_manuals(["lamp"], tmp_path, WatchedEmbeddings())
    again = WatchedEmbeddings()
    add_manuals([small_manual()], tmp_path, again)
    assert set(again.texts) <= {PROBE}
    assert _cached(tmp_path) == 0


def test_changed_manual_is_embedded_anew_where_the_live_graph_is_lost(tmp_path: Path) -> None:
    build_index([small_manual(words=["colour", "volume"])], tmp_path, WatchedEmbeddings())
    (tmp_path / "generations" / "000001" / "graph.sqlite").write_bytes(b"lost")
    build_index([small_manual(words=["colour", "timer"])], tmp_path, WatchedEmbeddings())
    assert _found(tmp_path, "timer") == "lamp/timer"


def test_removed_manual_is_gone(tmp_path: Path) -> None:
    build_index([small_manual(), small_manual("oven")], tmp_path)
    manifest = remove_manuals(["lamp"], tmp_path)
    assert [info.id for info in manifest.manuals] == ["oven"]
    assert _found(tmp_path, "colour") == "oven/colour"


@pytest.mark.parametrize(
    ("ids", "said"), [(["fridge"], "manual 'fridge': not in this index; it has lamp"), (["lamp"], "no manual would be")]
)
def test_manual_that_cannot_be_removed_is_said(tmp_path: Path, ids: list[str], said: str) -> None:
    build_index([small_manual()], tmp_path)
    with pytest.raises(ConfigError, match=said):
        remove_manuals(ids, tmp_path)
    assert read_manifest(tmp_path).generation == 1


def test_nothing_is_added_to_a_folder_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="Build one"):
        add_manuals([small_manual()], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_other_embeddings_cannot_add(tmp_path: Path) -> None:
    build_index([small_manual()], tmp_path, WatchedEmbeddings())
    with pytest.raises(IndexMismatch, match="found embeddings Backwards, expected WatchedEmbeddings"):
        add_manuals([small_manual("oven")], tmp_path, Backwards())
    with pytest.raises(IndexMismatch, match=r"embeddings of your own \(WatchedEmbeddings\)\. Pass them"):
        add_manuals([small_manual("oven")], tmp_path)


def test_open_index_adds_and_removes_with_its_embeddings(tmp_path: Path) -> None:
    index = ManualIndex.build([small_manual()], tmp_path)
    index.add(small_manual("oven"))
    assert {info.id for info in index.manuals} == {"lamp", "oven"}
    index.remove("lamp")
    assert index.search("colour")[0].section_id == "oven/colour"
    assert _name(tmp_path) == "wordllama"
    index.close()


def test_time_of_a_manual_is_when_its_content_came(tmp_path: Path) -> None:
    built = build_index([small_manual()], tmp_path)
    then = datetime(2020, 1, 1, tzinfo=UTC)
    lamp = built.manuals[0].model_copy(update={"built": then})
    write_manifest(tmp_path, built.model_copy(update={"manuals": (lamp,)}))
    again, oven = add_manuals([small_manual("oven")], tmp_path).manuals
    assert again.built == then
    assert oven.built is not None
    assert oven.built > then


def test_fingerprint_is_asked_of_one_object_once() -> None:
    embeddings = WatchedEmbeddings()
    assert fingerprint_of(embeddings) == fingerprint_of(embeddings)
    assert embeddings.texts == [PROBE]
    assert fingerprint_of(WatchedEmbeddings()) == fingerprint_of(embeddings)


def test_other_revision_is_asked_for_its_fingerprint() -> None:
    embeddings = WatchedEmbeddings()
    built = EmbeddingsInfo(
        name="wordllama", dimension=256, fingerprint=fingerprint_of(WatchedEmbeddings()), revision="wordllama 0.0.1"
    )
    found = embeddings_info("wordllama", embeddings, built)
    assert embeddings.texts == [PROBE]
    assert found.fingerprint == built.fingerprint
    assert found.revision != built.revision


def test_a_build_returns_the_graphs_of_all_its_manuals(tmp_path: Path) -> None:
    built = build_index([small_manual(), small_manual("oven")], tmp_path)
    added = add_manuals([small_manual("fridge")], tmp_path)
    again = add_manuals([small_manual("fridge")], tmp_path)
    removed = remove_manuals(["oven"], tmp_path)
    for one, ids in (
        (built, ["lamp", "oven"]),
        (added, ["lamp", "oven", "fridge"]),
        (again, ["lamp", "oven", "fridge"]),
        (removed, ["lamp", "fridge"]),
    ):
        assert [info.id for info in one.manuals] == [graph.manual_id for graph in one.graphs] == ids
        assert [info.stored for info in one.manuals] == [content_hash(graph) for graph in one.graphs]
    assert (added.unchanged, again.unchanged) == (False, True)
