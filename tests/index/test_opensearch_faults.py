"""An index on OpenSearch when the server fails: an error in words or the whole right answer, never part of one."""

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from support.faulty_proxy import (
    Call,
    Fault,
    FaultyProxy,
    Reply,
    hang_up,
    hanging,
    html,
    lose_a_shard,
    of_version,
    proxy_before,
    refuse_documents,
    status,
    time_out_inside,
)
from support.index_fixtures import WatchedEmbeddings, small_manual
from support.opensearch import Node, delete_item, keep_items, nearest, unused_name
from support.processes import HANG_SECONDS

from graphrag_tools.errors import IndexMismatch, StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Manual

QUESTION, ANSWER = "set the brightness", "lamp/brightness"
SEARCH = r"POST /_msearch"
CLIENT = "graphrag_tools.stores.opensearch.client"


@pytest.fixture(scope="module")
def proxy(opensearch: Node) -> Iterator[FaultyProxy]:
    with proxy_before(opensearch.url) as serving:
        yield serving


@pytest.fixture(scope="module")
def name(opensearch: Node) -> str:
    """The name of an index of the lamp's manual."""
    made = unused_name()
    ManualIndex.build([small_manual()], opensearch.index_address(made)).close()
    return made


@pytest.fixture
def reader(proxy: FaultyProxy, name: str) -> Iterator[ManualIndex]:
    index = ManualIndex.open(proxy.index_address(name))
    yield index
    index.close()


def answers(index: ManualIndex) -> bool:
    return index.search(QUESTION)[0].section_id == ANSWER


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(400), "refuses what it was asked"),
        (status(401), "GRAPHRAG_TOOLS_STORE_PASSWORD"),
        (status(403), "lacks rights"),
        (status(429), "try again in a moment"),
        (status(500), "try again in a moment"),
        (status(503), "try again in a moment"),
        (html(502), "a page of HTML"),
        (html(403), "a page of HTML"),
        (html(200), "no OpenSearch"),
        (hang_up, "cannot be reached"),
        (lose_a_shard, "shards answered in time"),
        (time_out_inside, "shards answered in time"),
    ],
    ids=["400", "401", "403", "429", "500", "503", "html-502", "html-403", "html-200", "hung-up", "lost-shard", "slow"],
)
def test_a_search_that_fails_says_why_and_the_next_one_answers(
    proxy: FaultyProxy, reader: ManualIndex, fault: Fault, words: str
) -> None:
    with proxy.faulty(fault, SEARCH) as failed:
        with pytest.raises(StoreError, match=words) as told:
            reader.search(QUESTION)
        assert 1 <= len(failed) <= 2, "tried again once at most"
    assert str(reader.folder) in str(told.value)
    assert answers(reader)


@pytest.mark.parametrize("fault", [status(503), html(502), hang_up], ids=["503", "502", "hung-up"])
@pytest.mark.parametrize("on", [SEARCH, "_mget"])
def test_what_fails_once_is_tried_again(proxy: FaultyProxy, reader: ManualIndex, fault: Fault, on: str) -> None:
    with proxy.faulty(fault, on, times=1) as failed:
        assert answers(reader)
    assert len(failed) == 1


@pytest.mark.parametrize("fault", [status(401), status(503), html(200), hang_up])
def test_items_that_cannot_be_read_are_an_error_and_no_missing_items(
    proxy: FaultyProxy, reader: ManualIndex, fault: Fault
) -> None:
    with proxy.faulty(fault, "_mget"), pytest.raises(StoreError):
        reader.item(ANSWER)
    assert reader.item(ANSWER).name == "Brightness"


def test_a_server_that_never_answers_is_given_up(
    proxy: FaultyProxy, reader: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    try:
        # In this block only: what is not held up may take longer on a busy machine.
        with monkeypatch.context() as patch, proxy.faulty(hanging(ended), SEARCH) as failed:
            patch.setattr(f"{CLIENT}.SECONDS_TO_ANSWER", 1)
            with pytest.raises(StoreError, match="did not answer in time"):
                reader.search(QUESTION)
        assert len(failed) == 2
    finally:
        ended.set()
    assert answers(reader)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(401), "Correct the user or the password"),
        (html(200), "no OpenSearch|something else than OpenSearch"),
        (html(502), "a page of HTML"),
        (hang_up, "hung up without an answer"),
    ],
    ids=["401", "html-200", "html-502", "hung-up"],
)
def test_an_index_that_cannot_be_opened_says_why(proxy: FaultyProxy, name: str, fault: Fault, words: str) -> None:
    with proxy.faulty(fault), pytest.raises(StoreError, match=words):
        ManualIndex.open(proxy.index_address(name))


def test_a_version_that_was_never_tried_is_said_and_read(
    proxy: FaultyProxy, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with proxy.faulty(of_version("9.1.0"), r"^GET /(\?|$)"), caplog.at_level(logging.WARNING):
        index = ManualIndex.open(proxy.index_address(name))
        assert answers(index)
        index.close()
    assert sum("9.1.0" in record.getMessage() for record in caplog.records) == 1


def test_embeddings_of_another_dimension_are_refused(proxy: FaultyProxy, name: str) -> None:
    class Short(WatchedEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [vector[:3] for vector in super().embed_documents(texts)]

    with pytest.raises(IndexMismatch, match="found embeddings Short, expected"):
        ManualIndex.open(proxy.index_address(name), Short())


def many_words() -> Manual:
    return small_manual(words=["brightness", *(f"colour{number}" for number in range(40))])


def test_documents_that_a_busy_server_refuses_are_sent_again(proxy: FaultyProxy) -> None:
    address = proxy.index_address(unused_name())
    with proxy.faulty(refuse_documents(429), "_bulk", times=2) as refused:
        index = ManualIndex.build([many_words()], address)
    assert len(refused) == 2
    assert len(index.sections()) == 41
    assert answers(index)
    index.close()


def test_a_build_that_fails_in_its_load_leaves_the_index_and_no_rest(proxy: FaultyProxy, opensearch: Node) -> None:
    made = unused_name()
    index = ManualIndex.build([small_manual()], proxy.index_address(made))
    before = _indices(opensearch, made)
    with (
        proxy.faulty(refuse_documents(400), r"blocks.*_bulk"),
        pytest.raises(StoreError, match=r"400: \d+ documents refused: told so by the test"),
    ):
        ManualIndex.build([many_words()], proxy.index_address(made))
    assert answers(index)
    assert len(index.sections()) == 2
    assert _indices(opensearch, made) == before
    index.close()


def test_a_server_that_goes_away_in_a_build_leaves_the_first_error(proxy: FaultyProxy, name: str) -> None:
    with ExitStack() as away:

        def refuse_and_go(call: Call) -> Reply | None:
            away.enter_context(proxy.faulty(hang_up))
            return refuse_documents(400)(call)

        with proxy.faulty(refuse_and_go, "_bulk"), pytest.raises(StoreError, match="documents refused"):
            ManualIndex.build([many_words()], proxy.index_address(name))
    with closing(ManualIndex.open(proxy.index_address(name))) as index:
        assert answers(index)
        assert len(index.sections()) == 2


def _indices(node: Node, name: str) -> list[str]:
    return sorted(node.ask("GET", f"/{name}*/_settings"))


@pytest.fixture
def own_opensearch(opensearch: Node) -> Node:
    """Return a node that no other run of the tests uses, so that it may be killed."""
    if opensearch.is_shared:
        pytest.skip("other runs of the tests use this node too")
    return opensearch


def test_a_node_killed_under_readers_and_in_a_load_costs_words_and_no_wrong_answer(
    own_opensearch: Node,
) -> None:
    address = own_opensearch.index_address()
    index = ManualIndex.build([small_manual()], address)
    kept = keep_items(own_opensearch)
    delete_item(own_opensearch, kept, 2)
    wrong: list[object] = []
    told: list[str] = []
    failed, ended = threading.Event(), threading.Event()

    def ask() -> None:
        while not ended.wait(0.02):
            try:
                if not answers(index):
                    wrong.append("another answer")
            except StoreError as error:
                told.append(str(error))
                failed.set()
            except Exception as error:  # noqa: BLE001
                wrong.append(error)

    def kill(stage: str, _done: int, _total: int) -> None:
        if stage == "words":
            own_opensearch.kill()

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for one in readers:
        one.start()
    try:
        with pytest.raises(StoreError, match=r"OpenSearch says|cannot be reached"):
            ManualIndex.build([many_words()], address, progress=kill)
        assert failed.wait(HANG_SECONDS)
    finally:
        own_opensearch.restart()
        ended.set()
        for one in readers:
            one.join(HANG_SECONDS)
    assert wrong == []
    assert all(address in words for words in told)
    assert answers(index)
    assert nearest(own_opensearch, kept) == ["0", "1"], "the node itself has lost what it had"
    # The next build finds what is left of the one that failed.
    ManualIndex.build([many_words()], address).close()
    assert len(own_opensearch.ask("GET", f"/{address.rpartition('/')[2]}-blocks-*/_settings")) <= 2
    index.close()
