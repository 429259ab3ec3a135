"""What a build tells while it works, what it leaves on the disk, and what is the same afterwards."""

from pathlib import Path

import pytest
from support.index_fixtures import Told, WatchedEmbeddings, small_manual

from graphrag_tools.errors import ConfigError, IndexMismatch, IndexNotFound
from graphrag_tools.index.build import add_manuals, build_index, rebuild_stores, remove_manuals
from graphrag_tools.index.folder import FolderBackend
from graphrag_tools.index.manifest import generation_numbers, read_manifest

LAMP, OVEN = small_manual("lamp"), small_manual("oven", ["timer"])
KETTLE = small_manual("kettle", ["lid"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build_index([LAMP, OVEN], tmp_path / "index", WatchedEmbeddings())
    return tmp_path / "index"


def ids(folder: Path) -> list[str]:
    return [info.id for info in read_manifest(folder).manuals]


def test_first_build_tells_each_of_its_stages(tmp_path: Path) -> None:
    told = Told()
    built = build_index([LAMP, OVEN], tmp_path / "index", WatchedEmbeddings(), told)
    assert (built.generation, built.unchanged, built.passages) == (1, False, 3)
    assert told.stages() == ["read", "embed", "graph", "words", "vectors"]
    assert [told for told in told.all if told[0] in ("read", "embed", "vectors")] == [
        ("read", 0, 2),
        ("read", 1, 2),
        ("read", 2, 2),
        ("embed", 3, 3),
        ("vectors", 3, 3),
    ]


def test_what_has_not_changed_is_said_and_not_built(folder: Path) -> None:
    (folder / "generations" / "000007").mkdir()
    told = Told()
    built = build_index([LAMP, OVEN], folder, WatchedEmbeddings(), told)
    assert (built.generation, built.unchanged) == (1, True)
    assert told.all[-1] == ("unchanged", 2, 2)
    assert generation_numbers(folder) == [1]


@pytest.mark.parametrize("change", ["order", "fewer", "force"])
def test_what_has_changed_is_built(change: str, folder: Path) -> None:
    manuals = {"order": [OVEN, LAMP], "fewer": [LAMP], "force": [LAMP, OVEN]}[change]
    built = build_index(manuals, folder, WatchedEmbeddings(), force=change == "force")
    assert (built.generation, built.unchanged) == (2, False)
    assert ids(folder) == [manual.id for manual in manuals]
    assert generation_numbers(folder) == [1, 2]


def test_added_manual_takes_the_place_of_the_one_of_its_id(folder: Path) -> None:
    told, embeddings = Told(), WatchedEmbeddings()
    built = add_manuals([small_manual("lamp", ["dimmer"]), KETTLE], folder, embeddings, told)
    assert ids(folder) == ["lamp", "oven", "kettle"]
    assert (built.generation, built.passages, built.unchanged) == (2, 3, False)
    assert [text for text in embeddings.texts if "wheel" in text and "timer" in text] == []
    assert told.stages() == ["read", "embed", "graph", "words", "vectors"]
    again = add_manuals(KETTLE, folder, embeddings, told)
    assert (again.generation, again.unchanged) == (2, True)


def test_removed_manual_is_gone_and_the_others_are_not_embedded_again(folder: Path) -> None:
    told, embeddings = Told(), WatchedEmbeddings()
    before = len(embeddings.texts)
    built = remove_manuals(["lamp"], folder, embeddings, told)
    assert ids(folder) == ["oven"]
    assert (built.generation, built.passages) == (2, 1)
    assert [text for text in embeddings.texts[before:] if "Timer" in text] == []
    assert told.stages() == ["graph", "vectors"]
    build_index([LAMP, OVEN], folder, WatchedEmbeddings())
    assert generation_numbers(folder) == [2, 3]


def test_manual_that_cannot_be_removed_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as unknown:
        remove_manuals(["oven", "radio", "kettle"], folder, WatchedEmbeddings())
    assert str(unknown.value) == "manual 'kettle': not in this index; it has lamp, oven."
    with pytest.raises(ConfigError) as last:
        remove_manuals(["oven", "lamp"], folder, WatchedEmbeddings())
    assert str(last.value) == f"{folder}: no manual would be left; delete the index instead."
    for change in (lambda: remove_manuals(["x"], tmp_path / "no"), lambda: add_manuals(KETTLE, tmp_path / "no")):
        with pytest.raises(IndexNotFound):
            change()
    assert not (tmp_path / "no").exists()


class Others(WatchedEmbeddings):
    """Embeddings of the same name's length that are others."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[-value for value in vector] for vector in super().embed_documents(texts)]


def test_other_embeddings_than_the_indexs_are_refused(folder: Path) -> None:
    with pytest.raises(IndexMismatch) as missing:
        add_manuals(KETTLE, folder)
    assert str(missing.value) == f"{folder}: built with embeddings of your own (WatchedEmbeddings). Pass them."
    with pytest.raises(IndexMismatch) as others:
        remove_manuals(["lamp"], folder, Others())
    assert str(others.value) == (
        f"{folder}: found embeddings Others, expected WatchedEmbeddings (256 dimensions) as it was built with. "
        "Build the index again."
    )
    assert ids(folder) == ["lamp", "oven"]


def test_stores_are_rebuilt_without_a_source_and_the_other_generations_stay(folder: Path) -> None:
    build_index([OVEN, LAMP], folder, WatchedEmbeddings())
    told = Told()
    backend = FolderBackend(folder)
    live = backend.manifest()
    built = rebuild_stores(live, backend, WatchedEmbeddings(), told)
    assert (built.generation, built.passages) == (3, 3)
    assert [info.content for info in built.manuals] == [info.content for info in live.manuals]
    assert generation_numbers(folder) == [1, 2, 3]
    assert told.all[-1] == ("vectors", 3, 3)


def test_time_at_which_a_content_came_is_kept(folder: Path) -> None:
    backend = FolderBackend(folder)
    live = backend.manifest()
    old = tuple(info.model_copy(update={"built": info.built.replace(year=2001)}) for info in live.manuals if info.built)
    backend.publish(live.model_copy(update={"manuals": old}))
    built = build_index([small_manual("lamp", ["dimmer"]), OVEN, KETTLE], folder, WatchedEmbeddings())
    assert [info.built and info.built.year == 2001 for info in built.manuals] == [False, True, False]
