"""The nearest names are those that a comparison with every name finds."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from graphrag_tools.manual.near_names import NearNames
from graphrag_tools.text.normalise import folded

WORDS = "battery screen time out wi fi mode flight quick share sound alarm lock face 5g über 电池 id".split()

FOLDED = st.text(max_size=300).map(folded).filter(bool)


def compared_with_all(text: str, names: list[str], least: float) -> list[tuple[str, float]]:
    found = process.extract(text, names, scorer=fuzz.token_sort_ratio, limit=15, score_cutoff=least)
    return [(name, ratio) for name, ratio, _ in found]


def many_names(count: int) -> list[str]:
    chance = random.Random(5)
    names: dict[str, None] = {}
    while len(names) < count:
        number = chance.choice(("", f" {chance.randrange(1000)}"))
        names.setdefault(" ".join(chance.choices(WORDS, k=chance.randint(1, 4))) + number)
    return list(names)


@pytest.mark.parametrize("least", [55.0, 0.0, 90.0])
def test_of_many_names_the_nearest_are_those_of_a_full_comparison(least: float) -> None:
    names, chance = many_names(3_000), random.Random(7)
    near = NearNames(names)
    for _ in range(60):
        text = list(chance.choice(names))
        text[chance.randrange(len(text))] = chance.choice("abcxyz ")
        wanted = " ".join("".join(text).split())
        assert near.nearest(wanted, 15, least) == compared_with_all(wanted, names, least)


@settings(deadline=None, max_examples=60)
@given(st.lists(FOLDED, max_size=40), FOLDED)
def test_any_names_are_compared_alike(names: list[str], text: str) -> None:
    assert NearNames(names).nearest(text, 15, 55.0) == compared_with_all(text, names, 55.0)


def test_long_names_and_texts_are_near_as_well() -> None:
    long = "battery " * 5_000
    names = [*many_names(600), long.strip()]
    assert NearNames(names).nearest(f"{long}usage", 1, 55.0)[0][0] == long.strip()


def test_no_names_have_nothing_near() -> None:
    assert NearNames([]).nearest("battery", 15, 55.0) == []
