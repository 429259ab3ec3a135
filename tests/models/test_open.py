import asyncio
import json
import sys
from typing import Any
from unittest.mock import Mock

import httpx
import ollama
import pytest
from conftest import PROXIES, Recorder, free_port, opened
from langchain.chat_models.base import _BUILTIN_PROVIDERS
from langchain_core.language_models import FakeListChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.providers import PROVIDERS, Provider, near_provider, provider_named, split_model


@pytest.fixture(autouse=True)
def environment_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, "OPENAI_PROXY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")


@pytest.mark.parametrize(
    ("string", "provider", "name"),
    [
        ("llama3.2:3b", "ollama", "llama3.2:3b"),
        ("qwen3:8b", "ollama", "qwen3:8b"),
        ("ollama:qwen3:8b", "ollama", "qwen3:8b"),
        (" Ollama: mistral ", "ollama", "mistral"),
        ("nonsense-provider:x", "ollama", "nonsense-provider:x"),
        ("hf.co/someone/some-model:Q4_K_M", "ollama", "hf.co/someone/some-model:Q4_K_M"),
        ("openai", "ollama", "openai"),
        ("openai:gpt-5", "openai", "gpt-5"),
        ("google-genai:gemini-flash", "google_genai", "gemini-flash"),
        ("openai:ft:gpt-4o:team::id", "openai", "ft:gpt-4o:team::id"),
        ("gguf:smollm2", "gguf", "smollm2"),
        (r"gguf:C:\models\m.gguf", "gguf", r"C:\models\m.gguf"),
    ],
)
def test_prefix_counts_only_if_it_is_a_provider(string: str, provider: str, name: str) -> None:
    assert split_model(string) == (provider, name)


def test_another_provider_is_one_row_more(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = ChatModel("toy:x", "toy", FakeListChatModel(responses=[]), claims_tools=False, context=None)
    assert split_model("toy:x") == ("ollama", "toy:x")
    monkeypatch.setitem(PROVIDERS, "toy", Provider("toy:NAME", lambda _name, _options: toy))
    assert split_model("toy:x") == ("toy", "x")
    assert open_chat_model("toy:x") is toy


def test_every_provider_of_langchain_is_known() -> None:
    assert {split_model(f"{provider}:m")[0] for provider in _BUILTIN_PROVIDERS} == set(_BUILTIN_PROVIDERS)
    assert {"openai", "anthropic", "mistralai"} <= set(_BUILTIN_PROVIDERS)


@pytest.mark.parametrize("string", ["", "  ", "ollama:", "gguf: ", "openai:"])
def test_string_without_a_name_is_a_config_error(string: str) -> None:
    with pytest.raises(ConfigError, match="names no model; expected ollama:NAME"):
        open_chat_model(string)


def test_address_is_no_model() -> None:
    with pytest.raises(ConfigError, match=r"an address \(http://…\) names no model; give it as the base URL") as told:
        open_chat_model("http://joe:secret@127.0.0.1:11434")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("string", "near"),
    [
        ("olama:llama3", "ollama:llama3"),
        ("opnai:", "openai:NAME"),
        ("gguff:smollm2", "gguf:smollm2"),
        ("antrophic:claude", "anthropic:claude"),
        ("google-genia:gemini", "google_genai:gemini"),
        ("openai/gpt-5-mini", "openai:gpt-5-mini"),
        ("Ollama/llama3.2", "ollama:llama3.2"),
        ("models/small.gguf", "gguf:models/small.gguf"),
        (r"C:\models\small.gguf", r"gguf:C:\models\small.gguf"),
        ("gpt-5-mini", "openai:gpt-5-mini"),
        ("o3-mini", "openai:o3-mini"),
        ("claude-sonnet-4-5", "anthropic:claude-sonnet-4-5"),
        ("gemini-3-pro", "google_genai:gemini-3-pro"),
        ("gpt-oss", ""),
        ("gpt-oss:20b", ""),
        ("somebody/llama3", ""),
        ("olmo2", ""),
        ("llama3:8b", ""),
        ("mistral:7b", ""),
        ("deepseek-r1:7b", ""),
        ("qwen3", ""),
    ],
)
def test_slip_in_a_provider_is_told_from_a_name_of_ollamas(string: str, near: str) -> None:
    assert near_provider(string) == near
    assert near_provider(f"{near.partition(':')[0] or 'openai'}:{string}") == "", "a provider that is known is no slip"
    with pytest.raises(ModelError) as failed:
        open_chat_model(string, options=ModelOptions(base_url=f"http://127.0.0.1:{free_port()}"))
    assert str(failed.value).endswith(f"Did you mean {near}?") is bool(near)


@pytest.mark.parametrize("nothing", [None, "none", " None "])
def test_none_means_no_model(nothing: str | None) -> None:
    assert open_chat_model(nothing) is None


def test_chat_model_instance_is_taken_as_it_is() -> None:
    chat = FakeListChatModel(responses=["yes"])
    model = opened(chat)
    assert model == ChatModel("custom:FakeListChatModel", "custom", chat, claims_tools=True, context=None)
    assert model.chat is chat
    assert open_chat_model(model) is model


def test_instance_is_named_after_its_model() -> None:
    class Named(GenericFakeChatModel):
        model_name: str = "house-model-7b"

    assert opened(Named(messages=iter(()))).name == "custom:house-model-7b"


def test_what_is_neither_string_nor_model_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="the model is a int; expected a string"):
        open_chat_model(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", ["context", "max_tokens", "timeout"])
@pytest.mark.parametrize("value", [0, -1])
def test_limits_must_limit(limit: str, value: int) -> None:
    changed: dict[str, Any] = {limit: value}
    with pytest.raises(ConfigError, match=f"{limit} is {value}; expected more than 0"):
        ModelOptions(**changed)


def test_missing_key_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelError, match=r"openai:gpt-5 has no credentials.*variable OPENAI_API_KEY\.$"):
        open_chat_model("openai:gpt-5")


@pytest.mark.parametrize("key", ["", "mine"])
def test_a_server_of_ones_own_needs_no_key(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    opened = open_chat_model("openai:mine", options=ModelOptions(base_url="http://127.0.0.1:9/v1"))
    assert opened
    assert isinstance(opened.chat, ChatOpenAI)
    assert isinstance(opened.chat.openai_api_key, SecretStr)
    assert opened.chat.openai_api_key.get_secret_value() == (key or "none")


def test_missing_partner_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    with pytest.raises(ModelError, match=r"Install it with: pip install langchain-anthropic$"):
        open_chat_model("anthropic:claude-9")


def test_a_package_to_install_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = ImportError("It needs langchain-openai. Please install it with `pip install langchain-openai`")
    monkeypatch.setattr("langchain.chat_models.init_chat_model", Mock(side_effect=told))
    with pytest.raises(ModelError, match=r"^openai:gpt-5 needs the package langchain-openai\. Install it with: "):
        open_chat_model("openai:gpt-5")


def test_setting_that_a_provider_refuses_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_PROXY", "no address at all")
    with pytest.raises(ModelError, match=r"openai:gpt-4 cannot be set up: .* build the LangChain chat model"):
        open_chat_model("openai:gpt-4")


def test_hosted_model_gets_options_and_base_url(recorder: Recorder) -> None:
    options = ModelOptions(max_tokens=7, temperature=0.25, timeout=9.0, base_url=f"{recorder.url}/v1")
    model = opened("openai:house-model", options)
    assert (model.name, model.provider, model.claims_tools, model.context) == (
        "openai:house-model",
        "openai",
        True,
        None,
    )
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello."}}
    answer = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    recorder.answers["/v1/chat/completions"] = (200, json.dumps(answer))
    assert model.chat.invoke("hello").content == "Hello."
    sent = recorder.bodies["/v1/chat/completions"]
    assert (sent["max_completion_tokens"], sent["temperature"]) == (7, 0.25)
    assert model.chat.request_timeout == 9.0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("status", "said", "meaning"),
    [
        (401, "bad key", "refused the credentials"),
        (403, "not yours", "refused the credentials"),
        (404, "no such model", "not on its server"),
        (400, "context_length_exceeded: 9000 tokens, at most 8192", "prompt is longer.*9000.*8192"),
        (422, "strange request", "failed, or refused.*strange request"),
    ],
)
def test_refusals_of_a_hosted_model_are_put_in_words(recorder: Recorder, status: int, said: str, meaning: str) -> None:
    recorder.answers["/v1/chat/completions"] = (status, json.dumps({"error": {"message": said}}))
    model = opened("openai:house-model", ModelOptions(base_url=f"{recorder.url}/v1"))
    with pytest.raises(ModelError, match=meaning), model_errors():
        model.chat.invoke("hello")


def test_hosted_server_that_is_down_is_a_model_error() -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    model = opened("openai:house-model", ModelOptions(base_url=url))
    with pytest.raises(ModelError, match=f"cannot be reached.*{url}"), model_errors():
        model.chat.invoke("hello")


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyError("x"), ConnectionError("a store"), ModelError("m")])
def test_other_errors_pass_untouched(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, model_errors():
        raise error
    assert caught.value is error
    assert caught.value.__cause__ is None


def test_driver_error_is_the_cause() -> None:
    error = ollama.ResponseError("the runner has stopped", 500)
    with (
        pytest.raises(ModelError, match=r"failed, or refused the request.*the runner has stopped") as caught,
        model_errors(),
    ):
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (httpx.ReadTimeout("waited"), "did not answer in time"),
        (httpx.ConnectError("refused"), "cannot be reached"),
        (httpx.RemoteProtocolError("hung up"), "cannot be reached"),
    ],
)
def test_transport_errors_are_put_in_words(error: Exception, meaning: str) -> None:
    with pytest.raises(ModelError, match=meaning), model_errors():
        raise error


def test_errors_are_mapped_around_async_code_without_drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("openai", "ollama"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    async def call() -> None:
        with model_errors():
            await asyncio.sleep(0)
            raise httpx.ConnectError("refused")

    with pytest.raises(ModelError, match="cannot be reached"):
        asyncio.run(call())
    assert "openai" not in sys.modules
    assert "ollama" not in sys.modules


@pytest.mark.parametrize(
    ("provider", "told", "calls"),
    [
        ("ollama", "3", 3),
        ("ollama", "0", 1),
        ("ollama", "many", 1),
        ("gguf", "3", 1),
        ("custom", "3", 1),
        ("openai", "", 4),
    ],
)
def test_calls_at_once_are_those_that_a_provider_answers(
    monkeypatch: pytest.MonkeyPatch, provider: str, told: str, calls: int
) -> None:
    monkeypatch.setenv("OLLAMA_NUM_PARALLEL", told)
    assert provider_named(provider).calls_at_once() == calls
