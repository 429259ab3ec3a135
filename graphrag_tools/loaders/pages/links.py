"""Resolve links between the pages of a folder, as site generators write them."""

import posixpath
import re
import unicodedata
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from graphrag_tools.loaders.folders.paths import path_beside
from graphrag_tools.loaders.folders.translations import without_language
from graphrag_tools.loaders.pages.page import INDEX_STEMS, SourcePage
from graphrag_tools.loaders.sites.addresses import path_on_site
from graphrag_tools.manual.sections import is_external

_NUMBER = re.compile(r"^\d+[-_.]+(?=\S)")
_OTHER_FILE = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp|ico|mp4|webm|mov|mp3|wav|zip|gz|xz|bin|hex|uf2|exe|dmg|iso|stl|json|ya?ml|toml|"
    r"txt|csv|ini|cfg|conf|sh|py|js|css|c|h|cpp|pdf)$",
    re.IGNORECASE,
)
_PAGES_OF_MODULE = re.compile(r"(?:.*/)?modules/[^/]+/pages/")
_TEMPLATE = re.compile(r"\{\{.{0,300}?\}\}|\{%.{0,300}?%\}")


class PageLinks:
    """Where links of the folder's pages lead, as anchors of the manual: "folder/page.md#heading"."""

    def __init__(
        self, pages: Sequence[SourcePage], anchors: Mapping[str, Sequence[str]], sites: Sequence[str] = ()
    ) -> None:
        """`anchors` are the names of places in each page, by the page's name; `sites` where the pages are published."""
        self._sites = sites
        self._names = {page.name for page in pages}
        self._anchors = {name: set(found) for name, found in anchors.items()}
        self._by_address: dict[str, str] = {}
        self._by_end: dict[str, list[str]] = {}
        for page in pages:
            for address in _addresses(page):
                self._by_address.setdefault(address, page.name)
            for ending in {_address(page.name), _hyphened(page.name)}:
                self._by_end.setdefault(posixpath.basename(ending), []).append(page.name)
        for page in pages:
            self._by_address.setdefault(_hyphened(page.name), page.name)
        self._by_anchor: dict[str, str] = {}
        self._places: dict[str, list[str]] = {}
        """Where anchors are, by what is left of them without case and marks."""
        for name, found in anchors.items():
            for anchor in found:
                self._by_anchor.setdefault(anchor, name)
                self._places.setdefault(_bare(anchor), []).append(f"{name}#{anchor}")

    def target(self, written: str, page: str) -> str:
        """Return the anchor that a link of a page leads to, "" for what is no page (pictures, downloads).

        A link that leads nowhere is returned as the path that it names.
        """
        if written.startswith("label:"):
            return self.labelled(written.removeprefix("label:"), page) or written.removeprefix("label:")
        if is_external(written):
            local = self.target(on_site, page) if (on_site := path_on_site(written, self._sites)) else ""
            return local if local.partition("#")[0] in self._names else written
        path, _, anchor = unquote(_TEMPLATE.sub("", written)).partition("#")
        path = path.partition("?")[0]
        if path and (_OTHER_FILE.search(path)) and not self.page_at(path, page):
            return ""
        found = self.page_at(path, page) if path else page
        if not found:
            plain = path_beside(page, path) if path != "/" else path
            return f"{plain}#{anchor}" if anchor else plain
        if not anchor:
            return found
        return self._place(found, anchor, is_own=not path)

    def labelled(self, label: str, page: str) -> str:
        """Return the place that a label names, in the page itself or else anywhere; "" for none."""
        if label in self._anchors.get(page, ()):
            return f"{page}#{label}"
        return f"{self._by_anchor[label]}#{label}" if label in self._by_anchor else ""

    def page_at(self, path: str, page: str) -> str:
        """Return the page that a path means on this page, "" where there is none.

        Relative to the page's folder, else to the page as a folder (as its address is on the site), else from the
        site's root, of which any leading part may be the site's own base; a file in a folder also from the folder
        of the documents (Docusaurus), and a name alone in any folder (wikis of GitHub), if it is the only one so named.
        Zola's "@/" is the root of the content.
        """
        if path.startswith("@/"):
            return self.page_at(path[1:], page)
        if nearest := self._in_content(path, page) if path.startswith("/") else self._beside(path, page):
            return nearest
        parts = [part for part in _address(path.lstrip("/")).split("/") if part not in ("", ".", "..")]
        for start in range(len(parts)):
            if found := self._by_address.get("/".join(parts[start:])):
                return found if path.startswith("/") or start == 0 else ""
        is_one_name = len(parts) == 1 or path.lower().endswith((".md", ".mdx"))
        if parts and (path.startswith("/") or (is_one_name and not path.startswith("."))):
            starts = range(max(len(parts) - 1, 1)) if path.startswith("/") else (0,)
            return next((found for start in starts if (found := self._at_end(parts[start:]))), "")
        return self._by_address.get("", "") if not path or path.startswith("/") else ""

    def _beside(self, path: str, page: str) -> str:
        """Return the page at a path relative to a page's folder, or to the page as a folder; "" where there is none.

        Antora's are relative to the folder of all pages of the module, those with a dot before apart.
        """
        module = _PAGES_OF_MODULE.match(page) if not path.startswith(".") else None
        for base in (*([module[0]] if module else []), posixpath.dirname(page), posixpath.splitext(page)[0]):
            joined = posixpath.normpath(posixpath.join(base, path))
            if joined in self._names:
                return joined
            if found := self._by_address.get(_address(joined)):
                return found
        return ""

    def _in_content(self, path: str, page: str) -> str:
        """Return the page at a path below the folder `content` that a page lies in, "" where there is none."""
        above, content, _ = f"/{page}".rpartition("/content/")
        return self._by_address.get(_address(f"{above}{content}{path.lstrip('/')}"), "") if content else ""

    def _at_end(self, parts: Sequence[str]) -> str:
        """Return the one page whose address ends in these parts, "" where none or several have it."""
        ending = "/" + "/".join(parts)
        names = self._by_end.get(parts[-1], ())
        same = [name for name in names if f"/{_address(name)}".endswith(ending)]
        same = same or [name for name in names if f"/{_hyphened(name)}".endswith(ending)]
        return same[0] if len(same) == 1 else ""

    def _place(self, page: str, anchor: str, *, is_own: bool) -> str:
        """Return an anchor of a page as the page has it: generators fold case and drop marks in ways of their own.

        Of an anchor that the page lacks, a link from the page itself leads to the single other that has it, because in
        MyST it names labels of any page, and one from another page to the page, as in a browser.
        """
        known = self._anchors.get(page, set())
        if anchor in known or not (folded := _bare(anchor)):
            return f"{page}#{anchor}"
        if own := next((one for one in sorted(known) if _bare(one) == folded), ""):
            return f"{page}#{own}"
        places = self._places.get(folded, []) if is_own else [page]
        return places[0] if len(places) == 1 else f"{page}#{anchor}"


def _bare(anchor: str) -> str:
    # Python-Markdown leaves the accents of letters out too: "#ubersicht" leads to "Übersicht".
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", anchor.lower()))


def _addresses(page: SourcePage) -> list[str]:
    found = [_address(page.name)]
    folder = page.folder
    if slug := page.matter.word("slug", "permalink", "url", "path"):
        found.append(_address(slug.lstrip("/")))
        found.append(_address(posixpath.join(folder, slug.lstrip("/"))))
    if identifier := page.matter.word("id"):
        found.append(_address(posixpath.join(folder, identifier)))
    return found


def _hyphened(name: str) -> str:
    """Return a page's address as Zola and others write it: `my_page.md` is "my-page"."""
    return _address(name).replace("_", "-")


def _address(path: str) -> str:
    """Return a path as pages are told apart.

    That is without suffix, language before it, index and numbers for order, case and spaces folded.
    """
    plain = re.sub(
        r"\.(?:mdx?|markdown|mdown|mkd|mdoc|qmd|rst|rest|adoc|asciidoc|html?|page|xml|docbook|dita)$",
        "",
        without_language(path.strip("/"))[0],
        flags=re.IGNORECASE,
    )
    parts = [_NUMBER.sub("", part) for part in plain.casefold().replace(" ", "-").split("/") if part != "."]
    if parts and parts[-1] in INDEX_STEMS:
        parts.pop()
    parts = [part.lstrip("_") or part for part in parts]  # Jekyll's collections
    return "/".join(parts)
