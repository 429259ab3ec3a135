import numpy as np
import pytest

from graphrag_tools.search.whitening import Whitening


def _vectors_with_much_in_common() -> np.ndarray:
    chance = np.random.default_rng(0)
    return chance.normal(0, 0.3, (60, 8)) + np.array([3.0, *[0.0] * 7])


def test_cosines_come_in_the_order_of_the_blocks() -> None:
    vectors = _vectors_with_much_in_common()
    cosines = Whitening.of(vectors.tolist()).cosines(vectors[2], vectors[:3])
    assert cosines[2] == pytest.approx(1.0)
    assert max(cosines[:2]) < 0.9


def test_what_all_blocks_have_in_common_no_longer_makes_them_alike() -> None:
    vectors = _vectors_with_much_in_common()
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert np.mean(unit[1:] @ unit[0]) > 0.9
    assert abs(np.mean(Whitening.of(vectors.tolist()).cosines(vectors[0], vectors[1:]))) < 0.2


def test_no_block_gives_no_cosine() -> None:
    assert Whitening.of([[1.0, 0.0], [0.0, 1.0]]).cosines([1.0, 0.0], []) == []


def test_whitening_of_equal_vectors_gives_zero_and_no_warning() -> None:
    assert Whitening.of([[1.0, 0.0]] * 3).cosines([1.0, 0.0], [[1.0, 0.0]]) == [0.0]
