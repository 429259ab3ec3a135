"""Open SQLite files of tables alone: somebody may have made a file for this program to open that holds more.

A view or trigger in the place of a table is a program that SQLite runs with the first query, and may never end.
"""

import re
import sqlite3
from pathlib import Path

_ALLOWED = frozenset({"table", "index"})
_COMPUTED = re.compile(r"\b(?:VIRTUAL|AS|GENERATED|CHECK)\b", re.IGNORECASE)


def check_plain_schema(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError where a file has views, triggers, virtual tables or columns that are computed."""
    for kind, name, written in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        if kind not in _ALLOWED or _COMPUTED.search(str(written or "")):
            raise sqlite3.DatabaseError(f"malformed: {str(name)[:100]!r} is no plain table")


def connected(file: str | Path, *statements: str) -> sqlite3.Connection:
    """Open a file with a plain schema and run some statements first; it is closed again where one of them fails."""
    connection = sqlite3.connect(file)
    try:
        check_plain_schema(connection)
        for statement in statements:
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection
