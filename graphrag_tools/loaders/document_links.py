"""Links among sections that came as documents: by file and heading where that fits, else by a heading alone."""

import posixpath
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote

from graphrag_tools.loaders.markdown import heading_anchor
from graphrag_tools.manual import Link, Section, is_external


def linked(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections with the anchors that links may name, and their links with the anchors they mean.

    Each section comes with its source as its only anchor. "guide/settings.md#wi-fi" means the heading of that
    file, whatever its folder; where no source has the name, the one section with such a heading. A link to a
    file means its first section.
    """
    files = [posixpath.basename(section.anchors[0].replace("\\", "/")) for section in sections]
    headings = [heading_anchor(section.title) for section in sections]
    counts = Counter(headings)
    first_of_file = {file: at for at, file in reversed(list(enumerate(files))) if file}
    anchors = {f"{file}#{heading}" for file, heading in zip(files, headings, strict=True)}
    anchors |= {f"#{heading}" for heading, number in counts.items() if number == 1}
    anchors |= first_of_file.keys()

    def meant(link: Link, file: str) -> Link:
        if is_external(link.target):
            return link
        page, _, heading = unquote(link.target).partition("#")
        name = posixpath.basename(page) or file
        wanted = (f"{name}#{heading}", f"#{heading}") if heading else (name,)
        return Link(link.text, next((anchor for anchor in wanted if anchor in anchors), link.target))

    return tuple(
        replace(
            section,
            anchors=(f"{file}#{heading}", f"#{heading}", *([file] if first_of_file.get(file) == at else [])),
            blocks=tuple(
                replace(block, links=tuple(meant(link, file) for link in block.links)) for block in section.blocks
            ),
        )
        for at, (section, file, heading) in enumerate(zip(sections, files, headings, strict=True))
    )
