"""Make sections of HTML pages: nested by heading level and by the site's hierarchy, links resolved."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from graphrag_tools.loaders.html.addresses import Addresses, page_of
from graphrag_tools.loaders.html.hierarchy import Hierarchy
from graphrag_tools.loaders.html.page import HtmlPage, PageSection, nested_sections, top_sections
from graphrag_tools.loaders.pages.page import readable_name
from graphrag_tools.manual.sections import Section

Target = Callable[[str], str]
"""Where a link of the page leads: an anchor of the manual, a web address, or "" for nowhere."""


def page_sections(page: HtmlPage, target: Target, title: str = "") -> tuple[Section, ...]:
    """Return a page's sections, parents first; the first stands for the page.

    `title` is what menus and breadcrumbs call the page, "" where they are silent.
    A page with one top heading, or with several h1 of which the first is its title, is one section with all else
    below it. Where the top headings are h2 or deeper, levels count through the manual, and they stand side by side;
    so they do where nothing tells the page's title. Otherwise the title becomes a section above them.
    """
    preface, headed = _divided(page)
    tops = top_sections(headed)
    is_title = bool(headed) and bool(title) and headed[0].title.casefold() == title.casefold()
    if len(tops) == 1 or (is_title and headed[0].level == 1):
        return _nested(page, [_with_preface(headed[0], preface, level=0), *headed[1:]], target)
    if headed and (is_title or not (title or preface.blocks)):
        return _nested(page, [_with_preface(headed[0], preface, level=headed[0].level), *headed[1:]], target)
    level = min(section.level for section in headed) if headed and not title else 0
    own_title = title or page.title or readable_name(_stem(page.name))
    return _nested(page, [replace(preface, title=own_title, level=level), *headed], target)


class SiteSections:
    """Sections by page, with the key of each place of the site."""

    def __init__(self, pages: Sequence[HtmlPage], hierarchy: Hierarchy, addresses: Addresses) -> None:
        self._hierarchy = hierarchy
        self._addresses = addresses
        self._names = {page.name for page in pages}
        self._anchors = {f"{page.name}#{name}" for page in pages for section in page.sections for name in section.ids}
        self._by_page = {page.name: self._sections(page) for page in pages}
        self._keys = {
            anchor: section.key
            for sections in reversed(self._by_page.values())
            for section in reversed(sections)
            for anchor in section.anchors
        }
        self._groups: dict[str, Section] = {}

    def in_order(self) -> list[Section]:
        """Return all sections in the order of the hierarchy, groups last; a parent may come after its children."""
        places = (page_of(place) for place in self._hierarchy.order)
        names = dict.fromkeys([*(name for name in places if name in self._by_page), *self._by_page])
        sections = [section for name in names for section in self._placed(name)]
        return [*sections, *self._groups.values()]

    def _sections(self, page: HtmlPage) -> tuple[Section, ...]:
        def target(link: str) -> str:
            found = self._addresses.target(link, page.name, page.base)
            return page_of(found) if page_of(found) in self._names and found not in self._anchors else found

        return page_sections(page, target, self._hierarchy.titles.get(page.name, ""))

    def _placed(self, name: str) -> Iterator[Section]:
        """Yield a page's sections: its roots below what the page is below, a part of it where menus name that part.

        Where a heading that no menu names stands between a part and what menus have it below, it stays there.
        """
        above = self._key_of(self._hierarchy.parents.get(name))
        unlisted: dict[str, str | None] = {}
        for at, section in enumerate(self._by_page[name]):
            place = next((anchor for anchor in section.anchors if anchor in self._hierarchy.parents), None)
            if at > 0 and place is not None:
                below = self._key_of(self._hierarchy.parents[place])
                nearest = section.parent
                while nearest in unlisted:
                    nearest = unlisted[nearest]
                yield section if nearest == below and nearest is not None else replace(section, parent=below)
            elif section.parent is None:
                yield replace(section, parent=above)
            else:
                unlisted[section.key] = section.parent
                yield section

    def _key_of(self, place: str | None) -> str | None:
        """The key of a place's section; groups that have none yet get one, up to a page or the top."""
        way = place
        while way is not None and way in self._hierarchy.groups and way not in self._groups:
            above = self._hierarchy.groups[way]
            self._groups[way] = Section(_group_key(way), self._hierarchy.titles[way], parent=self._key(above))
            way = above
        return self._key(place)

    def _key(self, place: str | None) -> str | None:
        if place is None or place in self._hierarchy.groups:
            return None if place is None else _group_key(place)
        return self._keys.get(place) or self._keys.get(page_of(place))


def _with_preface(section: PageSection, preface: PageSection, *, level: int) -> PageSection:
    """Put what stands before a heading below it."""
    ids, blocks = (*preface.ids, *section.ids), (*preface.blocks, *section.blocks)
    return PageSection(level, section.title, ids, blocks)


def _divided(page: HtmlPage) -> tuple[PageSection, list[PageSection]]:
    sections = list(page.sections)
    preface = sections.pop(0) if sections and sections[0].level == 0 else PageSection(0, "", (), ())
    return preface, sections


def _nested(page: HtmlPage, drafts: list[PageSection], target: Target) -> tuple[Section, ...]:
    return nested_sections(page.name, drafts, target, lambda place: _url(page, place), first_key=page.name)


def _url(page: HtmlPage, anchor: str) -> str:
    address = page.url or quote(page.name, errors="surrogateescape")
    return f"{address}#{quote(anchor)}" if anchor else address


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0] or name


def _group_key(place: str) -> str:
    return "group: " + " > ".join(part for part in place.split("\0") if part)
