r"""Load path CSV: columns `path` ("Settings>Display>Screen timeout") and `text`, one row a piece of text.

`section_path` is taken for `path`; `url` and `page` are optional. A ">" inside a title is written "\>".
Rows of one path add to one section; a path's missing parents become sections without text.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.block_kinds import plain_blocks
from graphrag_tools.loaders.section_tree import make_manual
from graphrag_tools.loaders.source_file import read_text
from graphrag_tools.manual.sections import Manual, Section, Skipped
from graphrag_tools.text.normalise import tidy

_MAX_FIELD = 2**31 - 1  # what a C long holds on every platform
_MOST_LEVELS = 100
"""Each level of a path is a section, which is known by the whole path above it."""
_SHOWN = 200
_PATH_COLUMNS = ("path", "section_path")
_SEPARATOR = re.compile(r"(?<!\\)>")


@dataclass(slots=True)
class _Gathered:
    fragments: list[str] = field(default_factory=list)
    url: str = ""
    page: int | None = None


def load_path_csv(path: Path, manual_id: str) -> Manual:
    """Load one path CSV.

    Raises:
        ManualError: The file is missing, empty, no CSV, lacks a column, or no row has a path.
    """
    gathered: dict[tuple[str, ...], _Gathered] = {}
    skipped: list[Skipped] = []
    for line, row, path_column in _rows(path):
        titles = path_titles(row[path_column] or "")
        if not titles:
            skipped.append(Skipped(f"line {line}", "has no path"))
            continue
        if len(titles) > _MOST_LEVELS:
            skipped.append(
                Skipped(f"line {line}", f"has a path of {len(titles)} levels; at most {_MOST_LEVELS} are read")
            )
            continue
        for length in range(1, len(titles) + 1):
            gathered.setdefault(titles[:length], _Gathered())
        section = gathered[titles]
        section.fragments.extend((row["text"] or "").splitlines())
        section.url = row.get("url") or section.url
        page = row.get("page") or ""
        section.page = int(page) if page.isdecimal() else section.page
    if not gathered:
        raise ManualError(f'{path}: no row has a path; expected rows such as "Settings>Display",some text.')
    sections = tuple(
        Section(
            key=_key(titles),
            title=titles[-1],
            blocks=plain_blocks(found.fragments),
            parent=_key(titles[:-1]) if len(titles) > 1 else None,
            url=found.url,
            page=found.page,
        )
        for titles, found in gathered.items()
    )
    return make_manual(manual_id, sections, path, skipped)


def path_titles(path: str) -> tuple[str, ...]:
    r"""Return the titles of a written path: pieces between ">", tidied, "\>" read as ">".

    >>> path_titles(r"Settings > Display >Brightness \> 50%")
    ('Settings', 'Display', 'Brightness > 50%')
    """
    pieces = (tidy(piece.replace("\\>", ">")) for piece in _SEPARATOR.split(path))
    return tuple(piece for piece in pieces if piece)


def _shown(columns: Sequence[str]) -> str:
    """Return the beginning of a first line, which is a whole page where the file is no CSV."""
    return ", ".join(columns)[:_SHOWN]


def _key(titles: tuple[str, ...]) -> str:
    return "\n".join(titles)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str | None], str]]:
    text = read_text(path)
    usual_limit = csv.field_size_limit(_MAX_FIELD)
    complete = 0
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        columns = [(name or "").strip() for name in reader.fieldnames or []]
        reader.fieldnames = columns
        complete = reader.line_num
        path_column = next((name for name in _PATH_COLUMNS if name in columns), None)
        if path_column is None or "text" not in columns:
            raise ManualError(
                f'{path}: found the columns {_shown(columns) or "none"}; expected "path" (titles joined '
                'by ">") and "text" in the first line.'
            )
        for row in reader:
            yield reader.line_num, row, path_column
            complete = reader.line_num
    except csv.Error as error:
        raise ManualError(
            f"{path}, line {complete + 1}: broken CSV ({error} on line {reader.line_num}). Is a quote left open?"
        ) from error
    finally:
        csv.field_size_limit(usual_limit)
