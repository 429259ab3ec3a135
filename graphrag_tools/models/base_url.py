"""Addresses of hosted models' servers: slips that make every call fail are named before the first one."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from graphrag_tools.errors import ConfigError
from graphrag_tools.machine.loopback import has_host

_ENDPOINT = re.compile(r"/(?:chat/completions|completions|responses|embeddings|messages|models)$")
_OLLAMAS_OWN = re.compile(r"/api/(?:chat|generate|tags)$|(?<=:11434)/api$")
_TWICE = re.compile(r"/v1/(?:.*/)?v1/")


def checked_base_url(provider: str, given: str, where: str = "the base URL") -> str:
    """Return an address without blanks, quotes and slashes around it.

    Raises:
        ConfigError: It has one of the slips that are known of such addresses, which the message names.
    """
    url = given.strip().strip("\"'").strip().rstrip("/")
    if problem := next(_slips(provider, url), ""):
        shown = url.rpartition("@")[2]
        raise ConfigError(f"{where} is {shown!r}: {problem}.")
    return url


def missing_version(url: str) -> str:
    """Return a hint for an address that a server of OpenAI's API did not know, where the usual /v1 is missing."""
    if re.search(r"/v\d+(?:/|$)", urlsplit(url).path) or not _ENDPOINT.search(url):
        return ""
    base = _ENDPOINT.sub("", url)
    return f" Its base URL has no version: most servers want {base}/v1."


def _slips(provider: str, url: str) -> Iterator[str]:
    """Yield what is wrong with an address and what it should be."""
    if not re.match(r"https?://", url, re.IGNORECASE):
        bare = re.sub(r"^\w+:/*(?=\D)", "", url)
        yield f"it does not begin with http:// or https://; expected http://{bare}"
        return
    if not has_host(url):
        yield "it names no host, or a port that is no number; expected http://HOST:PORT/v1"
        return
    if _OLLAMAS_OWN.search(url):
        yield f"that is Ollama's own API; use ollama:NAME, or {_OLLAMAS_OWN.sub('', url)}/v1 for OpenAI's"
    if _ENDPOINT.search(url):
        yield f"it is the address of one kind of call; expected {_ENDPOINT.sub('', url)}"
    path = urlsplit(url).path
    if _TWICE.search(f"{path}/"):
        yield "/v1 stands in it twice; expected it once"
    if provider == "anthropic" and path.endswith("/v1"):
        yield f"Anthropic's client adds /v1 itself; expected {url.removesuffix('/v1')}"
