"""Divide the HTML that converters write (of Word, of reStructuredText) into sections, one per heading."""

from dataclasses import replace

from graphrag_tools.loaders.block_kinds import is_running_text
from graphrag_tools.loaders.html.page import headed_parts
from graphrag_tools.loaders.section_tree import OpenLevels, retargeted
from graphrag_tools.manual.sections import Block, Section, is_external


def headed_sections(html: str, untitled: str) -> tuple[Section, ...]:
    """Return a section per heading that is a name, nested by level; text before the first is called `untitled`.

    Links to an id ("#wi-fi") lead to the section that has it, in its heading or in its text.
    """
    sections: list[Section] = []
    levels = OpenLevels()
    parts = list(headed_parts(html))
    for number, (part, after) in enumerate(zip(parts, (*parts[1:], None), strict=False)):
        alone = not part.blocks and (after is None or after.level <= part.level)
        is_text = not part.title or is_running_text(part.title, alone=alone)
        if part.level and is_text and sections:  # a paragraph, or an empty line, in a heading's style
            said = (Block("paragraph", part.title),) if part.title else ()
            blocks = (*sections[-1].blocks, *said, *map(_with_anchors, part.blocks))
            sections[-1] = replace(sections[-1], blocks=blocks, anchors=(*sections[-1].anchors, *part.ids))
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
    return retargeted(block, lambda target: target if is_external(target) else target.lstrip("#"))
