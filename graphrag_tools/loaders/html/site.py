"""List the files of a saved site: its pages in reading order, and what is not read."""

import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.html.addresses import INDEX_STEMS
from graphrag_tools.loaders.markdown_text.parser import MARKDOWN_SUFFIXES
from graphrag_tools.manual.sections import Skipped

HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """The pages of a folder by name (path below it), in reading order, and what is not read."""

    pages: dict[str, Path]
    skipped: tuple[Skipped, ...]


def site_files(folder: Path) -> SiteFiles:
    """Return the HTML files of a folder and its subfolders; hidden ones are passed over, links out of it reported.

    Raises:
        ManualError: There is no HTML file in the folder.
    """
    found, skipped = _files_inside(folder)
    pages = [name for name in found if Path(name).suffix.lower() in HTML_SUFFIXES]
    others = Counter(Path(name).suffix.lower() or "no suffix" for name in found if name not in set(pages))
    if others:
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(others.items()))
        skipped.append(Skipped(f"{others.total()} other files", f"are no HTML: {kinds}"))
    if not pages:
        raise ManualError(f"{folder}: found {others.total()} files, none of them HTML (.html, .htm, .xhtml).")
    return SiteFiles({name: folder / name for name in sorted(pages, key=reading_order)}, tuple(skipped))


def is_html_site(folder: Path) -> bool:
    """Whether a folder holds more HTML files than Markdown files: the kind that it is then read as."""
    suffixes = Counter(Path(name).suffix.lower() for name in _files_inside(folder)[0])
    pages = sum(suffixes[suffix] for suffix in HTML_SUFFIXES)
    return pages > sum(suffixes[suffix] for suffix in MARKDOWN_SUFFIXES)


def reading_order(name: str) -> tuple[object, ...]:
    """Sort key of a page's name: folder by folder, the index first, numbers by their value."""
    *folders, file = name.split("/")
    stem = file.rpartition(".")[0] or file
    return ([_natural(part) for part in folders], stem.casefold() not in INDEX_STEMS, _natural(stem), name)


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Split text into words and numbers that compare: "page10" comes after "page9"."""
    return [
        (0, int(piece), "") if piece.isascii() and piece.isdecimal() else (1, 0, piece)
        for piece in re.findall(r"[0-9]{1,18}|[^0-9]+", text.casefold())
    ]


def _files_inside(folder: Path) -> tuple[list[str], list[Skipped]]:
    """Return the names of the files below a folder, hidden ones left out, and the links that lead out of it."""
    root = folder.resolve()
    names: list[str] = []
    skipped: list[Skipped] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*files, *(name for name in folders if (Path(place) / name).is_symlink())]):
            path = Path(place) / name
            if name.startswith("."):
                continue
            below = path.relative_to(folder).as_posix()
            if not _stays_inside(path, root):
                skipped.append(Skipped(below, "is a link to outside the folder"))
            elif path.is_file():
                names.append(below)
    return names, skipped


def _stays_inside(path: Path, root: Path) -> bool:
    try:
        return not path.is_symlink() or path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link to itself
        return False
