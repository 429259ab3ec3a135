import asyncio
import json
import os
import socket
import subprocess
import sys
from typing import Any

import httpx
import ollama
import pytest
from conftest import LONG_PROMPT, PROXIES, OllamaServer, Recorder, ToolCall, free_port, opened
from langchain_ollama import ChatOllama
from ollama._client import _parse_host as ollama_reads

from graphrag_tools.errors import ConfigError, ModelError, PromptTooLong
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.ollama import OllamaAddress, ollama_address
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions


@pytest.fixture
def ollama_recorder(recorder: Recorder) -> Recorder:
    said = {"message": {"role": "assistant", "content": "ok"}, "done": True, "done_reason": "stop"}
    about = {"general.architecture": "toy", "toy.context_length": 2048}
    recorder.answers = {
        "/api/show": (200, json.dumps({"capabilities": ["completion"], "model_info": about})),
        "/api/chat": (200, json.dumps(said)),
    }
    return recorder


def on(server: OllamaServer, name: str, **options: Any) -> ChatModel:
    return opened(f"ollama:{name}", ModelOptions(base_url=server.base_url, **options))


def test_everything_that_keeps_a_prompt_whole_is_sent(ollama_recorder: Recorder) -> None:
    model = opened("toy", ModelOptions(max_tokens=77, threads=3, keep_alive="1h", base_url=ollama_recorder.url))
    assert model.chat.invoke("hello").content == "ok"
    asked = ollama_recorder.bodies["/api/chat"]
    assert (asked["truncate"], asked["shift"], asked["think"]) == (False, False, False)
    assert asked["options"] == {
        "num_ctx": 2048,
        "num_predict": 77,
        "num_thread": 3,
        "temperature": 0.0,
        "seed": 0,
        "repeat_penalty": 1.0,
    }
    assert asked["keep_alive"] == "1h"
    assert ollama_recorder.bodies["/api/show"] == {"model": "toy"}


def test_how_long_it_stays_loaded_may_be_left_to_the_server(ollama_recorder: Recorder) -> None:
    """A time that is sent counts before OLLAMA_KEEP_ALIVE."""
    opened("toy", ModelOptions(keep_alive="", base_url=ollama_recorder.url)).chat.invoke("hello")
    assert ollama_recorder.bodies["/api/chat"].get("keep_alive") is None
    with pytest.raises(ConfigError, match="keep_alive"):
        ModelOptions(keep_alive="long")


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
        open_chat_model("toy", options=ModelOptions(base_url=f"http://me:p%40ss@127.0.0.1:{free_port()}"))
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


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ('"127.0.0.1:5"', "http://127.0.0.1:5"),
        ("'http://here:5'", "http://here:5"),
        (' " here:5 " ', "http://here:5"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("http://[::]:5", "http://[::1]:5"),
        ("http://here:5/v1/", "http://here:5"),
        ("https://here/ollama/v1", "https://here:443/ollama"),
        ("http://here:5/api", "http://here:5"),
        ("http://here:5/api/chat", "http://here:5"),
        ("http://here:5/v1/chat/completions", "http://here:5"),
        ("http://here:5/v1/v1", "http://here:5"),
        ("HTTP://Here/", "http://here:80"),
        ("https://[::1]/", "https://[::1]:443"),
        ("here:5//", "http://here:5"),
        ("  ", "http://127.0.0.1:11434"),
    ],
)
def test_address_is_taken_as_ollama_itself_takes_it(given: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", given)
    assert ollama_address().url == meant


@pytest.mark.parametrize(
    ("host", "base"), [("'127.0.0.1:1'", None), ("a:1,b:2", "http://127.0.0.1:1"), ("a:1,b:2", None)]
)
def test_value_that_the_package_cannot_read_is_told_of_in_words(host: str, base: str | None) -> None:
    program = (
        "import os, graphrag_tools as g\n"
        f"try: g.open_chat_model('ollama:m', options=g.ModelOptions(base_url={base!r}))\n"
        "except g.GraphRAGToolsError as error: print(type(error).__name__, os.environ['OLLAMA_HOST'])"
    )
    environment = {**os.environ, "OLLAMA_HOST": host}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    kind = "ModelError" if base or "," not in host else "ConfigError"
    assert (ended.stdout.strip(), ended.stderr) == (f"{kind} {host}", "")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("NO_PROXY", "[::1]", "ModelError no Ollama server answers"),
        ("ALL_PROXY", "socks5://127.0.0.1:1", "ModelError no Ollama server answers"),
        ("https_proxy", "no proxy", "ModelError no Ollama server answers"),
        (
            "SSL_CERT_FILE",
            "/missing.pem",
            "ConfigError SSL_CERT_FILE is '/missing.pem': its certificates cannot be read",
        ),
    ],
)
def test_what_the_environment_says_of_other_servers_fails_nothing_or_in_words(
    variable: str, value: str, said: str
) -> None:
    program = (
        "import graphrag_tools as g\n"
        "from graphrag_tools.embeddings.providers import open_embeddings\n"
        "open_embeddings('ollama:m')\n"
        "try: g.open_chat_model('ollama:m')\n"
        "except g.GraphRAGToolsError as error: print(type(error).__name__, error)"
    )
    environment = {**os.environ, "OLLAMA_HOST": "127.0.0.1:1", variable: value}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout[: len(said)], ended.stderr) == (said, "")


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


def test_server_that_takes_connections_and_says_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("OLLAMA_HOST", url)
        with pytest.raises(ModelError, match=f"server at {url} takes connections and has not answered in 0.2 seconds"):
            open_chat_model("ollama:any", options=ModelOptions(timeout=0.2))


def test_server_that_is_down_is_named_with_how_to_start_it(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("OLLAMA_HOST", url)
    with pytest.raises(ModelError, match=f"no Ollama server answers at {url}.*`ollama serve`.*OLLAMA_HOST"):
        open_chat_model("llama3.2:3b")


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
    answer = model.chat.invoke("Write a long story about a dragon.")
    assert answer.response_metadata["done_reason"] == "length"
    assert answer.usage_metadata is not None
    # The last token is counted and takes no room.
    assert answer.usage_metadata["total_tokens"] <= 64 + 1


def test_model_that_goes_away_after_opening_is_a_model_error(ollama_server: OllamaServer) -> None:
    with ollama.Client(host=ollama_server.base_url, trust_env=False) as client:
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


def test_one_model_serves_several_event_loops(ollama_server: OllamaServer) -> None:
    model = on(ollama_server, ollama_server.weak, max_tokens=3)
    first, second = (asyncio.run(model.chat.ainvoke("hello")).text for _ in range(2))
    assert first
    assert first == second


def test_handed_in_model_keeps_prompts_whole_and_all_that_it_was_given(ollama_recorder: Recorder) -> None:
    own = ChatOllama(
        model="toy", base_url=ollama_recorder.url, num_ctx=128, top_k=7, client_kwargs={"headers": {"X-Key": "k"}}
    )
    model = opened(own)
    for reply in (model.chat.invoke("hello"), asyncio.run(model.chat.ainvoke("hello"))):
        asked = ollama_recorder.bodies["/api/chat"]
        assert reply.content == "ok"
        assert (asked["truncate"], asked["shift"]) == (False, False)
        assert (asked["options"]["num_ctx"], asked["options"]["top_k"]) == (128, 7)
    assert (model.name, model.provider) == ("custom:toy", "custom")


class OwnChatOllama(ChatOllama):
    """A subclass, as people make one for their gateway."""


@pytest.mark.parametrize(
    ("kind", "kwargs"),
    [(ChatOllama, {"verify": False}), (ChatOllama, {"transport": httpx.HTTPTransport()}), (OwnChatOllama, {})],
)
def test_handed_in_model_with_a_way_of_its_own_to_the_server_keeps_it_and_prompts_whole(
    kind: type[ChatOllama], kwargs: dict[str, Any], ollama_recorder: Recorder
) -> None:
    own = kind(model="toy", base_url=ollama_recorder.url, num_ctx=128, sync_client_kwargs=kwargs)
    model = opened(own).chat
    assert type(model) is kind
    for reply in (model.invoke("hello"), asyncio.run(model.ainvoke("hello"))):
        asked = ollama_recorder.bodies["/api/chat"]
        assert reply.content == "ok"
        assert (asked["truncate"], asked["shift"], asked["options"]["num_ctx"]) == (False, False, 128)
    own.invoke("hello")
    assert "truncate" not in ollama_recorder.bodies["/api/chat"]


def test_prompt_too_long_for_a_handed_in_model_is_refused_by_the_server(ollama_server: OllamaServer) -> None:
    own = ChatOllama(model=ollama_server.weak, base_url=ollama_server.base_url, num_ctx=128, num_predict=8)
    with pytest.raises(PromptTooLong), model_errors():
        opened(own).chat.invoke(LONG_PROMPT)
