"""A server of the sample manual, for the tests of all its APIs."""

from collections.abc import Iterator

import openai
import pytest
from fastapi.testclient import TestClient
from support.api_servers import Api, openai_client, served_api

from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.serve.application import application
from graphrag_tools.serve.manuals import Manuals


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


@pytest.fixture(scope="session")
def inner(sample_index_for_answers: ManualIndex) -> TestClient:
    """The application in this process, where an unexpected error is raised and seen."""
    return TestClient(application(Manuals(sample_index_for_answers), Address()), base_url="http://localhost")
