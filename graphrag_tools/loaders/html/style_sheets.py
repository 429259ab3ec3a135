"""Make what the style sheets of a page make bold bold in its markup, where names and headings are told by it.

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

Weights = Mapping[tuple[str, str], bool]
"""Whether text of a tag ("" for any) and class is bold."""
StyleSheet = Callable[[str], Weights]
"""Returns what the style sheet at an address that a page names says, nothing where there is none."""
_WEIGHT = re.compile(r"(?<![\w-])font-weight\s*:\s*([\w-]+)", re.IGNORECASE)
_OF_ONE_CLASS = re.compile(r"(p|span)?\.([\w-]{1,60})")
STYLE_SUFFIX = ".css"
_MAX_BYTES = 2**20
_BOLD = "font-weight: bold"


def no_style_sheet(_address: str) -> Weights:
    """Return nothing: the page has no files beside it."""
    return {}


def style_sheets_of(folder: Path) -> Callable[[Path], StyleSheet]:
    """Return what finds, for a page, the style sheets that it names; none outside the folder is read."""
    root = folder.resolve()

    @cache
    def sheet(file: Path) -> Weights:
        is_read = file.suffix == STYLE_SUFFIX and file.is_relative_to(root) and file.is_file()
        return dict(_weights(text_or_nothing(file))) if is_read and file.stat().st_size <= _MAX_BYTES else {}

    def of_page(page: Path) -> StyleSheet:
        def named(address: str) -> Weights:
            try:
                return sheet(Path(page.parent, unquote(address.partition("?")[0])).resolve())
            except (OSError, ValueError):  # no name of a file, as whole style sheets in an address are none
                return {}

        return named

    return of_page


def put_bold_in(parser: LexborHTMLParser, style_sheet: StyleSheet) -> None:
    """Give the words and paragraphs whose class is bold a style that says so."""
    bold: dict[tuple[str, str], bool] = {}
    for link in parser.css("link[rel~=stylesheet][href]"):
        bold.update(style_sheet(attribute(link, "href").strip()))
    for own in parser.css("style"):
        bold.update(_weights(own.text()[:_MAX_BYTES]))
    if not any(bold.values()):
        return
    for node in parser.css("span[class], p[class]"):
        names = attribute(node, "class").split()
        if any(bold.get((tag, name)) for name in names for tag in (node.tag or "", "")):
            node.attrs["style"] = f"{attribute(node, 'style')};{_BOLD}"


def _weights(css: str) -> Iterator[tuple[tuple[str, str], bool]]:
    """Yield what the rules of a style sheet say, one by one."""
    first, *rest = css.split("/*")
    for rule in "".join((first, *(one.partition("*/")[2] for one in rest))).split("}"):
        selectors, _, declarations = rule.rpartition("{")
        weight = _WEIGHT.search(declarations)
        if weight is None:
            continue
        is_bold = weight[1].lower() in ("bold", "bolder") or weight[1][:1] in "6789"
        for selector in selectors.rpartition("{")[2].split(","):
            if one := _OF_ONE_CLASS.fullmatch(selector.strip()):
                yield (one[1] or "", one[2]), is_bold
