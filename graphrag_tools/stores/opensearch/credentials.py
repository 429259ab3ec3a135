"""What a server is told of who calls: from the address, else from the environment."""

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path

from graphrag_tools.errors import ConfigError
from graphrag_tools.place import StoreAddress

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
