"""Leave out text that most pages of a site repeat word for word at their beginning or end."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from graphrag_tools.loaders.html.page import HtmlPage, PageSection
from graphrag_tools.loaders.html.steering import steering_lines
from graphrag_tools.manual.sections import CELL_BREAK, Block, Skipped
from graphrag_tools.text.labels import STEP_LABEL

_MIN_PAGES = 3
_KINDS = frozenset({"paragraph", "heading", "table"})
_MANY_PAGES = 10
"""So many pages do not share the first or last sentence of what they say; a banner, which may be one too, they do."""
_SENTENCE = re.compile(r"\W*+\w.*[.!。！]$", re.DOTALL)
_RIGHTS = re.compile(r"©|\(c\)|\bcopyright\b|\brights reserved\b", re.IGNORECASE)
_LABELLED = re.compile(rf"{STEP_LABEL}(?!\w)|\d{{1,2}}[.)]?{re.escape(CELL_BREAK)}", re.IGNORECASE)
_SHOWN = 60
_JOINT = r"(?:(?<![\s:|])[:|]{1,2}|\s[|–—·•»:-]{1,2})\s"
_NAME_AT_AN_END = (
    re.compile(rf"(?P<name>\S.*?){_JOINT}(?P<rest>\S.*)"),
    re.compile(rf"(?P<rest>.*[^\s:|]){_JOINT}(?P<name>\S.*)"),
)
"""A title and the name of the site before or behind it: "Lamp - Care", "Care | Lamp"."""
Parts: TypeAlias = tuple[PageSection, ...]
"""What a page has under each of its headings."""


def without_repetitions(pages: Sequence[HtmlPage]) -> tuple[list[HtmlPage], list[Skipped]]:
    """Return the pages without what more than half of them, and at least three, begin or end with, and what steers.

    Steps, options, notes and warnings are kept, unless they are nothing but links, and so are the sentences below the
    headings of a few pages: "Open the app." begins each way to do something there. Where no page would keep any text,
    all keep theirs.
    """
    with_text = [page for page in pages if page.has_text]
    few = len(with_text) < _MANY_PAGES
    edges = {page.name: _edges(page, None, few) for page in with_text}
    counted = Counter(text for blocks in edges.values() for text in {block.text for block in blocks})
    needed = max(_MIN_PAGES, len(with_text) // 2 + 1)
    repeated = {text for text, count in counted.items() if count >= needed}
    steering = steering_lines(edges) - repeated
    gone = repeated | steering
    kept = [_without(page, gone, few) for page in pages] if gone else list(pages)
    if not gone or not any(page.has_text for page in kept):
        return list(pages), []
    lead = [Skipped(f"{len(steering)} line(s)", "lead to the pages around; left out")] if steering else []
    return kept, [
        *lead,
        *(
            Skipped(f"{counted[text]} of {len(with_text)} pages", f"repeat {_shortened(text)}; left out")
            for text in sorted(repeated)
        ),
    ]


def without_site_title(pages: Sequence[Parts], *, above_others: bool = False) -> tuple[list[Parts], list[Skipped]]:
    """Return the parts of pages without a first heading that more than half of them, and at least three, share.

    That is the site's name. Only where another heading follows it, which is then the page's own; with `above_others`
    only where all that follow are of lower levels, since sections may be called alike ("Overview"). A page that has no
    other heading, the first one as a rule, is counted where two have one.
    """
    named = [_named_first(parts, above_others) for parts in pages]
    title, above = Counter(filter(None, named)).most_common(1)[0] if any(named) else ("", 0)
    first = [headed[0].title if (headed := _headed(parts)) else "" for parts in pages]
    count = (
        above + sum(one == title and not name for one, name in zip(first, named, strict=True)) if above > 1 else above
    )
    with_headings = sum(map(bool, first))
    if count < max(_MIN_PAGES, with_headings // 2 + 1):
        return list(pages), []
    kept = [_without_first(parts) if name == title else parts for parts, name in zip(pages, named, strict=True)]
    return kept, [
        Skipped(f"{count} of {len(pages)} pages", f"have the heading {_shortened(title)}; taken for the site's name")
    ]


def without_site_name(titles: Sequence[str]) -> list[str]:
    """Return the titles of pages without what more than half of them, and at least three, begin or end with."""
    shorter = list(titles)
    for joint in _NAME_AT_AN_END:
        parted = [joint.fullmatch(title) for title in shorter]
        names = Counter(one["name"] for one in parted if one)
        shared = {name for name, count in names.items() if count >= max(_MIN_PAGES, len(titles) // 2 + 1)}
        shorter = [
            one["rest"] if one and one["name"] in shared else title for title, one in zip(shorter, parted, strict=True)
        ]
    return shorter


def _named_first(parts: Parts, above_others: bool) -> str:
    """Return the first heading of a page that has several, "" where it is none or may be a section's."""
    first, *others = _headed(parts) or [PageSection(0, "", (), ())]
    if not others or (above_others and first.level >= min(other.level for other in others)):
        return ""
    return first.title


def _headed(parts: Parts) -> list[PageSection]:
    return [section for section in parts if section.level]


def _without_first(parts: Parts) -> Parts:
    """Put what stands below the first heading before the second, and below that where it heads the rest of the page."""
    preface = [section for section in parts if not section.level]
    first, second, *others = _headed(parts)
    blocks = tuple(block for section in (*preface, first) for block in section.blocks)
    ids = tuple(name for section in (*preface, first) for name in section.ids)
    if all(other.level > second.level for other in others):
        return (replace(second, ids=(*ids, *second.ids), blocks=(*blocks, *second.blocks)), *others)
    start = (PageSection(0, "", ids, blocks),) if blocks or ids else ()
    return (*start, second, *others)


def _edges(page: HtmlPage, repeated: set[str] | None, few: bool) -> list[Block]:
    """Return the blocks at a page's two ends that may be a repetition, or that are in `repeated`."""
    said = {id(block) for part in page.sections if part.level for block in part.blocks if _says_something(block, few)}
    blocks = [block for section in page.sections for block in section.blocks]
    start = _run(blocks, repeated, said)
    end = _run(blocks[start:][::-1], repeated, said)
    return [*blocks[:start], *blocks[len(blocks) - end :]]


def _run(blocks: Sequence[Block], repeated: set[str] | None, said: set[int]) -> int:
    """How many blocks from the first on may be repetitions."""
    stops = (
        at
        for at, block in enumerate(blocks)
        if id(block) in said or not _may_repeat(block) or (repeated is not None and block.text not in repeated)
    )
    return next(stops, len(blocks))


def _may_repeat(block: Block) -> bool:
    only_links = bool(block.links) and sum(len(link.text) for link in block.links) >= 0.8 * len(block.text)
    return only_links or (block.kind in _KINDS and block.depth == 0)


def _says_something(block: Block, few: bool) -> bool:
    """Whether a block below a heading is part of what a page says: a step by its label, or a sentence of few pages."""
    if _LABELLED.match(block.text):
        return True
    return few and not block.links and bool(_SENTENCE.match(block.text)) and not _RIGHTS.search(block.text)


def _without(page: HtmlPage, repeated: set[str], few: bool) -> HtmlPage:
    gone = {id(block) for block in _edges(page, repeated, few)}
    return replace(page, sections=tuple(_kept(section, gone) for section in page.sections))


def _kept(section: PageSection, gone: set[int]) -> PageSection:
    return replace(section, blocks=tuple(block for block in section.blocks if id(block) not in gone))


def _shortened(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
