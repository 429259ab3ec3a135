"""Paths of files below a manual's folder: what lies in which folder, what a relative path means, how names sort."""

import posixpath
import re
from collections.abc import Iterable

_PIECE = re.compile(r"[0-9]{1,18}|[^0-9]+")


def is_below(path: str, folder: str) -> bool:
    """Whether a file or folder lies in a folder, at any depth; all that there is lies in "", the manual's own."""
    return not folder or path.startswith(f"{folder}/")


def nearest_folder(path: str, folders: Iterable[str]) -> str | None:
    """Return the innermost of the folders that a file lies in, None where it lies in none of them."""
    return max((folder for folder in folders if is_below(path, folder)), key=len, default=None)


def within(folder: str, names: Iterable[str]) -> set[str]:
    """Return those of the files that lie in a folder."""
    return {name for name in names if is_below(name, folder)}


def path_beside(page: str, written: str) -> str:
    """Return the path of the file that a page means by a relative path ("../buttons/power.md")."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), written))


def natural_order(name: str) -> list[tuple[int, int, str]]:
    """Return a name as words and numbers that compare: "page10" comes after "page9".

    >>> sorted(["page10", "page9"], key=natural_order)
    ['page9', 'page10']
    """
    pieces = _PIECE.findall(name.casefold())
    return [(0, int(piece), "") if piece.isascii() and piece.isdecimal() else (1, 0, piece) for piece in pieces]
