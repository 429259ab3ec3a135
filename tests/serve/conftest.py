"""A server of the sample manual, for the tests of all its APIs."""

from collections.abc import Iterator

import openai
import pytest
from support.api_servers import Api, openai_client, served_api

from graphrag_tools.index.index import ManualIndex


@pytest.fixture(scope="session")
def api(sample_index_for_answers: ManualIndex) -> Iterator[Api]:
    """A server without a model and without a token."""
    with served_api(sample_index_for_answers.folder) as served:
        yield served


@pytest.fixture
def client(api: Api) -> Iterator[openai.OpenAI]:
    """OpenAI's own client of that server."""
    with openai_client(api) as client:
        yield client
