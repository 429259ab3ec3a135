"""Resolve the links of a saved site: to a page of the folder, to the web, or to nowhere. Nothing is opened to tell."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from graphrag_tools.manual.sections import is_external

INDEX_STEMS = frozenset({"index", "default", "readme"})
_WEB = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_WITH_HOST = re.compile(r"https?://[^/]", re.IGNORECASE)


class Addresses:
    """The pages of a manual by the names that links may give them.

    A page's name is its path below the manual's folder, with "/" between.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name: name for name in names}
        self._folded: dict[str, str] = {}
        for name in self._names:
            self._folded.setdefault(name.casefold(), name)
        self._by_url: dict[str, str] = {}

    def add_urls(self, urls: Mapping[str, str]) -> None:
        """Take the address that each page has on the web, by page; one that several pages claim counts for none."""
        pages: dict[str, list[str]] = {}
        for name, url in urls.items():
            pages.setdefault(_bare(url), []).append(name)
        self._by_url = {url: names[0] for url, names in pages.items() if len(names) == 1}

    def target(self, link: str, page: str, base: str = "") -> str:
        """Return what a link on a page leads to: "name", "name#anchor", a web address, or a path that is no page.

        `base` is the page's <base href>. "" stands for what leads nowhere: scripts, data, files of this machine.
        """
        address = "".join(link.split()) if is_external(link.strip()) else link.strip()
        if is_external(address) and not _WEB.match(address):
            return ""
        if not address or address == "#":
            return ""
        if address.startswith("#"):
            return f"{page}{unquote(address)}"
        based = urljoined(base, address)
        if based.startswith("//"):
            based = f"https:{based}"
        if not is_external(based):
            return self._local(based, page)
        return self._on_the_web(based) or (self._local(address, page, known=True) if base else "") or based

    def _on_the_web(self, url: str) -> str:
        bare, anchor = urldefrag(url)
        name = self._by_url.get(_bare(bare)) if _WITH_HOST.match(url) else None
        return _with_anchor(name, unquote(anchor)) if name else ""

    def _local(self, address: str, page: str, *, known: bool = False) -> str:
        path, _, anchor = address.partition("#")
        folder = "" if path.startswith("/") else posixpath.dirname(page)
        found = next((name for name in _spellings(path, folder) if name.casefold() in self._folded), None)
        if found is not None:
            name = self._names.get(found) or self._folded[found.casefold()]
            return _with_anchor(name, unquote(anchor))
        return "" if known or is_external(address) else _with_anchor(next(_spellings(path, folder)), unquote(anchor))


def page_of(target: str) -> str:
    """Return the page that a target names, without its anchor."""
    return target.partition("#")[0]


def urljoined(base: str, address: str) -> str:
    """Return an address as its base makes it; a base or an address that is none is passed over."""
    if not base or address.startswith(("/", "#")):
        return address if not is_external(base) else _urljoin(base, address)
    if is_external(base) or base.startswith("//") or is_external(address):
        return _urljoin(base, address)
    return posixpath.join(posixpath.dirname(base), address)


def _urljoin(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _spellings(path: str, folder: str) -> Iterator[str]:
    """Yield the names that a link's path may mean, the most literal first."""
    literal = posixpath.normpath(posixpath.join(folder, unquote(path).lstrip("/"))) if path else folder
    yield literal
    plain = posixpath.normpath(posixpath.join(folder, unquote(path.partition("?")[0]).lstrip("/")))
    yield plain
    for suffix in (".html", ".htm", ".xhtml"):
        yield f"{literal}{suffix}"
        yield f"{plain}{suffix}"
        for stem in INDEX_STEMS:
            yield f"{stem}{suffix}" if plain == "." else f"{plain}/{stem}{suffix}"


def _with_anchor(name: str, anchor: str) -> str:
    return f"{name}#{anchor}" if anchor else name


def _bare(url: str) -> str:
    """Return a web address without what two spellings of one page differ in."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    path = re.sub(r"/(?:index\.x?html?)?$", "", parts.path)
    return f"{parts.netloc.casefold()}{path}{'?' + parts.query if parts.query else ''}"
