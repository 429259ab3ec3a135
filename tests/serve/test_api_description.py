"""What generated requests tell of the servers' descriptions: schemathesis makes them of each operation's schema."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import positive_data_acceptance, status_code_conformance
from support.api_servers import MANUAL

from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.serve import ollama_api, openai_api
from graphrag_tools.serve.application import application
from graphrag_tools.serve.manuals import Manuals

_HOST = {"Host": "localhost"}
# A question of blanks, and a thread where none is remembered, fit the schema and are refused all the same.
_LEFT_OUT = [positive_data_acceptance]
_FORMS: dict[str, type[BaseModel]] = {
    "/v1/chat/completions": openai_api.ChatRequest,
    "/api/chat": ollama_api.ChatRequest,
    "/api/generate": ollama_api.GenerateRequest,
    "/api/show": ollama_api.ShowRequest,
    "/api/pull": ollama_api.PullRequest,
}
_few = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def app(sample_index_for_answers: ManualIndex) -> FastAPI:
    return application(Manuals(sample_index_for_answers), Address())


def try_out(operation: Any) -> None:
    """Call an operation with data that fits its schema and data that does not, and hold each reply against it."""

    @_few
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        case.call_and_validate(headers=_HOST, excluded_checks=_LEFT_OUT)

    call()


@pytest.mark.parametrize("path", ["/ask", "/search", "/items/{item_id}", "/manuals"])
def test_json_api_is_what_it_says(path: str, app: FastAPI) -> None:
    described = schemathesis.openapi.from_asgi("/openapi.json", app, headers=_HOST)
    operations = [found.ok() for found in described.get_all_operations()]
    chosen = [operation for operation in operations if operation.path == path]
    assert chosen
    for operation in chosen:
        try_out(operation)


@pytest.mark.parametrize("path", _FORMS)
def test_requests_in_the_form_of_other_apis_are_answered_or_refused(path: str, app: FastAPI) -> None:
    form = _FORMS[path].model_json_schema(ref_template="#/components/schemas/{model}")
    parts = form.pop("$defs", {})
    form["properties"]["model"] = {"enum": [MANUAL, f"{MANUAL}:latest", "toaster"]}
    refused = {"type": "object", "required": ["error"]}
    statuses = {"200": {}, "400": refused, "404": refused}
    responses = {
        status: {"description": status, "content": {"application/json": {"schema": schema}}}
        for status, schema in statuses.items()
    }
    body = {"required": True, "content": {"application/json": {"schema": form}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": path, "version": "1"},
        "components": {"schemas": parts},
        "paths": {path: {"post": {"requestBody": body, "responses": responses}}},
    }
    described = schemathesis.openapi.from_dict(document)
    described.app = app
    [operation] = described.get_all_operations()
    checks = [not_a_server_error, status_code_conformance]

    @_few
    @given(case=operation.ok().as_strategy())
    def call(case: Any) -> None:
        case.call_and_validate(headers=_HOST, checks=checks)

    call()
