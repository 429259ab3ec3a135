"""The stages of a build: what is embedded, written and checked, and what is told meanwhile."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.index_fixtures import Told, WatchedEmbeddings, small_manual

from graphrag_tools.embeddings.identity import EmbeddingsInfo
from graphrag_tools.errors import StoreError
from graphrag_tools.index import stages
from graphrag_tools.index.build import build_index
from graphrag_tools.index.folder import FolderBackend, FolderGeneration
from graphrag_tools.index.sources import ReadManual
from graphrag_tools.index.stages import Embedder, Plan, check_stores, embed_records, embedded, open_cache, write_stores
from graphrag_tools.index.stored import stored_manuals
from graphrag_tools.search.records import passage_records
from graphrag_tools.stores.protocols import Record

INFO = EmbeddingsInfo(name="static", dimension=256, fingerprint=(0.1234, *[0.5] * 20))


@pytest.fixture(scope="module")
def manuals(tmp_path_factory: pytest.TempPathFactory) -> list[ReadManual]:
    folder = tmp_path_factory.mktemp("built") / "index"
    build_index([small_manual("lamp"), small_manual("oven", ["timer"])], folder, WatchedEmbeddings())
    backend = FolderBackend(folder)
    live = backend.manifest()
    read = stored_manuals(backend, live, live.manuals)
    assert [manual.graph.manual_id for manual in read] == ["lamp", "oven"]
    return read


@pytest.fixture
def records(manuals: list[ReadManual]) -> list[Record]:
    return [record for manual in manuals for record in passage_records(manual.graph)]


@pytest.fixture
def embedder(tmp_path: Path) -> Iterator[Embedder]:
    cache = open_cache(tmp_path / "cache", INFO)
    yield Embedder(WatchedEmbeddings(), INFO, cache)
    cache.close()


@pytest.fixture
def fresh(tmp_path: Path) -> FolderGeneration:
    return FolderBackend(tmp_path / "index").begin(1, "flat")


def write(fresh: FolderGeneration, manuals: list[ReadManual], embedder: Embedder, told: Told) -> object:
    records = [record for manual in manuals for record in passage_records(manual.graph)]
    batches = embedded(records, embedder, lambda *_: None)
    return write_stores(fresh, Plan(manuals), batches, len(records), told)


def test_plan_tells_what_is_written_and_what_is_taken_over(manuals: list[ReadManual]) -> None:
    plan = Plan(manuals, frozenset({"lamp"}))
    assert plan.order == ("lamp", "oven")
    assert [manual.info.id for manual in plan.written] == ["oven"]
    assert Plan(manuals).written == manuals


def test_texts_are_embedded_once_in_batches(
    records: list[Record], embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_BATCH", 2)
    told = Told()
    batches = list(embedded(records, embedder, told))
    assert [[record.key for record in batch] for batch, _ in batches] == [
        [record.key for record in records[:2]],
        [record.key for record in records[2:]],
    ]
    assert told.all == [("embed", 2, 3), ("embed", 3, 3)]
    watched = embedder.embeddings
    assert isinstance(watched, WatchedEmbeddings)
    assert watched.texts == [record.text for record in records]
    again = embed_records(records, embedder, told)
    assert [list(vector) for vector in again] == [list(vector) for _, vectors in batches for vector in vectors]
    assert len(watched.texts) == len(records)


def test_what_is_held_elsewhere_is_not_embedded(records: list[Record], embedder: Embedder) -> None:
    held = {records[0].text: [1.0] * 256}
    first, *_ = embed_records(records, embedder, lambda *_: None, lambda _texts: held)
    assert list(first) == [1.0] * 256
    [(_, vectors)] = embedded(records[:1], embedder, lambda *_: None, lambda _texts: held)
    assert list(vectors[0]) == [1.0] * 256
    watched = embedder.embeddings
    assert isinstance(watched, WatchedEmbeddings)
    assert watched.texts == [record.text for record in records[1:]]


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        ({}, False),
        ({"fingerprint": (0.12341, *[0.5] * 20)}, False),
        ({"fingerprint": (*INFO.fingerprint[:16], 0.9)}, False),
        ({"fingerprint": (0.125, *[0.5] * 20)}, True),
        ({"fingerprint": (*INFO.fingerprint[:15], 0.9)}, True),
        ({"name": "other"}, True),
        ({"dimension": 255}, True),
    ],
)
def test_cache_is_of_the_embeddings_that_made_it(change: dict[str, object], is_other: bool, tmp_path: Path) -> None:
    with closing(open_cache(tmp_path / "cache", INFO)) as cache:
        cache.put({"a": [1.0] * INFO.dimension})
    with closing(open_cache(tmp_path / "cache", INFO.model_copy(update=change))) as other:
        assert other.missing(["a"]) == ({"a"} if is_other else set())


def test_what_is_written_is_told_and_found(
    fresh: FolderGeneration, manuals: list[ReadManual], embedder: Embedder
) -> None:
    told = Told()
    probe = write(fresh, manuals, embedder, told)
    assert told.all == [
        ("graph", 0, 2),
        ("graph", 1, 2),
        ("graph", 2, 2),
        *[("words", done, 4) for done in (1, 2, 3, 4)],
        ("vectors", 3, 3),
    ]
    assert probe is not None
    check_stores(fresh, Plan(manuals), 3, probe)  # type: ignore[arg-type]
    check_stores(fresh, Plan(manuals), 3, None)
    with closing(fresh.open_stores()) as stores:
        assert [hit.key for hit in stores.sections.search("timer", 5)] == ["oven/timer"]
        assert len(stores.blocks.search("colour", 5)) == 1
        assert "timer" in stores.vocabulary.model_dump_json()
    assert next(iter(fresh.words_of(["oven"]).counts()))["timer"] == 2


def test_nothing_written_has_no_probe(fresh: FolderGeneration, embedder: Embedder) -> None:
    told = Told()
    assert write(fresh, [], embedder, told) is None
    assert told.all[:1] == [("graph", 0, 0)]


@pytest.mark.parametrize(
    ("field", "more", "says"),
    [
        ("sections", 1, "the graph store holds 3 records, expected 4"),
        ("options", 1, "the graph store holds 3 records, expected 4"),
        ("passages", 1, "the vectors store holds 3 records, expected 4"),
    ],
)
def test_what_was_not_written_whole_is_refused(
    field: str, more: int, says: str, fresh: FolderGeneration, manuals: list[ReadManual], embedder: Embedder
) -> None:
    probe = write(fresh, manuals, embedder, Told())
    first = manuals[0].info
    passages = 3 + (more if field == "passages" else 0)
    changed = first.model_copy(update={} if field == "passages" else {field: getattr(first, field) + more})
    with pytest.raises(StoreError, match=says):
        check_stores(fresh, Plan([ReadManual(changed, manuals[0].read), manuals[1]]), passages, probe)  # type: ignore[arg-type]


def test_probe_that_finds_nothing_is_refused(
    fresh: FolderGeneration, manuals: list[ReadManual], embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = write(fresh, manuals, embedder, Told())
    # The counts agree, and each manual has what is the other's.
    lamp, oven = (manual.info for manual in manuals)
    swapped = [
        ReadManual(lamp.model_copy(update={"sections": oven.sections}), manuals[0].read),
        ReadManual(oven.model_copy(update={"sections": lamp.sections}), manuals[1].read),
    ]
    with pytest.raises(StoreError) as refused:
        check_stores(fresh, Plan(swapped), 3, probe)  # type: ignore[arg-type]
    assert str(refused.value) == f"{fresh.place}: a probe query found nothing in what was just written."
    monkeypatch.setattr("graphrag_tools.stores.flat.FlatVectorStore.search", lambda *_: [])
    with pytest.raises(StoreError, match="a probe query found nothing"):
        check_stores(fresh, Plan(manuals), 3, probe)  # type: ignore[arg-type]
