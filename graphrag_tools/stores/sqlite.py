"""The graph store in one SQLite file."""

import sqlite3
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from graphrag_tools.graph import HAS_CHILD, SEE_ALSO, MenuGraph, MenuItem, UnresolvedLink
from graphrag_tools.stores.engine_errors import engine_errors
from graphrag_tools.stores.protocols import NamedItem

_SCHEMA = """
CREATE TABLE manuals (id TEXT PRIMARY KEY, title TEXT NOT NULL, unresolved TEXT NOT NULL);
CREATE TABLE items (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, manual TEXT NOT NULL, name TEXT NOT NULL,
    menu_path TEXT NOT NULL, item TEXT NOT NULL
);
CREATE INDEX items_by_manual ON items (manual);
CREATE TABLE edges (number INTEGER PRIMARY KEY, manual TEXT NOT NULL, start TEXT NOT NULL, end TEXT NOT NULL,
    kind TEXT NOT NULL);
CREATE INDEX edges_by_manual ON edges (manual, kind);
"""
_ITEM = TypeAdapter(MenuItem)
_UNRESOLVED = TypeAdapter(list[UnresolvedLink])


class SqliteGraphStore:
    """Menu items as JSON rows in reading order, edges by kind.

    An existing file is opened read-only and as immutable, which a generation is; threads may share it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        fresh = not file.exists()
        address = file.resolve().as_uri() + ("" if fresh else "?mode=ro&immutable=1")
        with self._engine_errors():
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            try:
                self._connection.executescript(_SCHEMA if fresh else "SELECT 1 FROM manuals")
            except sqlite3.Error:
                self.close()
                raise

    def write(self, graph: MenuGraph) -> None:
        """Add one manual's graph in one transaction."""
        manual = graph.manual_id
        unresolved = _UNRESOLVED.dump_json(list(graph.unresolved)).decode()
        with self._engine_errors(), self._connection:
            self._connection.execute("INSERT INTO manuals VALUES (?, ?, ?)", (manual, graph.title, unresolved))
            self._connection.executemany(
                "INSERT INTO items (id, manual, name, menu_path, item) VALUES (?, ?, ?, ?, ?)",
                (
                    (
                        item.id,
                        manual,
                        item.name,
                        item.menu_path,
                        _ITEM.dump_json(item, exclude_defaults=True).decode(),
                    )
                    for item in graph.items
                ),
            )
            for kind in (HAS_CHILD, SEE_ALSO):
                self._connection.executemany(
                    "INSERT INTO edges (manual, start, end, kind) VALUES (?, ?, ?, ?)",
                    ((manual, start, end, kind) for start, end in graph.edges(kind)),
                )

    def graph(self, manual: str) -> MenuGraph:
        """Return one manual's graph. Raises KeyError for an unknown manual."""
        rows = self._rows("SELECT title, unresolved FROM manuals WHERE id = ?", manual)
        if not rows:
            raise KeyError(manual)
        title, unresolved = rows[0]
        items = self._rows("SELECT item FROM items WHERE manual = ? ORDER BY number", manual)
        edge_query = "SELECT start, end FROM edges WHERE manual = ? AND kind = ? ORDER BY number"
        child_edges, see_also_edges = (self._rows(edge_query, manual, kind) for kind in (HAS_CHILD, SEE_ALSO))
        with self._engine_errors():
            return MenuGraph(
                manual,
                title,
                (_ITEM.validate_json(item) for (item,) in items),
                child_edges,
                see_also_edges,
                _UNRESOLVED.validate_json(unresolved),
            )

    def item(self, item_id: str) -> MenuItem | None:
        """Return one item, None where there is none."""
        rows = self._rows("SELECT item FROM items WHERE id = ?", item_id)
        with self._engine_errors():
            return _ITEM.validate_json(rows[0][0]) if rows else None

    def named_items(self) -> list[NamedItem]:
        """Return every item's id, manual, name and path, in reading order."""
        return [NamedItem(*row) for row in self._rows("SELECT id, manual, name, menu_path FROM items ORDER BY number")]

    def count(self) -> int:
        """Return how many items there are."""
        return int(self._rows("SELECT count(*) FROM items")[0][0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _rows(self, query: str, *values: str) -> list[Any]:
        with self._engine_errors(), closing(self._connection.execute(query, values)) as cursor:
            return cursor.fetchall()

    def _engine_errors(self) -> AbstractContextManager[None]:
        return engine_errors(self._file, "SQLite", sqlite3.Error, ValidationError)
