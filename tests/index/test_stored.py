"""Manuals that an index already holds are read without their sources, and proved by their hash."""

import shutil
from pathlib import Path

import pytest
from support.index_fixtures import WatchedEmbeddings, small_manual

from graphrag_tools.embeddings.cache import EmbeddingCache
from graphrag_tools.errors import StoreError
from graphrag_tools.index.build import build_index
from graphrag_tools.index.folder import FolderBackend
from graphrag_tools.index.manifest import generation_folder
from graphrag_tools.index.sources import ReadManual
from graphrag_tools.index.stages import Plan
from graphrag_tools.index.stored import carried_over, stored_manuals
from graphrag_tools.search.records import passage_records


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "index"
    build_index([small_manual("lamp"), small_manual("oven", ["timer"])], folder, WatchedEmbeddings())
    return folder


@pytest.fixture
def index(built: Path, tmp_path: Path) -> FolderBackend:
    return FolderBackend(Path(shutil.copytree(built, tmp_path / "index")))


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "cache", "any")


def graph_file(index: FolderBackend, generation: int) -> Path:
    return generation_folder(index.place, generation) / "graph.sqlite"


def test_manuals_are_read_in_the_order_asked_for(index: FolderBackend) -> None:
    live = index.manifest()
    oven, lamp = stored_manuals(index, live, live.manuals[::-1])
    assert (oven.info, lamp.info) == live.manuals[::-1]
    assert (oven.graph.title, [item.name for item in lamp.graph.items]) == ("Oven", ["Brightness", "Colour"])


def test_another_generation_stands_in_for_a_damaged_one(index: FolderBackend) -> None:
    live = index.manifest()
    for number in (2, 3):
        shutil.copytree(generation_folder(index.place, 1), generation_folder(index.place, number))
    graph_file(index, 1).write_bytes(b"no database at all" * 100)
    graph_file(index, 3).unlink()
    assert [manual.graph.title for manual in stored_manuals(index, live, live.manuals)] == ["Lamp", "Oven"]
    graph_file(index, 2).unlink()
    with pytest.raises(StoreError) as lost:
        stored_manuals(index, live, live.manuals)
    assert str(lost.value) == (
        f"{index.place}: the graph of lamp is damaged. Build it again from its source: lamp=lamp.md oven=oven.md"
    )


def test_graph_of_other_content_is_not_taken_for_it(index: FolderBackend) -> None:
    live = index.manifest()
    lamp, oven = live.manuals
    [read] = stored_manuals(index, live, [lamp.model_copy(update={"stored": "another"})])
    with pytest.raises(StoreError, match="the graph of lamp is damaged"):
        _ = read.graph
    # An index of an earlier version has noted nothing to prove it by.
    [unproved] = stored_manuals(index, live, [oven.model_copy(update={"stored": ""})])
    assert unproved.graph.title == "Oven"


def test_vectors_of_what_stays_are_held_and_those_of_what_goes_are_cached(
    index: FolderBackend, cache: EmbeddingCache
) -> None:
    live = index.manifest()
    lamp, oven = stored_manuals(index, live, live.manuals)
    records = passage_records(lamp.graph)
    gone = [record.text for record in passage_records(oven.graph)]
    with carried_over(index, live, Plan([lamp]), records, cache) as held:
        texts = [record.text for record in records]
        found = held([*texts, "unknown", *gone])
        assert list(found) == texts
        assert all(len(vector) == 256 for vector in found.values())
    assert cache.missing([*texts, *gone]) == set(texts)


def test_a_manual_that_has_changed_is_not_held(index: FolderBackend, cache: EmbeddingCache) -> None:
    live = index.manifest()
    lamp, oven = stored_manuals(index, live, live.manuals)
    changed = ReadManual(lamp.info.model_copy(update={"content": "another"}), lamp.read)
    records = [record for manual in (changed, oven) for record in passage_records(manual.graph)]
    with carried_over(index, live, Plan([changed, oven]), records, cache) as held:
        texts = [record.text for record in records]
        stays = [record.text for record in records if record.manual == "oven"]
        assert list(held(texts)) == stays
    assert cache.missing(texts) == set(stays)


def test_nothing_is_carried_over_from_nothing_or_from_damage(index: FolderBackend, cache: EmbeddingCache) -> None:
    live = index.manifest()
    manuals = stored_manuals(index, live, live.manuals)
    records = [record for manual in manuals for record in passage_records(manual.graph)]
    texts = [record.text for record in records]
    with carried_over(index, None, Plan(manuals), records, cache) as held:
        assert held(texts) == {}
    shutil.rmtree(generation_folder(index.place, 1) / "vectors")
    with carried_over(index, live, Plan(manuals[:1]), records, cache) as held:
        assert held(texts) == {}
    assert cache.missing(texts) == set(texts)
