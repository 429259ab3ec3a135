"""The table of providers: each prefix with how its models are opened, and what follows from where they run.

Another provider of our own is one row more here, and a file of its own; every other prefix is LangChain's.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from graphrag_tools.errors import ConfigError

if TYPE_CHECKING:
    from graphrag_tools.models.model import ChatModel
    from graphrag_tools.models.options import ModelOptions

NO_MODEL = "none"
"""The name that stands in a model's place where there is none."""
CUSTOM = "custom"
"""The provider of an instance that was handed in: what it is cannot be told from its name."""
_HOSTED_AT_ONCE = 4
_LONG, _SLIPS_OF_LONG = 9, 2
"""A provider's name from so many letters on may have two slips, a shorter one has one."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One kind of models; its functions take the name that stands after the colon."""

    forms: str
    """The strings that name its models, as help shows them; "" for none of our own."""
    open: Callable[[str, "ModelOptions"], "ChatModel"]
    """Returns the model, ready to be called. Raises ConfigError or ModelError."""
    check: Callable[[str, "ModelOptions"], None] = lambda _name, _options: None
    """Raises what can be found wrong without asking or loading anything."""
    is_local: bool = False
    """Whether calls cost nothing and a reply's limit of tokens is ours to set."""
    calls_at_once: Callable[[], int] = lambda: 1
    """Returns how many calls the provider answers at once."""


def _open_ollama(name: str, options: "ModelOptions") -> "ChatModel":
    from graphrag_tools.models.ollama import open_ollama

    return open_ollama(name, options)


def _check_ollama(_name: str, options: "ModelOptions") -> None:
    from graphrag_tools.models.ollama import ollama_address

    ollama_address(options.base_url, options.headers)


def _ollama_at_once() -> int:
    """Return what the server of this machine is told; it tells callers nothing of it."""
    told = os.environ.get("OLLAMA_NUM_PARALLEL", "")
    return int(told) if told.isdecimal() and int(told) else 1


def _open_gguf(name: str, options: "ModelOptions") -> "ChatModel":
    from graphrag_tools.models.llama_cpp import open_gguf

    return open_gguf(name, options)


def _check_gguf(name: str, _options: "ModelOptions") -> None:
    from graphrag_tools.models.llama_cpp import weights_file

    weights_file(name)


def _open_hosted(provider: str, name: str, options: "ModelOptions") -> "ChatModel":
    from graphrag_tools.models.hosted import open_hosted

    return open_hosted(provider, name, options)


PROVIDERS = {
    "ollama": Provider("ollama:NAME", _open_ollama, _check_ollama, is_local=True, calls_at_once=_ollama_at_once),
    "gguf": Provider("gguf:smollm2, gguf:PATH", _open_gguf, _check_gguf, is_local=True),
}
DEFAULT_PROVIDER = "ollama"
FORMS = f"{', '.join(row.forms for row in PROVIDERS.values())}, openai:NAME or another PROVIDER:NAME, or none"
"""Every string that names a model, in words."""


def provider_named(name: str) -> Provider:
    """Return the row of a provider; one that is not in the table is LangChain's, or that of a handed-in instance."""
    hosted = Provider("", partial(_open_hosted, name), calls_at_once=lambda: 1 if name == CUSTOM else _HOSTED_AT_ONCE)
    return PROVIDERS.get(name, hosted)


def names_no_model(model: str) -> bool:
    """Whether a model string stands for no model at all."""
    return model.strip().lower() == NO_MODEL


def is_free(model: str) -> bool:
    """Whether a model string names none, or one whose calls cost nothing. Raises ConfigError where it names nothing."""
    return names_no_model(model) or provider_named(split_model(model)[0]).is_local


def split_model(model: str) -> tuple[str, str]:
    """Return the provider and the name in a model string.

    What stands before the first colon counts only if it is a provider: "qwen3:8b" is a model of Ollama.

    Raises:
        ConfigError: There is no name.
    """
    prefix, colon, rest = model.partition(":")
    provider = prefix.strip().lower().replace("-", "_")
    is_known = bool(colon) and (provider in PROVIDERS or _is_langchains(provider))
    chosen, name = (provider, rest.strip()) if is_known else (DEFAULT_PROVIDER, model.strip())
    if not name:
        raise ConfigError(f"{model!r} names no model; expected {FORMS}.")
    if not is_known and rest.startswith("//"):
        raise ConfigError(
            f"an address ({prefix}://…) names no model; give it as the base URL, and as the model {FORMS}."
        )
    return chosen, name


def _is_langchains(provider: str) -> bool:
    from graphrag_tools.models.hosted import hosted_packages

    return provider in hosted_packages()


_HOSTED = (
    ("openai", re.compile(r"gpt-(?!oss)|chatgpt|o[134](?:-|$)", re.IGNORECASE)),
    ("anthropic", re.compile(r"claude-", re.IGNORECASE)),
    ("google_genai", re.compile(r"gemini-", re.IGNORECASE)),
)
"""Models that are known by name without their provider."""


def near_provider(model: str) -> str:
    """Return a model string with the provider that its own is a slip of: "openai:gpt-5" for "opnai:gpt-5".

    Also of "openai/gpt-5", "gpt-5" and "models/small.gguf", which lack theirs. Empty where none is near; a provider
    that is known has none. "llama3:8b" is a name of Ollama's, and no slip.
    """
    from rapidfuzz.distance import OSA

    from graphrag_tools.models.hosted import hosted_packages

    prefix, colon, rest = model.partition(":")
    typed = prefix.strip().lower().replace("-", "_")
    known = {*PROVIDERS, *hosted_packages()}
    if colon and typed in known:
        return ""
    if model.strip().lower().endswith(".gguf"):
        return f"gguf:{model.strip()}"
    folder, slash, name = model.strip().partition("/")
    if slash and folder.lower() in known:
        return f"{folder.lower()}:{name}"
    if not colon:
        return next((f"{maker}:{model.strip()}" for maker, names in _HOSTED if names.match(model.strip())), "")
    most = _SLIPS_OF_LONG if len(typed) >= _LONG else 1
    slips = {name: OSA.distance(typed, name, score_cutoff=most) for name in sorted(known)}
    near = min(slips, key=lambda name: slips[name])
    return f"{near}:{rest.strip() or 'NAME'}" if slips[near] <= most else ""
