"""The OpenSearch that tests start can do what an index in one needs, and keeps its data when it is killed."""

import pytest
from support.opensearch import Node, unused_name

_FIELDS = {
    "vector": {
        "type": "knn_vector",
        "dimension": 2,
        "method": {"name": "hnsw", "space_type": "cosinesimil", "engine": "lucene"},
    }
}


def _keep_items(node: Node, copies: int = 0) -> str:
    name = unused_name()
    settings = {"index": {"knn": True, "number_of_shards": 1, "number_of_replicas": copies}}
    node.ask("PUT", f"/{name}", {"settings": settings, "mappings": {"properties": _FIELDS}})
    for number, vector in enumerate([[1, 0], [0, 1], [1, 1]]):
        node.ask("PUT", f"/{name}/_doc/{number}?refresh=true", {"vector": vector, "number": number})
    return name


def _nearest(node: Node, name: str) -> list[str]:
    query = {"knn": {"vector": {"vector": [1, 0.2], "k": 2}}}
    found = node.ask("POST", f"/{name}/_search", {"query": query, "size": 2})
    return [hit["_id"] for hit in found["hits"]["hits"]]


def test_node_finds_the_nearest_deletes_by_query_and_survives_being_killed(opensearch: Node) -> None:
    name = _keep_items(opensearch)
    assert _nearest(opensearch, name) == ["0", "2"]
    gone = opensearch.ask("POST", f"/{name}/_delete_by_query?refresh=true", {"query": {"term": {"number": 2}}})
    assert gone["deleted"] == 1
    opensearch.restart()
    assert _nearest(opensearch, name) == ["0", "1"]


@pytest.mark.nightly
def test_three_nodes_answer_without_any_one_of_them(opensearch_cluster: list[Node]) -> None:
    first, *others = opensearch_cluster
    name = _keep_items(first, copies=2)
    first.ask("GET", f"/_cluster/health/{name}?wait_for_status=green&timeout=60s")
    first.kill()
    others[0].wait_until_ready(nodes=2)
    assert [_nearest(node, name) for node in others] == [["0", "2"]] * 2
    first.start()
    first.wait_until_ready(nodes=3)
    assert _nearest(first, name) == ["0", "2"]
