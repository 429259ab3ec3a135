"""Give links without words of their own the title of the place that they lead to, as MyST and GitBook show them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import PurePosixPath

from graphrag_tools.manual.sections import Block, Section

UNTITLED_LINK = "\ue004"
"""Stands for the words of such a link until all pages are read."""


def with_titles_of_links(sections: Sequence[Section]) -> list[Section]:
    """Return the sections with the title of its target in each such link, or the name of a file that is no page."""
    if not any(UNTITLED_LINK in block.text for section in sections for block in section.blocks):
        return list(sections)
    titles: dict[str, str] = {}
    for section in sections:
        for anchor in section.anchors:
            titles.setdefault(anchor, section.title)
    return [replace(one, blocks=tuple(_titled(block, titles) for block in one.blocks)) for one in sections]


def _titled(block: Block, titles: Mapping[str, str]) -> Block:
    if UNTITLED_LINK not in block.text:
        return block
    links = [
        replace(link, text=titles.get(link.target) or _name(link.target)) if link.text == UNTITLED_LINK else link
        for link in block.links
    ]
    words = [link.text for link, written in zip(links, block.links, strict=True) if written.text == UNTITLED_LINK]
    emphasis = tuple(_filled(one, words) for one in block.emphasis)
    text, name = _filled(block.text, words), _filled(block.name, words)
    return replace(block, text=text, name=name, emphasis=emphasis, links=tuple(links))


def _name(target: str) -> str:
    path = PurePosixPath(target.partition("#")[0])
    return (path.stem if path.suffix[1:].isalpha() else path.name) or target  # a folder's name may have a dot: "v1.2"


def _filled(text: str, words: Sequence[str]) -> str:
    pieces = text.split(UNTITLED_LINK)
    return "".join(f"{piece}{word}" for piece, word in zip_longest(pieces, words[: len(pieces) - 1], fillvalue=""))
