"""The address of an index that a server keeps: its hosts and the index's name, shown without user and password."""

import re
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from urllib.parse import unquote

from graphrag_tools.errors import ConfigError

SCHEMES = ("opensearch", "opensearch+https")
FORM = "opensearch://host:9200/NAME or opensearch+https://host1:9200,host2:9200/NAME"
_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+):/{1,2}(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
_HOST = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?")
# What OpenSearch takes as the beginning of an index's name, short enough for what a generation appends.
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_PORT, _LAST_PORT = 9200, 65_535


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """An index that a server keeps. As text it is what may be shown; `user` and `password` are "" where none stand."""

    hosts: tuple[tuple[str, int], ...]
    name: str
    encrypted: bool = False
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return the address without user and password."""
        scheme = SCHEMES[self.encrypted]
        return f"{scheme}://{','.join(f'{host}:{port}' for host, port in self.hosts)}/{self.name}"

    def resolve(self) -> "StoreAddress":
        """Return the same, as a path is made absolute: an address is."""
        return self

    def absolute(self) -> "StoreAddress":
        """Return the same."""
        return self


IndexPlace = Path | StoreAddress
"""Where an index is."""


def place_of(text: str | IndexPlace) -> IndexPlace:
    """Return where an index is, by a folder's path or a server's address.

    Raises:
        ConfigError: It is blank or no text, or in the home folder of nobody; or it is an address that cannot be read,
            of which nothing but the kind is shown: it may hold a password.
    """
    if isinstance(text, StoreAddress):
        return text
    # A blank path is the folder that the program happens to run in: nobody means that.
    if not isinstance(text, str | PathLike) or not str(text).strip():
        shown = repr(text) if text is None or isinstance(text, str) else f"a value of type {type(text).__name__}"
        raise ConfigError(f"index: found {shown}; expected a folder or {FORM}.")
    # A path has one slash where an address has two; a single letter is a drive.
    found = _ADDRESS.match(str(text))
    if found is None:
        try:
            return Path(text).expanduser()
        except RuntimeError as error:
            raise ConfigError(f"index: {text}: found a home folder of nobody; expected a folder.") from error
    if found["scheme"].lower() not in SCHEMES:
        raise ConfigError(
            f"index: found an address that begins with {found['scheme']}://, expected a folder or {FORM}."
        )
    return _read(found["scheme"].lower(), found["rest"])


def _read(scheme: str, rest: str) -> StoreAddress:
    # Up to the last "@", because a password may hold one that nobody has escaped.
    credentials, at, place = rest.rpartition("@")
    user, colon, password = credentials.partition(":")
    if at and not (user and colon):
        raise _unreadable(scheme, "found an @ without user:password before it")
    listed, _, name = place.partition("/")
    hosts = [_HOST.fullmatch(one) for one in listed.split(",")]
    if any(host is None or int(host["port"] or _PORT) > _LAST_PORT for host in hosts):
        raise _unreadable(scheme, "its hosts cannot be read")
    _check_name(scheme, name.removesuffix("/"))
    return StoreAddress(
        tuple((host["host"], int(host["port"] or _PORT)) for host in hosts if host),
        name.removesuffix("/"),
        encrypted=scheme == SCHEMES[1],
        user=unquote(user),
        password=unquote(password),
    )


def _check_name(scheme: str, name: str) -> None:
    if not _NAME.fullmatch(name) or ".." in name:
        raise _unreadable(
            scheme,
            "the index's name is not one: expected a letter or a digit, then lower-case letters, digits and . _ -",
        )


def _unreadable(scheme: str, why: str) -> ConfigError:
    return ConfigError(f"index: found an address that begins with {scheme}://, but {why}; expected {FORM}.")
