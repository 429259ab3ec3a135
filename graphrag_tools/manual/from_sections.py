"""Build a manual's graph from its sections: items for sections and named options, taps, and cross links."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphrag_tools.manual.graph import MemoryGraph, MenuGraph, MenuItem, UnresolvedLink
from graphrag_tools.manual.keys import child_id
from graphrag_tools.manual.sections import Block, Link, Manual, Section, is_external, nearest_lead_ins
from graphrag_tools.manual.taps import taps_in, way_after, way_of_name
from graphrag_tools.text.labels import CURE_LABELS, FAULT_LABELS, SECTION_WORDS, SENDING
from graphrag_tools.text.language import MOST_CHARACTERS, identified_language
from graphrag_tools.text.normalise import first_words

_MAX_DESCRIPTION = 300
_FEWEST_LINKED = 2
_LISTING = frozenset({"table", "code"})
_PIECE = 50_000
"""Characters of a long text that are taken at once."""
_LEAST_PROSE = 1000
_SENDS_TO = re.compile(
    rf"\b(?:(?i:{SENDING})) (?:(?:the |den |die |das |le |la |el |il |o |de )?(?i:{SECTION_WORDS}) )?[\"“„«»]?\s?"
    r"(?P<title>[^\W_a-zß-ÿ][^.;:”\"“«»]{1,80})"
)
_BEHIND_TITLE = re.compile(
    r"\s*(?:[,()\[\]–—]|\b(?:on|in|for|to|at|and|or|if|auf|im|für|und|oder|sur|à|dans|pour|et|ou|en|na|para|y|a|per|e|op)\b)"
)
"""What may follow a title that a sentence names: "see Menus on page 12", "see Menus (page 12)"."""
_NUMBER_OF_TITLE = re.compile(r"(\d+(?:\.\d+)+)\.?\s")
_SENDS_TO_NUMBER = re.compile(rf"(?:§|\b(?i:{SENDING}|{SECTION_WORDS}))\s?(?P<number>\d++(?:\.\d++)++)")


def build_graph(manual: Manual) -> MenuGraph:
    """Make the graph of a manual: an item per section and per named option, ids as paths of slugs."""
    titles = _Titles(manual)
    items: list[MenuItem] = []
    child_edges: list[tuple[str, str]] = []
    for section in manual.sections:
        blocks = _with_whole_cures(_without_contents(section, titles))
        item = titles.section_item(section, _with_linked_names_as_text(blocks, titles))
        items.append(item)
        if section.parent is not None:
            child_edges.append((titles.ids[section.parent], item.id))
        for option in titles.option_items(item):
            items.append(option)
            child_edges.append((item.id, option.id))
    see_also, unresolved = _cross_links(manual, titles)
    language = manual.language or identified_language(_prose(manual))
    return MemoryGraph(manual.id, manual.title, items, child_edges, see_also, unresolved, language)


def _prose(manual: Manual) -> str:
    """Return text from all over a manual that tells its language: lists of foreign names in tables do not."""
    blocks = [block for section in manual.sections for block in section.blocks]
    sentences = [block.text for block in blocks if block.kind not in _LISTING]
    if sum(map(len, sentences)) < _LEAST_PROSE:
        sentences = [block.text for block in blocks]
    texts = [*(section.title for section in manual.sections), *sentences]
    every = 1 + sum(map(len, texts)) // MOST_CHARACTERS
    pieces = [text[at : at + _PIECE] for text in texts for at in range(0, len(text), _PIECE)] if every > 1 else texts
    return "\n".join(pieces[::every])


class _Titles:
    """The ids, paths and link targets of a manual's sections."""

    def __init__(self, manual: Manual) -> None:
        self.manual = manual.id
        self._taken: Counter[str] = Counter()
        self.ids: dict[str, str] = {}
        self.paths: dict[str, tuple[str, ...]] = {}
        self.parents: dict[str, str | None] = {}
        self.by_anchor: dict[str, str] = {}
        by_title: dict[str, list[str]] = {}
        for section in manual.sections:
            above = self.ids[section.parent] if section.parent is not None else manual.id
            way = self.paths[section.parent] if section.parent is not None else ()
            self.ids[section.key] = self._free_id(child_id(above, section.title))
            self.paths[section.key] = (*way, section.title)
            self.parents[section.key] = section.parent
            for anchor in section.anchors:
                self.by_anchor.setdefault(anchor, section.key)
            by_title.setdefault(section.title.casefold(), []).append(section.key)
        self.by_title = {title: keys[0] for title, keys in by_title.items() if len(keys) == 1}
        numbers = Counter(number[1] for title in by_title if (number := _NUMBER_OF_TITLE.match(title)))
        self.by_number = {
            number[1]: key
            for title, key in self.by_title.items()
            if (number := _NUMBER_OF_TITLE.match(title)) and numbers[number[1]] == 1
        }

    def section_item(self, section: Section, blocks: tuple[Block, ...]) -> MenuItem:
        return MenuItem(
            id=self.ids[section.key],
            manual=self.manual,
            kind="section",
            name=section.title,
            path=self.paths[section.key],
            description=_description(blocks),
            taps=taps_in(_of_section(blocks)),
            blocks=blocks,
            url=section.url,
            page=section.page,
        )

    def option_items(self, section: MenuItem) -> list[MenuItem]:
        if not any(block.kind == "option" and block.name for block in section.blocks):
            return []
        ways = zip(section.blocks, _ways_above(section.blocks), strict=True)
        return [
            replace(
                section,
                id=self._free_id(child_id(section.id, block.name)),
                kind="option",
                name=block.name,
                path=(*section.path, block.name),
                description=first_words(block.text[len(block.name) :].lstrip(" :：–—"), _MAX_DESCRIPTION),
                taps=(*way, block.name) if way else way_of_name(block),
                blocks=(block,),
            )
            for block, way in ways
            if block.kind == "option" and block.name
        ]

    def target(self, link: Link) -> str | None:
        """The key of the section that a link leads to, None where no section has that anchor."""
        return self.by_anchor.get(link.target)

    def is_below(self, key: str, above: str) -> bool:
        current = self.parents[key]
        while current is not None and current != above:
            current = self.parents[current]
        return current == above

    def _free_id(self, wanted: str) -> str:
        """Return the id, with "~2", "~3", … where a path repeats."""
        self._taken[wanted] += 1
        return wanted if self._taken[wanted] == 1 else f"{wanted}~{self._taken[wanted]}"


def _of_section(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks without options that are ways themselves, where there are several: entries of a menu."""
    ways = [block for block in blocks if way_of_name(block)]
    return tuple(block for block in blocks if block not in ways) if len(ways) > 1 else blocks


def _without_contents(section: Section, titles: _Titles) -> tuple[Block, ...]:
    """Drop the lines of a table of contents: a bare link to a section below says what the tree says."""
    return tuple(
        block
        for block in section.blocks
        if not (
            len(block.links) == 1
            and block.links[0].text == block.text
            and (target := titles.target(block.links[0]))
            and titles.is_below(target, section.key)
        )
    )


def _with_linked_names_as_text(blocks: tuple[Block, ...], titles: _Titles) -> tuple[Block, ...]:
    """Return the blocks with options as text where each is named by a link to a section: a list of where to read on."""
    named = [block for block in blocks if block.kind == "option" and block.name]
    if len(named) < _FEWEST_LINKED or not all(_is_named_by_link(block, titles) for block in named):
        return blocks
    return tuple(replace(block, kind="paragraph", name="") if block.name else block for block in blocks)


def _is_named_by_link(block: Block, titles: _Titles) -> bool:
    name = block.name.casefold()
    return any(link.text.rstrip(" :：.–—").casefold() == name and titles.target(link) for link in block.links)


def _with_whole_cures(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks with "Problem: …" and "Solution: …" as text: one without the other is no answer."""
    names = [block.name.casefold() for block in blocks]
    if FAULT_LABELS.isdisjoint(names) or CURE_LABELS.isdisjoint(names):
        return blocks
    labels = FAULT_LABELS | CURE_LABELS
    return tuple(
        replace(block, kind="paragraph", name="") if block.kind == "option" and name in labels else block
        for block, name in zip(blocks, names, strict=True)
    )


def _cross_links(manual: Manual, titles: _Titles) -> tuple[list[tuple[str, str]], list[UnresolvedLink]]:
    edges: dict[tuple[str, str], None] = {}
    unresolved: list[UnresolvedLink] = []
    for section in manual.sections:
        own = titles.ids[section.key]
        for block in section.blocks:
            for link in block.links:
                target = titles.target(link)
                if target is not None:
                    edges[own, titles.ids[target]] = None
                elif not is_external(link.target):
                    unresolved.append(UnresolvedLink(own, link))
            for named in _named_sections(block, titles):
                edges[own, titles.ids[named]] = None
    return [edge for edge in edges if edge[0] != edge[1]], unresolved


def _named_sections(block: Block, titles: _Titles) -> Iterator[str]:
    """Yield the sections that "See X" names in words, or by number, where exactly one section has that title."""
    if block.links:
        return
    for match in _SENDS_TO.finditer(block.text):
        said = match["title"].strip().casefold()
        ends = [len(said), *(end.start() for end in _BEHIND_TITLE.finditer(said))]
        named = (titles.by_title.get(said[:end]) for end in sorted(ends, reverse=True))
        if found := next(filter(None, named), None):
            yield found
    for match in _SENDS_TO_NUMBER.finditer(block.text):
        if found := titles.by_number.get(match["number"]):
            yield found


def _description(blocks: Sequence[Block]) -> str:
    first = next((block for block in blocks if block.kind == "paragraph"), None) or next(iter(blocks), None)
    return first_words(" ".join(first.text.split()), _MAX_DESCRIPTION) if first else ""


def _ways_above(blocks: Sequence[Block]) -> list[tuple[str, ...]]:
    """Each block's way on the device by what it hangs under: that of the nearest lead-in that gives one."""
    lead_ins = nearest_lead_ins(blocks)
    leading = set(lead_ins)
    above: list[tuple[str, ...]] = []
    own: list[tuple[str, ...]] = []
    before: dict[int, tuple[str, ...]] = {}
    for at, (block, lead_in) in enumerate(zip(blocks, lead_ins, strict=True)):
        above.append(() if lead_in is None else own[lead_in] or above[lead_in])
        is_step = block.kind == "step"
        if not is_step and not block.depth:
            before = {}  # another procedure begins
        way = way_after(block, before.get(block.depth, ())) if is_step or at in leading else ()
        own.append(way)
        if is_step and way:
            before[block.depth] = way
    return above
