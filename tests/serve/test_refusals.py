"""What a client is told instead of an answer: a status, words, and the error form of its API."""

import json
import logging

import pytest

from graphrag_tools.errors import (
    ConfigError,
    GraphRAGToolsError,
    IndexMismatch,
    IndexNotFound,
    ManualError,
    ModelError,
    StoreError,
)
from graphrag_tools.serve.refusals import Refusal, error_body, error_response, nothing_at, refusal_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConfigError("no"), 400),
        (ModelError("no"), 502),
        (StoreError("no"), 503),
        (IndexNotFound("no"), 503),
        (IndexMismatch("no"), 503),
        (ManualError("no"), 500),
    ],
)
def test_each_kind_of_error_has_its_status_and_keeps_its_words(
    error: GraphRAGToolsError, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    refused = refusal_of(error)
    assert (refused.status, refused.message, refused.param, refused.code) == (status, "no", None, None)
    # What the caller did wrong is no business of the log.
    logged = [] if status == 400 else [(logging.WARNING, f"{type(error).__name__}: no")]
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == logged


def test_unexpected_error_is_logged_and_its_words_are_kept_back(caplog: pytest.LogCaptureFixture) -> None:
    error = RuntimeError("password=hunter2")
    refused = refusal_of(error)
    assert (refused.status, refused.message) == (500, "unexpected error; the server's log says more")
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "unexpected error")
    assert record.exc_info
    assert record.exc_info[1] is error


def test_refusal_is_told_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    refusal = Refusal(418, "a teapot", "model", "teapot")
    assert refusal_of(refusal) is refusal
    assert str(refusal) == "a teapot"
    assert not caplog.records


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/models"])
@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, "invalid_request_error", None),
        (401, "invalid_request_error", "invalid_api_key"),
        (404, "invalid_request_error", "not_found"),
        (499, "invalid_request_error", None),
        (500, "server_error", None),
        (503, "server_error", None),
    ],
)
def test_error_of_openais_api_has_its_four_fields(path: str, status: int, kind: str, code: str | None) -> None:
    said = error_body(path, Refusal(status, "no", "n"))
    assert said == {"error": {"message": "no", "type": kind, "param": "n", "code": code}}
    own = error_body(path, Refusal(status, "no", code="model_not_found"))
    assert own["error"]["code"] == "model_not_found"
    assert own["error"]["param"] is None


@pytest.mark.parametrize(
    ("path", "key"),
    [("/api/chat", "error"), ("/api/", "error"), ("/ask", "detail"), ("/v10/x", "detail"), ("/apis", "detail")],
)
def test_other_errors_are_one_field(path: str, key: str) -> None:
    assert error_body(path, Refusal(404, "no")) == {key: "no"}


def test_response_asks_for_the_token_only_where_it_is_missing() -> None:
    refused = error_response("/v1/models", Refusal(401, "no"))
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert json.loads(bytes(refused.body))["error"]["message"] == "no"
    other = error_response("/ask", Refusal(403, "no"))
    assert (other.status_code, "www-authenticate" in other.headers) == (403, False)


OPENAI = "of OpenAI's API there are /v1/models, /v1/chat/completions and /v1/responses"
OLLAMA = "of Ollama's API there are /api/tags, /api/ps, /api/show, /api/pull, /api/version, /api/chat and /api/generate"
JSON = "of the JSON API there are /ask, /search, /items/ID and /manuals, described by /openapi.json"


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/v1", OPENAI),
        ("/v1/embeddings", OPENAI),
        ("/api", OLLAMA),
        ("/api/pull", OLLAMA),
        ("/v2", f"{OPENAI}; {OLLAMA}; {JSON}"),
        ("/v10", f"{OPENAI}; {OLLAMA}; {JSON}"),
    ],
)
def test_nothing_at_a_path_names_what_there_is_instead(path: str, there: str) -> None:
    assert nothing_at(path) == f"there is nothing at {path}; {there}"


def test_a_long_path_is_named_by_its_beginning() -> None:
    assert nothing_at(f"/v1/{'x' * 500}") == f"there is nothing at /v1/{'x' * 196}; {OPENAI}"
