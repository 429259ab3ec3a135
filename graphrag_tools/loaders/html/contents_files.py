"""Read the contents that help systems keep beside their pages: of HTML Help, Flare, RoboHelp, JavaHelp and Eclipse."""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from selectolax.lexbor import LexborHTMLParser

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.folders.paths import path_beside
from graphrag_tools.loaders.html.dom import attribute, lists_around
from graphrag_tools.loaders.html.encoding import declared_encoding, read_page_text
from graphrag_tools.loaders.html.menus import MOST_LEVELS, Menu, MenuEntry
from graphrag_tools.loaders.plain_xml import plain_xml
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.text.normalise import tidy

_MOST_ASKED = 20
_FLARE = re.compile(r"(?:^|/)Data/Tocs/[^/]+(?<!_Chunk\d)(?<!_Chunk\d\d)\.js$")
_ROBOHELP = re.compile(r"(?:^|/)whxdata/toc\.new\.js$")
_WEBHELP = re.compile(r"(?:^|/)whdata/whtdata0\.htm$")
_WEBHELP_LIST = re.compile(r"\w+\.htm")
_WEBHELP_ENTRY = re.compile(r"^[ \t]*aTE\((\d+,\d+,\".*\")\);", re.MULTILINE)
_BOOK_ELSEWHERE = 8
_XML = re.compile(r"(?:^|/)[\w.-]*(?:toc|contents)[\w.-]*\.xml$", re.IGNORECASE)
_JAVAHELP_MAP = re.compile(r"(?:^|/)(?:[\w.-]+\.jhm|[\w.-]*map[\w.-]*\.xml)$", re.IGNORECASE)
_ROBOHELP_LIST = re.compile(r"\w+\.new\.js")
_LIST = re.compile(r"(?>.*?\btoc\s*+=\s*+(?=\[))(\[.*\])\s*+;\s*+window\b", re.DOTALL)
# What has no end runs to that of the file, and nothing is tried twice: the time grows with the length alone.
_STRING_OR_KEY = re.compile(
    r"'((?:[^'\\]|\\.)*+)(?:'|\\?\Z)|(\"(?:[^\"\\]|\\.)*+(?:\"|\\?\Z))|\b([A-Za-z_]\w*+)(?=\s*+:)", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
# What reading raises for data that is not of the form which these programs write.
_OTHER_FORM = (AttributeError, LookupError, ManualError, RecursionError, TypeError, ValueError)
_CALL = re.compile(r"\A\s*define\(\s*(\{.*\})\s*\);?\s*\Z", re.DOTALL)


_KINDS = (_FLARE, _ROBOHELP, _WEBHELP, _XML, _JAVAHELP_MAP)


def is_contents_file(name: str) -> bool:
    """Whether a file holds the contents of a help system."""
    return name.lower().endswith(".hhc") or any(kind.search(name) for kind in _KINDS)


def contents_menus(folder: Path, names: Sequence[str]) -> list[tuple[str, Menu]]:
    """Return the menus of the contents files among `names`, each with the name that its links start from.

    One that cannot be read is passed over: the pages are then ordered as they would be without it.
    """
    found: list[tuple[str, Menu]] = []
    places = _places_of_javahelp(folder, [name for name in names if _JAVAHELP_MAP.search(name)])
    for name in names:
        try:
            if name.lower().endswith(".hhc"):
                found.append((name, tuple(_of_html_help(folder / name))))
            elif _FLARE.search(name):
                site = posixpath.dirname(posixpath.dirname(posixpath.dirname(name)))
                found.append((posixpath.join(site, "index"), tuple(_of_flare(folder, name))))
            elif _ROBOHELP.search(name) or _WEBHELP.search(name):
                site = posixpath.dirname(posixpath.dirname(name))
                entries = (
                    _of_robohelp(folder / name) if _ROBOHELP.search(name) else _of_webhelp(folder / name, 0, set())
                )
                found.append((posixpath.join(site, "index"), tuple(entries)))
            elif _XML.search(name):
                found.append((name, tuple(_of_xml(plain_xml(text_or_nothing(folder / name)), name, places))))
        except _OTHER_FORM:
            continue
    return [(name, menu) for name, menu in found if menu]


def _of_html_help(file: Path) -> Iterator[MenuEntry]:
    try:
        markup = read_page_text(file, _encoding_beside(file)).markup
    except ManualError:
        return
    for entry in LexborHTMLParser(markup).css("object[type='text/sitemap']"):
        said = {attribute(one, "name").lower(): attribute(one, "value") for one in reversed(entry.css("param"))}
        address = said.get("local", "").rpartition("::/")[2].replace("\\", "/")
        if title := tidy(said.get("name", "")):
            yield MenuEntry(lists_around(entry), title, address)


def _encoding_beside(file: Path) -> str:
    """Return the encoding that the pages beside a file of contents declare, which declares none itself."""
    beside = chain(sorted(file.parent.glob("*.htm*")), sorted(file.parent.glob("*/*.htm*")))
    pages = islice((page for page in beside if not page.is_symlink()), _MOST_ASKED)
    return next(filter(None, map(declared_encoding, pages)), "")


def _of_flare(folder: Path, name: str) -> Iterator[MenuEntry]:
    tree = _data(folder / name)
    places: dict[int, tuple[str, str]] = {}
    count = tree.get("numchunks", 0)
    for number in range(count if isinstance(count, int) and count < 10_000 else 0):
        chunk = posixpath.basename(f"{tree.get('prefix', '')}{number}.js")
        for address, entry in _data(folder / posixpath.dirname(name) / chunk).items():
            for place, title, anchor in zip(*(entry.get(key, ()) for key in "itb"), strict=False):
                places[place] = (title, "" if address.startswith("___") else quote(address.lstrip("/")) + anchor)
    ahead = [(0, node) for node in reversed(tree.get("tree", {}).get("n", []))]
    while ahead:
        depth, node = ahead.pop()
        title, address = places.get(node.get("i"), ("", ""))
        if tidy(title):
            yield MenuEntry(depth, tidy(title), address)
        if depth < MOST_LEVELS:
            ahead += [(depth + 1, inner) for inner in reversed(node.get("n", []))]


def _of_robohelp(file: Path) -> Iterator[MenuEntry]:
    """Yield the entries of RoboHelp's lists; that of a book stands in a file of its own, and is read once."""
    read = {file.name}
    ahead = [(0, entry) for entry in reversed(_list(file))]
    while ahead:
        depth, entry = ahead.pop()
        title, below = tidy(entry["name"]), f"{entry.get('key', '')}.new.js"
        if title:
            yield MenuEntry(depth, title, (entry.get("url") or "").strip())
        if _ROBOHELP_LIST.fullmatch(below) and below not in read and depth < MOST_LEVELS:
            read.add(below)
            ahead += [(depth + 1, inner) for inner in reversed(_list(file.with_name(below)))]


def _of_webhelp(file: Path, depth: int, read: set[str]) -> Iterator[MenuEntry]:
    """Yield the entries of older RoboHelp: each says how many after it are below it, or in which file these stand."""
    read.add(file.name)
    ends: list[int] = []
    for at, written in enumerate(_WEBHELP_ENTRY.findall(read_page_text(file).markup)):
        kind, below, title, *where = json.loads(f"[{written}]")
        while ends and ends[-1] <= at:
            ends.pop()
        elsewhere = where.pop(0) if kind == _BOOK_ELSEWHERE and where else ""
        level = depth + len(ends)
        yield MenuEntry(level, tidy(title), (where[0] if where else "").strip())
        if below:
            ends.append(at + 1 + below)
        is_list = _WEBHELP_LIST.fullmatch(elsewhere) and file.with_name(elsewhere).is_file()
        if is_list and elsewhere not in read and level < MOST_LEVELS:
            yield from _of_webhelp(file.with_name(elsewhere), level + 1, read)


def _places_of_javahelp(folder: Path, maps: Iterable[str]) -> dict[str, str]:
    """Return the pages that the maps of JavaHelp give targets, as paths below the folder."""
    roots = ((name, plain_xml(text_or_nothing(folder / name))) for name in maps)
    entries = ((name, entry) for name, root in roots if root is not None for entry in root.iter("mapID"))
    return {entry.get("target", ""): path_beside(name, entry.get("url", "")) for name, entry in entries}


def _of_xml(root: ElementTree.Element | None, name: str, places: Mapping[str, str]) -> Iterator[MenuEntry]:
    """Yield the entries of JavaHelp, which name targets of its maps, and of Eclipse, which name pages."""
    ahead = [(0, entry) for entry in reversed(root if root is not None and root.tag == "toc" else ())]
    while ahead:
        depth, entry = ahead.pop()
        place = places.get(entry.get("target", ""), "")
        address = posixpath.relpath(place, posixpath.dirname(name) or ".") if place else entry.get("href", "")
        if title := tidy(entry.get("text") or entry.get("label") or ""):
            yield MenuEntry(depth, title, address)
        if depth < MOST_LEVELS:
            ahead += [(depth + 1, inner) for inner in reversed(entry)]


def _list(file: Path) -> list[dict[str, Any]]:
    literal = _LIST.match(text_or_nothing(file))
    return json.loads(literal[1]) if literal else []


def _data(file: Path) -> dict[str, Any]:
    """Return the object that a script of Flare defines, {} where it is no plain data; nothing of it is run."""
    call = _CALL.match(text_or_nothing(file))
    try:
        data = json.loads(_STRING_OR_KEY.sub(_in_json, call[1])) if call else {}
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _in_json(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[2] or json.dumps(match[3])
    return json.dumps(_ESCAPE.sub(lambda one: chr(int(one[1] or one[2], 16)) if one[1] or one[2] else one[3], match[1]))
