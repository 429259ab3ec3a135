"""Read the breadcrumbs of a page: the titles from the site's home to it, in its markup or its schema.org data."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.html.boilerplate import is_breadcrumb
from graphrag_tools.loaders.html.dom import attribute, is_readable, walk
from graphrag_tools.text.normalise import tidy

_MARKED = "[class*=breadcrumb i], [id*=breadcrumb i], [aria-label*=breadcrumb i], [itemtype*=BreadcrumbList]"
_SEPARATOR = re.compile(r"[>›»→▸❯⟩|]|(?<=\s)[/\\·•–—-](?=\s)|^[/\\·•–—-]+|(?<![/\\·•–—-])[/\\·•–—-]+$")
_MAX_DATA = 2**20
_MAX_CRUMBS = 40


@dataclass(frozen=True, slots=True)
class Crumb:
    """One piece of the trail, and where it leads ("" for text alone)."""

    text: str
    href: str


def breadcrumbs(parser: LexborHTMLParser, body: LexborNode) -> tuple[Crumb, ...]:
    """Return the trail from the home page to this page as written, the first that is found; () for none."""
    for node in body.css(_MARKED):
        if is_breadcrumb(node) and (trail := _trail(node)):
            return trail[:_MAX_CRUMBS]
    for script in parser.css('script[type="application/ld+json"]'):
        if trail := _trail_of_data(script.text()):
            return trail[:_MAX_CRUMBS]
    return ()


def _trail(node: LexborNode) -> tuple[Crumb, ...]:
    reader = _TrailReader()
    walk(node, reader.enter, reader.leave)
    return tuple(reader.crumbs)


class _TrailReader:
    """Takes the elements of a trail in order: a crumb for each link, and for each text between separators."""

    def __init__(self) -> None:
        self.crumbs: list[Crumb] = []
        self._pieces: list[str] = []
        self._link: LexborNode | None = None

    def enter(self, node: LexborNode) -> bool:
        """Take an opening tag or a text; return whether its children are to be read."""
        if not is_readable(node) or attribute(node, "aria-hidden") == "true":
            return False
        if node.tag == "-text":
            self._pieces.append(node.text_content or "")
        elif node.tag in ("li", "a"):
            self._end_crumb()
            self._link = node if node.tag == "a" and attribute(node, "href") else self._link
        return True

    def leave(self, node: LexborNode) -> None:
        """Take a closing tag."""
        if node.tag in ("li", "a", "ol", "ul", "nav", "div", "p"):
            self._end_crumb()
        if self._link is not None and node.mem_id == self._link.mem_id:
            self._link = None

    def _end_crumb(self) -> None:
        text, self._pieces = tidy("".join(self._pieces)), []
        if self._link is not None:
            self.crumbs.extend([Crumb(text, attribute(self._link, "href").strip())] if text else [])
            return
        pieces = map(str.strip, _SEPARATOR.split(text))
        self.crumbs.extend(Crumb(piece, "") for piece in pieces if piece and not piece.endswith(":"))  # "You are here:"


def _trail_of_data(text: str) -> tuple[Crumb, ...]:
    """Return the trail of a BreadcrumbList in JSON-LD; data that is none, or broken, gives ()."""
    try:
        data = json.loads(text) if len(text) <= _MAX_DATA else None
        for found in _objects(data):
            if found.get("@type") == "BreadcrumbList" and isinstance(found.get("itemListElement"), list):
                return tuple(crumb for item in found["itemListElement"] if (crumb := _crumb(item)))
    except (ValueError, RecursionError):
        pass
    return ()


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects that may be a trail: the document, those in a list, those in its @graph."""
    for value in data if isinstance(data, list) else [data]:
        if isinstance(value, dict):
            yield value
            graph = value.get("@graph")
            yield from (inner for inner in graph if isinstance(inner, dict)) if isinstance(graph, list) else ()


def _crumb(item: Any) -> Crumb | None:
    if not isinstance(item, dict):
        return None
    page = item.get("item")
    named = page if isinstance(page, dict) else {"@id": page}
    text, url = item.get("name") or named.get("name"), named.get("@id") or named.get("url")
    return Crumb(tidy(text), url if isinstance(url, str) else "") if isinstance(text, str) and text.strip() else None
