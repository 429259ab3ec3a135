"""Tell which addresses may be followed, because those of manuals and indexes may be by anybody."""

from urllib.parse import urlsplit

_SAFE_SCHEMES = frozenset({"http", "https"})


def is_web_address(address: str) -> bool:
    """Whether an address is safe to follow: http or https, with a host, and free of control characters."""
    try:
        found = urlsplit(address)
    except ValueError:
        return False
    return address.isprintable() and found.scheme in _SAFE_SCHEMES and bool(found.hostname)
