"""Leave out contents that somebody typed: titles with pages or without, or a list of links to what stands below."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from graphrag_tools.manual.sections import Block, Section
from graphrag_tools.text.normalise import folded

_ENTRY = re.compile(r"(?P<title>.*\S)\s*\|\s*(?:[^\W\d]{1,8}\.?\s*)?(?P<page>\d{1,4})", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]+")
_FEWEST = 4
_FIRST_SECTIONS = 5
"""Those that the contents of a manual may stand in."""
_FEWEST_LINKS = 3
_MOSTLY = 0.6
_MOST_WORDS = 5
"""Of a line that announces contents ("In this chapter:"); a list that a sentence leads to is part of what it says."""


def without_contents_rows(sections: Sequence[Section]) -> list[Section]:
    """Return the sections without such tables, the heading right above one, and those that hold nothing else."""
    titles = {folded(section.title) for section in sections}
    titles |= {folded(block.text) for section in sections for block in section.blocks if block.kind == "heading"}
    parents = {section.parent for section in sections}
    places = {anchor: (at, folded(one.title)) for at, one in enumerate(sections) for anchor in one.anchors}
    left = [(one, _without(_without_links(one, at, places), titles)) for at, one in enumerate(sections)]
    titled = _titled(sections)
    for at, (section, blocks) in enumerate(left[:_FIRST_SECTIONS]):
        left[at] = (section, _without_titles(blocks, titled[at + 1 :]))
    return [
        replace(section, blocks=blocks)
        for section, blocks in left
        if blocks or not section.blocks or section.key in parents
    ]


def _without_links(section: Section, own: int, places: Mapping[str, tuple[int, str]]) -> tuple[Block, ...]:
    """Return a section's blocks without lists of links that are called as the later sections of its page they lead to.

    `places` tells where a link's target is among the sections, and its title.
    """
    pages = {f"{anchor.partition('#')[0]}#" for anchor in section.anchors}
    kept: list[Block] = []
    listed: list[Block] = []
    last = own
    for block in (*section.blocks, None):
        link = block.links[0] if block and len(block.links) == 1 else None
        at, title = places.get(link.target, (-1, "")) if link and link.target.startswith(tuple(pages)) else (-1, "")
        if block and link and at > last and folded(block.text) == title == folded(link.text):
            listed.append(block)
            last = at
            continue
        if len(listed) < min(_FEWEST_LINKS, max(len(section.blocks), 2)):
            kept.extend(listed)
        elif kept and kept[-1].kind == "heading":
            kept.pop()
        listed, last = [], own
        kept.extend([block] if block else [])
    return tuple(kept)


def _without(blocks: Sequence[Block], titles: set[str]) -> tuple[Block, ...]:
    kept: list[Block] = []
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        row = list(run)
        if kind != "table" or not _is_contents(row, titles):
            kept.extend(row)
        elif kept and kept[-1].kind == "heading":
            kept.pop()
    return tuple(kept)


def _is_contents(rows: Sequence[Block], titles: set[str]) -> bool:
    """Whether rows are titles, most of them of the manual, with numbers of pages that never go back."""
    found = [entry for row in rows if (entry := _ENTRY.fullmatch(row.text))]
    pages = [int(entry["page"]) for entry in found]
    named = sum(folded(entry["title"]) in titles for entry in found)
    counts_on = all(page <= later for page, later in pairwise(pages))
    return len(found) >= max(_FEWEST, _MOSTLY * len(rows)) and counts_on and named >= _MOSTLY * len(found)


def _titled(sections: Sequence[Section]) -> list[tuple[str, int]]:
    """Return the words of each section's title, with how deep it stands."""
    depths: dict[str | None, int] = {None: 0}
    for section in sections:
        depths[section.key] = depths.get(section.parent, 0) + 1
    return [(_bare(section.title), depths[section.key]) for section in sections]


def _without_titles(blocks: Sequence[Block], later: Sequence[tuple[str, int]]) -> tuple[Block, ...]:
    """Return blocks without runs of those that are but titles of later sections, four or more in their order.

    Such a run is contents where it names most sections of its levels, and no sentence leads to it; else it may be a
    list of what there is.
    """
    titles = [title for title, _ in later]
    kept: list[Block] = []
    listed: list[Block] = []
    named: list[int] = []
    for block in (*blocks, None):
        start = named[-1] + 1 if named else 0
        found = _titles_in(block.text, titles, start) if block and block.kind != "table" else []
        if block and found:
            listed.append(block)
            named += found
            continue
        before = kept[-1] if kept else None
        of_a_sentence = before is not None and before.text.endswith(":") and len(before.text.split()) > _MOST_WORDS
        if len(named) < _FEWEST or of_a_sentence or not _are_most(named, [depth for _, depth in later]):
            kept.extend(listed)
        elif before and (before.kind == "heading" or before.text.endswith(":")):
            kept.pop()
        listed, named = [], []
        kept.extend([block] if block else [])
    return tuple(kept)


def _are_most(named: Sequence[int], depths: Sequence[int]) -> bool:
    """Whether most sections from the first one named to the last, as deep as the deepest of them or less, are named."""
    deepest = max(depths[at] for at in named)
    beside = sum(depth <= deepest for depth in depths[named[0] : named[-1] + 1])
    return len(named) >= _MOSTLY * beside


def _titles_in(text: str, later: Sequence[str], start: int) -> list[int]:
    """Return the places, from a first one on, of the titles that make up a text, none where anything else is in it."""
    rest = f"{_bare(text)} "
    found: list[int] = []
    for at in range(start, len(later)):
        if later[at] and rest.startswith(f"{later[at]} "):
            rest = rest[len(later[at]) + 1 :]
            found.append(at)
            if not rest:
                return found
    return []


def _bare(text: str) -> str:
    """Return a text's words alone, folded: without numbers of chapters and pages."""
    return " ".join(_LETTERS.findall(folded(text)))
