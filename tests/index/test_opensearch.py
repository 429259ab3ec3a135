"""An index on a real OpenSearch: the folder's answers, builds that publish once, readers that move on."""

import copy
import logging
import os
import pickle
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cli_fixtures import Run
from support.index_fixtures import SAMPLE_MANUAL, WatchedEmbeddings, small_manual
from support.index_probes import QUESTIONS, answers_of
from support.loopback_servers import QuietHandler, listening
from support.opensearch import Node, planned_manuals
from support.writing_models import writer

from graphrag_tools.enrichment.texts import ModelTexts
from graphrag_tools.errors import ConfigError, GraphRAGToolsError, IndexLocked, IndexNotFound, StoreError
from graphrag_tools.index.backends import open_backend
from graphrag_tools.index.build import add_manuals, build_index, remove_manuals
from graphrag_tools.index.check import check_index, repair_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.opensearch import OpenSearchBackend
from graphrag_tools.stores.opensearch.mappings import (
    KINDS,
    generation_index,
    generation_of,
    is_part_index,
    part_index,
)
from graphrag_tools.stores.place import StoreAddress, place_of

SECRET = "hidden-word"
_ENDS = ("sections", "blocks", "generation", "manifest", "000001", "0", "000001-0.writing")


@pytest.fixture(scope="module")
def sample(opensearch: Node) -> Iterator[ManualIndex]:
    """The index of the sample manual on OpenSearch; read only."""
    index = ManualIndex.build([SAMPLE_MANUAL], opensearch.index_address())
    yield index
    index.close()


@pytest.fixture
def address(opensearch: Node) -> str:
    """The address of an index that is not there yet."""
    return opensearch.index_address()


def backend(address: str) -> OpenSearchBackend:
    found = open_backend(address)
    assert isinstance(found, OpenSearchBackend)
    return found


@pytest.mark.parametrize("manual", [None, "sample-manual"])
@pytest.mark.parametrize("question", [*QUESTIONS, "E04", "Wi-Fi", "telescope", "???"])
def test_answers_are_those_of_the_folder(
    sample: ManualIndex, sample_index: ManualIndex, question: str, manual: str | None
) -> None:
    found, expected = sample.search(question, 5, manual), sample_index.search(question, 5, manual)
    assert [hit.item_id for hit in found] == [hit.item_id for hit in expected]
    assert [hit.blocks for hit in found] == [hit.blocks for hit in expected]
    for figure in ("score", "cosine", "confidence"):
        wanted = [getattr(hit, figure) for hit in expected]
        assert [getattr(hit, figure) for hit in found] == pytest.approx(wanted, abs=2e-3)


def test_manuals_in_several_shards_score_as_in_a_folder(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_SHARDS", "3")
    manuals = [small_manual(), small_manual("oven"), small_manual("fridge", words=["colour", "timer", "door"])]
    index, folder = ManualIndex.build(manuals, address), ManualIndex.build(manuals, tmp_path / "index")
    for manual in (None, "oven", "fridge"):
        found, expected = (one.search("set the timer and the colour", 5, manual) for one in (index, folder))
        assert [hit.item_id for hit in found] == [hit.item_id for hit in expected]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-4)
    index.close()
    folder.close()


def test_items_names_and_graphs_are_those_of_the_folder(sample: ManualIndex, sample_index: ManualIndex) -> None:
    assert sample.sections() == sample_index.sections()
    for text in ("Battery", "Settings > Battery", "batery", "nothing of the kind at all"):
        assert sample.resolve(text) == sample_index.resolve(text)
    item = sample_index.resolve("Battery").only
    assert item is not None
    ways = [index.graph_of(item.id).ancestors(item.id) for index in (sample, sample_index)]
    assert ways[0] == ways[1]
    assert item.id in sample
    assert "sample-manual/nowhere" not in sample


def test_a_question_is_one_search_and_at_most_two_looks_at_items(
    sample: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphrag_tools.stores.opensearch.client import Cluster

    index = ManualIndex.open(str(sample.folder))
    index.search("How do I make it quieter?")
    calls: list[str] = []
    call = Cluster.call

    def noted(cluster: Cluster, method: str, path: str, *arguments: Any, **options: Any) -> Any:
        if not path.endswith("/live"):  # Readers look for a newer generation beside the questions, when it is time.
            calls.append(path.rpartition("/")[2])
        return call(cluster, method, path, *arguments, **options)

    monkeypatch.setattr(Cluster, "call", noted)
    assert index.search("How long does the battery last with E04?")
    assert calls[0] == "_msearch"
    assert calls[1:] in (["_mget"] * n for n in range(3))
    index.close()


def test_unchanged_build_does_nothing_and_a_changed_one_is_read_next(address: str) -> None:
    build_index([small_manual()], address)
    index = ManualIndex.open(address)
    assert build_index([small_manual()], address).unchanged
    build_index([small_manual(words=["colour", "timer"])], address)
    index._backend.look_now()
    assert index.search("timer")[0].section_id == "lamp/timer"
    assert backend(address).generations() == [1, 2], "the one before is kept for those who still read it"
    index.close()


def test_manuals_are_added_and_removed_and_what_stays_is_not_embedded_again(address: str) -> None:
    first, added, removed = WatchedEmbeddings(), WatchedEmbeddings(), WatchedEmbeddings()
    build_index([small_manual()], address, first)
    add_manuals([small_manual("oven")], address, added)
    kept = remove_manuals(["oven"], address, removed)
    assert [info.id for info in kept.manuals] == ["lamp"]
    assert not any("Lamp" in text or text in first.texts[1:] for text in removed.texts)
    assert check_index(address, WatchedEmbeddings()).sound


def test_reader_of_a_generation_that_is_gone_reads_the_live_one(address: str) -> None:
    build_index([small_manual()], address)
    index = ManualIndex.open(address)
    for words in (["colour", "timer"], ["colour", "clock"]):
        build_index([small_manual(words=words)], address)
    assert index._generation.manifest.generation == 1
    assert backend(address).generations() == [2, 3]
    assert index.search("clock")[0].section_id == "lamp/clock"
    index.close()


def test_second_builder_is_told_who_builds(address: str) -> None:
    who = rf"another build is at work there \(process {os.getpid()} on {socket.gethostname()}, since 20"
    with backend(address).lock(), pytest.raises(IndexLocked, match=who):
        build_index([small_manual()], address)
    assert build_index([small_manual()], address).generation == 1


def test_builder_that_was_taken_for_killed_does_not_publish(address: str) -> None:
    build_index([small_manual()], address)
    slow, fast = backend(address), backend(address)
    live = slow.manifest()
    with slow.lock():
        document = f"http://{address.partition('://')[2].partition('/')[0]}/{fast._publication.index}/_update/live"
        gone = {"doc": {"builder": {"pid": 1, "seen": "2020-01-01T00:00:00Z", "host": "elsewhere"}}}
        httpx.post(document, json=gone, timeout=60, trust_env=False).raise_for_status()
        with fast.lock():
            fast.publish(live)
        with pytest.raises(IndexLocked, match="this build is not published"):
            slow.publish(live)
    assert fast.manifest().generation == 1


def test_what_a_killed_build_left_is_deleted_by_the_next(address: str) -> None:
    build_index([small_manual()], address)
    half_built = backend(address).begin(7, "flat")
    half_built.keep(None, frozenset(), planned_manuals(["lamp"]))
    half_built.open_stores().graph.write(next(iter(_graphs())))
    assert backend(address).unfinished() == [7]
    assert check_index(address).unreferenced == (7,)
    assert build_index([small_manual()], address).unchanged
    assert backend(address).generations() == [1]


def _graphs() -> list[Any]:
    from graphrag_tools.manual.from_sections import build_graph

    return [build_graph(small_manual())]


def test_failed_build_leaves_nothing_and_the_old_index_live(address: str) -> None:
    build_index([small_manual()], address)

    def fail(_texts: list[str]) -> None:
        raise ConnectionError("down")

    with pytest.raises(GraphRAGToolsError):
        build_index([small_manual("oven")], address, WatchedEmbeddings(fail))
    assert backend(address).generations() == [1]
    index = ManualIndex.open(address)
    assert index.search("colour")[0].section_id == "lamp/colour"
    index.close()


def test_lost_manifest_is_mended_from_the_generation(address: str) -> None:
    build_index([small_manual()], address)
    found = backend(address)
    found._cluster.call("DELETE", f"/{found._publication.index}/_doc/live")
    with pytest.raises(IndexNotFound, match="no index is there"):
        ManualIndex.open(address)
    assert repair_index(address).sound


def test_missing_index_of_a_generation_is_damage(address: str) -> None:
    build_index([small_manual()], address)
    found = backend(address)
    found._cluster.call("DELETE", f"/{found.place.name}-blocks-000001-0")
    assert "blocks-000001-0 is missing" in check_index(address).damage[0]
    with pytest.raises(IndexNotFound, match=r"blocks-000001-0 is missing\. Build again"):
        ManualIndex.open(address)
    assert not build_index([small_manual()], address).unchanged


@pytest.mark.parametrize("copied_by", [copy.copy, copy.deepcopy, lambda index: pickle.loads(pickle.dumps(index))])
def test_copy_is_opened_by_the_address(sample: ManualIndex, copied_by: Callable[[ManualIndex], ManualIndex]) -> None:
    other = copied_by(sample)
    assert answers_of(other) == answers_of(sample)
    other.close()


def test_every_command_takes_an_address_and_shows_no_password(run: Run, sample: ManualIndex) -> None:
    given = str(sample.folder).replace("://", f"://someone:{SECRET}@")
    for command in (
        ("list",),
        ("check",),
        ("search", "battery"),
        ("tree",),
        ("ask", "How long does the battery last?"),
    ):
        outcome = run(*command, "--index", given)
        assert outcome.code == 0, outcome.err
        assert SECRET not in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("opensearch://h:9200/Manuals", "the index's name is not one"),
        ("opensearch://h:9200/a,b", "the index's name is not one"),
        *(
            (f"opensearch://h:9200/{name}", "the index's name is not one")
            for name in ("manuals*", "*", "_all", "-manuals", ".manuals", "a/b", "a?b", "a#b", "%2a", "a b", "ä", "<a>")
        ),
        ("opensearch://h:9200/a..b", "the index's name is not one"),
        ("opensearch://h:9200/", "the index's name is not one"),
        ("opensearch://h:9200", "the index's name is not one"),
        (f"opensearch://{SECRET}@h/manuals", "without user:password"),
        ("opensearch://h:99999/manuals", "its hosts cannot be read"),
        ("opensearch:///manuals", "its hosts cannot be read"),
        (f"elasticsearch://me:{SECRET}@h/manuals", "expected a folder or opensearch://"),
    ],
)
def test_address_that_cannot_be_read_is_refused_in_words(address: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as refused:
        ManualIndex.open(address)
    assert SECRET not in str(refused.value)


@given(st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,20}", fullmatch=True), st.lists(st.sampled_from(_ENDS), max_size=4))
def test_no_index_of_a_name_is_taken_for_one_of_another(name: str, ends: list[str]) -> None:
    other = "-".join([name, *ends])
    for index in (
        *(part_index(other, kind, part) for kind in KINDS for part in ("000001-0", "1234567-12")),
        *(generation_index(other, number) for number in (1, 1_234_567)),
    ):
        assert is_part_index(other, index) or generation_of(other, index)
        if other != name:
            assert not is_part_index(name, index)
            assert generation_of(name, index) is None


def test_manuals_with_odd_ids_are_kept_apart_and_keep_their_questions(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_SHARDS", "3")
    asked, ids = "How do I set the brightness with the wheel?", ["a,b", "*", "_all", "faq?1", "灯"]
    enricher = ModelTexts(expand=writer(lambda _prompt: asked)).open()
    manuals = [small_manual(identifier, ["brightness"]) for identifier in ids]
    with closing(ManualIndex.build(manuals, address, enricher=enricher)) as index:
        index.add(small_manual("lamp", ["colour"]))
        for identifier in ids:
            assert {hit.section_id for hit in index.search(asked, manual=identifier)} == {f"{identifier}/brightness"}
            assert index.item(f"{identifier}/brightness").questions == (asked,)
        assert {hit.section_id for hit in index.search(asked, 9)} >= {f"{identifier}/brightness" for identifier in ids}
        with pytest.raises(ConfigError, match="manual 'a': not in this index"):
            index.search(asked, manual="a")


def test_address_is_read_with_several_hosts_and_shown_without_password() -> None:
    place = place_of(f"opensearch+https://me:{SECRET}%40@one,two:9201,[::1]:9202/manuals")
    assert isinstance(place, StoreAddress)
    assert (place.user, place.password) == ("me", f"{SECRET}@")
    assert str(place) == "opensearch+https://one:9200,two:9201,[::1]:9202/manuals"
    assert SECRET not in repr(place)
    assert pickle.loads(pickle.dumps(place)) == place


class _Other(QuietHandler):
    answer = (200, "application/json", b'{"tagline": "You Know, for Search", "version": {"number": "8.1.0"}}')

    def do_GET(self) -> None:
        status, kind, body = self.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_Other.answer, "something else than OpenSearch answers there"),
        ((200, "text/html", b"<html>Welcome</html>"), "no OpenSearch: correct the address|something else"),
        ((401, "text/plain", b"Unauthorized"), "Correct the user or the password"),
        ((403, "application/json", b'{"error": {"type": "security_exception", "reason": "no"}}'), "lacks rights"),
        ((429, "application/json", b'{"error": "busy"}'), "too much to do"),
        ((502, "text/html", b"<html>Bad Gateway</html>"), "a page of HTML"),
    ],
)
def test_what_answers_wrongly_is_said_in_words(answer: tuple[int, str, bytes], words: str) -> None:
    handler: type[BaseHTTPRequestHandler] = type("_Answering", (_Other,), {"answer": answer})
    with listening(handler) as url:
        place = f"opensearch://me:{SECRET}@{url.removeprefix('http://')}/manuals"
        with pytest.raises(StoreError, match=words) as failed:
            ManualIndex.open(place)
    assert SECRET not in str(failed.value)


def test_another_major_version_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    body = b'{"version": {"distribution": "opensearch", "number": "4.0.0"}}'
    handler: type[BaseHTTPRequestHandler] = type("_Newer", (_Other,), {"answer": (200, "application/json", body)})
    with listening(handler) as url, caplog.at_level(logging.WARNING), pytest.raises(GraphRAGToolsError):
        ManualIndex.open(f"opensearch://{url.removeprefix('http://')}/manuals")
    assert "OpenSearch 4.0.0; this program was tried with major version 2" in caplog.text


def test_server_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        place = f"opensearch://me:{SECRET}@127.0.0.1:{taken.getsockname()[1]}/manuals"
        with pytest.raises(StoreError, match="Nothing listens there") as failed:
            ManualIndex.open(place)
    assert SECRET not in str(failed.value)
    assert list(tmp_path.iterdir()) == []


def test_half_of_what_belongs_together_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_USER", "me")
    with pytest.raises(ConfigError, match="expected both or none"):
        ManualIndex.open("opensearch://127.0.0.1:9/manuals")
    monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_PASSWORD", SECRET)
    monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_CA", "/nowhere.pem")
    with pytest.raises(ConfigError, match=r"GRAPHRAG_TOOLS_STORE_CA: no file /nowhere\.pem"):
        ManualIndex.open("opensearch+https://127.0.0.1:9/manuals")
