"""What is drawn around an item: the way down, what is beside, below and across, and what is left out."""

import pytest

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sections import Block
from graphrag_tools.web.menu_pane import MOST_BELOW, MOST_BESIDE, neighbourhood, quoted_positions


@pytest.fixture
def larkfield(sample_index_for_answers: ManualIndex) -> MenuGraph:
    return sample_index_for_answers.graph_of("larkfield")


def test_item_stands_between_its_parents_and_its_children(larkfield: MenuGraph) -> None:
    around = neighbourhood(larkfield, "larkfield/settings/wi-fi")
    assert [item.name for item in around.above] == ["Settings"]
    assert "Wi-Fi" in [item.name for item in around.level]
    assert "Flight mode" in [item.name for item in around.below]
    assert [item.name for item in around.related] == ["Wi-Fi does not connect"]


def test_without_an_item_the_roots_are_shown(larkfield: MenuGraph) -> None:
    around = neighbourhood(larkfield)
    assert around.item is None
    assert all(larkfield.parent(item.id) is None for item in around.level)
    assert len(around.level) == 6


def test_what_is_left_out_is_counted_and_shown_when_wanted(larkfield: MenuGraph) -> None:
    around = neighbourhood(larkfield, "larkfield/settings")
    whole = neighbourhood(larkfield, "larkfield/settings", whole=True)
    assert len(around.below) == MOST_BELOW
    assert len(around.below) + around.more_below == len(whole.below) == 14
    assert whole.more_below == 0


@pytest.mark.parametrize("at", [0, 6, 13])
def test_item_is_always_among_those_beside_it(at: int, larkfield: MenuGraph) -> None:
    item = larkfield.children("larkfield/settings")[at]
    around = neighbourhood(larkfield, item.id)
    assert item in around.level
    assert (len(around.level), around.more_beside) == (MOST_BESIDE, 14 - MOST_BESIDE)


def test_unknown_item_is_a_key_error(larkfield: MenuGraph) -> None:
    with pytest.raises(KeyError):
        neighbourhood(larkfield, "larkfield/no-such-item")


def test_only_whole_blocks_count_as_quoted() -> None:
    blocks = [Block("paragraph", "One."), Block("table", "a | b\nc | d"), Block("paragraph", ""), Block("note", "On")]
    assert quoted_positions(blocks, "  One.\na | b\nc | d\nTurn it On.") == {0, 1}
    assert quoted_positions(blocks, "a | b") == frozenset()
