"""Which hosts are this machine alone, and how a host stands in an address."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens at a host, given by name or address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def in_url(host: str) -> str:
    """Return a host as a URL has it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host
