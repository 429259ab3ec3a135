"""Content hash of a manual: over all that its graph holds, the same as long as the manual says the same."""

import hashlib
from collections.abc import Callable, Iterator

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from graphrag_tools.errors import ManualError
from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO, MenuGraph, MenuItem, UnresolvedLink
from graphrag_tools.text.language import ENGLISH

_ITEM = TypeAdapter(MenuItem)
_EDGES = TypeAdapter(list[tuple[str, str]])
_UNRESOLVED = TypeAdapter(list[UnresolvedLink])


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


def _pieces(graph: MenuGraph) -> Iterator[bytes]:
    yield f"{graph.manual_id}\n{graph.title}".encode()
    dump: Callable[[MenuItem], bytes] = _ITEM.dump_json
    yield from map(dump, graph.items)
    for kind in (HAS_CHILD, SEE_ALSO):
        yield _EDGES.dump_json(graph.edges(kind))
    yield _UNRESOLVED.dump_json(list(graph.unresolved))
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
