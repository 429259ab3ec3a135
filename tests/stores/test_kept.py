import pytest

from graphrag_tools.stores.kept import GAP, places_beside
from graphrag_tools.stores.tantivy_parts import partition


def test_manuals_that_nobody_knows_stand_apart() -> None:
    assert places_beside("abc", {}) == {"a": 0, "b": GAP, "c": 2 * GAP}


@pytest.mark.parametrize("order", ["abc", "xabc", "axybc", "abcx", "axbyc", "ac", "xcy"])
def test_what_is_known_stays_and_all_are_in_order(order: str) -> None:
    known = {"a": 0, "b": GAP, "c": 2 * GAP}
    places = places_beside(order, {manual: known[manual] for manual in order if manual in known})
    assert places is not None
    assert list(places) == list(order)
    assert sorted(set(places.values())) == list(places.values())
    assert all(places[manual] == known[manual] for manual in order if manual in known)


def test_other_order_and_no_room_between_do_not_fit() -> None:
    assert places_beside("ba", {"a": 0, "b": GAP}) is None
    assert places_beside("axb", {"a": 0, "b": 1}) is None


def test_few_manuals_are_a_part_each() -> None:
    assert partition("abc") == [("a",), ("b",), ("c",)]


def test_manual_that_comes_or_goes_changes_its_own_part_alone() -> None:
    manuals = [f"manual-{number}" for number in range(1_000)]
    parts = partition(manuals)
    assert [manual for part in parts for manual in part] == manuals
    assert 8 <= len(parts) <= 32
    for changed in (manuals[:500] + manuals[501:], [*manuals[:500], "new", *manuals[500:]]):
        assert len(set(partition(changed)) - set(parts)) <= 2
