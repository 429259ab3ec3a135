"""A folder that keeps the generations of an index."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.index_fixtures import small_manual

from graphrag_tools.errors import IndexNotFound
from graphrag_tools.index.backend import Sizes
from graphrag_tools.index.build import build_index
from graphrag_tools.index.files import Lease
from graphrag_tools.index.folder import FolderBackend
from graphrag_tools.index.manifest import Manifest, generation_folder, write_manifest


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "index"
    build_index(small_manual(), folder)
    return folder


@pytest.fixture
def index(built: Path, tmp_path: Path) -> FolderBackend:
    """A copy of an index of one generation, to be damaged."""
    return FolderBackend(Path(shutil.copytree(built, tmp_path / "index")))


def file_of(index: FolderBackend, name: str, generation: int = 1) -> Path:
    return generation_folder(index.place, generation) / name


def add_generation(index: FolderBackend, number: int) -> Manifest:
    """Copy the first generation to one of another number, with its own manifest."""
    manifest = index.manifest().model_copy(update={"generation": number})
    folder = shutil.copytree(generation_folder(index.place, 1), generation_folder(index.place, number))
    write_manifest(Path(folder), manifest, ".index.json")
    return manifest


def test_manifest_is_read_wherever_the_process_goes(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built.parent)
    relative = FolderBackend(Path("index"))
    monkeypatch.chdir(tmp_path)
    assert relative.manifest().generation == 1
    assert str(relative.place) == "index"
    assert relative.place_of(relative.manifest()) == str(built / "generations" / "000001")
    assert relative.cache_file() == built / "cache.sqlite"
    assert relative.anew() is relative
    assert not relative.may_be_away


def test_stamp_changes_with_each_index_json(index: FolderBackend, tmp_path: Path) -> None:
    assert FolderBackend(tmp_path / "nowhere").stamp() is None
    before = index.stamp()
    assert before == index.stamp() is not None
    index.publish(index.manifest())
    assert index.stamp() != before


def test_generations_that_no_build_has_finished_are_known(index: FolderBackend) -> None:
    add_generation(index, 3)
    assert (index.generations(), index.unfinished()) == ([1, 3], [])
    file_of(index, ".index.json", 3).unlink()
    assert index.unfinished() == [3]


def test_spare_manifest_is_that_of_the_newest_whole_generation(index: FolderBackend) -> None:
    for number in (2, 3, 4):
        add_generation(index, number)
    file_of(index, ".index.json", 4).unlink()
    file_of(index, "graph.sqlite", 3).unlink()
    assert index.spare_manifest() == index.manifest().model_copy(update={"generation": 2})
    for number in (1, 2):
        file_of(index, "graph.sqlite", number).unlink()
    spare = index.spare_manifest()
    assert spare
    assert spare.generation == 3
    shutil.rmtree(index.place / "generations")
    assert index.spare_manifest() is None


def test_each_file_that_is_not_as_it_was_written_is_told(index: FolderBackend) -> None:
    live = index.manifest()
    assert list(index.check(live)) == []
    file_of(index, "graph.sqlite").unlink()
    words = file_of(index, "words.sqlite")
    words.write_bytes(words.read_bytes()[:-1])
    told = list(index.check(live))
    assert len(told) == 2
    assert "graph.sqlite is missing" in told[0]
    assert "words.sqlite: is cut off" in told[1]


def test_graphs_are_opened_where_there_are_any(index: FolderBackend) -> None:
    graphs = index.open_graphs(1)
    assert graphs
    assert graphs.whole("lamp").title == "Lamp"
    graphs.close()
    assert index.open_graphs(7) is None
    file_of(index, "graph.sqlite").write_bytes(b"no database at all" * 100)
    assert index.open_graphs(1) is None


def test_vectors_are_opened_only_while_they_are_whole(index: FolderBackend) -> None:
    live = index.manifest()
    vectors = index.open_vectors(live)
    assert vectors
    assert vectors.count() == live.passages == 2
    vectors.close()
    # What else is damaged says nothing of them.
    file_of(index, "graph.sqlite").unlink()
    other = index.open_vectors(live)
    assert other
    other.close()
    [name] = [name for name in live.files if name.startswith("vectors/")]
    content = file_of(index, name).read_bytes()
    file_of(index, name).write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert index.open_vectors(live) is None
    # A build that has just found them whole under its lock does not read them again.
    file_of(index, name).write_bytes(content)
    file_of(index, "graph.sqlite").touch()
    assert list(index.check(live)) != []
    file_of(index, name).unlink()
    assert index.open_vectors(live) is None


def test_sizes_are_those_of_the_live_generation_the_cache_and_all(index: FolderBackend) -> None:
    add_generation(index, 2)
    (index.place / "cache.sqlite").write_bytes(b"x" * 10)
    (index.place / "cache.sqlite-wal").write_bytes(b"x" * 5)
    each = [
        sum(one.stat().st_size for one in file_of(index, "", number).rglob("*") if one.is_file()) for number in (1, 2)
    ]
    rest = sum(one.stat().st_size for one in index.place.iterdir() if one.is_file())
    assert index.sizes(index.manifest()) == Sizes(each[0], 15, sum(each) + rest)


def test_file_that_is_gone_when_it_is_measured_has_no_size(index: FolderBackend) -> None:
    before = index.sizes(index.manifest())
    for name in ("cache.sqlite-journal", "generations/000001/graph.sqlite-journal"):
        (index.place / name).symlink_to("nowhere")
    assert index.sizes(index.manifest()) == before


def test_new_generation_can_be_held_by_readers_and_is_there_only_once(index: FolderBackend) -> None:
    fresh = index.begin(2, "flat")
    assert (fresh.place, fresh.passages) == (str(file_of(index, "", 2)), 0)
    lease = Lease(fresh.folder)
    assert index.delete([1, 2]) == [1]
    assert index.generations() == [2]
    lease.end()
    with pytest.raises(FileExistsError):
        index.begin(2, "flat")
    fresh.discard()
    fresh.discard()
    assert index.generations() == []


def test_folder_that_readers_could_not_hold_is_not_left_behind(
    index: FolderBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path) -> None:
        raise OSError("no room")

    monkeypatch.setattr("graphrag_tools.index.folder.make_leasable", fail)
    with pytest.raises(OSError, match="no room"):
        index.begin(2, "flat")
    assert index.generations() == [1]


def test_published_manifest_is_the_live_one_and_its_own_spare(index: FolderBackend) -> None:
    add_generation(index, 2)
    manifest = index.manifest().model_copy(update={"generation": 2, "recipe": "another"})
    index.publish(manifest)
    assert index.manifest() == index.spare_manifest() == manifest
    (index.place / "index.json").unlink()
    with pytest.raises(IndexNotFound):
        index.manifest()
    assert index.spare_manifest() == manifest


def test_manuals_are_kept_of_a_whole_generation_alone(index: FolderBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    live = index.manifest()
    [info] = live.manuals

    def kept(
        manifest: Manifest | None = live, manuals: frozenset[str] = frozenset({"lamp"}), store: str = "flat"
    ) -> object:
        fresh = index.begin(9, store)  # type: ignore[arg-type]
        try:
            found = fresh.keep(manifest, manuals, [info])
            return found, fresh.passages, fresh.words_before() is not None, fresh.parts(["lamp"])
        finally:
            fresh.discard()

    nothing = (frozenset(), 0, False, [("lamp",)])
    assert kept() == ({"lamp"}, 2, True, [])
    assert kept(None) == nothing
    assert kept(manuals=frozenset()) == nothing
    assert kept(store="chroma") == nothing
    assert kept(live.model_copy(update={"vector_store": None})) == nothing
    no_vectors = SimpleNamespace(manuals={"another": (0, 2)})
    monkeypatch.setattr("graphrag_tools.stores.flat_file.read_table", lambda _: no_vectors)
    assert kept() == ({"lamp"}, 0, True, [])
    file_of(index, "words.sqlite").unlink()
    assert kept() == nothing
