"""Requests that are refused, and answers that fail: a status and words, in the error form of each API."""

import logging
from typing import Any

from fastapi.responses import JSONResponse

from graphrag_tools.errors import (
    ConfigError,
    GraphRAGToolsError,
    IndexMismatch,
    IndexNotFound,
    ModelError,
    StoreError,
)

_logger = logging.getLogger(__name__)
OPENAI_PREFIX, OLLAMA_PREFIX = "/v1", "/api"
_THERE = {
    OPENAI_PREFIX: "of OpenAI's API there are /v1/models, /v1/chat/completions and /v1/responses",
    OLLAMA_PREFIX: (
        "of Ollama's API there are /api/tags, /api/ps, /api/show, /api/pull, /api/version, /api/chat and /api/generate"
    ),
}
_JSON_THERE = "of the JSON API there are /ask, /search, /items/ID and /manuals, described by /openapi.json"
_UNEXPECTED = "unexpected error; the server's log says more"
_SERVER_ERROR = 500
_CODES = {401: "invalid_api_key", 404: "not_found"}


class Refusal(Exception):
    """What a client is told instead of an answer. `param` and `code` are OpenAI's: which field, which kind of error."""

    def __init__(self, status: int, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code


def refusal_of(error: BaseException) -> Refusal:
    """Return what a client is told of an error; what nobody expected is logged, and its words are kept back."""
    if isinstance(error, Refusal):
        return error
    if not isinstance(error, GraphRAGToolsError):
        _logger.error("unexpected error", exc_info=error)
        return Refusal(_SERVER_ERROR, _UNEXPECTED)
    if isinstance(error, ConfigError):
        return Refusal(400, str(error))
    _logger.warning("%s: %s", type(error).__name__, error)
    if isinstance(error, ModelError):
        return Refusal(502, str(error))
    return Refusal(503 if isinstance(error, StoreError | IndexNotFound | IndexMismatch) else _SERVER_ERROR, str(error))


def error_body(path: str, refusal: Refusal) -> dict[str, Any]:
    """Return a refusal in the form of the API that a path belongs to."""
    if f"{path}/".startswith(f"{OPENAI_PREFIX}/"):
        kind = "invalid_request_error" if refusal.status < _SERVER_ERROR else "server_error"
        code = refusal.code or _CODES.get(refusal.status)
        return {"error": {"message": refusal.message, "type": kind, "param": refusal.param, "code": code}}
    return {"error" if path.startswith(f"{OLLAMA_PREFIX}/") else "detail": refusal.message}


def nothing_at(path: str) -> str:
    """Return the words for a path where there is nothing: what there is of the API that it belongs to, else of all."""
    found = next((there for prefix, there in _THERE.items() if f"{path}/".startswith(f"{prefix}/")), None)
    return f"there is nothing at {path[:200]}; {found or '; '.join((*_THERE.values(), _JSON_THERE))}"


def error_response(path: str, refusal: Refusal) -> JSONResponse:
    """Return a refusal as a response."""
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else None
    return JSONResponse(error_body(path, refusal), refusal.status, headers)
