"""Models of an Ollama server: its address, and what it says of a model."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import httpx

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.machine.loopback import in_url, is_wildcard
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.headers import chosen_headers
from graphrag_tools.models.model import ChatModel, ModelFacts
from graphrag_tools.models.ollama_package import ChatOllama, ModelDetails, ollama
from graphrag_tools.models.ollama_transport import AsyncUncutTransport, UncutTransport, uncut_client
from graphrag_tools.models.proxies import proxy_for
from graphrag_tools.text.listing import some_of

if TYPE_CHECKING:
    from graphrag_tools.models.options import ModelOptions

_MODELS_NAMED = 8
_CONNECT_SECONDS = 10.0
_FACTS_SECONDS = 30.0
"""What a server knows about a model it tells at once, however long the model then thinks."""
_NO_HEADERS: Mapping[str, str] = {}
_ENDPOINT = re.compile(r"(?:/v1(?:/(?:chat/)?completions)?|/api(?:/(?:chat|generate|tags))?)*/*$")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_BARE_TEMPLATE = re.compile(r"\s*\{\{-?\s*\.Prompt\s*-?\}\}\s*")
_APART_FROM_TRANSPORT = frozenset({"auth", "cookies", "follow_redirects", "headers", "params", "timeout"})
"""What a client is told that it can be told beside a transport; certificates and proxies it would ignore."""
# A kept connection belongs to the event loop that opened it, and breaks the second asyncio.run of a program.
_NO_KEPT_CONNECTIONS = httpx.Limits(max_keepalive_connections=0)


@dataclass(frozen=True, slots=True)
class OllamaAddress:
    """Where a server is: a full URL free of credentials, those credentials apart, and headers for a gateway."""

    url: str
    auth: tuple[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)

    def transport(self) -> httpx.BaseTransport:
        """Return a way to this server for a synchronous client."""
        # httpx ignores the proxies of the environment once it is given a transport.
        with _certificates():
            return UncutTransport(httpx.HTTPTransport(limits=_NO_KEPT_CONNECTIONS, proxy=proxy_for(self.url)))

    def async_transport(self) -> httpx.AsyncBaseTransport:
        """Return a way to this server for an asynchronous client."""
        with _certificates():
            inner = httpx.AsyncHTTPTransport(limits=_NO_KEPT_CONNECTIONS, proxy=proxy_for(self.url))
        return AsyncUncutTransport(inner)


@contextmanager
def _certificates() -> Iterator[None]:
    """Say in words that the certificates which the environment names cannot be read."""
    try:
        yield
    except OSError as error:
        file = os.environ.get("SSL_CERT_FILE", "")
        raise ConfigError(
            f"SSL_CERT_FILE is {file!r}: its certificates cannot be read ({error.strerror or error}). "
            "Correct the variable, or unset it."
        ) from error


def open_ollama(name: str, options: "ModelOptions") -> ChatModel:
    """Ask the server whether it has the model, and return it.

    Raises:
        ConfigError: The address is none.
        ModelError: The server is down or fails, or the model is not on it.
    """
    address = ollama_address(options.base_url, options.headers)
    with model_errors():
        facts = shown_model(address, name, min(options.timeout, _FACTS_SECONDS))
    context = min(options.context, facts.trained_context or options.context)
    chat = chat_ollama(address, name, context, options)
    return ChatModel(f"ollama:{name}", "ollama", chat, facts.claims_tools, context, facts, address.url)


def ollama_address(base_url: str | None = None, headers: Mapping[str, str] = _NO_HEADERS) -> OllamaAddress:
    """Return the address in base_url, else in the environment's OLLAMA_HOST, else http://127.0.0.1:11434.

    It is read as the `ollama` package reads OLLAMA_HOST: scheme, host, port and path may each be missing. As with
    Ollama's own client, blanks and quotes around it are dropped. An address to listen on (0.0.0.0) is this machine,
    and the "/v1" of OpenAI's clients and the "/api" of Ollama's own documentation are no part of it. Headers are those
    of the environment's GRAPHRAG_TOOLS_HEADERS, and those given before them.

    Raises:
        ConfigError: The address has no valid port, or a scheme other than http and https; or a header is none.
    """
    given = (base_url or os.environ.get("OLLAMA_HOST") or "").strip().strip("\"'").strip()
    scheme = given.partition("://")[0] if "://" in given else ""
    try:
        parts = urlsplit(given if scheme else f"http://{given}")
        port = parts.port or (_DEFAULT_PORTS.get(parts.scheme, 11434) if scheme else 11434)
    except ValueError as error:
        raise _not_an_address(given) from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise _not_an_address(given)
    host = parts.hostname or "127.0.0.1"
    if is_wildcard(host):
        host = "::1" if ":" in host else "127.0.0.1"
    path = _ENDPOINT.sub("", parts.path).rstrip("/")
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return OllamaAddress(f"{parts.scheme}://{in_url(host)}:{port}{path}", auth, chosen_headers(headers))


def shown_model(address: OllamaAddress, name: str, timeout: float) -> ModelFacts:
    """Ask the server about a model.

    Raises:
        ModelError: No server answers, what answers is not Ollama, or the model is not on it.
        ollama.ResponseError, httpx.TransportError: Any other refusal or failure.
    """
    try:
        with ollama_client(address, timeout) as client:
            shown = _show(client, name, address.url)
            listed = _listed(client, name)
    except ConnectionError as error:
        raise ModelError(
            f"no Ollama server answers at {address.url}. Start it with `ollama serve`, or give its address "
            "in the environment variable OLLAMA_HOST or as the base URL (--base-url)."
        ) from error
    except httpx.ReadTimeout as error:
        raise ModelError(
            f"the Ollama server at {address.url} takes connections and has not answered in {timeout:g} seconds. It is "
            "stuck, or very busy: see what it does, or start it again."
        ) from error
    except ValueError as error:
        raise ModelError(
            f"what answers at {address.url} is not an Ollama server. Correct OLLAMA_HOST or the base URL."
        ) from error
    about = shown.modelinfo or {}
    tokens = about.get(f"{about.get('general.architecture')}.context_length")
    details = shown.details or ModelDetails()
    return ModelFacts(
        digest=listed.digest if listed else None,
        parameters=details.parameter_size,
        size_bytes=listed.size if listed else None,
        quantisation=details.quantization_level,
        family=details.family,
        trained_context=tokens if isinstance(tokens, int) else None,
        capabilities=tuple(shown.capabilities or ()),
        template_takes_tools=None if shown.template is None else ".Tools" in shown.template,
        bare_template=_BARE_TEMPLATE.fullmatch(shown.template or "") is not None,
    )


def ollama_client(address: OllamaAddress, timeout: float) -> ollama.Client:
    """Return a client of the server; a `with` closes it."""
    return ollama.Client(
        host=address.url,
        auth=address.auth,
        headers=address.headers,
        timeout=_patience(timeout),
        transport=address.transport(),
    )


def _patience(timeout: float) -> httpx.Timeout:
    return httpx.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS))


def _show(client: ollama.Client, name: str, url: str) -> ollama.ShowResponse:
    try:
        return client.show(name)
    except ollama.ResponseError as error:
        if error.status_code != 404:
            raise
        raise _not_on_server([entry.model or "" for entry in client.list().models], name, url) from error


def _listed(client: ollama.Client, name: str) -> ollama.ListResponse.Model | None:
    """Return the server's entry of a model, None where it lists none; a name without a tag means "latest"."""
    wanted = (name.lower(), f"{name.lower()}:latest")
    try:
        return next((entry for entry in client.list().models if (entry.model or "").lower() in wanted), None)
    except ollama.ResponseError:
        # A gateway before the server may let only the chat through; the model answers all the same.
        return None


def _not_on_server(names: list[str], name: str, url: str) -> ModelError:
    has = f"which has: {some_of(names, _MODELS_NAMED)}" if names else "which has no models yet"
    return ModelError(
        f"model {name!r} is not on the Ollama server at {url}, {has}. Get it with `ollama pull {name}`, or "
        "name another. (A string that does not begin with a known provider names a model of Ollama.)"
    )


def chat_ollama(address: OllamaAddress, name: str, context: int, options: "ModelOptions") -> ChatOllama:
    """Return a chat model of the server; a prompt longer than the context is refused, never cut."""
    return ChatOllama(
        model=name,
        base_url=address.url,
        num_ctx=context,
        num_predict=options.max_tokens,
        temperature=options.temperature,
        seed=0,
        # The server's default, 1.1, turns greedy choices and words that are to be copied into others.
        repeat_penalty=1.0,
        num_thread=options.threads,
        keep_alive=options.keep_alive or None,
        # Unset, a model that can think does so unseen, and out of the same allowance of tokens.
        reasoning=False,
        client_kwargs={"auth": address.auth, "headers": address.headers, "timeout": _patience(options.timeout)},
        sync_client_kwargs={"transport": address.transport()},
        async_client_kwargs={"transport": address.async_transport()},
    )


def uncut_copy(chat: ChatOllama) -> ChatOllama:
    """Return a handed-in chat model that has a prompt refused where it would be cut.

    One that brings settings of its own for how the server is reached, such as a transport or certificates, keeps them,
    and so does a subclass, of which nobody knows how it is made.
    """
    given = {**(chat.client_kwargs or {}), **(chat.sync_client_kwargs or {}), **(chat.async_client_kwargs or {})}
    if type(chat) is not ChatOllama or given.keys() - _APART_FROM_TRANSPORT:
        copied = chat.model_copy()
        copied._client = uncut_client(chat._client, UncutTransport)
        copied._async_client = uncut_client(chat._async_client, AsyncUncutTransport)
        return copied
    address = ollama_address(chat.base_url)
    fields = {name: getattr(chat, name) for name in chat.model_fields_set}
    fields["sync_client_kwargs"] = {**(chat.sync_client_kwargs or {}), "transport": address.transport()}
    fields["async_client_kwargs"] = {**(chat.async_client_kwargs or {}), "transport": address.async_transport()}
    return ChatOllama(**fields)


def _not_an_address(given: str) -> ConfigError:
    shown = given.rpartition("@")[2]
    return ConfigError(
        f"{shown!r} is not the address of an Ollama server: expected http://HOST:PORT. "
        "Correct the base URL or the environment variable OLLAMA_HOST."
    )


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in the server's memory; context in tokens, sizes in bytes."""

    context: int | None
    size: int
    on_gpu: int


def server_version(address: OllamaAddress, timeout: float) -> str | None:
    """Return the server's version; None where nothing answers there, or something else than Ollama does."""
    try:
        reached: dict[str, Any] = {"auth": address.auth, "headers": address.headers, "timeout": timeout}
        with httpx.Client(transport=address.transport(), **reached) as client:
            version = client.get(f"{address.url}/api/version").raise_for_status().json().get("version")
    except (httpx.HTTPError, ValueError, AttributeError):
        return None
    return version if isinstance(version, str) else None


def server_models(address: OllamaAddress, timeout: float) -> list[str]:
    """Return the names of the models that a server has.

    Raises:
        ollama.ResponseError, ConnectionError, httpx.TransportError: The server failed, or does not answer in time.
    """
    with ollama_client(address, timeout) as client:
        return [entry.model for entry in client.list().models if entry.model]


def loaded_model(address: OllamaAddress, name: str, facts: ModelFacts, timeout: float) -> LoadedModel | None:
    """Return a model as it is in memory now; None where it is not loaded, or the server does not say."""
    wanted = (name.lower(), f"{name.lower()}:latest")
    try:
        with ollama_client(address, timeout) as client:
            running = client.ps().models
    except ollama.ResponseError:
        return None
    named = [entry for entry in running if (entry.model or "").lower() in wanted]
    # Two names of the same weights share one place in memory, and the server lists the name that came first.
    found = named or [entry for entry in running if _same_weights(entry, facts)]
    if not found:
        return None
    return LoadedModel(found[0].context_length, int(found[0].size or 0), int(found[0].size_vram or 0))


def _same_weights(entry: ollama.ProcessResponse.Model, facts: ModelFacts) -> bool:
    about = entry.details
    known = (facts.family, facts.parameters, facts.quantisation)
    return about is not None and all(known) and known == (about.family, about.parameter_size, about.quantization_level)


def load_model(address: OllamaAddress, name: str, context: int, timeout: float) -> None:
    """Have a model loaded with a context, without asking it anything.

    Raises:
        ollama.ResponseError, ConnectionError, httpx.TransportError: The server failed.
    """
    with ollama_client(address, timeout) as client:
        client.chat(name, messages=[], options={"num_ctx": context})
