import numpy as np
import pytest
from safetensors.numpy import save

from graphrag_tools.embeddings.low_rank import DOWN, UP, with_changes

WEIGHTS = {"first": np.ones((2, 3), np.float32), "second": np.zeros((2, 2), np.float32)}


def _changes(name: str) -> bytes:
    down, up = np.array([[1], [2], [3]], np.float16), np.array([[10, 20]], np.float16)
    return save({name + DOWN: down, name + UP: up})


def test_product_of_the_factors_is_added_to_the_matrix_that_they_name() -> None:
    changed = with_changes(WEIGHTS, _changes("first"))
    assert changed["first"].tolist() == [[11, 21, 31], [21, 41, 61]]
    assert changed["first"].dtype == np.float32
    assert changed["second"] is WEIGHTS["second"]
    assert WEIGHTS["first"].tolist() == [[1, 1, 1], [1, 1, 1]]


def test_change_of_an_unknown_matrix_is_refused() -> None:
    with pytest.raises(KeyError, match="third"):
        with_changes(WEIGHTS, _changes("third"))
