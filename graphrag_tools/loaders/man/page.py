"""Read a page of the Unix manual (man or mdoc), as HTML that the reader of every other format takes.

Written here because no kept library of Python reads the language; of roff itself nothing is run: what a page defines
and what it does under a condition is left out.
"""

import html
import re
from collections.abc import Callable, Iterator

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.html.page import headed_parts
from graphrag_tools.loaders.man.mdoc import mdoc_text
from graphrag_tools.loaders.man.roff_text import arguments, plain_text, text_as_html
from graphrag_tools.loaders.pages.page import SourcePage

MAN_SUFFIXES = frozenset(f".{section}" for section in range(1, 10))
_REQUEST = re.compile(r"^[.'][ \t]*([A-Za-z]{1,2}|\\\})(?:[ \t]+(.*))?$")
_COMMENT = re.compile(r"^[.']?[ \t]*\\[\"#]|^'?\.?[ \t]*$|^\.\.$")
_BEGINS = re.compile(r"^[.'][ \t]*(?:TH|Dt)[ \t]", re.MULTILINE)
_NUMBER = re.compile(r"[\[(]?\d{1,3}[.)\]]*$")
_BULLETS = frozenset({"•", "*", "-", "–", "o", "·", "+"})
_FONTS = frozenset({"B", "I", "BR", "RB", "BI", "IB", "IR", "RI", "SB", "SM"})
_CODE = {"nf": "fi", "EX": "EE", "Vb": "Ve", "Bd": "Ed", "TS": "TE"}
_PARAGRAPHS = frozenset({"PP", "LP", "P", "Pp", "sp", "SY", "YS"})
_ON_CONDITION = frozenset({"if", "ie", "el", "de", "ig", "am"})


def man_page(name: str, text: str) -> SourcePage:
    """Return a page of the Unix manual; the text of its NAME is that of the page itself.

    Raises:
        ManualError: Nothing in it says that it is one (.TH or .Dt).
    """
    if not _BEGINS.search(text):
        raise ManualError(f"{name}: is no page of the Unix manual (no .TH or .Dt in it).")
    return SourcePage(name, headed_parts(_Writer().written(text)))


class _Writer:
    """Writes the lines of a page as HTML."""

    def __init__(self) -> None:
        self._html: list[str] = []
        self._line: list[str] = []
        """The paragraph so far."""
        self._lists: list[str] = []
        """The kinds of the lists that are open ("" for none), one for each level of indentation."""
        self._fixed: list[str] = [""]
        """The kinds that mdoc gives its lists."""
        self._term = False
        """Whether the next line of text is a term."""
        self._hangs = False
        """Whether what comes in a font of its own is a term, as paragraphs whose lines hang below the first have it."""
        self._term_so_far: list[str] = []
        """The term of mdoc that goes on over lines (Xo)."""
        self._heading = ""
        self._in_synopsis = False
        self._name = ""

    def written(self, text: str) -> str:
        """Return a page as HTML."""
        self._lists = [""]
        lines = iter(re.sub(r"\\\n", " ", text).split("\n"))
        for line in lines:
            request = _REQUEST.match(line)
            if _COMMENT.match(line):
                if not line.strip():
                    self._end_paragraph()
            elif request is None:
                self._text(line)
            elif request[1] in _ON_CONDITION:
                self._skip(request[1], request[2] or "", lines)
            elif request[1] in _CODE and not (request[1] == "Bd" and "literal" not in line and "unfilled" not in line):
                self._code(lines, request[1], _CODE[request[1]])
            else:
                self._request(request[1], request[2] or "")
        self._end_section()
        return "".join(self._html)

    def _skip(self, kind: str, rest: str, lines: Iterator[str]) -> None:
        ends = "\\}" if rest.rstrip().endswith("\\{") else ".." if kind in ("de", "ig", "am") else ""
        if ends:
            next((line for line in lines if ends in line), None)

    def _code(self, lines: Iterator[str], kind: str, end: str) -> None:
        self._flush()
        kept: list[str] = []
        for line in lines:
            request = _REQUEST.match(line)
            if request and request[1] == end:
                break
            if request is None and not _COMMENT.match(line):
                kept.append(plain_text(line))
            elif request and request[1] in _FONTS:
                kept.append(plain_text(" ".join(arguments(request[2] or ""))))
            elif not line.strip():
                kept.append("")
        if kind == "TS":
            self._rows(kept)
        elif any(map(str.strip, kept)):
            self._html.append(f"<pre>{html.escape(chr(10).join(kept))}</pre>")

    def _rows(self, lines: list[str]) -> None:
        """Write a table of tbl: what stands before the line that ends in a full stop says how it looks."""
        format_end = next((at for at, line in enumerate(lines) if line.rstrip().endswith(".")), -1)
        rows = (line.split("\t") for line in lines[format_end + 1 :] if "\t" in line)
        cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
        self._html.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>")

    def _request(self, name: str, rest: str) -> None:
        acts: dict[str, Callable[[str], None]] = {
            "TH": self._title, "Dt": self._title, "SH": self._section, "Sh": self._section, "SS": self._subsection,
            "Ss": self._subsection, "TP": self._tagged, "TQ": self._tagged, "HP": self._hanging, "IP": self._indented,
            "RS": self._deeper, "RE": self._less_deep, "Bl": self._begin_list, "El": self._end_list, "It": self._item,
            "Dl": self._display, "D1": self._display, "Xc": self._end_term, "br": self._break_line,
        }  # fmt: skip
        if name in _PARAGRAPHS:
            self._end_paragraph()
        elif name in acts:
            acts[name](rest)
        elif name in _FONTS and self._hangs:
            self._hangs = False
            self._open_item("dl", _in_fonts(name, arguments(rest)))
        elif name in _FONTS:
            self._text_of(_in_fonts(name, arguments(rest)))
        elif (said := mdoc_text(name, arguments(rest), self._name)) is not None:
            if name == "Nm" and rest and not self._name:
                self._name = arguments(rest)[0]
                said = mdoc_text(name, [], self._name) or ""
            self._text_of(said)

    def _break_line(self, _rest: str) -> None:
        if self._line:
            self._line.append("<br>")

    def _title(self, rest: str) -> None:
        words = arguments(rest)
        title = plain_text(words[0]) if words else ""
        self._html.append(f"<h1>{html.escape(title.lower() if title.isupper() else title)}</h1>")

    def _section(self, rest: str) -> None:
        self._end_section()
        title = plain_text(" ".join(arguments(rest)))
        self._in_synopsis = "SYNOPSIS" in title.upper()
        if not title:
            self._heading = "h2"
        elif title.upper() != "NAME":
            self._html.append(f"<h2>{html.escape(title)}</h2>")

    def _subsection(self, rest: str) -> None:
        self._end_section()
        title = plain_text(" ".join(arguments(rest)))
        self._heading = "" if title else "h3"
        self._html.append(f"<h3>{html.escape(title)}</h3>" if title else "")

    def _text(self, line: str) -> None:
        if line.startswith(("\t", "    ")) and len(self._line) == 1 and self._lists[-1] in ("", "dl"):
            term, self._line = self._line[0], []  # "--flag" and what it does, indented below it
            self._open_item("dl", term)
        self._text_of(text_as_html(line.strip()))

    def _text_of(self, said: str) -> None:
        if not said:
            return
        if self._hangs:
            self._hangs = False
            self._close_list()
        if self._heading:
            tag, self._heading = self._heading, ""
            self._html.append(f"<{tag}>{said}</{tag}>")
        elif self._term_so_far:
            self._term_so_far.append(said)
        elif self._term:
            self._term = False
            self._open_item("dl", said)
        else:
            self._line.append(said)

    def _tagged(self, _rest: str) -> None:
        self._flush()
        self._term = True

    def _hanging(self, _rest: str) -> None:
        self._flush()
        self._hangs = not self._in_synopsis

    def _indented(self, rest: str) -> None:
        tag = text_as_html(next(iter(arguments(rest)), ""))
        plain = re.sub(r"<[^>]*>", "", html.unescape(tag)).strip()
        if not plain:
            self._flush()
            return
        kind = "ul" if plain in _BULLETS else "ol" if _NUMBER.match(plain) else "dl"
        self._open_item(kind, tag if kind == "dl" else "")

    def _deeper(self, _rest: str) -> None:
        self._flush()
        self._lists.append("")

    def _less_deep(self, _rest: str) -> None:
        self._flush()
        self._close_list()
        if len(self._lists) > 1:
            self._lists.pop()

    def _begin_list(self, rest: str) -> None:
        self._flush()
        words = set(rest.split())
        kinds = ("ul", {"-bullet", "-dash", "-hyphen", "-item"}), ("ol", {"-enum"})
        self._fixed.append(next((kind for kind, names in kinds if names & words), "dl"))
        self._lists.append("")

    def _end_list(self, _rest: str) -> None:
        if len(self._fixed) > 1:
            self._less_deep("")
            self._fixed.pop()

    def _item(self, rest: str) -> None:
        kind = self._fixed[-1] or "dl"
        words = arguments(rest)
        term = mdoc_text("No", [word for word in words if word != "Xo"], self._name) or ""
        if "Xo" in words:
            self._flush()
            self._term_so_far = [f"{term} "]
        else:
            self._open_item(kind, term if kind == "dl" else "")

    def _end_term(self, _rest: str) -> None:
        if self._term_so_far:
            term, self._term_so_far = "".join(self._term_so_far), []
            self._open_item("dl", term)

    def _display(self, rest: str) -> None:
        self._flush()
        said = re.sub(r"<[^>]*>", "", mdoc_text("No", arguments(rest), self._name) or "")
        self._html.append(f"<pre>{said}</pre>")

    def _open_item(self, kind: str, term: str) -> None:
        self._flush()
        if self._lists[-1] != kind:
            self._close_list()
            self._html.append(f"<{kind}>")
            self._lists[-1] = kind
        else:
            self._html.append("</dd>" if kind == "dl" else "</li>")
        self._html.append(f"<dt>{term}</dt><dd>" if kind == "dl" else "<li>")

    def _close_list(self) -> None:
        kind, self._lists[-1] = self._lists[-1], ""
        if kind:
            self._html.append(f"</dd></{kind}>" if kind == "dl" else f"</li></{kind}>")

    def _flush(self) -> None:
        if self._line:
            self._html.append(f"<p>{' '.join(self._line)}</p>")
            self._line = []

    def _end_paragraph(self) -> None:
        self._flush()
        if not (len(self._fixed) > 1 or (self._lists[-1] == "dl" and self._html[-1:] == ["<dd>"])):
            self._close_list()

    def _end_section(self) -> None:
        self._flush()
        self._term = False
        while len(self._lists) > 1:
            self._close_list()
            self._lists.pop()
        self._close_list()
        self._fixed = [""]


def _in_fonts(name: str, words: list[str]) -> str:
    """Return the arguments of a macro of fonts: two letters alternate without spaces between the words."""
    shown = [text_as_html(word) for word in words]
    if len(name) == 1 or name in ("SB", "SM"):
        said = " ".join(shown)
        return f"<b>{said}</b>" if name in ("B", "SB") and said else said
    return "".join(f"<b>{word}</b>" if name[at % 2] == "B" else word for at, word in enumerate(shown))
