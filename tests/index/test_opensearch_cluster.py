"""An index on three nodes of OpenSearch of which one is lost: the whole right answer, or an error in words."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from support.index_fixtures import small_manual
from support.opensearch import Node, unused_name

from graphrag_tools.errors import StoreError
from graphrag_tools.index.index import ManualIndex

pytestmark = pytest.mark.nightly
WORDS = [f"colour{number}" for number in range(20)]
MANUALS = ["lamp", "oven", "radio", "phone"]


def address_of(nodes: list[Node]) -> str:
    return f"opensearch://{','.join(f'127.0.0.1:{node.port}' for node in nodes)}/{unused_name()}"


def built(nodes: list[Node], monkeypatch: pytest.MonkeyPatch, copies: int) -> ManualIndex:
    """An index whose shards lie on all of the nodes."""
    monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_SHARDS", "3")
    monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_COPIES", str(copies))
    return ManualIndex.build([small_manual(one, WORDS) for one in MANUALS], address_of(nodes))


@contextmanager
def without(node: Node) -> Iterator[None]:
    node.kill()
    try:
        yield
    finally:
        node.start()
        node.wait_until_ready(nodes=3)


def found(index: ManualIndex, word: str) -> set[str]:
    return {hit.section_id for hit in index.search(f"set the {word}", k=len(MANUALS))}


def whole(word: str) -> set[str]:
    return {f"{manual}/{word}" for manual in MANUALS}


def test_with_a_copy_every_question_is_answered_while_a_node_is_lost(
    opensearch_cluster: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(built(opensearch_cluster, monkeypatch, copies=1)) as index:
        assert [found(index, word) for word in WORDS] == [whole(word) for word in WORDS]
        for node in opensearch_cluster:
            with without(node):
                # The call that meets the loss may be made while the others elect a leader: it may fail in words.
                answered = 0
                for word in WORDS * 2:
                    with suppress(StoreError):
                        assert found(index, word) == whole(word)
                        answered += 1
                assert answered >= len(WORDS)
            first = opensearch_cluster[0]
            first.ask("GET", "/_cluster/health?wait_for_status=green&timeout=60s")


def test_without_a_copy_what_is_lost_is_an_error_and_no_shorter_answer(
    opensearch_cluster: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(built(opensearch_cluster, monkeypatch, copies=0)) as index:
        with without(opensearch_cluster[2]):
            failed = 0
            for word in WORDS:
                try:
                    assert found(index, word) == whole(word)
                except StoreError:
                    failed += 1
            assert failed
        opensearch_cluster[0].ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=60s")
        assert [found(index, word) for word in WORDS] == [whole(word) for word in WORDS]


def test_a_node_lost_in_a_load_leaves_the_index_that_was_there(
    opensearch_cluster: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(built(opensearch_cluster, monkeypatch, copies=1)) as index:
        lost = opensearch_cluster[1]

        def kill(stage: str, _done: int, _total: int) -> None:
            if stage == "words":
                lost.kill()

        with pytest.raises(StoreError):
            ManualIndex.build([small_manual("lamp", WORDS[:3])], index.folder, progress=kill)
        assert found(index, WORDS[5]) == whole(WORDS[5])
        lost.start()
        lost.wait_until_ready(nodes=3)
        opensearch_cluster[0].ask("GET", "/_cluster/health?wait_for_status=green&timeout=60s")
        with closing(ManualIndex.build([small_manual("lamp", WORDS[:3])], index.folder)) as again:
            assert len(again.sections()) == 3
