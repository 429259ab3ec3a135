"""The proxy that stands before a server, chosen from the environment as Ollama's own client, written in Go, does."""

import ipaddress
import urllib.request
from urllib.parse import urlsplit

from graphrag_tools.errors import ConfigError
from graphrag_tools.machine.loopback import has_host, is_loopback

_SCHEMES = ("http", "https", "socks5", "socks5h")


def proxy_for(url: str) -> str | None:
    """Return the proxy for an address, None for none; none stands before this machine itself.

    HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name it, also without a scheme; NO_PROXY lists hosts, domains, networks
    ("10.0.0.0/8") and ports that are reached without it.

    Raises:
        ConfigError: It is no address, or a SOCKS proxy and the package for those is missing.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or _is_left_out(host, parts.port):
        return None
    proxies = urllib.request.getproxies()
    given = (proxies.get(parts.scheme) or proxies.get("all") or "").strip()
    return _usable(given if "://" in given else f"http://{given}") if given else None


def _is_left_out(host: str, port: int | None) -> bool:
    named = f"{host}:{port}" if port else host
    return bool(urllib.request.proxy_bypass(named)) or any(_covers(entry, host) for entry in _left_out())


def _left_out() -> list[str]:
    return [entry.strip() for entry in urllib.request.getproxies().get("no", "").split(",") if entry.strip()]


def _covers(entry: str, host: str) -> bool:
    """Whether an entry is a network with the host, or a domain behind a star: what urllib does not know."""
    if entry.startswith("*."):
        return host.endswith(entry[1:])
    try:
        return "/" in entry and ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def _usable(proxy: str) -> str:
    shown, scheme = proxy.rpartition("@")[2], proxy.partition("://")[0].lower()
    if not has_host(proxy) or scheme not in _SCHEMES:
        raise ConfigError(f"the proxy in the environment is {shown!r}; expected http://HOST:PORT. Correct HTTP_PROXY.")
    if scheme.startswith("socks"):
        _check_socks(shown)
    return proxy


def _check_socks(shown: str) -> None:
    import importlib.util

    if importlib.util.find_spec("socksio") is None:
        raise ConfigError(f"the proxy in the environment is {shown!r}, which needs: pip install 'httpx[socks]'")
