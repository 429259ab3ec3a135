"""What stands in the tree of contents: the way down, what is beside and below, what is left out; and names found."""

import pytest

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.web.contents import MOST_BESIDE, Row, contents, named_like
from graphrag_tools.web.views import quoted_positions


@pytest.fixture
def larkfield(sample_index_for_answers: ManualIndex) -> MenuGraph:
    return sample_index_for_answers.graph_of("larkfield")


@pytest.fixture(scope="module")
def flat() -> MenuGraph:
    """A manual of one level, longer than is shown."""
    names = [f"Part {number}" for number in range(3 * MOST_BESIDE)]
    return build_graph(
        Manual("parts", "Parts", tuple(Section(name, name, (Block("note", "Oil it."),)) for name in names))
    )


def opened(graph: MenuGraph, item_id: str) -> list[str]:
    return [item.id for item in graph.ancestors(item_id)]


def names(rows: tuple[Row, ...]) -> list[str]:
    return [row.item.name for row in rows]


def test_item_stands_between_its_parents_and_its_children(larkfield: MenuGraph) -> None:
    top = contents(larkfield, opened(larkfield, "larkfield/settings/wi-fi"))
    (settings,) = [row for row in top.below if row.is_open]
    (wifi,) = [row for row in settings.below if row.is_open]
    assert (settings.item.name, wifi.item.name) == ("Settings", "Wi-Fi")
    assert "Flight mode" in names(wifi.below)


def test_without_an_item_the_roots_are_shown(larkfield: MenuGraph) -> None:
    top = contents(larkfield, ())
    assert not any(row.is_open or row.below for row in top.below)
    assert all(larkfield.parent(row.item.id) is None for row in top.below)
    assert len(top.below) == 6


def test_what_is_left_out_is_counted_and_shown_when_wanted(flat: MenuGraph) -> None:
    top = contents(flat, ())
    assert (len(top.below), top.left_out) == (MOST_BESIDE, 2 * MOST_BESIDE)
    whole = contents(flat, (), "parts")
    assert (len(whole.below), whole.left_out) == (3 * MOST_BESIDE, 0)


@pytest.mark.parametrize("at", [0, MOST_BESIDE, 3 * MOST_BESIDE - 1])
def test_item_is_always_among_those_beside_it(at: int, flat: MenuGraph) -> None:
    item = flat.roots[at]
    top = contents(flat, [item.id])
    assert item.name in names(top.below)
    assert (len(top.below), top.left_out) == (MOST_BESIDE, 2 * MOST_BESIDE)


def test_nothing_of_a_usual_menu_is_left_out(larkfield: MenuGraph) -> None:
    top = contents(larkfield, ["larkfield/settings"])
    (settings,) = [row for row in top.below if row.is_open]
    assert (len(settings.below), settings.left_out) == (14, 0)


def test_unknown_item_opens_nothing(larkfield: MenuGraph) -> None:
    assert not any(row.is_open for row in contents(larkfield, ["larkfield/no-such-item"]).below)


@pytest.mark.parametrize(("typed", "found"), [("wi fi", "Wi-Fi"), ("FLIGHT", "Flight mode"), ("zzz", None)])
def test_items_are_found_by_a_part_of_their_name(typed: str, found: str | None, larkfield: MenuGraph) -> None:
    names_found = [item.name for item in named_like(larkfield, typed)]
    assert found in names_found if found else not names_found


def test_only_whole_blocks_count_as_quoted() -> None:
    blocks = [Block("paragraph", "One."), Block("table", "a | b\nc | d"), Block("paragraph", ""), Block("note", "On")]
    assert quoted_positions(blocks, "  One.\na | b\nc | d\nTurn it On.") == {0, 1}
    assert quoted_positions(blocks, "a | b") == frozenset()
