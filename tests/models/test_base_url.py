"""Slips in the addresses of hosted models' servers."""

import json

import pytest
from conftest import Recorder, opened

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.models.base_url import checked_base_url
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("127.0.0.1:8000/v1", "does not begin with http:// or https://; expected http://127.0.0.1:8000/v1"),
        ("localhost:8000", "expected http://localhost:8000"),
        ("http:/here/v1", "expected http://here/v1"),
        ("http://here:port/v1", "a port that is no number"),
        ("http://", "it does not begin|it names no host"),
        ("http://here/v1/chat/completions", "one kind of call; expected http://here/v1"),
        ("http://here/v1/v1/", "/v1 stands in it twice"),
        ("http://here:11434/api", "Ollama's own API; use ollama:NAME, or http://here:11434/v1"),
        ("http://here/api/chat", "Ollama's own API; use ollama:NAME, or http://here/v1"),
    ],
)
def test_known_slip_is_named_before_a_call(given: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with pytest.raises(ConfigError, match=said):
        opened("openai:any", ModelOptions(base_url=given))
    monkeypatch.setenv("OPENAI_BASE_URL", given)
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL is"):
        opened("openai:any")


@pytest.mark.parametrize("given", ["http://here/v1/", " 'http://here/v1' ", "http://here/v1"])
def test_blanks_quotes_and_slashes_around_it_are_dropped(given: str) -> None:
    assert checked_base_url("openai", given) == "http://here/v1"


@pytest.mark.parametrize("given", ["https://here/api", "https://here/openai/v1beta", "https://here/v3", "http://h:1/x"])
def test_addresses_of_other_servers_stay_as_they_are(given: str) -> None:
    assert checked_base_url("openai", given) == given


def test_what_anthropics_client_adds_is_not_given() -> None:
    with pytest.raises(ConfigError, match="adds /v1 itself; expected https://here"):
        checked_base_url("anthropic", "https://here/v1")


def test_password_is_not_said() -> None:
    with pytest.raises(ConfigError) as caught:
        checked_base_url("openai", "http://me:secret@here/v1/v1")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("path", "hinted"), [("", True), ("/v1", False)])
def test_missing_version_is_named_where_the_server_knows_no_such_path(
    path: str, hinted: bool, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    recorder.answers = {"/other": (200, json.dumps({}))}
    chat = opened("openai:any", ModelOptions(base_url=f"{recorder.url}{path}")).chat
    with pytest.raises(ModelError) as caught, model_errors():
        chat.invoke("hello")
    assert (f"most servers want {recorder.url}/v1" in str(caught.value)) == hinted


def test_an_address_of_the_environment_is_used_as_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", ' "http://127.0.0.1:1/v1/" ')
    opened = open_chat_model("openai:m")
    assert opened is not None
    assert opened.chat.openai_api_base == "http://127.0.0.1:1/v1"  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["sk-x\n", "schlüssel", "sk\tx"])
def test_a_key_that_no_header_carries_is_told_of_without_showing_it(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY has a line break or a letter beyond ASCII") as refused:
        open_chat_model("openai:m")
    assert key.strip() not in str(refused.value)
