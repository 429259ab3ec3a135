import pytest

from graphrag_tools.manual.graph import MemoryGraph, MenuGraph, MenuItem
from graphrag_tools.manual.tree import tree_view


def made_graph(parents: dict[str, str | None], options: frozenset[str] = frozenset()) -> MenuGraph:
    items = [MenuItem(f"m/{one}", "m", "option" if one in options else "section", one, (one,)) for one in parents]
    edges = [(f"m/{above}", f"m/{one}") for one, above in parents.items() if above is not None]
    return MemoryGraph("m", "M", items, edges)


@pytest.fixture
def graph() -> MenuGraph:
    # Reading order: a (b (d, e), c), f; e is an option.
    return made_graph({"a": None, "b": "a", "d": "b", "e": "b", "c": "a", "f": None}, frozenset("e"))


def names(view_items: object) -> str:
    return "".join(branch.item.name for branch in view_items.branches)  # type: ignore[attr-defined]


def test_a_view_of_a_whole_manual_is_in_reading_order_with_levels(graph: MenuGraph) -> None:
    view = tree_view(graph)
    assert [(branch.item.name, branch.level) for branch in view.branches] == [
        ("a", 0),
        ("b", 1),
        ("d", 2),
        ("e", 2),
        ("c", 1),
        ("f", 0),
    ]
    assert view.left_out == 0


def test_counts_are_of_the_whole_graph_whatever_is_shown(graph: MenuGraph) -> None:
    (a,) = tree_view(graph, "m/a", depth=0).branches
    assert (a.sections_below, a.options, a.hidden) == (3, 0, 2)
    (b,) = tree_view(graph, "m/b", depth=0, options=False).branches
    assert (b.sections_below, b.options, b.hidden) == (1, 1, 1)


def test_options_are_left_out_unless_wanted(graph: MenuGraph) -> None:
    assert names(tree_view(graph, options=False)) == "abdcf"
    assert tree_view(graph, options=False).left_out == 0


@pytest.mark.parametrize(("most", "shown", "left_out"), [(1, "a", 5), (2, "af", 4), (4, "abcf", 2), (5, "abdcf", 1)])
def test_higher_levels_come_first_where_not_all_fit(graph: MenuGraph, most: int, shown: str, left_out: int) -> None:
    view = tree_view(graph, most=most)
    assert (names(view), view.left_out) == (shown, left_out)


def test_an_item_says_how_many_of_its_children_are_hidden(graph: MenuGraph) -> None:
    view = tree_view(graph, most=5)
    assert {branch.item.name: branch.hidden for branch in view.branches if branch.hidden} == {"b": 1}


def test_depth_counts_from_the_first_item(graph: MenuGraph) -> None:
    assert names(tree_view(graph, "m/b", depth=1)) == "bde"
    assert names(tree_view(graph, depth=1)) == "abcf"


def test_a_chain_of_ten_thousand_levels_is_no_deeper_than_the_stack() -> None:
    deep = made_graph({str(at): str(at - 1) if at else None for at in range(10_000)})
    view = tree_view(deep, most=20_000)
    assert (len(view.branches), view.branches[-1].level, view.branches[0].sections_below) == (10_000, 9_999, 9_999)


def test_a_view_of_an_item_includes_it_and_the_options_below(graph: MenuGraph) -> None:
    assert names(tree_view(graph, "m/a")) == "abdec"


def test_an_unknown_item_raises_key_error(graph: MenuGraph) -> None:
    with pytest.raises(KeyError):
        tree_view(graph, "m/gone")


def test_an_empty_graph_has_an_empty_view() -> None:
    assert tree_view(MemoryGraph("m", "M", [], [])).branches == ()
