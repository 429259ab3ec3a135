import io
import json
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.export import exported, graphml, networkx_graph, node_link_document
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO, MemoryGraph, MenuGraph, MenuItem, UnresolvedLink


@pytest.fixture(scope="module")
def sample() -> MenuGraph:
    return build_graph(load_manual("examples/sample_manual", "larkfield"))


def parts(graph: MenuGraph) -> tuple[Any, ...]:
    edges = (graph.edges(HAS_CHILD), graph.edges(SEE_ALSO))
    return (graph.manual_id, graph.title, graph.items, *edges, graph.unresolved)


def graph_of(document: dict[str, Any]) -> MenuGraph:
    """The graph that a node-link document holds."""
    facts, edges = document["graph"], document["edges"]
    of_kind = [[(e["source"], e["target"]) for e in edges if e["type"] == kind] for kind in (HAS_CHILD, SEE_ALSO)]
    items = TypeAdapter(list[MenuItem]).validate_python(document["nodes"])
    unresolved = TypeAdapter(list[UnresolvedLink]).validate_python(facts["unresolved"])
    return MemoryGraph(facts["manual"], facts["title"], items, *of_kind, unresolved)


def read(text: str) -> "nx.DiGraph[str]":
    found: nx.DiGraph[str] = nx.read_graphml(io.BytesIO(text.encode()))
    return found


def test_json_reads_back_equal(sample: MenuGraph) -> None:
    text = json.dumps(node_link_document(sample), ensure_ascii=False)
    assert parts(graph_of(json.loads(text))) == parts(sample)
    assert sample.edges(SEE_ALSO)
    assert sample.unresolved


def test_json_is_what_networkx_reads(sample: MenuGraph) -> None:
    found = nx.node_link_graph(node_link_document(sample), edges="edges")
    assert isinstance(found, nx.DiGraph)
    assert len(found) == len(sample)
    assert {kind for _, _, kind in found.edges(data="type")} == {HAS_CHILD, SEE_ALSO}
    wifi = found.nodes["larkfield/settings/wi-fi/flight-mode"]
    assert wifi["taps"] == ["Settings", "Wi-Fi", "Flight mode"]


def test_graphml_reads_back_equal(sample: MenuGraph) -> None:
    found, given_graph = read(graphml(sample)), networkx_graph(sample)
    assert found.is_directed()
    assert dict(found.nodes(data=True)) == dict(given_graph.nodes(data=True))
    assert {(start, end): data["type"] for start, end, data in found.edges(data=True)} == {
        (start, end): data["type"] for start, end, data in given_graph.edges(data=True)
    }
    assert found.graph["title"] == sample.title


def test_graphml_has_names_paths_descriptions_and_taps(sample: MenuGraph) -> None:
    item = read(graphml(sample)).nodes["larkfield/settings/wi-fi/flight-mode"]
    assert item["name"] == "Flight mode"
    assert item["menu_path"] == "Settings > Wi-Fi > Flight mode"
    assert json.loads(item["path"]) == ["Settings", "Wi-Fi", "Flight mode"]
    assert item["taps"] == "Settings > Wi-Fi > Flight mode"
    assert item["description"]
    assert item["label"] == "MenuItem"


@given(st.text(), st.text())
def test_any_title_and_text_come_through_graphml_and_json(name: str, description: str) -> None:
    item = MenuItem("m/x", "m", "section", name, (name, " > "), description=description)
    graph = MemoryGraph("m", name, [item], [])
    found = read(graphml(graph)).nodes["m/x"]
    holds = all(c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") for c in name)
    assert found.get("name", "") == name or not holds
    assert graph_of(json.loads(json.dumps(node_link_document(graph)))).items == [item]


def test_characters_that_xml_lacks_are_replaced() -> None:
    graph = MemoryGraph("m", "M", [MenuItem("m/x", "m", "section", "a\x00\x1b\ufffeb\rc", ("a",))], [])
    assert read(graphml(graph)).nodes["m/x"]["name"] == "a\ufffd\ufffd\ufffdb\ufffdc"


def test_a_part_has_only_the_edges_inside_it(sample: MenuGraph) -> None:
    made = exported(sample, "json", "larkfield/settings/wi-fi")
    document = json.loads(made.text)
    ids = {node["id"] for node in document["nodes"]}
    assert ids == {item.id for item in sample.items if item.id.startswith("larkfield/settings/wi-fi")}
    assert {end for edge in document["edges"] for end in (edge["source"], edge["target"])} <= ids
    assert (made.items, made.left_out) == (len(ids), 0)
    assert graph_of(document).unresolved == ()


def test_the_way_to_an_item_can_be_exported_alone(sample: MenuGraph) -> None:
    made = exported(sample, "graphml", "larkfield/settings/wi-fi/flight-mode", way=True)
    assert list(read(made.text)) == [
        "larkfield/settings",
        "larkfield/settings/wi-fi",
        "larkfield/settings/wi-fi/flight-mode",
    ]


def test_only_mermaid_leaves_items_out(sample: MenuGraph) -> None:
    items = [MenuItem(f"m/{at}", "m", "section", "x", ("x",)) for at in range(10_000)]
    big = MemoryGraph("m", "M", items, [("m/0", f"m/{at}") for at in range(1, 10_000)])
    assert (exported(big, "mermaid").items, exported(big, "mermaid").left_out) == (300, 9_700)
    assert exported(big, "graphml").items == 10_000
    assert exported(sample, "mermaid").left_out == 0
