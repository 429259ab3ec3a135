"""Headers for a model's server behind a gateway, from options and the environment."""

import asyncio
import json

import pytest
from conftest import Recorder, opened
from langchain_openai import ChatOpenAI

from graphrag_tools.embeddings.ollama import OllamaTextEmbeddings
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.headers import VARIABLE
from graphrag_tools.models.ollama import ollama_address
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.escalation import Account, escalation
from graphrag_tools.workflow.options import Budget, WorkflowOptions

SECRET = "a-key-of-the-gateway"


@pytest.fixture
def gateway(recorder: Recorder) -> Recorder:
    said = {"message": {"role": "assistant", "content": "ok"}, "done": True, "done_reason": "stop"}
    recorder.answers = {
        "/api/show": (200, json.dumps({"capabilities": ["completion"], "model_info": {}})),
        "/api/chat": (200, json.dumps(said)),
        "/api/embed": (200, json.dumps({"embeddings": [[0.6, 0.8]]})),
    }
    return recorder


@pytest.mark.parametrize("variable", [f"X-Api-Key: {SECRET}\n\nX-Team: docs", json.dumps({"X-Api-Key": SECRET})])
def test_headers_of_the_environment_go_with_every_request(
    variable: str, gateway: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, variable)
    monkeypatch.setenv("OLLAMA_HOST", gateway.url)
    model = opened("ollama:toy")
    model.chat.invoke("hello")
    asyncio.run(model.chat.ainvoke("hello"))
    OllamaTextEmbeddings("toy").embed_query("hello")
    for path in ("/api/show", "/api/chat", "/api/embed"):
        assert gateway.headers[path]["x-api-key"] == SECRET


def test_headers_that_are_given_count_before_those_of_the_environment(
    gateway: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "X-Api-Key: other\nX-Team: docs")
    options = ModelOptions(base_url=gateway.url, headers={"X-Api-Key": SECRET})
    opened("ollama:toy", options).chat.invoke("hello")
    assert (gateway.headers["/api/chat"]["x-api-key"], gateway.headers["/api/chat"]["x-team"]) == (SECRET, "docs")
    assert SECRET not in repr(options) + repr(ollama_address(None, {"X-Api-Key": SECRET}))


def test_hosted_models_at_a_base_url_send_them_and_others_none_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv(VARIABLE, f"X-Api-Key: {SECRET}")
    at = opened("openai:any", ModelOptions(base_url="http://127.0.0.1:1/v1")).chat
    plain = opened("openai:any").chat
    assert isinstance(at, ChatOpenAI)
    assert isinstance(plain, ChatOpenAI)
    assert (at.default_headers, plain.default_headers) == ({"X-Api-Key": SECRET}, None)


def test_a_larger_model_is_not_sent_the_headers_of_the_first(
    kettle_index: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    options = ModelOptions(headers={"X-Api-Key": SECRET})
    larger = escalation(
        kettle_index,
        WorkflowOptions(escalate_to="openai:any", tool_mode="none", answers="quoted", choices=1),
        options,
        Account(Budget()),
    )
    assert larger is not None
    chat = larger.open_model().model
    assert chat is not None
    assert isinstance(chat.chat, ChatOpenAI)
    assert chat.chat.default_headers is None


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("no colon at all", "a line has no colon"),
        ("{not json", "no valid JSON"),
        ("[1]", "a line has no colon"),
        ('{"X": 5}', "the value of X cannot be sent"),
        ("X Y: z", "'X Y' is no name of a header"),
        (f"X-Key: {SECRET}\u00e9", "the value of X-Key cannot be sent"),
    ],
)
def test_headers_that_are_none_are_refused_without_their_values(
    variable: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, variable)
    with pytest.raises(ConfigError, match=said) as caught:
        ollama_address("here")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", ["one\r\nX-Evil: two", "one\ntwo"])
def test_no_header_smuggles_another(value: str) -> None:
    with pytest.raises(ConfigError, match="the value of X-Key cannot be sent"):
        ModelOptions(headers={"X-Key": value})


def test_a_provider_that_takes_none_says_so() -> None:
    with pytest.raises(ConfigError, match="headers cannot be sent with google_genai"):
        opened("google_genai:any", ModelOptions(headers={"X-Key": "k"}))
