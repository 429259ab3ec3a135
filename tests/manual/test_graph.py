import pytest

from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO, MemoryGraph, MenuItem
from graphrag_tools.manual.sections import Block


def item(item_id: str, name: str = "", kind: str = "section", blocks: tuple[Block, ...] = ()) -> MenuItem:
    path = tuple(item_id.split("/")[1:])
    return MenuItem(item_id, "m", "option" if kind == "option" else "section", name or path[-1], path, blocks=blocks)


OPTIONS = (
    Block("step", "Tap for:"),
    Block("option", "Usage: See it.", 1, name="Usage"),
    Block("option", "nameless", 1),
    Block("option", "Mode: Set it.", 1, name="Mode"),
)


@pytest.fixture
def graph() -> MemoryGraph:
    items = [
        item("m/settings", "Settings"),
        item("m/settings/battery", "Battery", blocks=OPTIONS),
        item("m/settings/battery/usage", "Usage", kind="option"),
        item("m/settings/battery/mode", "Mode", kind="option"),
        item("m/settings/display", "Display"),
        item("m/help", "Help"),
        item("m/island", "Island"),
    ]
    tree = [(each.id.rpartition("/")[0], each.id) for each in items if each.id.count("/") > 1]
    see_also = [("m/help", "m/settings/battery"), ("m/settings", "m/settings/display")]
    return MemoryGraph("m", "Manual", items, tree, see_also)


def ids(items: list[MenuItem]) -> list[str]:
    return [found.id for found in items]


def test_items_and_children_keep_reading_order(graph: MemoryGraph) -> None:
    assert len(graph) == 7
    assert ids(graph.items)[:3] == ["m/settings", "m/settings/battery", "m/settings/battery/usage"]
    assert ids(graph.children("m/settings")) == ["m/settings/battery", "m/settings/display"]
    assert graph.children("m/island") == []


def test_an_item_is_known_by_its_id_alone(graph: MemoryGraph) -> None:
    assert "m/help" in graph
    assert "Help" not in graph
    assert graph.item("m/help").name == "Help"
    assert graph.item("m/settings/battery").menu_path == "settings > battery"


@pytest.mark.parametrize("look_up", ["item", "children", "see_also", "parent", "ancestors", "section_of"])
def test_an_unknown_id_raises_key_error_or_has_no_neighbours(graph: MemoryGraph, look_up: str) -> None:
    if look_up in ("children", "see_also", "parent"):
        assert not getattr(graph, look_up)("m/gone")
    else:
        with pytest.raises(KeyError):
            getattr(graph, look_up)("m/gone")


def test_a_cross_link_to_a_child_adds_no_second_edge(graph: MemoryGraph) -> None:
    assert graph.edges(SEE_ALSO) == [("m/help", "m/settings/battery")]
    assert ("m/settings", "m/settings/display") in graph.edges(HAS_CHILD)
    assert ids(graph.see_also("m/help")) == ["m/settings/battery"]


def test_parent_follows_the_tree_and_no_cross_link(graph: MemoryGraph) -> None:
    above = graph.parent("m/settings/battery")
    assert above is not None
    assert above.id == "m/settings"
    assert MemoryGraph("m", "M", [item("m/a"), item("m/b")], [], [("m/b", "m/a")]).parent("m/a") is None
    assert ids(graph.ancestors("m/settings/battery/usage")) == [
        "m/settings",
        "m/settings/battery",
        "m/settings/battery/usage",
    ]


def test_an_options_section_is_the_item_above_it(graph: MemoryGraph) -> None:
    assert graph.section_of("m/settings/battery/usage").id == "m/settings/battery"
    assert graph.section_of("m/settings/battery").id == "m/settings/battery"


@pytest.mark.parametrize(
    ("position", "expected"),
    [(0, None), (1, "m/settings/battery/usage"), (2, None), (3, "m/settings/battery/mode"), (4, None), (-1, None)],
)
def test_a_blocks_option_is_found_by_its_position(graph: MemoryGraph, position: int, expected: str | None) -> None:
    assert graph.option_at("m/settings/battery", position) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("m/help", "m/help", ["m/help"]),
        ("m/help", "m/settings/display", ["m/help", "m/settings/battery", "m/settings", "m/settings/display"]),
        ("m/settings/battery/mode", "m/help", ["m/settings/battery/mode", "m/settings/battery", "m/help"]),
        ("m/help", "m/island", []),
    ],
)
def test_a_route_walks_edges_of_both_kinds_either_way(
    graph: MemoryGraph, start: str, end: str, expected: list[str]
) -> None:
    assert ids(graph.route(start, end)) == expected


@pytest.mark.parametrize(("start", "end"), [("m/gone", "m/help"), ("m/help", "m/gone"), ("m/gone", "m/gone")])
def test_a_route_from_or_to_an_unknown_id_raises_key_error(graph: MemoryGraph, start: str, end: str) -> None:
    with pytest.raises(KeyError):
        graph.route(start, end)


def test_a_graph_without_items_is_empty() -> None:
    graph = MemoryGraph("m", "M", [], [])
    assert (len(graph), graph.items, graph.edges(HAS_CHILD)) == (0, [], [])
