import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.keys import RecordKey, child_id, is_manual_id, manual_of
from graphrag_tools.manual.sections import Block, Manual, Section

NASTY = "?#/~%&=+ \\:@\"'.0123456789\t\nß٣二😀\u200d電池a"
NAMES = st.one_of(st.text(NASTY, min_size=1, max_size=12), st.text(min_size=1, max_size=12))
MANUAL_IDS = NAMES.filter(is_manual_id)
POSITIONS = st.integers(0, 10**6)


@given(MANUAL_IDS, st.lists(NAMES, min_size=1, max_size=4), POSITIONS)
def test_a_key_is_of_a_block_or_of_a_question(manual: str, names: list[str], position: int) -> None:
    section = manual
    for name in names:
        section = child_id(section, name)
    block, question = RecordKey(section, position), RecordKey(section, position, "question")
    assert RecordKey.parse(str(block)) == block
    assert RecordKey.parse(str(question)) == question
    assert str(block) != str(question)
    assert manual_of(section) == manual


@given(MANUAL_IDS, NAMES, NAMES, POSITIONS, POSITIONS)
def test_two_blocks_never_share_a_key(manual: str, one: str, other: str, first: int, second: int) -> None:
    keys = RecordKey(f"{manual}/{one}", first), RecordKey(f"{manual}/{other}", second)
    assert (keys[0] == keys[1]) == (str(keys[0]) == str(keys[1]))


@given(MANUAL_IDS, st.lists(NAMES, min_size=1, max_size=8))
def test_every_item_of_a_manual_has_an_id_of_its_own_that_names_it(manual: str, titles: list[str]) -> None:
    sections = tuple(
        Section(key=f"{at}", title=title, blocks=(Block("option", f"{title}: on", name=title),))
        for at, title in enumerate(titles)
    )
    ids = [item.id for item in build_graph(Manual(manual, "Lamp", sections, "lamp.md")).items]
    assert len(ids) == len(set(ids)) == 2 * len(titles)
    assert {manual_of(item_id) for item_id in ids} == {manual}


@pytest.mark.parametrize("text", ["", "lamp/heat", "lamp/heat#", "lamp/heat?", "12", "lamp/heat#-1", "lamp/heat#٣"])
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{text!r} is no key of a block or a question.")):
        RecordKey.parse(text)
