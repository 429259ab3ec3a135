"""The graph store in one SQLite file."""

import functools
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from graphrag_tools.errors import StoreError
from graphrag_tools.machine.plain_schema import check_plain_schema
from graphrag_tools.manual.graph import (
    HAS_CHILD,
    ITEM_DATA,
    SEE_ALSO,
    UNRESOLVED_DATA,
    MemoryGraph,
    MenuGraph,
    MenuItem,
)
from graphrag_tools.manual.names import NamedItem, NamesHeld
from graphrag_tools.stores.errors import engine_errors
from graphrag_tools.stores.kept import GAP, NUMBERS_OF_A_MANUAL, Kept
from graphrag_tools.stores.stored_graph import StoredGraph
from graphrag_tools.text.characters import without_halves
from graphrag_tools.text.language import ENGLISH, known_language
from graphrag_tools.text.normalise import folded

_SCHEMA = """
CREATE TABLE manuals (id TEXT PRIMARY KEY, title TEXT NOT NULL, unresolved TEXT NOT NULL,
    language TEXT NOT NULL, place INTEGER NOT NULL UNIQUE);
CREATE TABLE items (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, manual TEXT NOT NULL, name TEXT NOT NULL,
    menu_path TEXT NOT NULL, item TEXT NOT NULL, folded_name TEXT NOT NULL, folded_path TEXT NOT NULL
);
CREATE INDEX items_by_folded_name ON items (folded_name);
CREATE INDEX items_by_folded_path ON items (folded_path);
CREATE INDEX items_by_manual ON items (manual);
CREATE TABLE edges (number INTEGER PRIMARY KEY, manual TEXT NOT NULL, start TEXT NOT NULL, end TEXT NOT NULL,
    kind TEXT NOT NULL);
CREATE INDEX edges_by_manual ON edges (manual, kind);
CREATE INDEX edges_by_start ON edges (start, kind);
CREATE INDEX edges_by_end ON edges (end, kind);
"""
_NO_TREE = (
    "SELECT 1 FROM edges LEFT JOIN items AS above ON above.id = start LEFT JOIN items AS below ON below.id = end"
    " WHERE above.number IS NULL OR below.number IS NULL OR (kind = ? AND above.number >= below.number) LIMIT 1",
    "SELECT 1 FROM edges WHERE kind = ? GROUP BY end HAVING count(*) > 1 LIMIT 1",
)
"""Each finds an edge that no build writes: items stand below those before them, and each below one."""
_ITEMS_KEPT = 10_000
_AT_ONCE = 500
_GRAPHS_KEPT = 4


class SqliteGraphStore:
    """Menu items as JSON rows in reading order, edges by kind.

    An existing file is opened read-only and as immutable, which a generation is; threads may share it.
    """

    def __init__(self, file: Path, kept: Kept | None = None) -> None:
        """Open a file, or make one: with what is kept of another, if that is said.

        Raises:
            StoreError: It is damaged or cannot be written.
        """
        self._file = file
        self._reading = threading.Lock()
        self._items: dict[str, MenuItem | None] = {}
        self._unparsed: dict[str, tuple[str, str]] = {}
        self._checked = False
        self._title_and_language = functools.lru_cache(_ITEMS_KEPT)(self._read_title_and_language)
        self.whole = functools.lru_cache(_GRAPHS_KEPT)(self._read_whole)
        """Return one manual's graph held whole; the last few are kept."""
        fresh = not file.exists()
        self._places = kept.places if kept and fresh else {}
        address = file.resolve().as_uri() + ("" if fresh else "?mode=ro&immutable=1")
        with self._engine_errors():
            if kept and fresh:
                shutil.copyfile(kept.folder, file)
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            try:
                check_plain_schema(self._connection)
                self._connection.executescript(_SCHEMA if fresh and not kept else "SELECT 1 FROM manuals")
                if kept and fresh:
                    self._delete_all_but(kept)
                columns = self._connection.execute("SELECT name FROM pragma_table_info('manuals')").fetchall()
                of_items = self._connection.execute("SELECT name FROM pragma_table_info('items')").fetchall()
            except sqlite3.Error:
                self.close()
                raise
        # A file of an earlier version names no language, and has no folded names.
        self._has_folded = ("folded_name",) in of_items
        self._language = "language" if ("language",) in columns else f"'{ENGLISH}'"

    def write(self, graph: MenuGraph) -> None:
        """Add one manual's graph in one transaction."""
        manual = graph.manual_id
        self._items.clear()
        self._unparsed.clear()
        unresolved = UNRESOLVED_DATA.dump_json(list(graph.unresolved)).decode()
        with self._engine_errors(), self._connection:
            place = self._places.get(manual)
            if place is None:
                (last,) = self._connection.execute("SELECT max(place) FROM manuals").fetchone()
                place = 0 if last is None else last + GAP
            row = (manual, graph.title, unresolved, graph.language, place)
            self._connection.execute("INSERT INTO manuals VALUES (?, ?, ?, ?, ?)", row)
            self._connection.executemany(
                "INSERT INTO items (number, id, manual, name, menu_path, item, folded_name, folded_path)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        number,
                        item.id,
                        manual,
                        item.name,
                        item.menu_path,
                        ITEM_DATA.dump_json(item, exclude_defaults=True).decode(),
                        folded(item.name),
                        folded(item.menu_path),
                    )
                    for number, item in enumerate(graph.items, place * NUMBERS_OF_A_MANUAL)
                ),
            )
            for kind in (HAS_CHILD, SEE_ALSO):
                self._connection.executemany(
                    "INSERT INTO edges (manual, start, end, kind) VALUES (?, ?, ?, ?)",
                    ((manual, start, end, kind) for start, end in graph.edges(kind)),
                )

    def places(self) -> dict[str, int]:
        """Return where each manual stands, by which they are in order."""
        return dict(self._rows("SELECT id, place FROM manuals ORDER BY place"))

    def graph(self, manual: str) -> MenuGraph:
        """Return one manual's graph, which reads items as they are asked for. Raises KeyError for an unknown one."""
        if not self._checked:
            self._check_tree()
            self._checked = True
        return StoredGraph(self, manual, *self._title_and_language(manual))

    def item(self, item_id: str) -> MenuItem | None:
        """Return one item, None where there is none."""
        try:
            return self._items[item_id]
        except KeyError:
            return self._keep(item_id, self._unparsed.pop(item_id, None) or self._read([item_id]).get(item_id))

    def name(self, item_id: str) -> str | None:
        """Return the name of one item, None where there is none: one that was read ahead need not be parsed for it."""
        unparsed = self._unparsed.get(item_id)
        if unparsed is not None:
            return unparsed[0]
        item = self.item(item_id)
        return item.name if item is not None else None

    def read_ahead(self, ids: Iterable[str]) -> None:
        """Read some items by one statement, so that they are at hand when they are asked for, and parsed only then."""
        at_hand = (self._items, self._unparsed)
        wanted = [item_id for item_id in dict.fromkeys(ids) if not any(item_id in held for held in at_hand)]
        if len(self._unparsed) > _ITEMS_KEPT:
            self._unparsed.clear()
        for start in range(0, len(wanted), _AT_ONCE):
            self._unparsed |= self._read(wanted[start : start + _AT_ONCE])

    def neighbours(self, item_id: str, kind: str) -> list[str]:
        """Return the ids that edges of one kind lead to from an item, in order."""
        rows = self._rows("SELECT end FROM edges WHERE start = ? AND kind = ? ORDER BY number", item_id, kind)
        return [end for (end,) in rows]

    def parent(self, item_id: str) -> str | None:
        """Return the id of the item above, None for a root."""
        rows = self._rows("SELECT start FROM edges WHERE end = ? AND kind = ? LIMIT 1", item_id, HAS_CHILD)
        return rows[0][0] if rows else None

    def named_items(self) -> list[NamedItem]:
        """Return every item's id, manual, name and path, in reading order."""
        return [NamedItem(*row) for row in self._rows("SELECT id, manual, name, menu_path FROM items ORDER BY number")]

    def items_called(self, text: str) -> NamesHeld | None:
        """Return the items whose path and whose name are a text, both folded; None if the file cannot tell quickly."""
        if not self._has_folded:
            return None
        query = "SELECT id, manual, name, menu_path FROM items WHERE {} = ? ORDER BY number"
        paths, names = (self._rows(query.format(column), text) for column in ("folded_path", "folded_name"))
        return NamesHeld([NamedItem(*row) for row in paths], [NamedItem(*row) for row in names])

    def folded_names(self, manual: str | None = None) -> list[str] | None:
        """Return the distinct folded names, by the first item of each in all manuals; None if the file has none."""
        if not self._has_folded:
            return None
        first = "SELECT folded_name, min(number) FROM items GROUP BY folded_name ORDER BY 2"
        of_manual = (
            "SELECT folded_name, (SELECT min(number) FROM items AS every WHERE every.folded_name = items.folded_name)"
            " FROM items WHERE manual = ? GROUP BY folded_name ORDER BY 2"
        )
        rows = self._rows(first) if manual is None else self._rows(of_manual, manual)
        return [name for name, _ in rows]

    def count(self, manual: str | None = None) -> int:
        """Return how many items there are, in one manual or in all."""
        if manual is None:
            return int(self._rows("SELECT count(*) FROM items")[0][0])
        return int(self._rows("SELECT count(*) FROM items WHERE manual = ?", manual)[0][0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _delete_all_but(self, kept: Kept) -> None:
        """Delete the manuals that are not kept."""
        gone = [(manual,) for manual in self.places() if manual not in kept.manuals]
        with self._connection:
            for delete in ("items WHERE manual = ?", "edges WHERE manual = ?", "manuals WHERE id = ?"):
                self._connection.executemany(f"DELETE FROM {delete}", gone)  # noqa: S608  # nothing but these three

    def _check_tree(self) -> None:
        """Raise StoreError where edges lead out of the file, back up, or from two items to one.

        No build writes such, and a walk up or down them has no end.
        """
        if any(self._rows(query, HAS_CHILD) for query in _NO_TREE):
            raise StoreError(f"{self._file}: its edges make no tree of its items. Build the index again.")

    def _read_title_and_language(self, manual: str) -> tuple[str, str]:
        rows = self._rows(f"SELECT title, {self._language} FROM manuals WHERE id = ?", manual)  # noqa: S608
        if not rows:
            raise KeyError(manual)
        title, language = rows[0]
        return title, known_language(language)

    def _read(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return the name and the JSON of some items."""
        marks = ", ".join("?" * len(ids))
        rows = self._rows(f"SELECT id, name, item FROM items WHERE id IN ({marks})", *ids)  # noqa: S608
        return {item_id: (name, item) for item_id, name, item in rows}

    def _keep(self, item_id: str, unparsed: tuple[str, str] | None) -> MenuItem | None:
        """Return an item, which is kept: nothing of a generation changes."""
        with self._engine_errors():
            item = ITEM_DATA.validate_json(unparsed[1]) if unparsed else None
        if len(self._items) > _ITEMS_KEPT:
            self._items.clear()
        self._items[item_id] = item
        return item

    def _read_whole(self, manual: str) -> MemoryGraph:
        rows = self._rows(f"SELECT title, unresolved, {self._language} FROM manuals WHERE id = ?", manual)  # noqa: S608
        if not rows:
            raise KeyError(manual)
        title, unresolved, language = rows[0]
        items = self._rows("SELECT item FROM items WHERE manual = ? ORDER BY number", manual)
        edge_query = "SELECT start, end FROM edges WHERE manual = ? AND kind = ? ORDER BY number"
        child_edges, see_also_edges = (self._rows(edge_query, manual, kind) for kind in (HAS_CHILD, SEE_ALSO))
        with self._engine_errors():
            return MemoryGraph(
                manual,
                title,
                (ITEM_DATA.validate_json(item) for (item,) in items),
                child_edges,
                see_also_edges,
                UNRESOLVED_DATA.validate_json(unresolved),
                known_language(language),
            )

    def _rows(self, query: str, *values: str) -> list[Any]:
        whole = tuple(map(without_halves, values))
        # From Python 3.12 on, threads that run one statement at once on a connection get each other's rows.
        with self._engine_errors(), self._reading, closing(self._connection.execute(query, whole)) as cursor:
            return cursor.fetchall()

    def _engine_errors(self) -> AbstractContextManager[None]:
        return engine_errors(self._file, "SQLite", sqlite3.Error, ValidationError)
