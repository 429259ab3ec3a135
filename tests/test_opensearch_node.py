"""The OpenSearch that tests start can do what an index in one needs; test_opensearch_faults.py kills it."""

import pytest
from support.opensearch import Node, delete_item, keep_items, nearest


def test_node_finds_the_nearest_and_deletes_by_query(opensearch: Node) -> None:
    name = keep_items(opensearch)
    assert nearest(opensearch, name) == ["0", "2"]
    delete_item(opensearch, name, 2)
    assert nearest(opensearch, name) == ["0", "1"]


@pytest.mark.nightly
def test_three_nodes_answer_without_any_one_of_them(opensearch_cluster: list[Node]) -> None:
    first, *others = opensearch_cluster
    name = keep_items(first, copies=2)
    first.ask("GET", f"/_cluster/health/{name}?wait_for_status=green&timeout=60s")
    first.kill()
    others[0].wait_until_ready(nodes=2)
    assert [nearest(node, name) for node in others] == [["0", "2"]] * 2
    first.start()
    first.wait_until_ready(nodes=3)
    assert nearest(first, name) == ["0", "2"]
