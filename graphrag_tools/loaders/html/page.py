"""Read one HTML page: its sections by heading, links as written, menus and breadcrumbs of the site around it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.formulas import put_formulas_in_words
from graphrag_tools.loaders.html.addresses import urljoined
from graphrag_tools.loaders.html.blocks import BlockReader
from graphrag_tools.loaders.html.boilerplate import Dropped, find_boilerplate
from graphrag_tools.loaders.html.bounds import check_bounds
from graphrag_tools.loaders.html.breadcrumbs import Crumb, breadcrumbs
from graphrag_tools.loaders.html.divisions import heading_level, is_beside_title
from graphrag_tools.loaders.html.dom import FLOW, HEADINGS, attribute, is_readable, walk
from graphrag_tools.loaders.html.footnotes import put_footnotes_in
from graphrag_tools.loaders.html.listed_headings import drop_contents, listed_headings
from graphrag_tools.loaders.html.menus import Menu, contents_lists, menus, navigation
from graphrag_tools.loaders.html.own_menus import leads_within, own_menus
from graphrag_tools.loaders.html.row_spans import repeat_names_of_rows, repeat_spanned_cells
from graphrag_tools.loaders.html.style_sheets import StyleSheet, no_style_sheet, put_looks_in
from graphrag_tools.loaders.html.superscripts import keep_superscripts_apart
from graphrag_tools.loaders.html.tabs import name_tabs
from graphrag_tools.loaders.numbered_headings import with_levels_of_numbers
from graphrag_tools.loaders.section_tree import OpenLevels, free_key, retargeted
from graphrag_tools.manual.sections import Block, Section
from graphrag_tools.text.normalise import tidy

_SENTENCE_ENDS = (".", "。")
_ENDS_A_TITLE = frozenset("p ul ol dl table pre blockquote section article".split()) | HEADINGS
_MAX_TITLE_LENGTH = 200
_AROUND_PICTURE = re.compile(r"\s+(?:\(\s*\)|\[\s*\])")
"""What is left of "Find (🔍)" where the sign is a picture."""


@dataclass(frozen=True, slots=True)
class PageSection:
    """What stands under one heading; level 0 and no title for what stands before the first."""

    level: int
    title: str
    ids: tuple[str, ...]
    blocks: tuple[Block, ...]
    page: int | None = None
    """The printed document's page that it begins on, counted from 1; None for what has no pages."""


def top_sections(sections: Sequence[PageSection]) -> list[PageSection]:
    """Return the sections that none before them is above: those no deeper than all before."""
    tops: list[PageSection] = []
    for section in sections:
        if not tops or section.level <= tops[-1].level:
            tops.append(section)
    return tops


def nested_sections(
    name: str,
    drafts: Iterable[PageSection],
    target: Callable[[str], str],
    url: Callable[[str], str] = lambda _place: "",
    *,
    first_key: str = "",
) -> tuple[Section, ...]:
    """Return the sections of the page called `name`, nested by their levels; the first stands for the page.

    `target` says where links lead, `url` what the address of a place is, that of the page for "". Keys are made of the
    page's name and the first place of each; `first_key` is that of the page where it is another.
    """
    sections: list[Section] = []
    taken: dict[str, int] = {}
    levels = OpenLevels()
    for draft in drafts:
        place = draft.ids[0] if draft.ids else ""
        key = (not sections and first_key) or free_key(f"{name}#{place}" if place else name, taken)
        taken.setdefault(key, 1)
        places = tuple(f"{name}#{one}" for one in draft.ids)
        sections.append(
            Section(
                key=key,
                title=draft.title,
                blocks=tuple(retargeted(block, target) for block in draft.blocks),
                parent=levels.above(draft.level),
                page=draft.page,
                anchors=places if sections else (*places, name),
                url=url(place if sections else ""),
            )
        )
        levels.open(draft.level, key)
    return tuple(sections)


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page as it is read: `name` is its path below the manual's folder, `title` what its <title> says."""

    name: str
    title: str = ""
    sections: tuple[PageSection, ...] = ()
    url: str = ""
    base: str = ""
    menus: tuple[Menu, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    up: str = ""
    """The page above, as a link of its head gives it (rel="up"), as written; "" where that is the home page."""
    is_frameset: bool = False
    dropped: Counter[str] | None = None
    dropped_words: Counter[str] | None = None

    @property
    def has_text(self) -> bool:
        """Whether there is a block in any of its sections."""
        return any(section.blocks for section in self.sections)


def read_page(name: str, markup: str, style_sheet: StyleSheet = no_style_sheet) -> HtmlPage:
    """Read a page's markup; never fails, a page without a body has no sections."""
    parser = LexborHTMLParser(markup)
    body = parser.body
    if body is None:
        return HtmlPage(name, is_frameset=parser.css_first("frameset") is not None)
    put_looks_in(parser, style_sheet)
    _put_in_place(parser, markup)
    dropped = find_boilerplate(body)
    found_menus = menus(navigation(body, dropped))
    for node in contents_lists(body, name, dropped):
        found_menus.extend(menus([node]))
        drop_contents(node, dropped)
    listed = listed_headings(body, name, dropped)
    title = parser.css_first("title")
    base = parser.css_first("base[href]")
    return HtmlPage(
        name=name,
        title=tidy(title.text()) if title is not None else "",
        sections=_without_own_menus(_divided(body, dropped, listed), name),
        url=_canonical(parser, attribute(base, "href") if base is not None else ""),
        base=attribute(base, "href").strip() if base is not None else "",
        menus=tuple(dict.fromkeys(found_menus)),
        crumbs=breadcrumbs(parser, body),
        up=_page_above(parser),
        dropped=dropped.counts,
        dropped_words=dropped.words,
    )


def _put_in_place(parser: LexborHTMLParser, markup: str) -> None:
    """Bring formulas, footnotes, raised characters and cells over several rows to where and how they are read."""
    put_formulas_in_words(parser, markup)
    put_footnotes_in(parser, markup)
    keep_superscripts_apart(parser, markup)
    repeat_spanned_cells(parser, markup)
    repeat_names_of_rows(parser)
    name_tabs(parser, markup)


def headed_parts(html: str) -> tuple[PageSection, ...]:
    """Return what stands under each heading of a document that has no boilerplate, in order.

    Raises:
        ManualError: It would take long to parse.
    """
    check_bounds(html, "its HTML")
    parser = LexborHTMLParser(html)
    _put_in_place(parser, html)
    return _divided(parser.body, Dropped(), {}) if parser.body is not None else ()


def _divided(body: LexborNode, dropped: Dropped, listed: Mapping[int, int]) -> tuple[PageSection, ...]:
    reader = _PageReader(dropped, listed)
    walk(body, reader.enter, reader.leave)
    return with_levels_of_numbers(reader.finish())


def _without_own_menus(sections: Sequence[PageSection], name: str) -> tuple[PageSection, ...]:
    gone = own_menus((block for section in sections for block in section.blocks), name)
    kept = (
        (section, tuple(one for one in section.blocks if one.text not in gone or not leads_within(one, name)))
        for section in sections
    )
    return tuple(replace(section, blocks=blocks) for section, blocks in kept) if gone else tuple(sections)


def _page_above(parser: LexborHTMLParser) -> str:
    """Return what DocBook, Texinfo and others write of the page above; the home page heads no part of the manual."""
    links = {attribute(link, "rel").lower(): attribute(link, "href").strip() for link in parser.css("link[rel][href]")}
    homes = {links.get(name, "").partition("#")[0] for name in ("home", "start", "top", "index", "contents")}
    up = links.get("up", "")
    return "" if up.partition("#")[0] in homes else up


def _canonical(parser: LexborHTMLParser, base: str) -> str:
    link = parser.css_first("link[rel=canonical][href]")
    if link is None:
        return ""
    url = urljoined(base, attribute(link, "href").strip())
    return url.partition("#")[0] if url.lower().startswith(("http://", "https://")) else ""


class _PageReader:
    """Takes a page's elements in document order, and begins a section at each heading."""

    def __init__(self, dropped: Dropped, listed: Mapping[int, int]) -> None:
        """`listed` are paragraphs that are headings too, with how deep they are below the last marked one."""
        self._dropped = dropped
        self._listed = listed
        self._marked_level = 0
        self._reader = BlockReader()
        self._sections = [PageSection(0, "", (), ())]
        self._ids: list[str] = []
        """Names of places since the last text: they belong to the heading or the text that comes."""
        self._given: list[str] = []
        """Those of the section that is open, beside what its heading has."""
        self._heading: LexborNode | None = None
        self._title: list[str] = []
        self._images: list[str] = []
        self._kept: set[int] = set()
        """Open elements of a heading: the block reader has not seen them."""

    def enter(self, node: LexborNode) -> bool:
        """Take an opening tag or a text; return whether its children are to be read."""
        if node.mem_id in self._dropped.elements:
            self._dropped.count(node)
            return False
        tag = node.tag or ""
        if not is_readable(node):
            return False
        if tag == "-text":
            return self._enter_text(node)
        self._ids.extend(_names(node, tag))
        if self._heading is not None and tag in _ENDS_A_TITLE and tidy("".join(self._title)):
            self._begin_section()
        if self._heading is None and self._is_heading(node, tag) and self._reader.at_top:
            self._heading, self._title, self._images = node, [], []
            self._kept.add(node.mem_id)
            return True
        if self._heading is not None:
            return self._enter_title(node, tag)
        return self._reader.enter(node)

    def leave(self, node: LexborNode) -> None:
        """Take a closing tag."""
        if node.mem_id not in self._kept:
            self._reader.leave(node)
            return
        self._kept.discard(node.mem_id)
        if self._heading is not None and node.mem_id == self._heading.mem_id:
            self._begin_section()

    def finish(self) -> tuple[PageSection, ...]:
        """Return all sections; the first, before any heading, only where there is something in it."""
        self._close_section()
        first, *rest = self._sections
        return (first, *rest) if first.blocks or first.ids else tuple(rest)

    def _enter_text(self, node: LexborNode) -> bool:
        text = node.text_content or ""
        if self._heading is not None:
            self._title.append(text)
            return False
        if self._ids and text.strip():
            self._give_ids()
        return self._reader.enter(node)

    def _enter_title(self, node: LexborNode, tag: str) -> bool:
        self._kept.add(node.mem_id)
        if tag in FLOW:
            self._title.append(" ")
        elif tag == "img":
            self._images.append(attribute(node, "alt"))
        return True

    def _begin_section(self) -> None:
        heading, self._heading = self._heading, None
        written = "".join(self._title).strip()
        if self._images:
            written = _AROUND_PICTURE.sub("", written)
        title = tidy(written.rstrip("¶#")) or tidy(" ".join(self._images)) or tidy(written)
        if heading is None or not title:
            return
        is_sentence = title.endswith(_SENTENCE_ENDS) and note_kind(title) is not None
        if is_sentence or len(title) > _MAX_TITLE_LENGTH:
            self._reader.add_text(title)
            self._give_ids()
            return
        ids, self._ids = self._ids, []
        self._close_section()
        self._sections.append(PageSection(self._level(heading), title, tuple(dict.fromkeys(ids)), ()))

    def _is_heading(self, node: LexborNode, tag: str) -> bool:
        return node.mem_id in self._listed or (tag in HEADINGS and not is_beside_title(node))

    def _level(self, heading: LexborNode) -> int:
        depth = self._listed.get(heading.mem_id)
        if depth is not None:
            return self._marked_level + 1 + depth
        self._marked_level = heading_level(heading)
        return self._marked_level

    def _close_section(self) -> None:
        self._give_ids()
        last, given, self._given = self._sections[-1], self._given, []
        ids = tuple(dict.fromkeys((*last.ids, *given)))
        self._sections[-1] = replace(last, ids=ids, blocks=(*last.blocks, *self._reader.take()))

    def _give_ids(self) -> None:
        self._given += self._ids
        self._ids = []


def _names(node: LexborNode, tag: str) -> list[str]:
    attributes = node.attributes
    named = (attributes.get("id"), attributes.get("name") if tag == "a" else None)
    return [name for name in named if name]
