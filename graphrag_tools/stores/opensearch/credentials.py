"""Credentials for a server: from its address, else from the environment."""

import base64
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from graphrag_tools.errors import ConfigError
from graphrag_tools.stores.place import StoreAddress

PREFIX = "GRAPHRAG_TOOLS_STORE_"
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Credentials:
    """User and password, the certificates to trust, and the client's own with its key; each may be missing."""

    login: tuple[str, str] | None = field(default=None, repr=False)
    ca: str | None = None
    cert: str | None = None
    key: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, address: StoreAddress) -> "Credentials":
        """Read them: user and password of the address before GRAPHRAG_TOOLS_STORE_USER and _PASSWORD.

        Raises:
            ConfigError: A file of certificates is not there, or half of what belongs together.
        """
        user, password = _variable("USER"), _variable("PASSWORD")
        if address.user:
            user, password = address.user, address.password
        if bool(user) != bool(password):
            raise ConfigError(f"{address}: found one of {PREFIX}USER and {PREFIX}PASSWORD, expected both or none.")
        ca, cert, key = (_file(name) for name in ("CA", "CERT", "KEY"))
        if (ca or cert) and not address.encrypted:
            raise ConfigError(f"{address}: certificates are given; expected an address opensearch+https://…")
        if key and not cert:
            raise ConfigError(f"{address}: found {PREFIX}KEY without {PREFIX}CERT, the certificate that it belongs to.")
        return cls((user, password) if user else None, ca, cert, key)

    def check_certificates(self) -> None:
        """Read the files of certificates, before a server is blamed for them.

        Raises:
            ConfigError: One holds none, has a passphrase, or the key belongs to another.
        """
        _check_authorities(self.ca)
        _check_own_certificate(self.cert, self.key)

    def hide(self, words: str) -> str:
        """Return words of a server that may repeat what it was sent, without the password."""
        if self.login is None:
            return words
        sent = base64.b64encode(":".join(self.login).encode()).decode()
        return words.replace(sent, _HIDDEN).replace(self.login[1], _HIDDEN)


def _variable(name: str) -> str:
    return os.environ.get(f"{PREFIX}{name}", "")


def _file(name: str) -> str | None:
    given = _variable(name)
    if not given:
        return None
    file = Path(given).expanduser()
    if not file.exists():
        raise ConfigError(f"{PREFIX}{name}: no file {file}.")
    return str(file)


def _check_authorities(ca: str | None) -> None:
    if not ca:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(ca)
    except (ssl.SSLError, OSError) as error:
        raise ConfigError(f"{PREFIX}CA: {ca} holds no certificate in PEM ({_reason(error)}).") from error


def _check_own_certificate(cert: str | None, key: str | None) -> None:
    if not cert:
        return
    where = f"{PREFIX}CERT: {cert}" + (f" and {PREFIX}KEY: {key}" if key else "")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key, password=_no_password)
    except _Locked:
        raise ConfigError(f"{where}: the key has a passphrase; expected one without, kept from other users.") from None
    except (ssl.SSLError, OSError) as error:
        expected = "expected a certificate in PEM and the key that belongs to it, in one file or two"
        raise ConfigError(f"{where}: {expected} ({_reason(error)}).") from error


class _Locked(Exception):
    """A key asks for a passphrase, which nobody is there to type."""


def _no_password() -> str:
    raise _Locked


def _reason(error: OSError) -> str:
    return getattr(error, "reason", None) or error.strerror or str(error)
