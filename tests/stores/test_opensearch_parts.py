"""Arrangement of manuals in parts: what is the same stays where it is, and there are never many parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag_tools.stores.opensearch import parts
from graphrag_tools.stores.opensearch.parts import Arrangement, arrange

BLOCKS = {f"manual-{number}": 700 + 300 * (number % 3) for number in range(60)}
SHARE = sum(BLOCKS.values()) // parts._SHARE


def everything(arranged: Arrangement) -> dict[str, int]:
    """Return the places of all manuals, each of which is in one part."""
    places = [place for part in (*arranged.kept, *arranged.written) for place in part.places.items()]
    assert len(dict(places)) == len(places)
    return dict(places)


def test_first_build_fills_parts_in_order() -> None:
    arranged = arrange("000001", [], set(), BLOCKS)
    assert arranged.kept == []
    assert [part.name for part in arranged.written] == [f"000001-{number}" for number in range(len(arranged.written))]
    assert [manual for part in arranged.written for manual in part.places] == list(BLOCKS)
    assert all(part.size <= SHARE for part in arranged.written)
    assert len(arranged.written) <= parts._SHARE + 2


def test_one_changed_manual_costs_its_part() -> None:
    before = arrange("000001", [], set(), BLOCKS).written
    arranged = arrange("000002", before, BLOCKS.keys() - {"manual-20"}, BLOCKS)
    (written,) = arranged.written
    assert "manual-20" in written.places
    assert written.size <= SHARE
    assert len(arranged.kept) == len(before) - 1


def test_few_manuals_are_a_part_each() -> None:
    written = arrange("000001", [], set(), dict.fromkeys("abcde", 3)).written
    assert [list(part.places) for part in written] == [["a"], ["b"], ["c"], ["d"], ["e"]]


def test_small_parts_are_written_again_together() -> None:
    before, blocks = arrange("000001", [], set(), {"first": 10}).written, {"first": 10}
    for number in range(30):
        blocks[f"more-{number}"] = 10
        arranged = arrange(f"{number}", before, blocks.keys() - {f"more-{number}"}, blocks)
        before = [*arranged.kept, *arranged.written]
    assert len(before) <= 2 * parts._SHARE


@pytest.mark.parametrize(("manuals", "most"), [(300, 20_000), (10_000, 10_000_000 // 32)])
def test_part_of_a_large_index_is_not_as_large_and_there_are_not_many(manuals: int, most: int) -> None:
    written = arrange("1", [], set(), {str(number): 1_000 for number in range(manuals)}).written
    assert len(written) <= parts._MOST + 1
    assert max(part.size for part in written) == pytest.approx(most, abs=1_000)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.permutations([f"m{number}" for number in range(8)]), min_size=1, max_size=6),
    st.data(),
)
def test_whatever_changes_each_manual_is_in_one_part_and_in_order(orders: list[list[str]], data: st.DataObject) -> None:
    before: list[parts.Part] = []
    for number, order in enumerate(orders):
        wanted = data.draw(st.lists(st.sampled_from(order), min_size=1, unique=True))
        in_order = sorted(wanted, key=order.index) if data.draw(st.booleans()) else sorted(wanted)
        same = data.draw(st.sets(st.sampled_from(in_order)))
        blocks = dict.fromkeys(in_order, 4_000)
        arranged = arrange(str(number), before, same, blocks)
        places = everything(arranged)
        assert sorted(places, key=places.__getitem__) == in_order
        assert len(set(places.values())) == len(places)
        for part in arranged.kept:
            assert part in before
            assert part.places.keys() <= same
        before = [*arranged.kept, *arranged.written]
