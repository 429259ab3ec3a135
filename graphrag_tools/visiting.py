"""Which sections are worth a model's time first, and what it is given of them to read."""

from collections import Counter
from collections.abc import Sequence

from graphrag_tools.evidence import speaks_to_a_model
from graphrag_tools.graph import SEE_ALSO, MenuGraph, MenuItem
from graphrag_tools.models import ChatModel

_MOST_CHARACTERS = 6_000
_FEWEST_CHARACTERS = 400
_SPARE_TOKENS = 700
_CHARACTERS_PER_TOKEN = 3
_CUT = " …"


def most_visited(graphs: Sequence[MenuGraph]) -> list[MenuItem]:
    """Return the sections with text, in the order in which people are likely to come to them.

    Leaves first, for that is where settings are; among them those that other sections refer to most; then in
    reading order.
    """
    found: list[tuple[bool, int, MenuItem]] = []
    for graph in graphs:
        referred = Counter(end for _, end in graph.edges(SEE_ALSO))
        for item in graph.items:
            if item.kind == "section" and passage(item, _MOST_CHARACTERS):
                inner = any(child.kind == "section" for child in graph.children(item.id))
                found.append((inner, -referred[item.id], item))
    return [item for _, _, item in sorted(found, key=lambda one: one[:2])]


def passage(item: MenuItem, characters: int) -> str:
    """Return the beginning of an item's text, a line per block, whole blocks as far as they fit; "…" where it is cut.

    What speaks to a language model ("Ignore the rules …") is left out.
    """
    kept: list[str] = []
    room = characters
    for block in item.blocks:
        if speaks_to_a_model(block.text):
            continue
        if len(block.text) > room:
            begun = "" if kept else block.text[:room].rsplit(" ", 1)[0]
            return "\n".join([*kept, begun]).strip() + _CUT
        kept.append(block.text)
        room -= len(block.text) + 1
    return "\n".join(kept)


def characters_for(model: ChatModel) -> int:
    """Return how much text a model can be given: at most 6,000 characters, less where its context is small."""
    if model.context is None:
        return _MOST_CHARACTERS
    fitting = (model.context - _SPARE_TOKENS) * _CHARACTERS_PER_TOKEN
    return min(_MOST_CHARACTERS, max(_FEWEST_CHARACTERS, fitting))
