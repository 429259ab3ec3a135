"""Hide secrets in words that are printed, logged, stored or shown to others."""

import re

_HIDDEN = "***"
# Up to the last "@" that a host may follow: a password may hold "@", and "/" that nobody has escaped.
_CREDENTIALS = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]{0,40}+://)(?:[^\s\"'<>:/]{0,2000}+:[^\s\"'<>]{0,2000}|[^\s\"'<>/]{0,2000})@(?=[\w\[])",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(?P<name>\bbearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_QUERY = re.compile(r"(?P<name>[?&](?:api[-_]?key|key|access[-_]?token|token|password|secret)=)[^\s\"'&#]+", re.I)
_KEY = re.compile(r"\b(?:sk|pk|rk|xai|gsk|hf)[-_][\w-]{12,}")


def without_credentials(url: str) -> str:
    """Return an address that may be shown and remembered: without user, password and keys.

    >>> without_credentials("https://me:secret@host/path")
    'https://host/path'
    """
    return hide_secrets(_CREDENTIALS.sub(r"\g<scheme>", url))


def hide_secrets(text: str) -> str:
    """Return a text without the credentials of any URL in it, bearer tokens, and what looks like a provider's key.

    `https://me:secret@host/path` becomes `https://***@host/path`; an address without credentials stays as it is.
    """
    hidden = _CREDENTIALS.sub(rf"\g<scheme>{_HIDDEN}@", text)
    hidden = _BEARER.sub(rf"\g<name>{_HIDDEN}", hidden)
    hidden = _QUERY.sub(rf"\g<name>{_HIDDEN}", hidden)
    return _KEY.sub(_HIDDEN, hidden)
