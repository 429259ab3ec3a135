"""HTML that a converter wrote from a document: every heading a section, what follows it its text."""

import re
from collections.abc import Iterable
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from graphrag_tools.loaders.html.blocks import html_blocks
from graphrag_tools.loaders.section_tree import OpenLevels
from graphrag_tools.manual import Link, Section, is_external, tidy

_HEADING = re.compile(
    r"(?:<(?:section|span|a)\b[^>]*>\s*(?:</(?:span|a)>\s*)*)*<h(?P<level>[1-6])\b[^>]*>(?P<inner>.*?)</h(?P=level)>",
    re.DOTALL,
)
_ID = re.compile(r'\sid="([^"]+)"')
_WRAPPER = re.compile(r"</?(?:section|main|body|html)\b[^>]*>")


def headed_sections(html: str, untitled: str) -> tuple[Section, ...]:
    """Return a section per heading, nested by the headings' levels; text before the first is called `untitled`.

    Links to an id ("#wi-fi") lead to the section that has it, in its heading or in its text.
    """
    headings = list(_HEADING.finditer(html))
    ends = [*(match.start() for match in headings), len(html)]
    sections: list[Section] = []
    preface = html_blocks(_WRAPPER.sub("", html[: ends[0]]), untitled)
    if preface:
        sections.append(Section("preface", untitled, preface, anchors=tuple(_ID.findall(html[: ends[0]]))))
    levels = OpenLevels()
    for number, (match, end) in enumerate(zip(headings, ends[1:], strict=True)):
        level, body = int(match["level"]), html[match.end() : end]
        title = _text(match["inner"]) or "Untitled"
        sections.append(
            Section(
                key=str(number),
                title=title,
                blocks=html_blocks(_WRAPPER.sub("", body), title),
                parent=levels.above(level),
                anchors=tuple(_ID.findall(match.group(0) + body)),
            )
        )
        levels.open(level, str(number))
    return tuple(map(_with_targets, sections))


def _text(html: str) -> str:
    body = LexborHTMLParser(html).body
    return tidy(body.text()) if body is not None else ""


def _with_targets(section: Section) -> Section:
    """Let "#id" name an anchor as sections have it."""

    def known(links: Iterable[Link]) -> tuple[Link, ...]:
        return tuple(link if is_external(link.target) else Link(link.text, link.target.lstrip("#")) for link in links)

    return replace(section, blocks=tuple(replace(block, links=known(block.links)) for block in section.blocks))
