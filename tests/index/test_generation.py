"""One generation of an index: opened as it was written, and its items found by what they are called."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.index_fixtures import WatchedEmbeddings, small_manual

from graphrag_tools.errors import ConfigError, IndexNotFound, StoreError
from graphrag_tools.index import generation
from graphrag_tools.index.build import build_index
from graphrag_tools.index.folder import FolderBackend
from graphrag_tools.index.generation import (
    Generation,
    LateVocabulary,
    Stores,
    check_counts,
    open_stores,
    open_stores_for_reading,
    write_vocabulary,
)
from graphrag_tools.index.manifest import generation_folder
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.kept import Kept


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("built") / "index"
    build_index([small_manual("lamp"), small_manual("oven", ["timer", "colour"])], index, WatchedEmbeddings())
    return index


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of the generation, to be damaged."""
    return Path(shutil.copytree(generation_folder(built, 1), tmp_path / "generation"))


@pytest.fixture
def stores(folder: Path) -> Iterator[Stores]:
    opened = open_stores(folder)
    yield opened
    opened.close()


@pytest.fixture
def live(built: Path, stores: Stores) -> Generation:
    return Generation(FolderBackend(built).manifest(), stores, WatchedEmbeddings())


def test_stores_are_opened_with_what_was_written(stores: Stores) -> None:
    counts = (stores.graph.count(), stores.sections.count(), stores.blocks.count(), stores.vectors.count())
    assert counts == (4, 4, 4, 4)
    assert (stores.questions, stores.scratch, stores.lease) == (None, None, None)
    assert stores.graph_of("oven/timer").title == "Oven"
    with pytest.raises(KeyError):
        stores.graph_of("kettle/timer")
    stores.close()
    stores.close()


def test_stores_of_a_new_folder_begin_with_what_is_kept_of_another(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "fresh").mkdir()
    fresh = open_stores(tmp_path / "fresh", kept=Kept(folder, frozenset({"lamp"}), {"lamp": 0}))
    assert (fresh.graph.count(), fresh.sections.count(), fresh.blocks.count()) == (2, 2, 2)
    # Vectors are written with the others, in one file.
    assert fresh.vectors.count() == 0
    fresh.close()


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({}, None),
        ({"passages": None}, None),
        ({"items": 5}, "the graph store holds 4 records, expected 5"),
        ({"sections": 3}, "the sections store holds 4 records, expected 3"),
        ({"passages": 0}, "the vectors store holds 4 records, expected 0"),
    ],
)
def test_stores_that_hold_another_number_are_refused(
    counts: dict[str, int | None], says: str | None, stores: Stores
) -> None:
    expected: dict[str, int | None] = {"sections": 4, "items": 4, "passages": 4, **counts}
    if says is None:
        check_counts("here", stores, **expected)  # type: ignore[arg-type]
        return
    with pytest.raises(StoreError) as refused:
        check_counts("here", stores, **expected)  # type: ignore[arg-type]
    assert str(refused.value) == f"here: {says}. Build the index again."


def test_generation_that_is_not_whole_is_refused_and_let_go(built: Path, folder: Path) -> None:
    files = FolderBackend(built).manifest().files
    stores = open_stores_for_reading(folder, files)
    assert stores.lease
    assert stores.scratch is None
    stores.close()
    (folder / "graph.sqlite").write_bytes(b"")
    with pytest.raises(StoreError, match=r"graph\.sqlite: is cut off"):
        open_stores_for_reading(folder, files)
    (folder / "graph.sqlite").unlink()
    with pytest.raises(IndexNotFound, match=r"graph\.sqlite is missing"):
        open_stores_for_reading(folder, files)
    gc.collect()
    assert FolderBackend(built).delete([]) == []


def test_folder_that_cannot_be_written_is_read_from_a_copy(
    built: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FolderBackend(built).manifest().files
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != folder / "graph.sqlite")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    stores = open_stores_for_reading(folder, files)
    assert stores.scratch
    assert stores.scratch.parent == tmp_path
    assert stores.scratch.name.startswith("graphrag-tools-")
    assert stores.graph.count() == 4
    scratch = stores.scratch
    stores.close()
    assert not scratch.exists()

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("shutil.copytree", full)
    with pytest.raises(StoreError) as refused:
        open_stores_for_reading(folder, files)
    assert str(refused.value) == f"{folder}: is read-only, and its temporary copy cannot be made (no space left)."
    assert not list(tmp_path.glob("graphrag-tools-*"))


def test_engine_that_fails_in_place_and_in_a_copy_says_what_it_said_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []

    def fail(place: Path, *_: object) -> Stores:
        tried.append(place)
        raise StoreError(f"the engine failed {len(tried)}")

    monkeypatch.setattr(generation, "open_stores", fail)
    with pytest.raises(StoreError, match="the engine failed 1"):
        open_stores_for_reading(folder, {})
    assert tried[0] == folder
    assert len(tried) == 2
    assert not tried[1].exists()


def test_vocabulary_is_read_late_and_kept(folder: Path) -> None:
    write_vocabulary(folder, Vocabulary())
    late = LateVocabulary(folder)
    (folder / "vocabulary.json").unlink()
    assert late() is late()
    assert late().model_dump() == LateVocabulary(folder)().model_dump() == Vocabulary().model_dump()
    (folder / "vocabulary.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"vocabulary\.json: is damaged .*\. Build the index again\."):
        LateVocabulary(folder)()


@pytest.mark.parametrize(
    ("text", "manual", "items"),
    [
        ("lamp/colour", None, ["lamp/colour"]),
        (" 'lamp/colour' ", None, ["lamp/colour"]),
        ("lamp/colour", "oven", []),
        ("Brightness", None, ["lamp/brightness"]),
        ("brightness", "lamp", ["lamp/brightness"]),
        ("Colour", None, ["lamp/colour", "oven/colour"]),
        ("Colour", "oven", ["oven/colour"]),
        ("Brightnes", "lamp", ["lamp/brightness"]),
    ],
)
def test_item_is_found_by_what_it_is_called(text: str, manual: str | None, items: list[str], live: Generation) -> None:
    match = live.resolve(text, manual)
    assert ([item.id for item in match.items], match.total) == (items, len(items))


def test_name_as_the_manual_writes_it_is_no_guess(tmp_path: Path) -> None:
    build_index([small_manual("lamp", ["Wi-Fi", "wide"])], tmp_path, WatchedEmbeddings())
    stores = open_stores(generation_folder(tmp_path, 1))
    live = Generation(FolderBackend(tmp_path).manifest(), stores, WatchedEmbeddings())
    for text in ("wifi", "Wi Fi", "Wi-Fi"):
        match = live.resolve(text)
        assert ([item.name for item in match.items], match.nearest) == (["Wi-Fi"], ()), text
    assert live.resolve("wi fj").nearest != ()


def test_exact_id_is_the_only_match(live: Generation) -> None:
    match = live.resolve("oven/timer")
    assert match.only
    assert (match.only.id, match.only.manual, match.only.name, match.only.menu_path) == (
        "oven/timer",
        "oven",
        "Timer",
        "Timer",
    )
    assert live.item("oven/timer").name == "Timer"
    with pytest.raises(KeyError):
        live.item("oven/brightness")


def test_manual_that_there_is_not_is_refused_with_those_that_there_are(live: Generation) -> None:
    live.check_manual(None)
    live.check_manual("oven")
    with pytest.raises(ConfigError) as refused:
        live.check_manual("kettle")
    assert str(refused.value) == "manual 'kettle': not in this index; it has lamp, oven."


def test_graph_keeps_its_generation_open_while_it_is_used(live: Generation) -> None:
    assert live.graph("lamp").held is live
    assert live.graph_of("oven/timer").manual_id == "oven"
