"""Say in the markup of a page what its style sheets make bold or italic, where names and headings are told by it.

Books and help systems write their names as `<span class="uicontrol">`, and say elsewhere what that looks like. Only
selectors of one class are read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from graphrag_tools.loaders.html.dom import attribute
from graphrag_tools.loaders.source_file import text_or_nothing

Looks = Mapping[tuple[str, str, str], str]
"""What text of a tag ("" for any) and class looks like: the weight and the slant of its letters."""
StyleSheet = Callable[[str], Looks]
"""Returns what the style sheet at an address that a page names says, nothing where there is none."""
_FONT = re.compile(r"(?<![\w-])(font-weight|font-style)\s*:\s*([\w-]+)", re.IGNORECASE)
_LOOKS = ("font-weight", "font-style")
_OF_ONE_CLASS = re.compile(r"(p|span)?\.([\w-]{1,60})")
STYLE_SUFFIX = ".css"
_MAX_BYTES = 2**20


def no_style_sheet(_address: str) -> Looks:
    """Return nothing: the page has no files beside it."""
    return {}


def style_sheets_of(folder: Path) -> Callable[[Path], StyleSheet]:
    """Return what finds, for a page, the style sheets that it names; none outside the folder is read."""
    root = folder.resolve()

    @cache
    def sheet(file: Path) -> Looks:
        is_read = file.suffix == STYLE_SUFFIX and file.is_relative_to(root) and file.is_file()
        return dict(_looks(text_or_nothing(file))) if is_read and file.stat().st_size <= _MAX_BYTES else {}

    def of_page(page: Path) -> StyleSheet:
        def named(address: str) -> Looks:
            try:
                return sheet(Path(page.parent, unquote(address.partition("?")[0])).resolve())
            except (OSError, ValueError):  # no name of a file, as whole style sheets in an address are none
                return {}

        return named

    return of_page


def put_looks_in(parser: LexborHTMLParser, style_sheet: StyleSheet) -> None:
    """Give the words and paragraphs whose class has such a look a style that says so."""
    looks: dict[tuple[str, str, str], str] = {}
    for link in parser.css("link[rel~=stylesheet][href]"):
        looks.update(style_sheet(attribute(link, "href").strip()))
    for own in parser.css("style"):
        looks.update(_looks(own.text()[:_MAX_BYTES]))
    for node in parser.css("span[class], p[class]") if looks else ():
        kinds = [(tag, name) for name in attribute(node, "class").split() for tag in ("", node.tag or "")]
        shown = (f"{look}: {looks[*kind, look]}" for kind in kinds for look in _LOOKS if (*kind, look) in looks)
        if style := ";".join(shown):
            node.attrs["style"] = f"{attribute(node, 'style')};{style}"


def _looks(css: str) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Yield what the rules of a style sheet say, one by one."""
    first, *rest = css.split("/*")
    for rule in "".join((first, *(one.partition("*/")[2] for one in rest))).split("}"):
        selectors, _, declarations = rule.rpartition("{")
        fonts = [(look.lower(), value.lower()) for look, value in _FONT.findall(declarations)]
        for selector in selectors.rpartition("{")[2].split(",") if fonts else ():
            if one := _OF_ONE_CLASS.fullmatch(selector.strip()):
                yield from (((one[1] or "", one[2], look), value) for look, value in fonts)
