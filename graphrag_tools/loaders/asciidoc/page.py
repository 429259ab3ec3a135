"""Read one page of AsciiDoc: brought to Markdown line by line, because no kept library of Python reads the language.

What the book of AsciiDoc calls macros for user interfaces (menu:, btn:, kbd:) become names and ways. What a condition
encloses is left out where the attributes of the manual and the page say that it does not hold, else kept.
"""

import re
import textwrap
from collections.abc import Sequence
from pathlib import PurePosixPath

from graphrag_tools.loaders.asciidoc.inline import inline_html
from graphrag_tools.loaders.asciidoc.source import (
    ATTRIBUTE,
    AsciiDocNames,
    attributes_in,
    may_hold,
    with_attributes,
    with_includes,
)
from graphrag_tools.loaders.asciidoc.tables import table_html, table_start
from graphrag_tools.loaders.asciidoc.titles import header_lines, with_titles_in_one_line
from graphrag_tools.loaders.block_kinds import names_picture
from graphrag_tools.loaders.markdown_text.boxes import NOTES, WARNINGS
from graphrag_tools.loaders.markdown_text.parser import markdown_page
from graphrag_tools.loaders.markdown_text.partials import Partials
from graphrag_tools.loaders.pages.front_matter import split_front_matter
from graphrag_tools.loaders.pages.page import SourcePage
from graphrag_tools.loaders.sites.antora import resource_path

ASCIIDOC_SUFFIXES = frozenset({".adoc", ".asciidoc", ".asc"})
_HEADING = re.compile(r"^(={1,6})\s+(\S.*)$")
_LISTED = re.compile(r"^\s*(\*{1,5}|-|\.{1,5}|\d+\.|[a-z]\.|<(?:\d+|\.)>)\s+(\S.*)$")
_NOT_FIRST = re.compile(r"(?!1\.|a\.)\w")
"""A number or letter that begins no list within a paragraph, where it ends a sentence ("… in\\n2001. Then …")."""
_TERM = re.compile(r"^(?!//)(\S.*?)(:{2,4}|;;)(?:\s+(.*))?$")
_COLON_IN_TERM = re.compile(r":(?=[*_`]{0,4}$)")
_ADMONITION = re.compile(r"^(NOTE|TIP|IMPORTANT|WARNING|CAUTION):\s+(.*)$")
_STYLE = re.compile(r"^\[(?!\[)((?:[^\[\]]|\[[^\[\]]*\])*)\]$")
_LITERAL = frozenset({"source", "listing", "literal"})
_FILLED = re.compile(r"\bsubs=\"?[\w,+ -]*(?<!-)\b(?:attributes|normal)\b")
"""Above code in which attributes have their values."""
_STYLED = _LITERAL | NOTES | WARNINGS
_FENCE = re.compile(r"^(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|```+.*)$")
_NO_TEXT = re.compile(r"^(?:image|video|audio|toc)::.*$|^(?:'''|<{3,})$")
_TITLE = re.compile(r"^\.[^\s.]")
_PICTURE = re.compile(r"(?:image|video)::")
_CONDITION = re.compile(r"^(?P<kind>ifdef|ifndef|ifeval|endif)::(?P<names>[^\[]*)\[(?P<inner>.*)\]$")
_NAME_ABOVE = re.compile(r"^(<strong>[^<]+?):?</strong>:?<br>$")
"""What a list has on a line of its own, in bold, before what it says of it."""
_MOST_BROKEN = 8
_OPEN_SPAN = re.compile(
    r"<<(?:(?!>>).)*$|(?:\b(?:image|link|xref|menu|btn|kbd|icon):|https?://)[^\s\[]*\[[^\]]*$"
    r"|^(?:[^`]*`[^`]*`)*[^`]*`[^`]*$|(?<![\w*])\*(?=[^\s*])[^*]*$|(?<!\w)_(?=[^\s_])[^_]*$"
)
"""A link, a macro, or words in code, bold or italics that the end of a line finds open."""
_NO_MEANING = (_HEADING, _LISTED, _TERM, _ADMONITION, _STYLE, _FENCE, _NO_TEXT, _TITLE, _CONDITION, ATTRIBUTE)
_FOOTNOTE = re.compile(
    r"(?:(?<![ \t])[ \t]+)?(?<!\\)footnote(?:ref)?:(?P<id>[\w-]*)"
    r"\[(?P<text>(?:(?!footnote(?:ref)?:[\w-]*\[)(?:[^\]\\]|\\.)){0,4000})\]"
)


def asciidoc_page(name: str, text: str, partials: Partials, names: AsciiDocNames) -> SourcePage:
    """Return a page of AsciiDoc, with the files of the manual that it includes; `names` are what its pages share."""
    body = split_front_matter(text).body
    plain = with_titles_in_one_line(body)
    own = attributes_in(plain)
    whole = _with_footnotes(with_includes(plain, name, partials, {**own, **names.attributes}))
    lines = _Converter(whole, names).lines()
    if all(not line.strip() or line.startswith(("#", "<a ")) for line in lines):  # the description is all it says
        lines += ["", own.get("description", "")]
    return markdown_page(name, "\n".join((text.removesuffix(body), *lines)), Partials({}), labels=None)


def _with_footnotes(text: str) -> str:
    """Return the text with each footnote in parentheses where it stands; one that only names another repeats it."""
    known = {match["id"]: match["text"] for match in _FOOTNOTE.finditer(text) if match["id"] and match["text"]}

    def shown(match: re.Match[str]) -> str:
        said = " ".join((match["text"] or known.get(match["id"], "")).replace("\\]", "]").split())
        return f" ({said.removesuffix('.')})" if said else ""

    return _FOOTNOTE.sub(shown, text)


class _Converter:
    """Takes the lines of a page in order and gives those of the Markdown."""

    def __init__(self, text: str, names: AsciiDocNames) -> None:
        self._names = names
        self._source = text.split("\n")
        self._with_text = _places_with_text(self._source)
        self._at = 0
        self._result: list[str] = []
        self._attributes = dict(names.attributes)
        self._markers: list[str] = []
        """The marks of the lists that are open, outermost first."""
        self._style = ""
        self._bracketed = ""
        """The attributes above a table."""
        self._title = ""
        """What an admonition is called whose text follows."""
        self._in_paragraph = False
        self._in_terms = False
        """Whether a list of terms is open, below which text is indented and yet no literal paragraph."""
        self._level = 0
        """That of the heading above."""
        self._asking = ""
        """What ends the questions of a list of questions and answers ([qanda]), "" in any other."""
        self._open: list[tuple[str, str]] = []
        """Delimited blocks that are open, with the line that closes each and what that writes."""

    def lines(self) -> list[str]:
        """Return the page as Markdown."""
        while self._at < len(self._source):
            line = self._source[self._at].rstrip()
            self._at += 1
            self._take(line)
        return self._result

    def _take(self, line: str) -> None:
        in_paragraph, self._in_paragraph = self._in_paragraph, False
        if attribute := ATTRIBUTE.match(line):
            self._set(attribute[1].lower(), attribute[2] or "")
        elif condition := _CONDITION.match(line):
            self._take_condition(condition)
        elif _NO_TEXT.match(line) or (line.startswith("//") and not line.startswith("////")):
            return
        elif table_start(line):
            self._take_table(line)
        elif self._open and line == self._open[-1][0]:
            self._put("", self._open.pop()[1], "")
        elif _FENCE.match(line):
            self._take_block(line)
        elif style := _STYLE.match(line):
            self._take_style(style[1], line)
        else:
            self._take_text(line, in_paragraph=in_paragraph)

    def _take_condition(self, condition: re.Match[str]) -> None:
        """Pass over what a condition encloses where it does not hold."""
        kind, names, inner = condition["kind"], condition["names"], condition["inner"]
        if kind == "endif":
            return
        holds = may_hold(kind, names, inner, self._attributes)
        if inner and kind != "ifeval":
            if holds:
                self._take(inner)
            return
        depth = 0 if holds else 1
        while depth and self._at < len(self._source):
            inside = _CONDITION.match(self._source[self._at].rstrip())
            self._at += 1
            if inside:
                opens = inside["kind"] == "ifeval" or not inside["inner"]
                depth += -1 if inside["kind"] == "endif" else int(opens)

    def _set(self, name: str, value: str) -> None:
        """Keep what a page sets; behind a backslash it goes on in the next line."""
        while value.endswith(" \\") and self._at < len(self._source):
            value = f"{value[:-2]} {self._source[self._at].strip()}"
            self._at += 1
        if name == "leveloffset" and value[:1] in ("+", "-") and value[1:].isdecimal():
            value = str(self._moved_by + int(value))
        self._attributes[name] = value

    def _take_style(self, style: str, line: str) -> None:
        self._bracketed = line
        self._style = style.split(",", maxsplit=1)[0].split("%", maxsplit=1)[0].strip().lower()
        if name := re.match(r"^\[(?:\[([\w:.-]+)|#([\w:.-]+))", line) or re.search(r"[\[,]id=\"?([\w:.-]+)()", line):
            self._put(f'<a id="{name[1] or name[2]}"></a>')

    def _take_block(self, line: str) -> None:
        style, self._style = self._style, ""
        bracketed, self._bracketed = self._bracketed, ""
        if line[0] == "+":
            self._put("", *self._until(line), "")
        elif line[0] in "-.`" and line != "--":
            code = self._until("```" if line[0] == "`" else line)
            filled = [with_attributes(one, self._attributes) for one in code] if _FILLED.search(bracketed) else code
            self._put(*[self._indent + one for one in ("", "```", *filled, "```", "")])
        elif line[0] == "/":
            self._until(line)
        elif style in NOTES or style in WARNINGS:
            self._put("", self._box(style), "")
            self._open.append((line, f"{self._indent}:::"))
        else:
            self._open.append((line, ""))

    def _take_text(self, line: str, *, in_paragraph: bool) -> None:
        line = self._with_broken_span(line)
        plain = self._inline(line)
        if (heading := _HEADING.match(line)) and not in_paragraph:
            self._take_heading(heading)
        elif admonition := _ADMONITION.match(line):
            self._take_admonition(admonition[1].lower(), self._inline(admonition[2]))
        elif line and self._style in _STYLED and not _TITLE.match(line):
            self._take_styled(plain)
        elif (listed := _LISTED.match(line)) and (self._markers or not (in_paragraph and _NOT_FIRST.match(listed[1]))):
            self._take_item(listed[1], self._inline(listed[2]))
        elif (term := _TERM.match(line)) and "::" not in term[1]:
            self._asking = term[2] if self._style == "qanda" else self._asking
            words = self._inline(_COLON_IN_TERM.sub("", term[1]))
            meaning = self._inline((term[3] or self._meaning()).strip())
            self._take_term(words, meaning, asks=term[2] == self._asking)
        elif line == "+":
            self._put("")
        elif _TITLE.match(line):
            self._take_title(line[1:])
        else:
            self._take_plain(line, in_paragraph=in_paragraph)
        if line and not (_TITLE.match(line) and self._style in NOTES | WARNINGS):
            self._style = ""

    def _take_heading(self, heading: re.Match[str]) -> None:
        self._markers = []
        if heading[1] == "=" and not any(self._result):
            self._at += header_lines(self._source[self._at : self._at + 2])
        self._level = min(max(len(heading[1]) + self._moved_by, 1), 6)
        self._asking = ""
        self._put("", f"{'#' * self._level} {self._inline(heading[2])}", "")

    def _take_admonition(self, kind: str, text: str) -> None:
        lines = (text, *self._paragraph())
        self._put("", self._box(kind), *(f"{self._indent}{one}" for one in lines), f"{self._indent}:::", "")

    def _box(self, kind: str) -> str:
        """Return the line that begins a note or warning, under the title that stands above it."""
        title, self._title = self._title, ""
        return f"{self._indent}:::{kind}{f'[{title}]' if title else ''}"

    def _take_styled(self, text: str) -> None:
        if self._style in _LITERAL:
            self._take_literal()
        else:
            self._take_admonition(self._style, text)

    def _take_plain(self, line: str, *, in_paragraph: bool) -> None:
        """Put a line of a paragraph, or the blank one that ends it, or a whole literal one."""
        if line[:1].isspace() and not (in_paragraph or self._markers or self._in_terms):
            self._take_literal()
            return
        self._in_terms = self._in_terms and not line[:1].strip()
        self._in_paragraph = bool(line) and not line.startswith("[[")
        self._markers = self._markers if line or self._continues() else []
        self._put(f"{self._indent}{self._inline(line).strip()}" if line else "")

    def _take_literal(self) -> None:
        """Put a paragraph whose lines stay as they are."""
        self._at -= 1
        start = self._at
        self._at = next(
            (at for at in range(start + 1, len(self._source)) if self._source[at].strip() in ("", "+")),
            len(self._source),
        )
        lines = textwrap.dedent("\n".join(self._source[start : self._at])).split("\n")
        self._put(*[self._indent + one for one in ("", "```", *lines, "```", "")])

    def _take_title(self, title: str) -> None:
        """Put what a block is called; the name of a picture, which is not read, says nothing without it."""
        following = self._source[self._at].rstrip() if self._at < len(self._source) else ""
        style = _STYLE.match(following)
        kind = style[1].lower() if style else self._style
        if kind in NOTES | WARNINGS or _ADMONITION.match(following):
            self._title = re.sub(r"[\[\]]", "", self._inline(title))
        elif not (_PICTURE.match(following) and names_picture(title)):
            self._put("", f"{self._indent}<strong>{self._inline(title)}</strong>", "")

    def _take_item(self, mark: str, text: str) -> None:
        kind = "1." if mark[0].isdigit() else "a." if mark[0].isalpha() else "<" if mark[0] == "<" else mark
        if kind in self._markers:
            del self._markers[self._markers.index(kind) + 1 :]
        else:
            self._markers.append(kind)
        shown = "1." if kind[0] in ".1a" else "-"
        named = _NAME_ABOVE.sub(r"\1</strong>:", text)
        named = f"&lt;{mark[1:-1]}&gt; {named}" if kind == "<" else named
        self._put(f"{'    ' * (len(self._markers) - 1)}{shown} {named}")

    def _take_term(self, term: str, meaning: str, *, asks: bool) -> None:
        """Put a term with what it means, or as what leads to the list or block that says it; a question as a title."""
        self._in_terms = True
        if asks:
            self._put("", f"{'#' * min(self._level + 1, 6)} {term}", "", meaning)
        elif meaning:
            self._put(f"{self._indent}- <strong>{term}</strong>: {meaning}")
        else:
            self._put("", f"{self._indent}<strong>{term}</strong>:", "")

    def _meaning(self) -> str:
        """Take the first line of the text below a term; the rest follows as the text of its item does."""
        at = self._with_text[self._at]
        line = self._source[at].strip() if at < len(self._source) else "+"
        if table_start(line) or line.startswith(("//", "+")) or any(pattern.match(line) for pattern in _NO_MEANING):
            return ""
        self._at = at + 1
        return line

    def _take_table(self, delimiter: str) -> None:
        attributes, self._bracketed = self._bracketed, ""
        table = table_html(delimiter, attributes, self._until(delimiter), self._inline)
        self._put("", f"{self._indent}{table}", "")

    def _until(self, closing: str) -> list[str]:
        start = self._at
        while self._at < len(self._source) and self._source[self._at].rstrip() != closing:
            self._at += 1
        self._at += 1
        return self._source[start : self._at - 1]

    def _paragraph(self) -> list[str]:
        """Take the lines up to the next blank one."""
        start = self._at
        while self._at < len(self._source) and self._source[self._at].strip():
            self._at += 1
        return [self._inline(line) for line in self._source[start : self._at]]

    def _with_broken_span(self, line: str) -> str:
        """Return a line of text with those that go on with what it opens or breaks off: a link, names, a sentence."""
        for _ in range(_MOST_BROKEN):
            following = self._source[self._at].strip() if self._at < len(self._source) else ""
            breaks_off = line.endswith(" +") and following[:1].islower()
            goes_on = breaks_off or (not line.endswith(" +") and _OPEN_SPAN.search(line))
            ends = following in ("", "+") or any(pattern.match(following) for pattern in _NO_MEANING)
            if ends or not goes_on:
                break
            line = f"{line.removesuffix('+').rstrip() if breaks_off else line} {following}"
            self._at += 1
        return line

    def _continues(self) -> bool:
        """Whether the next line with text goes on with the list that is open."""
        at = self._with_text[self._at]
        following = self._source[at] if at < len(self._source) else ""
        return bool(_LISTED.match(following)) or following == "+"

    @property
    def _moved_by(self) -> int:
        """By how many levels headings are deeper from here on, as a page sets it between its includes."""
        said = self._attributes.get("leveloffset", "")
        return int(said) if re.fullmatch(r"-?\d", said) else 0

    @property
    def _indent(self) -> str:
        return "    " * len(self._markers)

    def _inline(self, text: str) -> str:
        return inline_html(text, self._attributes, self._linked)

    def _linked(self, match: re.Match[str]) -> str:
        """Return a link to a place of the manual, under the title of the place where it has no words of its own."""
        target = _anchor((match["page"] or "").strip()) or _place((match["place"] or "").strip())
        words = (match["words"] or match["said"] or "").strip()
        shown = words or with_attributes(self._names.title_of(target), self._attributes)
        named = resource_path(target)
        return f"[{shown}]({f'/{named}' if named else target})"

    def _put(self, *lines: str) -> None:
        self._result.extend(lines)


def _places_with_text(lines: Sequence[str]) -> list[int]:
    """Return, for each line and for the end, the place of the first line with text from there on."""
    places = [len(lines)]
    for at in range(len(lines) - 1, -1, -1):
        places.append(at if lines[at].strip() else places[-1])
    return places[::-1]


def _anchor(target: str) -> str:
    return target if re.search(r"[.#$:]", target) or not target else f"#{target}"


def _place(target: str) -> str:
    """Return what "<<…>>" leads to: a place by its id, which may hold dots and colons, or one of another file."""
    return target if "#" in target or PurePosixPath(target).suffix in ASCIIDOC_SUFFIXES else f"#{target}"
