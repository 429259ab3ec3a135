"""Divide the HTML that converters write (of Word, of reStructuredText) into sections, one per heading."""

from dataclasses import replace

from graphrag_tools.loaders.html.page import headed_parts
from graphrag_tools.loaders.section_tree import OpenLevels
from graphrag_tools.manual.sections import Block, Link, Section, is_external


def headed_sections(html: str, untitled: str) -> tuple[Section, ...]:
    """Return a section per heading with words, nested by level; text before the first is called `untitled`.

    Links to an id ("#wi-fi") lead to the section that has it, in its heading or in its text.
    """
    sections: list[Section] = []
    levels = OpenLevels()
    for number, part in enumerate(headed_parts(html)):
        if part.level and not part.title and sections:  # an empty line in a heading's style
            blocks = (*sections[-1].blocks, *map(_with_anchors, part.blocks))
            sections[-1] = replace(sections[-1], blocks=blocks)
            continue
        key = str(number)
        sections.append(
            Section(
                key=key,
                title=part.title or untitled,
                blocks=tuple(map(_with_anchors, part.blocks)),
                parent=levels.above(part.level) if part.level else None,
                anchors=part.ids,
            )
        )
        if part.level:
            levels.open(part.level, key)
    return tuple(sections)


def _with_anchors(block: Block) -> Block:
    """Let a link's "#id" name an anchor as sections have it."""
    links = (link if is_external(link.target) else Link(link.text, link.target.lstrip("#")) for link in block.links)
    return replace(block, links=tuple(links))
