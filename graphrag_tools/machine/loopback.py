"""Loopback and wildcard hosts, how a host stands in an address, and by which names a server may be called."""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""The names by which this machine calls itself, as a Host header has them."""

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]\\]+)(?::\d{0,5})?")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens at a host, given by name or address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def in_url(host: str) -> str:
    """Return a host as a URL has it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def host_of(address: str) -> str:
    """Return the host of an address as a URL has it, in lower case; "" where it has none.

    >>> host_of("//Example.org:80"), host_of("http://[::1]:8000/page")
    ('example.org', '[::1]')
    """
    try:
        return in_url(urlsplit(address).hostname or "")
    except ValueError:
        return ""


def has_host(address: str) -> bool:
    """Whether an address as a URL has it names a host, and no port that is 0 or no number."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def called_host(headers: Sequence[str]) -> str:
    """Return the host that a request calls, in lower case, by its Host headers; "" where it calls none, or several.

    A header that is more than a name and a port is none: what stands behind it may read another name there.

    >>> called_host(["Example.org:80"]), called_host(["example.org/a"]), called_host(["localhost", "example.org"])
    ('example.org', '', '')
    """
    found = _HOST.fullmatch(headers[0]) if len(headers) == 1 else None
    return found[1].lower() if found else ""


def is_wildcard(host: str) -> bool:
    """Whether a host stands for every address of this machine, and so has no name of its own."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def own_names(host: str, further: Sequence[str]) -> tuple[str, ...]:
    """Return the names by which others may call what listens at a host, as a Host header has them, in lower case.

    `further` are those that its owner names beside the host itself. Empty where any may: a wildcard address has no
    name to compare with.
    """
    if is_wildcard(host):
        names = [*further, *LOOPBACK_NAMES] if further else []
    else:
        names = [*further, in_url(host), *(LOOPBACK_NAMES if is_loopback(host) else ())]
    return tuple(dict.fromkeys(name.lower() for name in names))
