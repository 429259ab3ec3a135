"""The texts that a manual is searched by: whole sections and blocks by words, passages by vector."""

from collections import Counter
from collections.abc import Iterable, Iterator

from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.manual.pointers import only_points, pointed_to, says_something
from graphrag_tools.manual.sections import Block
from graphrag_tools.stores.protocols import Record
from graphrag_tools.text.normalise import sentences
from graphrag_tools.text.words import joined_words, names_apart, parted_words


def section_records(graph: MenuGraph) -> Iterator[Record]:
    """Yield each section's title, path and text; nothing of a section that cannot answer."""
    answering = {item.id for item in _answering(graph)}
    for item in _sections(graph):
        text = ""
        if item.id in answering:
            said = (block.text for _, block in _saying(item))
            text = _searched("\n".join((item.name, " ".join(item.path), *said)))
        yield Record(item.id, item.manual, text, graph.language)


def block_records(graph: MenuGraph) -> Iterator[Record]:
    """Yield each block under its section's title; the title alone where a section has no text."""
    for item in _answering(graph):
        texts = [(at, f"{item.name}: {block.text}") for at, block in _saying(item)] or [(0, item.name)]
        for position, text in texts:
            yield Record(str(RecordKey(item.id, position)), item.manual, _searched(text), graph.language)
    for key, pointer in _other_names(graph):
        yield Record(str(key), pointer.manual, _searched(pointer.name), graph.language)


def passage_records(graph: MenuGraph) -> Iterator[Record]:
    """Yield what vectors are made of: each block, and each sentence of a longer one, under the two titles above it.

    A title alone often leaves open what it is about ("Manage notifications"), and a block's vector is the mean of all
    that it says, in which one sentence goes under. Measured with MiniLM: README, Search.
    """
    for item in _answering(graph):
        title, name = _two_titles(item), names_apart(item.name)
        if not item.blocks:
            yield Record(str(RecordKey(item.id, 0)), item.manual, title)
        for position, block in _saying(item):
            yield Record(str(RecordKey(item.id, position)), item.manual, f"{title}: {block.text}")
            said = sentences(block.text)
            for number, sentence in enumerate(said if len(said) > 1 else ()):
                key = RecordKey(item.id, position, sentence=number)
                yield Record(str(key), item.manual, f"{name}: {sentence}")
    for key, pointer in _other_names(graph):
        yield Record(str(key), pointer.manual, _two_titles(pointer))


def _saying(item: MenuItem) -> list[tuple[int, Block]]:
    """Return an item's blocks with their positions, without those that only point elsewhere unless all do."""
    placed = list(enumerate(item.blocks))
    return [(at, block) for at, block in placed if not only_points(block)] or placed


def _other_names(graph: MenuGraph) -> Iterator[tuple[RecordKey, MenuItem]]:
    """Yield each section that only points to another ("See ..."), under a key of that one, behind its blocks."""
    behind: Counter[str] = Counter()
    for item in _sections(graph):
        target = pointed_to(item, graph)
        if target is not None:
            yield RecordKey(target.id, max(len(target.blocks), 1) + behind[target.id]), item
            behind[target.id] += 1


def _two_titles(item: MenuItem) -> str:
    return names_apart(" > ".join(item.path[-2:]))


def _searched(text: str) -> str:
    """Return a text with the words that it links in one as well, for "wifi" and "E04" where it writes Wi-Fi, E-04.

    Those of names in one come by themselves, for "menu theme" where a setting is called darkMenuTheme.
    """
    return " ".join((text, *joined_words(text), *parted_words(text)))


def _sections(graph: MenuGraph) -> Iterable[MenuItem]:
    return (item for item in graph.items if item.kind == "section")


def _answering(graph: MenuGraph) -> list[MenuItem]:
    """Return the sections that may be an answer; all of them where none says anything."""
    sections = list(_sections(graph))
    saying = [item for item in sections if says_something(item, graph) and pointed_to(item, graph) is None]
    return saying or sections
