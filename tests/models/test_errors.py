"""Every error of a driver has a class of ours, and words; a new one in a driver fails here until it is placed."""

from collections.abc import Iterator

import httpx
import langchain_openai.chat_models.base as langchain_openai
import ollama
import openai
import pytest
from conftest import Recorder
from langchain_core import exceptions as langchain
from langchain_ollama import ChatOllama

from graphrag_tools.errors import FeatureRefused, ModelError, PromptTooLong, ReplyCut, RequestRefused
from graphrag_tools.models.errors import model_errors

REQUEST = httpx.Request("POST", "http://127.0.0.1:1/v1/chat/completions")
OF_OPENAI = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
}
BY_CLASS: dict[type[Exception], type[ModelError]] = {
    openai.LengthFinishReasonError: ReplyCut,
    openai.BadRequestError: RequestRefused,
    openai.UnprocessableEntityError: RequestRefused,
    langchain.ContextOverflowError: PromptTooLong,
    langchain_openai.OpenAIContextOverflowError: PromptTooLong,
    langchain_openai.OpenAIAPIContextOverflowError: PromptTooLong,
    langchain.ModelInvalidRequestError: RequestRefused,
    langchain_openai.OpenAIInvalidRequestError: RequestRefused,
}
"""What is not a plain ModelError by its class alone."""
REFUSED = "failed, or refused the request"


def _with_subclasses(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for below in error.__subclasses__():
        yield from _with_subclasses(below)


DRIVERS = (httpx.TransportError, ollama.ResponseError, openai.OpenAIError, langchain.ModelError)
KINDS = sorted({kind for base in DRIVERS for kind in _with_subclasses(base)}, key=lambda kind: kind.__qualname__)


def raised(error: Exception) -> ModelError:
    with pytest.raises(ModelError) as caught, model_errors():
        raise error
    assert caught.value.__cause__ is error
    return caught.value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__qualname__)
def test_every_class_of_error_of_a_driver_is_mapped(kind: type[Exception]) -> None:
    bare = kind.__new__(kind)
    bare.args = ("some words",)
    for name in ("message", "error"):
        if not hasattr(bare, name):
            setattr(bare, name, "some words")
    found = raised(bare)
    assert type(found) is BY_CLASS.get(kind, ModelError)
    assert "It said: some words" in str(found)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (400, "prompt exceeds the context length", PromptTooLong),
        (400, "registry/weak does not support tools", FeatureRefused),
        (400, "does not support thinking", RequestRefused),
        (401, "no", ModelError),
        (404, "model 'x' not found", ModelError),
        (422, "strange request", RequestRefused),
        (500, "Jinja exception: no such filter", FeatureRefused),
        (500, "failed to parse grammar", FeatureRefused),
        (500, "model requires more system memory", ModelError),
        (501, "not implemented", RequestRefused),
        (503, "Tools are overloaded", ModelError),
    ],
)
def test_what_ollama_answers_is_an_error_of_its_own_class(status: int, words: str, kind: type[ModelError]) -> None:
    found = raised(ollama.ResponseError(words, status))
    assert type(found) is kind
    assert words in str(found)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"code": "context_length_exceeded"}, PromptTooLong),
        (400, {"param": "response_format", "message": "Invalid response_format"}, FeatureRefused),
        (400, {"message": "bad temperature"}, RequestRefused),
        (401, {}, ModelError),
        (403, {}, ModelError),
        (404, {}, ModelError),
        (409, {}, ModelError),
        (422, {}, RequestRefused),
        (429, {}, ModelError),
        (500, {"message": "this Template has no place for tools"}, FeatureRefused),
        (500, {}, ModelError),
    ],
)
def test_what_openai_answers_is_an_error_of_its_own_class(
    status: int, body: dict[str, str], kind: type[ModelError]
) -> None:
    error = OF_OPENAI[status](body.get("message", "no"), response=httpx.Response(status, request=REQUEST), body=body)
    found = raised(error)
    assert type(found) is kind
    assert str(found).endswith(f"(at {REQUEST.url})")


def test_refused_tools_are_told_with_what_to_do_instead() -> None:
    said = str(raised(ollama.ResponseError("weak does not support tools", 400)))
    assert "takes no tools, or no JSON schema" in said
    assert "--tool-mode schema" in said


@pytest.mark.parametrize("words", ["unqualified name: registry/library/How long?:latest", "invalid model name"])
def test_name_that_no_model_can_have_is_on_no_server(words: str) -> None:
    assert "The model is not on its server" in str(raised(ollama.ResponseError(words, 400)))


def test_classes_say_what_they_are_a_kind_of() -> None:
    assert issubclass(PromptTooLong, RequestRefused)
    assert issubclass(FeatureRefused, RequestRefused)
    assert not issubclass(ReplyCut, RequestRefused)


def test_answer_that_ends_before_it_began_is_the_servers_failure(recorder: Recorder) -> None:
    recorder.answers = {"/api/chat": (200, "")}
    with pytest.raises(ModelError, match="No data received"), model_errors():
        ChatOllama(model="toy", base_url=recorder.url).invoke("hello")


def test_other_value_errors_pass_as_they_are() -> None:
    with pytest.raises(ValueError, match="other"), model_errors():
        raise ValueError("other")
