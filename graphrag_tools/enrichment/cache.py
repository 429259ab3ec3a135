"""Cache of models' replies, kept one by one, so that nothing is paid for twice."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from graphrag_tools.errors import StoreError
from graphrag_tools.machine.plain_schema import connected
from graphrag_tools.models.model import ChatModel
from graphrag_tools.text.characters import without_halves

_TABLE = "CREATE TABLE IF NOT EXISTS model_texts (key BLOB PRIMARY KEY, reply TEXT NOT NULL)"


class ModelTextCache:
    """A table in the SQLite file beside the generations. A reply is on disk when `save` returns.

    Replies are kept as the model wrote them, so that other checks need no other reply. The key is the model (its
    digest, where one is known) and the whole prompt, which holds the section's text: a changed section, prompt or
    model has a key of its own.
    """

    def __init__(self, file: Path, model: ChatModel) -> None:
        self._file = file
        self._model = (model.facts.digest or model.name).encode()
        with self._engine_errors():
            self._connection = connected(file, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", _TABLE)

    def known(self, prompts: Iterable[str]) -> dict[str, str]:
        """Return the replies that are kept, by prompt."""
        found = {prompt: self._reply(prompt) for prompt in prompts}
        return {prompt: reply for prompt, reply in found.items() if reply is not None}

    def save(self, prompt: str, reply: str) -> None:
        """Keep a reply. Half a character (a lone surrogate) in it is replaced."""
        whole = without_halves(reply)
        with self._engine_errors(), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO model_texts VALUES (?, ?)", (self._key(prompt), whole))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _reply(self, prompt: str) -> str | None:
        query = "SELECT reply FROM model_texts WHERE key = ?"
        with self._engine_errors(), closing(self._connection.execute(query, (self._key(prompt),))) as rows:
            row = rows.fetchone()
        return None if row is None else str(row[0])

    def _key(self, prompt: str) -> bytes:
        return hashlib.sha256(self._model + b"\0" + prompt.encode(errors="replace")).digest()

    @contextmanager
    def _engine_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._file}: SQLite says {str(error)!r}. Is the disk full or read-only? The file is only a cache: "
                "if it is damaged, delete it."
            ) from error
