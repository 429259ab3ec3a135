"""Where a link of a saved site leads: to a page of the folder, to the web, or nowhere. Nothing is opened to tell."""

import os
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.markdown import MARKDOWN_SUFFIXES
from graphrag_tools.manual.sections import Skipped, is_external

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


HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """The pages of a folder by name (path below it), in reading order, and what is not read."""

    pages: dict[str, Path]
    skipped: tuple[Skipped, ...]


def site_files(folder: Path) -> SiteFiles:
    """Return the HTML files of a folder and its subfolders; hidden ones are passed over, links out of it reported.

    Raises:
        ManualError: There is no HTML file in the folder.
    """
    found, skipped = _files_inside(folder)
    pages = [name for name in found if Path(name).suffix.lower() in HTML_SUFFIXES]
    others = Counter(Path(name).suffix.lower() or "no suffix" for name in found if name not in set(pages))
    if others:
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(others.items()))
        skipped.append(Skipped(f"{others.total()} other files", f"are no HTML: {kinds}"))
    if not pages:
        raise ManualError(f"{folder}: found {others.total()} files, none of them HTML (.html, .htm, .xhtml).")
    return SiteFiles({name: folder / name for name in sorted(pages, key=reading_order)}, tuple(skipped))


def is_html_site(folder: Path) -> bool:
    """Whether a folder holds more HTML files than Markdown files: the kind that it is then read as."""
    suffixes = Counter(Path(name).suffix.lower() for name in _files_inside(folder)[0])
    pages = sum(suffixes[suffix] for suffix in HTML_SUFFIXES)
    return pages > sum(suffixes[suffix] for suffix in MARKDOWN_SUFFIXES)


def reading_order(name: str) -> tuple[object, ...]:
    """Sort key of a page's name: folder by folder, the index first, numbers by their value."""
    *folders, file = name.split("/")
    stem = file.rpartition(".")[0] or file
    return ([_natural(part) for part in folders], stem.casefold() not in INDEX_STEMS, _natural(stem), name)


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Split text into words and numbers that compare: "page10" comes after "page9"."""
    return [
        (0, int(piece), "") if piece.isascii() and piece.isdecimal() else (1, 0, piece)
        for piece in re.findall(r"[0-9]{1,18}|[^0-9]+", text.casefold())
    ]


def _files_inside(folder: Path) -> tuple[list[str], list[Skipped]]:
    """Return the names of the files below a folder, hidden ones left out, and the links that lead out of it."""
    root = folder.resolve()
    names: list[str] = []
    skipped: list[Skipped] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*files, *(name for name in folders if (Path(place) / name).is_symlink())]):
            path = Path(place) / name
            if name.startswith("."):
                continue
            below = path.relative_to(folder).as_posix()
            if not _stays_inside(path, root):
                skipped.append(Skipped(below, "is a link to outside the folder"))
            elif path.is_file():
                names.append(below)
    return names, skipped


def _stays_inside(path: Path, root: Path) -> bool:
    try:
        return not path.is_symlink() or path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link to itself
        return False
