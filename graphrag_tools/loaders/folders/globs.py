"""Match paths with globs. All places that a glob may have come to are followed at once.

A regular expression of a glob with many "*" tries every way to share a path out among them, which never ends.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

OR_BELOW = "/**?"
"""Ends a glob that also means all that is in the folder of that name."""
_SPECIAL = re.compile(rf"({re.escape(OR_BELOW)}|\*\*/|\*\*|\*|\?|\{{[^{{}}]*\}}|\[!?[^\[\]/]+\])")


def matches(name: str, globs: Iterable[str]) -> bool:
    """Whether a path matches one of the globs: "*" within a folder, "**" across folders, "{a,b}" one of several.

    >>> matches("guide/A.md", ["**/*.md"]), matches("guide/a.md", ["*.md"]), matches("a.md", ["[a-c].{md,rst}"])
    (True, False, True)
    """
    lowered = name.lower()
    return any(_has_words(lowered, glob) and _matches(lowered, _pieces(glob)) for glob in globs)


@lru_cache(maxsize=256)
def _pieces(glob: str) -> tuple[str, ...]:
    """Return a glob's words, at even places, and what stands between them, at odd ones."""
    return tuple(_SPECIAL.split(glob.lower()[:-1] + "/**" if glob.endswith("/") else glob.lower()))


@lru_cache(maxsize=256)
def _words(glob: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of which a path that a glob matches has one of each group."""
    pieces = _pieces(glob)
    written = (tuple(piece[1:-1].split(",")) if piece.startswith("{") else (piece,) for piece in pieces[1::2])
    offered = (words for words in written if len(words) > 1 or words[0][:1] not in ("*", "?", "[", "/"))
    return (*((word,) for word in pieces[::2] if word), *offered)


def _has_words(name: str, glob: str) -> bool:
    """Whether a path has what a glob asks for, wherever it stands: most have not, and are soon known not to match."""
    return all(any(word in name for word in words) for words in _words(glob))


def _matches(name: str, pieces: tuple[str, ...]) -> bool:
    places = {0}
    for at, piece in enumerate(pieces):
        places = _after(name, piece, places) if at % 2 else _after_words(name, (piece,), places)
        if not places:
            return False
    return len(name) in places


def _after_words(name: str, words: Iterable[str], places: set[int]) -> set[int]:
    return {place + len(word) for word in words for place in places if name.startswith(word, place)}


def _after(name: str, piece: str, places: set[int]) -> set[int]:
    """Return all places of a path that a piece of a glob leads to from some places."""
    first = min(places)
    if piece == "**":
        return set(range(first, len(name) + 1))
    if piece == "**/":
        return places | {place + 1 for place in range(first, len(name)) if name[place] == "/"}
    if piece == OR_BELOW:
        below = min(_after_words(name, "/", places), default=len(name) + 1)
        return places | set(range(below, len(name) + 1))
    if piece == "*":
        ends = ((place, name.find("/", place)) for place in places)
        return {one for place, end in ends for one in range(place, (end if end >= 0 else len(name)) + 1)}
    if piece.startswith("{"):
        return _after_words(name, piece[1:-1].split(","), places)
    return {
        place + 1 for place in places if name[place : place + 1] not in ("", "/") and fnmatchcase(name[place], piece)
    }
