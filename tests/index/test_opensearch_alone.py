"""What the keeper of an index on OpenSearch makes of what a cluster answers, without one."""

import base64
import copy
import pickle
import threading
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from support.index_fixtures import small_manual

from graphrag_tools.embeddings.identity import EmbeddingsInfo
from graphrag_tools.errors import IndexMismatch, IndexNotFound, StoreError
from graphrag_tools.index import opensearch
from graphrag_tools.index.backend import Sizes
from graphrag_tools.index.manifest import Manifest, ManualInfo
from graphrag_tools.index.opensearch import OpenSearchBackend
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.search.manual_words import ManualWords
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.opensearch.parts import Arrangement, Part
from graphrag_tools.stores.place import StoreAddress, place_of

ADDRESS = "opensearch://me:hidden@h:9200/manuals"
SHOWN = "opensearch://h:9200/manuals"
INFO = ManualInfo(
    id="lamp", title="Lamp", source="lamp.md", sections=2, options=0, blocks=2, sections_with_taps=0, see_also=0
)
LIVE = Manifest(
    generation=3, embeddings=EmbeddingsInfo(name="static", dimension=2, fingerprint=(1.0,)), manuals=(INFO,), files={}
)


class Index:
    """Documents of a kind, by id."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self.name = "manuals-sections"
        self.parts = list(parts)
        self.documents: dict[str, Any] = {}
        self.asked: list[tuple[int, str]] = []

    def load(self, documents: Iterable[Any]) -> None:
        self.documents |= {document.key: document for document in documents}

    def sources(self, wanted: list[tuple[str, str]], field: str) -> list[dict[str, Any]]:
        self.asked.append((len(wanted), field))
        return [self.documents[key].source if key in self.documents else {} for key, _ in wanted]

    def count(self, kind: str = "passage") -> int:
        return len(kind)


class About:
    """Generations as a cluster keeps them, in memory: what is read is read of one that there is."""

    def __init__(self) -> None:
        self.told: dict[tuple[int, str], str] = {}
        self.there = [1, 3]
        self.lost: list[str] = []
        self.did: list[Any] = []
        self.of_parts: dict[int, list[Part]] = {}
        self.sections = Index()

    def numbers(self) -> list[int]:
        return self.there

    def read(self, generation: int, what: str) -> str | None:
        assert generation in self.there
        return self.told.get((generation, what))

    def write(self, generation: int, what: str, content: str) -> None:
        self.told[generation, what] = content

    def missing(self, generation: int) -> Iterable[str]:
        assert generation in self.there
        return iter(self.lost)

    def parts(self, generation: int) -> list[Part]:
        return self.of_parts[generation] if self.of_parts else []

    def sizes(self, generation: int) -> tuple[int, int]:
        return generation, 100

    def index(self, kind: str, parts: Iterable[Part]) -> Index:
        assert kind in {"sections", "blocks"}
        self.did.append((kind, [part.name for part in parts]))
        return self.sections

    def begin(self, generation: int) -> None:
        self.did.append(("begin", generation))

    def make_parts(self, generation: int, arranged: Arrangement) -> None:
        self.did.append((generation, arranged))

    def settle(self, generation: int, written: Any) -> None:
        self.did.append(("settle", generation, written))

    def delete(self, generations: list[int]) -> None:
        if self.lost:
            raise StoreError("nobody answers")
        self.did.append(("delete", generations))


@pytest.fixture
def about() -> About:
    return About()


@pytest.fixture
def published() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def backend(about: About, published: list[tuple[str, str]]) -> OpenSearchBackend:
    place = place_of(ADDRESS)
    assert isinstance(place, StoreAddress)
    made = OpenSearchBackend(place)
    made.__dict__["about"] = about
    made.__dict__["_publication"] = SimpleNamespace(
        read=lambda: SimpleNamespace(manifest=published[-1][0] if published else None),
        stamp=lambda: published[-1][1] if published else None,
        publish=lambda written, stamp: published.append((written, stamp)),
    )
    return made


def test_it_is_copied_and_pickled_as_its_address(backend: OpenSearchBackend) -> None:
    for other in (backend.anew(), copy.deepcopy(backend), pickle.loads(pickle.dumps(backend))):
        assert other is not backend
        assert other.place == backend.place
        assert "about" not in other.__dict__
    assert backend.may_be_away
    assert backend.place_of(LIVE) == f"{SHOWN} generation 3"


def test_live_manifest_is_the_one_published(
    backend: OpenSearchBackend, about: About, published: list[tuple[str, str]]
) -> None:
    with pytest.raises(IndexNotFound) as missing:
        backend.manifest()
    assert str(missing.value) == (f"{SHOWN}: no index is there. Build one: graphrag-tools build MANUAL --index {SHOWN}")
    backend.publish(LIVE)
    backend.publish(LIVE)
    assert backend.manifest() == LIVE == Manifest.model_validate_json(about.told[3, "manifest"])
    stamps = [stamp for _, stamp in published]
    assert [stamp.partition(" ")[0] for stamp in stamps] == ["3", "3"]
    assert len(set(stamps)) == 2


@pytest.mark.parametrize(
    ("written", "kind", "says"),
    [
        ("{", IndexNotFound, "its manifest cannot be read (Invalid JSON: "),
        ("{}", IndexNotFound, "its manifest cannot be read (Field required). Build again."),
        (
            LIVE.model_copy(update={"format_version": 3}).model_dump_json(),
            IndexMismatch,
            "index format 3; this version reads up to 2. Upgrade graphrag-tools, or build an index of another name.",
        ),
        ('{"format_version": 3, "manuals": {}}', IndexMismatch, "index format 3; this version reads up to 2. "),
    ],
)
def test_manifest_that_cannot_be_read_is_said(
    written: str, kind: type[Exception], says: str, backend: OpenSearchBackend, published: list[tuple[str, str]]
) -> None:
    published.append((written, "1"))
    with pytest.raises(kind) as said:
        backend.manifest()
    assert str(said.value).startswith(f"{SHOWN}: {says}")


def test_spare_manifest_is_that_of_the_newest_finished_generation(backend: OpenSearchBackend, about: About) -> None:
    assert backend.spare_manifest() is None
    assert backend.unfinished() == [1, 3]
    about.told[1, "manifest"] = LIVE.model_copy(update={"generation": 1}).model_dump_json()
    assert backend.spare_manifest() == LIVE.model_copy(update={"generation": 1})
    about.told[3, "manifest"] = LIVE.model_dump_json()
    assert backend.spare_manifest() == LIVE
    about.told[1, "manifest"] = ""
    assert backend.unfinished() == [1]


def test_stamp_is_asked_for_at_first_and_then_behind_the_readers_back(
    backend: OpenSearchBackend, published: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    published.append(("", "a"))
    now = 100.0
    monkeypatch.setattr(opensearch.time, "monotonic", lambda: now)
    assert backend.stamp() == "a"
    published.append(("", "b"))
    now += 2.0
    assert backend.stamp() == "a"
    started: list[threading.Thread] = []

    def keep(thread: threading.Thread) -> None:
        started.append(thread)

    monkeypatch.setattr(threading.Thread, "start", keep)
    now += 0.5
    # One look at a time.
    assert [backend.stamp(), backend.stamp()] == ["a", "a"]
    [look] = started
    assert look.daemon
    look.run()
    assert backend.stamp() == "b"
    now += 3.0
    backend.stamp()
    assert len(started) == 2

    def fail() -> None:
        raise StoreError("nobody answers")

    backend.__dict__["_publication"].stamp = fail
    started[1].run()
    assert backend.stamp() == "b"
    assert len(started) == 2
    now += 3.0
    backend.stamp()
    assert len(started) == 3
    with pytest.raises(StoreError):
        backend.look_now()


def test_graphs_and_vectors_are_opened_of_the_parts_of_their_generation(
    backend: OpenSearchBackend, about: About
) -> None:
    about.of_parts = {
        number: [Part(name=f"{number:06}-0", places={"lamp": 0}, blocks={"lamp": 2})] for number in (LIVE.generation, 9)
    }
    backend.open_graphs(9)
    backend.open_vectors(LIVE)
    assert about.did == [("sections", ["000009-0"]), ("blocks", ["000003-0"])]


def test_missing_indices_are_damage(backend: OpenSearchBackend, about: About) -> None:
    assert list(backend.check(LIVE)) == []
    assert backend.open_vectors(LIVE) is not None
    about.lost = ["manuals-000003", "other"]
    said = [f"{SHOWN}: the index {name} is missing. Build again." for name in about.lost]
    assert list(backend.check(LIVE)) == said
    assert backend.open_vectors(LIVE) is None
    with pytest.raises(IndexNotFound) as refused:
        backend.open_for_reading(LIVE)
    assert str(refused.value) == said[0]


def test_room_is_that_of_the_cluster_and_of_the_builders_own_cache(
    backend: OpenSearchBackend, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path))
    file = backend.cache_file()
    assert (file.name, file.parent.is_dir(), file.is_relative_to(tmp_path)) == ("cache.sqlite", True, True)
    assert len(file.parent.name) == 16
    assert backend.cache_file() == file
    other = place_of(f"{ADDRESS}-2")
    assert isinstance(other, StoreAddress)
    assert OpenSearchBackend(other).cache_file().parent != file.parent
    file.write_bytes(b"12345")
    file.with_name("cache.sqlite-wal").write_bytes(b"12")
    assert backend.sizes(LIVE) == Sizes(3, 7, 107)


def test_generations_are_begun_and_deleted(backend: OpenSearchBackend, about: About) -> None:
    fresh = backend.begin(4, "flat")
    assert (fresh.place, fresh.passages, fresh.files()) == (f"{SHOWN} generation 4", 0, {})
    assert backend.delete(iter([1, 2])) == [1, 2]
    fresh.discard()
    assert about.did == [("begin", 4), ("delete", [1, 2]), ("delete", [4])]


def test_what_cannot_be_discarded_is_left_to_the_next_build(
    backend: OpenSearchBackend, about: About, caplog: pytest.LogCaptureFixture
) -> None:
    about.lost = ["any"]
    backend.begin(4, "flat").discard()
    assert f"{SHOWN} generation 4: cannot be deleted now; the next build does it (nobody answers)" in caplog.text


def test_vocabulary_is_empty_where_there_is_none_and_damage_is_said(backend: OpenSearchBackend, about: About) -> None:
    assert backend.vocabulary(3).model_dump() == Vocabulary().model_dump()
    backend.begin(3, "flat").write_vocabulary(Vocabulary())
    assert backend.vocabulary(3).model_dump() == Vocabulary().model_dump()
    about.told[3, "vocabulary"] = "{"
    with pytest.raises(StoreError) as said:
        backend.vocabulary(3)
    assert str(said.value).startswith(f"{SHOWN}: its vocabulary is damaged (Invalid JSON: ")
    assert str(said.value).endswith("). Build again.")
    assert "\n" not in str(said.value)


KEPT, OLD = (
    Part(name="000003-0", places={"lamp": 0}, blocks={"lamp": 2}),
    Part(name="000003-1", places={"oven": 1}, blocks={"oven": 2}),
)


@pytest.mark.parametrize(
    ("live", "lost", "kept"),
    [(LIVE, [], {"lamp"}), (LIVE, ["gone"], set()), (None, [], set())],
)
def test_parts_that_hold_only_what_stays_are_kept(
    live: Manifest | None, lost: list[str], kept: set[str], backend: OpenSearchBackend, about: About
) -> None:
    about.lost, about.of_parts[3] = lost, [KEPT, OLD]
    about.told[3, "vocabulary"] = Vocabulary().model_dump_json()
    fresh = backend.begin(4, "flat")
    infos = [INFO, INFO.model_copy(update={"id": "oven"})]
    assert fresh.keep(live, {"lamp"}, infos) == kept
    written = fresh.parts([])
    assert sorted(manual for part in written for manual in part) == sorted({"lamp", "oven"} - kept)
    assert fresh.passages == (len("passage") if kept else 0)
    before = fresh.words_before()
    assert (before is not None) == bool(kept)
    if before:
        about.sections.load([opensearch._words_document("oven", WORDS)])
        assert list(before[1].counts()) == [WORDS.counts]
    fresh.finish()
    assert about.did[-1][:2] == ("settle", 4)
    assert [tuple(part.places) for part in about.did[-1][2]] == written


WORDS = ManualWords.of(build_graph(small_manual("oven", ["timer"])))


def test_words_of_manuals_are_read_some_at_a_time(
    backend: OpenSearchBackend, about: About, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch, "_READ_AT_ONCE", 2)
    fresh = backend.begin(4, "flat")
    fresh.write_words((name, WORDS) for name in ("lamp", "oven", "kettle"))
    assert set(about.sections.documents) == {"w:lamp", "w:oven", "w:kettle"}
    document = about.sections.documents["w:oven"]
    assert (document.source["kind"], document.source["manual"]) == ("words", "oven")
    assert list(fresh.words_of(["kettle", "lamp", "oven"]).counts()) == [WORDS.counts] * 3
    assert about.sections.asked == [(2, "graph.counts"), (1, "graph.counts")]
    document.source["graph"]["counts"] = base64.b64encode(b"x").decode()[:-1]
    for name in ("oven", "gone"):
        with pytest.raises(StoreError, match=f"manuals-sections: the words of {name} are damaged. Build again."):
            list(fresh.words_of([name]).counts())


def test_no_questions_are_no_call(backend: OpenSearchBackend, about: About) -> None:
    backend.begin(4, "flat").write_questions([], [])
    assert about.did == [("begin", 4)]
