"""The texts that a manual is searched by: whole sections and blocks by words, passages by vector."""

from collections.abc import Iterable, Iterator

from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.stores.protocols import Record
from graphrag_tools.text.normalise import folded, sentences
from graphrag_tools.text.words import joined_words


def section_records(graph: MenuGraph) -> Iterator[Record]:
    """Yield each section's title, path and text; nothing of a section that cannot answer (`says_something`)."""
    for item in _sections(graph):
        text = ""
        if says_something(item, graph):
            text = _searched("\n".join((item.name, " ".join(item.path), *(block.text for block in item.blocks))))
        yield Record(item.id, item.manual, text, graph.language)


def block_records(graph: MenuGraph) -> Iterator[Record]:
    """Yield each block under its section's title; the title alone where a section has no text."""
    for item in _answering(graph):
        texts = [f"{item.name}: {block.text}" for block in item.blocks] or [item.name]
        for position, text in enumerate(texts):
            yield Record(str(RecordKey(item.id, position)), item.manual, _searched(text), graph.language)


def passage_records(graph: MenuGraph) -> Iterator[Record]:
    """Yield what vectors are made of: each block, and each sentence of a longer one, under the two titles above it.

    A title alone often leaves open what it is about ("Manage notifications"), and a block's vector is the mean of all
    that it says, in which one sentence goes under. Measured with MiniLM: README, Search.
    """
    for item in _answering(graph):
        title = " > ".join(item.path[-2:])
        if not item.blocks:
            yield Record(str(RecordKey(item.id, 0)), item.manual, title)
        for position, block in enumerate(item.blocks):
            yield Record(str(RecordKey(item.id, position)), item.manual, f"{title}: {block.text}")
            said = sentences(block.text)
            for number, sentence in enumerate(said if len(said) > 1 else ()):
                key = RecordKey(item.id, position, sentence=number)
                yield Record(str(key), item.manual, f"{item.name}: {sentence}")


def says_something(item: MenuItem, graph: MenuGraph) -> bool:
    """Whether a section may be an answer: it has text beyond headings and its own title, or nothing below it."""
    title = folded(item.name)
    if any(block.kind != "heading" and folded(block.text) != title for block in item.blocks):
        return True
    return not item.blocks and not graph.children(item.id)


def _searched(text: str) -> str:
    """Return a text with the words that it links in one as well, for "wifi" and "E04" where it writes Wi-Fi, E-04."""
    return " ".join((text, *joined_words(text)))


def _sections(graph: MenuGraph) -> Iterable[MenuItem]:
    return (item for item in graph.items if item.kind == "section")


def _answering(graph: MenuGraph) -> list[MenuItem]:
    """Return the sections that may be an answer; all of them where none says anything."""
    sections = list(_sections(graph))
    return [item for item in sections if says_something(item, graph)] or sections
