"""Put partials where pages use them: imported components, includes of templates, snippets."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote

from graphrag_tools.loaders.folders.paths import path_beside
from graphrag_tools.loaders.markdown_text.include_parts import named_part, with_arguments, with_headings_lowered
from graphrag_tools.loaders.markdown_text.included_code import NAMED_CODE

_IMPORT = re.compile(
    r"^import\s+(\w+)(?:\s*,\s*\{[^{}\n]*\})?\s+from\s+[\"']([^\"'\n]+\.(?:mdx?|markdown))[\"'];?[ \t]*$", re.MULTILINE
)
_USE = r"<{name}\b[^<>]{{0,500}}?(?:/>|>\s*</{name}>)"
_INCLUDES = (
    re.compile(
        r"(?<!\{)\{%-?\s*(?:include|include_relative|include-markdown|render)\s+[\"']?([^\"'\s%]++)[\"']?"
        r"(?:[^%{]|\{(?!%)|%(?!\})){0,2000}+%\}"
    ),
    re.compile(
        r"\{\{[%<]\s*+(?:include|include-md|readfile)\s++(?:file\s*+=\s*+)?[\"']?+([^\"'\s{}<>%]{1,500}+)[\"']?"
        r"[^{}]{0,500}?[%>]\}\}"
    ),
    re.compile(r"<Snippet\s[^<>]{0,200}?\bfile=[\"']([^\"'\n]{1,500})[\"'][^<>]{0,200}/>"),
    re.compile(r"(?<![;\w-])-{1,2}8<-{1,2}[ \t]+[\"']([^\"'\n]+)[\"'][ \t]*$", re.MULTILINE),
    re.compile(r"\{!\s*([^!\s]+\.\w+)\s*!\}"),
    re.compile(r"\{\{#(?:include|template)\s++([^\s}]++)[^{}\n]*+\}\}"),
    re.compile(r"\{\{\s*+#(?:include)\s++([^\s}]++)[^{}\n]*+\}\}"),
    re.compile(r"^:{3,}\{include\}\s+(\S+)\s*\n(?::[\w-]+:.*\n)*:{3,}[ \t]*$", re.MULTILINE),
    re.compile(r"\[[^\[\]\n]*\]\(([^\s()]+\.md)[ \t]+[\"']:include[^\"'\n]*[\"']\)[ \t]*$", re.MULTILINE),
    re.compile(r"<!--\s*+@include:\s*+([^\s{#]{1,1000}?)(?:#[\w-]++)?(?:\{[\d,]*+\})?\s*+-->"),
)
_SNIPPETS = re.compile(
    r"^(?P<indent>[ \t]*)(?P<mark>-{1,2}8<-{1,2})[ \t]*\n(?P<files>(?:(?![^\n]*8<-)[^\n]*\n){1,100}?)"
    r"[ \t]*(?P=mark)[ \t]*$",
    re.MULTILINE,
)
"""Several files between two marks, a line each; one behind ";" is switched off."""
_MOST_DEEP = 6
_MOST_TEXT = 2**20
_LEAST_COST = 100
"""Of an include, in characters, because files that include each other may add nothing and go on for hours."""
_MOST_INCLUDED = 2**20
_HTML = (".html", ".htm")
"""In such partials lines are indented and left empty at will: in Markdown that would be code, or end an element."""
_PAGE = re.compile(r"\.(?:mdx?|markdown|rst|adoc|html?)$", re.IGNORECASE)
_LINE_RANGE = re.compile(r":\d*(?::\d*)?$|:[\w-]+$")


_NAMED_PIECE = re.compile(r"\binclude::[ \t]*(?:[\w.:@-]*\$)?([^\s\[\]]+)")
"""An include of reStructuredText or AsciiDoc, whose file may have any suffix."""


def named_pieces(names: Iterable[str], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return those of a folder's files that pages include by name and that are no pages themselves."""
    patterns = (_NAMED_PIECE, NAMED_CODE, *_INCLUDES)
    found = (one for text in texts.values() for pattern in patterns for one in pattern.findall(text))
    wanted = {posixpath.basename(_LINE_RANGE.sub("", one)) for one in found}
    return tuple(name for name in names if name not in texts and posixpath.basename(name) in wanted)


class Partials:
    """The texts of a folder by name, to be put into the pages that include them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._includes: dict[str, set[str]] = {}
        self._room: dict[str, int] = {}
        self._by_end: dict[str, list[str]] = {}
        for name in texts:
            self._by_end.setdefault(posixpath.basename(name), []).append(name)

    def put_in(self, text: str, page: str, prepare: Callable[[str], str]) -> str:
        """Return a page's text with the partials that it names in place of their names, and those in them.

        `prepare` makes of a partial's file what is put in: its front matter gone, its code apart.
        """
        self._room[page] = _MOST_TEXT
        return self._put_in(text, (page,), prepare)

    def _put_in(self, text: str, way: tuple[str, ...], prepare: Callable[[str], str]) -> str:
        page = way[-1]
        whole = _SNIPPETS.sub(_one_by_one, text)
        for component, target in _IMPORT.findall(text):
            if (found := self.find(target, page)) is not None:
                use = re.compile(_USE.format(name=re.escape(component)))
                whole = self._replaced(whole, use, _always(found), way, prepare)
        for pattern in _INCLUDES:
            if pattern.search(whole):
                whole = self._replaced(whole, pattern, lambda match: self.find(match[1], page), way, prepare)
        return whole

    def _replaced(
        self,
        text: str,
        pattern: re.Pattern[str],
        target: Callable[[re.Match[str]], str | None],
        way: tuple[str, ...],
        prepare: Callable[[str], str],
    ) -> str:
        page = way[0]

        def content(match: re.Match[str]) -> str:
            name = target(match)
            if name is None and match[0].startswith("{%"):
                return match[0]  # may say itself what it shows
            if name is None or name in way or len(way) > _MOST_DEEP or self._room[page] <= 0:
                return ""
            self._includes.setdefault(way[-1], set()).add(name)
            part = named_part(self._texts[name], match[1] if match.re.groups else "", match[0])
            if name.lower().endswith(_HTML) and "<pre" not in part:
                part = "\n".join(line for written in part.split("\n") if (line := written.strip()))
            filled = with_headings_lowered(with_arguments(prepare(part), match[0]), match[0])
            self._room[page] -= max(len(part), len(filled)) + _LEAST_COST
            inner = self._put_in(filled, (*way, name), prepare)
            line = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
            indent = line if not line.strip() else " " * (len(line) - len(line.lstrip(" -*+0123456789.)")))
            return inner.strip("\n").replace("\n", f"\n{indent}")

        return pattern.sub(content, text)

    def begin(self, page: str) -> None:
        """Begin a page whose includes `text_of` answers: together they may be so long as no page is."""
        self._room[page] = _MOST_INCLUDED

    def text_of(self, target: str, page: str) -> str:
        """Return the text of the file that an include of a page means, "" where there is none, or no room left."""
        found = self.find(target, page)
        room = self._room.get(page, _MOST_INCLUDED)
        if found is None or found == page or room <= 0:
            return ""
        self._includes.setdefault(page, set()).add(found)
        self._room[page] = room - len(self._texts[found])
        return self._texts[found]

    def code_of(self, target: str, page: str) -> str:
        """Return the text of a file that a page shows as code, "" where there is none or it is a page."""
        found = self.find(target, page)
        return "" if found is None or _PAGE.search(found) else self.text_of(target, page)

    def standing_elsewhere(self) -> set[str]:
        """Return the files that stand in a page which no other includes; those that include each other do not."""
        everywhere = set().union(*self._includes.values())
        reached: set[str] = set()
        waiting = [page for page in self._includes if page not in everywhere]
        while waiting:
            new = self._includes.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        return reached

    def find(self, target: str, page: str) -> str | None:
        """Return the file that an include means: beside the page, below the folder, or the one of that name."""
        written = unquote(_LINE_RANGE.sub("", target)).removeprefix("@site/").removeprefix("@/").removeprefix("~/")
        beside = path_beside(page, written)
        plain = posixpath.normpath(written.lstrip("/"))
        for name in (beside, plain):
            if name in self._texts:
                return name
        ending = "/" + re.sub(r"^(?:\.\./)+", "", plain)
        same = [name for name in self._by_end.get(posixpath.basename(plain), ()) if f"/{name}".endswith(ending)]
        return same[0] if len(same) == 1 else None


def _always(name: str) -> Callable[[re.Match[str]], str | None]:
    return lambda _match: name


def _one_by_one(block: re.Match[str]) -> str:
    """Return an include of snippets for each file of a block of them."""
    files = (line.strip().strip("\"'") for line in block["files"].split("\n"))
    return "\n\n".join(f'{block["indent"]}--8<-- "{name}"' for name in files if name and not name.startswith(";"))
