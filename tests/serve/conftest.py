"""A server of the sample manual, for the tests of all its APIs."""

from collections.abc import Iterator

import pytest
from support.api_servers import Api, served_api

from graphrag_tools.index.index import ManualIndex


@pytest.fixture(scope="session")
def api(sample_index_for_answers: ManualIndex) -> Iterator[Api]:
    """A server without a model and without a token."""
    with served_api(sample_index_for_answers.folder) as served:
        yield served
