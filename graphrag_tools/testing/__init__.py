"""The tests that every store has to pass, whichever engine is under it. They need pytest and hypothesis.

A back end's test subclasses a contract and supplies the fixture `open_store`: each call opens a store over the same
place, which is empty when the test begins.
"""

import pytest

# Before the contracts are imported, so that a failing assertion shows its values as in any test.
pytest.register_assert_rewrite(f"{__name__}.graph_stores", f"{__name__}.lexical_stores", f"{__name__}.vector_stores")

from graphrag_tools.testing.graph_stores import GraphStoreContract, example_graph  # noqa: E402
from graphrag_tools.testing.lexical_stores import RECORDS, LexicalStoreContract  # noqa: E402
from graphrag_tools.testing.vector_stores import (  # noqa: E402
    VectorStoreContract,
    numbered_records,
    random_vectors,
)

__all__ = [
    "RECORDS",
    "GraphStoreContract",
    "LexicalStoreContract",
    "VectorStoreContract",
    "example_graph",
    "numbered_records",
    "random_vectors",
]
