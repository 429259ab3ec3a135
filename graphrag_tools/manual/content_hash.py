"""Content hash of a manual: over all that its graph holds, the same as long as the manual says the same."""

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from graphrag_tools.errors import ManualError
from graphrag_tools.manual.graph import HAS_CHILD, ITEM_DATA, SEE_ALSO, UNRESOLVED_DATA, MenuGraph, MenuItem
from graphrag_tools.manual.sections import Manual, Section
from graphrag_tools.text.language import ENGLISH

_EDGES = TypeAdapter(list[tuple[str, str]])
_SECTIONS = TypeAdapter(tuple[Section, ...])
_MAKES_GRAPHS = ("manual", "text")


def content_hash(graph: MenuGraph) -> str:
    """Return the SHA-256 of a manual's id, title, items, edges and language, the same for a graph read back.

    Of the graph and not of the source file: a file saved anew counts as unchanged, and a manual that a newer loader
    reads better counts as changed.

    Raises:
        ManualError: A text holds half a character.
    """
    found = hashlib.sha256()
    try:
        for piece in _pieces(graph):
            found.update(piece)
            found.update(b"\n")
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        raise ManualError(f"{graph.manual_id}: {_lone_surrogate(graph)} Mend it.") from error
    return found.hexdigest()


def source_hash(manual: Manual) -> str:
    """Return the SHA-256 of all that a manual's graph is made of: what was loaded, and the code that makes it.

    Where it is the same, so is `content_hash`, which takes the graph. "" where a text holds half a character.
    """
    told = f"{manual.id}\n{manual.title}\n{manual.language}\n"
    try:
        return hashlib.sha256(_code() + told.encode() + _SECTIONS.dump_json(manual.sections)).hexdigest()
    except (PydanticSerializationError, UnicodeEncodeError):
        return ""


@lru_cache
def _code() -> bytes:
    """Return a hash of the code that makes graphs: one that reads ways better makes another of the same sections."""
    found = hashlib.sha256()
    for package in _MAKES_GRAPHS:
        for file in _sources(files("graphrag_tools") / package):
            found.update(file.read_bytes())
    return found.digest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry


def _pieces(graph: MenuGraph) -> Iterator[bytes]:
    yield f"{graph.manual_id}\n{graph.title}".encode()
    dump: Callable[[MenuItem], bytes] = ITEM_DATA.dump_json
    yield from map(dump, graph.items)
    for kind in (HAS_CHILD, SEE_ALSO):
        yield _EDGES.dump_json(graph.edges(kind))
    yield UNRESOLVED_DATA.dump_json(list(graph.unresolved))
    if graph.language != ENGLISH:
        yield graph.language.encode()


def _lone_surrogate(graph: MenuGraph) -> str:
    for item in graph.items:
        for text in (item.name, *(f"{item.name}: {block.text}" for block in item.blocks), item.url):
            try:
                text.encode()
            except UnicodeEncodeError as error:
                around = text[max(0, error.start - 20) : error.end + 20]
                return f"a manual holds half a character (a lone surrogate) here: {around!r}."
    return "a manual holds half a character (a lone surrogate)."
