"""Load EPUB books: their pages of XHTML as a saved site whose menu is the book's table of contents.

Every file of the package is read by the HTML parser, which knows no document types and so expands none.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.folders.paths import path_beside
from graphrag_tools.loaders.html.dom import attribute
from graphrag_tools.loaders.html.manual import load_html
from graphrag_tools.loaders.html.menus import MOST_LEVELS
from graphrag_tools.loaders.packed_file import UNREADABLE, PackedLimits, check_packed_file, check_text
from graphrag_tools.loaders.source_file import check_file
from graphrag_tools.manual.sections import Manual
from graphrag_tools.text.characters import without_controls
from graphrag_tools.text.normalise import tidy

EPUB_SUFFIX = ".epub"
_LIMITS = PackedLimits(text_bytes=64 * 2**20)
_LIST_LIMITS = PackedLimits(text_bytes=8 * 2**20)
"""Of each list of what is in the book, which are read at once: those of real books have less than 1 MB."""
_CONTAINER = "META-INF/container.xml"
_PAGE_TYPES = ("application/xhtml+xml", "text/html")
_STYLE_TYPE = "text/css"
_NCX_TYPE = "application/x-dtbncx+xml"
_NAVIGATION_FILE = "navigation-of-the-book.html"


@dataclass(frozen=True, slots=True)
class _Book:
    """What the package document says: names of pages in reading order, those of styles and contents, the title."""

    title: str
    pages: tuple[str, ...]
    style_sheets: tuple[str, ...]
    contents: str


def load_epub(path: Path, manual_id: str) -> Manual:
    """Load one EPUB (2 or 3): its table of contents is the tree, links between its pages are see-also edges.

    Raises:
        ManualError: The file is missing, no EPUB, damaged, protected, beyond the limits (64 MB of text, of which 8 MB
            in each list of what is in it, 500 MB, 10,000 files), or has no text.
    """
    check_file(path)
    with TemporaryDirectory() as folder:
        try:
            check_packed_file(path, _LIMITS)
            book = _unpack(path, Path(folder))
            manual = load_html(Path(folder), manual_id)
        except UNREADABLE as error:
            raise ManualError(
                f"{path}: no EPUB that can be read ({error}); expected a book that is not protected."
            ) from error
        except ManualError as error:
            raise ManualError(str(error).replace(folder, str(path))) from error
    title = without_controls(book.title) or manual.title
    told = tuple(one for one in manual.skipped if not one.where.endswith(_NAVIGATION_FILE))
    return replace(manual, source=without_controls(str(path)), title=title, skipped=told)


def _unpack(path: Path, folder: Path) -> _Book:
    """Write a book's pages into a folder, and its contents as a page with a menu."""
    with zipfile.ZipFile(path) as archive:
        book = _book(path, archive)
        files = (*book.pages, *book.style_sheets)
        check_text(path, map(archive.getinfo, files), _LIMITS)
        for name in files:
            _write(folder / name, archive.read(name))
        if book.contents:
            menu = _menu(_parsed(path, archive, book.contents))
            _write(folder / posixpath.dirname(book.contents) / _NAVIGATION_FILE, menu.encode())
    return book


def _book(path: Path, archive: zipfile.ZipFile) -> _Book:
    root = _parsed(path, archive, _CONTAINER).css_first("rootfile")
    package = attribute(root, "full-path") if root is not None else ""
    parser = _parsed(path, archive, package)
    files = {attribute(item, "id"): item for item in parser.css("item")}
    names = {key: _inside(package, attribute(item, "href")) for key, item in files.items()}
    present = set(archive.namelist())
    spine = [attribute(one, "idref") for one in parser.css("itemref")]
    pages = [names[key] for key in spine if key in files and attribute(files[key], "media-type") in _PAGE_TYPES]
    if not pages:
        raise ManualError(f"{path}: its package lists no page; expected an EPUB 2 or 3.")
    navigation = [key for key, item in files.items() if "nav" in attribute(item, "properties").split()]
    ncx = [key for key, item in files.items() if attribute(item, "media-type") == _NCX_TYPE]
    contents = next((names[key] for key in (*navigation, *ncx) if names[key] in present), "")
    title = next(_tagged(parser, "dc:title"), None)
    own = tuple(dict.fromkeys(name for name in pages if name in present and name != contents))
    styles = (names[key] for key, item in files.items() if attribute(item, "media-type") == _STYLE_TYPE)
    sheets = tuple(dict.fromkeys(name for name in styles if name in present))
    return _Book(tidy(title.text()) if title is not None else "", own, sheets, contents)


def _tagged(parser: LexborHTMLParser, tag: str) -> Iterator[LexborNode]:
    """Yield elements by a name that has a colon, which no selector takes."""
    root = parser.root
    return (node for node in root.traverse() if node.tag == tag) if root is not None else iter(())


def _parsed(path: Path, archive: zipfile.ZipFile, name: str) -> LexborHTMLParser:
    check_text(path, [archive.getinfo(name)], _LIST_LIMITS)
    return LexborHTMLParser(archive.read(name).decode("utf-8", "replace"))


def _inside(package: str, href: str) -> str:
    """Return the name in the archive that a package's address means, "" for one outside of it."""
    name = path_beside(package, unquote(href))
    return "" if name.startswith(("/", "..")) or "\\" in name else name


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _menu(parser: LexborHTMLParser) -> str:
    """Return the table of contents, of EPUB 3 (nav) or 2 (ncx), as a page that holds nothing but a menu."""
    points = parser.css("navmap")
    if points:
        return f"<nav>{_points(points[0])}</nav>"
    navs = parser.css("nav")
    toc = next((nav for nav in navs if "toc" in attribute(nav, "epub:type")), navs[0] if navs else None)
    return "".join(f"<nav>{one.html}</nav>" for one in (toc.css("ol")[:1] if toc is not None else ()))


def _points(above: LexborNode, depth: int = 0) -> str:
    """Return the points below a point as a list, down to a depth; the parser nests what follows an empty element."""
    items: list[str] = []
    ahead = [above] if depth < MOST_LEVELS else []
    while ahead:
        for child in ahead.pop().iter():
            if child.tag == "navpoint":
                label, target = child.css_first("navlabel"), child.css_first("content")
                text = escape(tidy(label.text())) if label is not None else ""
                href = escape(attribute(target, "src")) if target is not None else ""
                items.append(f'<li><a href="{href}">{text}</a>{_points(child, depth + 1)}</li>')
            elif child.tag == "content":
                ahead.append(child)
    return f"<ol>{''.join(items)}</ol>" if items else ""
