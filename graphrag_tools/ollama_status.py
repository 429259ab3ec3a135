"""What an Ollama server is doing: its version, and what it has loaded with how much context."""

from dataclasses import dataclass

import httpx
import ollama

from graphrag_tools.model_facts import ModelFacts
from graphrag_tools.ollama_transport import OllamaAddress, ollama_client


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in the server's memory; context in tokens, sizes in bytes."""

    context: int | None
    size: int
    on_gpu: int


def server_version(address: OllamaAddress, timeout: float) -> str | None:
    """Return the server's version; None where nothing answers there, or something else than Ollama does."""
    try:
        with httpx.Client(transport=address.transport(), auth=address.auth, timeout=timeout) as client:
            version = client.get(f"{address.url}/api/version").raise_for_status().json().get("version")
    except (httpx.HTTPError, ValueError, AttributeError):
        return None
    return version if isinstance(version, str) else None


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
