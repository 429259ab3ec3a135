"""Ratings of answers by visitors, in a file of the owner's own: the questions that `eval` asks."""

import json
from pathlib import Path

from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.index.index import ManualIndex

_SUFFIX = ".jsonl"


class Ratings:
    """Adds a line to a JSONL file for each answer that was rated. Nothing in it is about who did."""

    def __init__(self, file: Path, index: ManualIndex) -> None:
        """Raises ConfigError where the file's name or folder is wrong."""
        if file.suffix.lower() != _SUFFIX:
            raise ConfigError(f"{file}: found the ending {file.suffix or 'of none'!r}; expected {_SUFFIX} (--ratings).")
        if not file.parent.is_dir():
            raise ConfigError(f"{file}: there is no folder {file.parent} (--ratings).")
        self._file = file
        self._index = index

    def keep(self, answer: Answer, *, useful: bool) -> None:
        """Keep a rating: the question as it was understood, the section and the words of the answer.

        Raises:
            StoreError: The file cannot be written.
        """
        known = [source.id for source in answer.sources if source.id in self._index]
        section = self._index.section_of(known[0]).path if known else ()
        line = {
            "question": answer.understood_as or answer.question,
            "section_path": list(section),
            "answer": answer.text,
            "kind": answer.status,
            "useful": useful,
        }
        try:
            with self._file.open("a", encoding="utf-8") as opened:
                opened.write(f"{json.dumps(line, ensure_ascii=False)}\n")
        except OSError as error:
            raise StoreError(f"{self._file}: the rating cannot be kept ({error.strerror or error}).") from error
