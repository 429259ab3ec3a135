"""The address of a PostgreSQL database that remembers chats, and the errors of its driver in words."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from graphrag_tools.errors import ConfigError, StoreError

SECONDS_TO_ANSWER = 5
"""A server that lets a call or a connection wait longer is down."""
# First match wins, in the words of PostgreSQL and the codes that it gives (SQLSTATE).
_MEANINGS = {
    r"28P01|28000|password authentication failed|no password supplied|role .* does not exist|pg_hba\.conf": (
        "Correct the user or the password."
    ),
    r"3D000|database .* does not exist": "Create the database (createdb), or correct its name.",
    r"57P03|starting up|shutting down|in recovery mode": "It is starting or stopping: try again in a moment.",
    r"53300|too many clients|connection slots": (
        "It has no connection left: raise its max_connections, or run fewer processes."
    ),
    r"53100|No space left": "Its disk is full: make room.",
    r"25006|read-only": "It cannot be written: give the address of the primary.",
    r"42501|permission denied": (
        "Its user lacks rights: USAGE and CREATE on the schema where the tables are not there yet, else all rights on "
        "the tables checkpoint_migrations, checkpoints, checkpoint_blobs and checkpoint_writes."
    ),
    r"42P01|42703|42804|42P10": (
        "Its tables are not those of a chat's memory: give another database, or remove the tables checkpoint…"
    ),
    r"22\w{3}|cannot contain NUL": "A name or a text in it cannot be kept in a database: use another.",
    r"translate host name|not known|No address": "No such host is known: correct the address.",
    r"": "Is the server up and its address right?",
}
# What a pool could not open it says in the log as well; a program that has set up none is not to print it.
logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class ChatDatabase:
    """A database by its address; `shown` is what may be said of it."""

    conninfo: str = field(repr=False)
    shown: str

    @classmethod
    def at(cls, address: str) -> "ChatDatabase":
        """Read an address, postgresql://user:password@host:port/database, all parts of which libpq has defaults for.

        Raises:
            ConfigError: It is no such address. The driver's words are kept back, for they quote a password's rest.
        """
        try:
            parts = conninfo_to_dict(address)
        except psycopg.Error:
            raise _unreadable() from None
        place = {name: str(parts.get(name, "")) for name in ("host", "hostaddr", "port", "dbname")}
        # libpq reads up to the first "@" or "/": what a password held beyond it would be shown as another part.
        if any("@" in part for part in place.values()) or re.search(r"[^\d,]", place["port"]):
            raise _unreadable()
        host = place["host"] or place["hostaddr"] or "localhost"
        port = f":{place['port']}" if place["port"] else ""
        name = f"/{place['dbname']}" if place["dbname"] else ""
        defaults = {"connect_timeout": str(SECONDS_TO_ANSWER), "application_name": "graphrag-tools"}
        return cls(make_conninfo("", **{**defaults, **parts}), f"postgresql://{host}{port}{name}")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn the driver's errors, and the serializer's, into StoreError; for `with` around awaited calls too."""
        try:
            yield
        except psycopg.Error as error:
            raise self._failed(error, _remedy(error)) from error
        except NotImplementedError as error:
            raise self._failed(error, "It holds what no chat of this program does: give another database.") from error

    def _failed(self, error: Exception, remedy: str) -> StoreError:
        reason = " ".join(str(error).split()) or type(error).__name__
        return StoreError(f"{self.shown}: cannot remember the chat there ({reason}). {remedy}")


def _remedy(error: psycopg.Error) -> str:
    told = f"{error.sqlstate or ''} {error}"
    return next(words for sign, words in _MEANINGS.items() if re.search(sign, told))


def _unreadable() -> ConfigError:
    return ConfigError(
        "the address of the chat's memory cannot be read; expected postgresql:// and then "
        "user:password@host:port/database, each character of the password that is no letter and no digit "
        "percent-encoded (@ as %40, / as %2F)."
    )
