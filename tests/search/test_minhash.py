import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.search.calibration import SKETCH_SIZE, minhash, resemblance

TEXTS = st.sets(st.text(st.characters(exclude_categories=("Cs",)), max_size=5), max_size=30)


@given(first=TEXTS, second=TEXTS)
def test_few_texts_are_compared_exactly(first: set[str], second: set[str]) -> None:
    expected = len(first & second) / len(first | second) if first | second else 1.0
    assert resemblance(minhash(first), minhash(second)) == pytest.approx(expected)


@pytest.mark.parametrize("changed", [0, 500, 2_000, 10_000, 20_000])
def test_many_texts_are_compared_by_a_sample(changed: int) -> None:
    before = [f"text {number}" for number in range(20_000)]
    after = [f"text {number}" for number in range(changed, 20_000 + changed)]
    sketch = minhash(before)
    assert len(sketch) == SKETCH_SIZE
    expected = (20_000 - changed) / (20_000 + changed)
    assert resemblance(sketch, minhash(after)) == pytest.approx(expected, abs=0.05)


def test_order_and_repetition_do_not_count() -> None:
    assert minhash(["a", "b", "a"]) == minhash(["b", "a"])
