"""The sections of all pages of a site, each page and group below what the hierarchy says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphrag_tools.loaders.html.addresses import Addresses, page_of
from graphrag_tools.loaders.html.hierarchy import Hierarchy
from graphrag_tools.loaders.html.page import Page
from graphrag_tools.loaders.html.sections import page_sections
from graphrag_tools.manual import Section


class SiteSections:
    """Sections by page, with the key of each place of the site."""

    def __init__(self, pages: Sequence[Page], hierarchy: Hierarchy, addresses: Addresses) -> None:
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

    def _sections(self, page: Page) -> tuple[Section, ...]:
        def target(link: str) -> str:
            found = self._addresses.target(link, page.name, page.base)
            return page_of(found) if page_of(found) in self._names and found not in self._anchors else found

        return page_sections(page, target, self._hierarchy.titles.get(page.name, ""))

    def _placed(self, name: str) -> Iterator[Section]:
        """Yield a page's sections: its roots below what the page is below, a part of it where menus name that part."""
        above = self._key_of(self._hierarchy.parents.get(name))
        for at, section in enumerate(self._by_page[name]):
            place = next((anchor for anchor in section.anchors if anchor in self._hierarchy.parents), None)
            if at > 0 and place is not None:
                yield replace(section, parent=self._key_of(self._hierarchy.parents[place]))
            elif section.parent is None:
                yield replace(section, parent=above)
            else:
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


def _group_key(place: str) -> str:
    return "group: " + " > ".join(part for part in place.split("\0") if part)
