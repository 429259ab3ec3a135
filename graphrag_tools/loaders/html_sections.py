"""The sections of one HTML page: nested by heading level, links resolved, each with its place on the web or on disk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from graphrag_tools.loaders.html_page import Page, PageSection
from graphrag_tools.manual import Block, Link, Section

Target = Callable[[str], str]
"""Where a link of the page leads: an anchor of the manual, a web address, or "" for nowhere."""


@dataclass(frozen=True, slots=True)
class PageTree:
    """A page's sections, parents first; `roots` are the keys of those that nothing on the page is above.

    The first root stands for the page.
    """

    sections: tuple[Section, ...]
    roots: tuple[str, ...]


def page_tree(page: Page, target: Target, title: str = "") -> PageTree:
    """Return a page's sections. `title` is what menus and breadcrumbs call the page, "" where they are silent.

    A page of that title, or with one top heading, is one section with all else below it; a page without headings is
    one section too. Other pages have as many roots as top headings.
    """
    preface, headed = _divided(page)
    tops = _tops(headed)
    own_title = title or page.title or _stem(page.name)
    if len(tops) == 1 or (tops and title and headed[0].title.casefold() == title.casefold()):
        merged = replace(
            headed[0], ids=(*preface.ids, *headed[0].ids), blocks=(*preface.blocks, *headed[0].blocks), level=0
        )
        drafts = [merged, *headed[1:]]
    elif not tops or title or preface.blocks:
        level = 0 if title or not tops else min(section.level for section in headed)
        drafts = [replace(preface, title=own_title, level=level), *headed]
    else:
        drafts = [replace(headed[0], ids=(*preface.ids, *headed[0].ids)), *headed[1:]]
    return _nested(page, drafts, target)


def _divided(page: Page) -> tuple[PageSection, list[PageSection]]:
    sections = list(page.sections)
    preface = sections.pop(0) if sections and sections[0].level == 0 else PageSection(0, "", (), ())
    return preface, sections


def _tops(sections: list[PageSection]) -> list[PageSection]:
    """The sections that none before them is above: those no deeper than all before."""
    tops: list[PageSection] = []
    for section in sections:
        if not tops or section.level <= tops[-1].level:
            tops.append(section)
    return tops


def _nested(page: Page, drafts: list[PageSection], target: Target) -> PageTree:
    sections: list[Section] = []
    roots: list[str] = []
    taken: dict[str, int] = {}
    above: list[tuple[int, str]] = []
    for draft in drafts:
        while above and above[-1][0] >= draft.level:
            above.pop()
        anchor = draft.ids[0] if draft.ids else ""
        key = page.name if not sections else _free(f"{page.name}#{anchor}" if anchor else page.name, taken)
        taken.setdefault(key, 1)
        sections.append(
            Section(
                key=key,
                title=draft.title,
                blocks=tuple(_linked(block, target) for block in draft.blocks),
                parent=above[-1][1] if above else None,
                anchors=(*(() if sections else (page.name,)), *(f"{page.name}#{name}" for name in draft.ids)),
                url=_url(page, anchor if sections else ""),
            )
        )
        if not above:
            roots.append(key)
        above.append((draft.level, key))
    return PageTree(tuple(sections), tuple(roots))


def _url(page: Page, anchor: str) -> str:
    address = page.url or quote(page.name)
    return f"{address}#{quote(anchor)}" if anchor else address


def _linked(block: Block, target: Target) -> Block:
    if not block.links:
        return block
    links = (Link(link.text, target(link.target)) for link in block.links)
    return replace(block, links=tuple(link for link in links if link.target))


def _free(key: str, taken: dict[str, int]) -> str:
    """Return the key, with "~2", "~3", … where it is taken."""
    if key not in taken:
        return key
    while f"{key}~{taken[key] + 1}" in taken:
        taken[key] += 1
    taken[key] += 1
    return f"{key}~{taken[key]}"


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0] or name
