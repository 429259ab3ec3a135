"""Put code out of the way while the text around it is changed, and back in its place with its lines as they were."""

import re
from collections.abc import Callable
from itertools import takewhile, zip_longest

from graphrag_tools.loaders.markdown_text.boxes import NOTES, WARNINGS
from graphrag_tools.loaders.markdown_text.code_titles import code_title, titled

_FENCE = re.compile(
    r"^(?P<before>[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)*)(?P<marks>`{3,}|~{3,})(?P<info>.*)$"
)
_FROM, _TO = "\ue000", "\ue001"
_LINE = rf"[^\n{_FROM}]+?"
_INLINE = re.compile(
    rf"(?<![`\\])(`+)(?!`)({_LINE}(?:\n(?![ \t]*(?:\n|[-*+][ \t]|[#>|]|\d+[.)])){_LINE}){{0,3}})(?<!`)\1(?!`)"
)
"""A span, which may go on over lines of its paragraph."""
_PLACE = re.compile(f"{_FROM}(\\d+){_TO}")
_DELIMITER_ROW = re.compile(r"[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")
_BAR = re.compile(r"(?<!\\)\|")
_DIRECTIVE = re.compile(r"\{([\w:-]+)\}[ \t]*(.*)$")
_OPTION = re.compile(r"[ \t>]*+:[a-z][\w-]*+:(?:[ \t].*)?")
"""What MyST says of code above it (":caption: …")."""
_GROUP = re.compile(r"[ \t]*<(/?)CodeGroup\b")
"""Mintlify's tabs of code."""
_ADMONITION = re.compile(r"(?:admonish\b|ad-(?=\w))[ \t]*(?P<kind>(?!title=)[\w-]*)(?P<rest>.*)$")
"""A box of mdBook's plugin ("admonish warning") or of Obsidian's ("ad-warning"), written as if it were code."""
_CODE_DIRECTIVES = frozenset(
    "code code-block code-cell sourcecode prompt parsed-literal literalinclude python r julia bash sh sql ojs".split()
)

_MOST_DEEP = 10
"""So many boxes in fences may stand within each other."""


class CodeApart:
    """The code of one page: fenced blocks and spans, each with a mark that stands for it in the text."""

    def __init__(self, with_roles: Callable[[str], str] = str) -> None:
        """`with_roles` returns a line that is no code with its roles of MyST read."""
        self._with_roles = with_roles
        self._kept: list[tuple[str, str]] = []
        """The text before a block on its first line, and the code as it is written."""

    def without_code(self, text: str, depth: int = 0) -> str:
        """Return the text with a mark for each piece of code; boxes in fences become ":::" containers."""
        lines = text.replace(_FROM, "").replace(_TO, "").expandtabs(4).split("\n")
        result: list[str] = []
        at = 0
        in_group = False
        while at < len(lines):
            fence = _FENCE.match(lines[at])
            if fence is None or (fence["marks"][0] == "`" and "`" in fence["info"]):
                if group := _GROUP.match(lines[at]):
                    in_group = not group[1]
                result.append(self._with_roles(lines[at]))
                at += 1
                continue
            end = _end_of(lines, at, fence["marks"])
            info = fence["info"].strip()
            if depth < _MOST_DEEP and (box := _box(info)):
                inner = self.without_code("\n".join(lines[at + 1 : end]), depth + 1)
                result.extend(_as_container(inner, fence, *box))
            else:
                body = lines[at + 1 : end + 1]
                options = list(takewhile(_OPTION.fullmatch, body)) if _DIRECTIVE.match(info) else []
                written = [lines[at][len(fence["before"]) :], *body[len(options) :]]
                title, before = titled(code_title(info, options, in_group=in_group), fence["before"])
                result.extend((*title, before + self._mark(before, "\n".join(written))))
            at = end + 1
        return _INLINE.sub(self._span, "\n".join(result))

    def with_code(self, text: str) -> str:
        """Return the text with its code again, each block as deep as its mark now stands."""
        lines: list[str] = []
        whole = text.split("\n")
        in_table = False
        for line, following in zip_longest(whole, whole[1:], fillvalue=""):
            in_table = "|" in line and (in_table or _DELIMITER_ROW.fullmatch(following) is not None)
            mark = _PLACE.search(line)
            kept = self._kept[int(mark[1])] if mark else None
            if mark is None or kept is None or "\n" not in kept[1]:
                lines.append(_PLACE.sub(self._in_table if in_table else self._as_written, line))
                continue
            first, *others = kept[1].split("\n")
            now = line[: mark.start()]
            lines.append(f"{now}{first}")
            lines.extend(_moved(other, kept[0], now) for other in others)
        return "\n".join(lines)

    def _as_written(self, place: re.Match[str]) -> str:
        return self._kept[int(place[1])][1]

    def _in_table(self, place: re.Match[str]) -> str:
        """Return a span with its bars escaped: Python-Markdown divides no code, CommonMark's tables do."""
        return _BAR.sub(r"\|", self._as_written(place))

    def _span(self, span: re.Match[str]) -> str:
        return self._mark("", " ".join(span[0].split()) if "\n" in span[0] else span[0])

    def _mark(self, before: str, code: str) -> str:
        self._kept.append((before, code))
        return f"{_FROM}{len(self._kept) - 1}{_TO}"


def _as_container(inner: str, fence: re.Match[str], kind: str, title: str) -> list[str]:
    before = fence["before"]
    colons = ":" * len(fence["marks"])
    return [f"{before}{colons}{{{kind}}} {title}", *inner.split("\n"), f"{before}{colons}"]


def _box(info: str) -> tuple[str, str] | None:
    """Return the kind and title of a box that what stands behind a fence's marks begins, None for code."""
    if (directive := _DIRECTIVE.match(info)) and directive[1] not in _CODE_DIRECTIVES:
        return directive[1], directive[2]
    # The theme of the docs of Read the Docs, for Jekyll, has them without a mark: no language is called so.
    word, _, title = info.partition(" ")
    if word.lower() in WARNINGS | NOTES:
        return word, title
    if admonition := _ADMONITION.match(info):
        quoted = re.search(r"\"([^\"]*)\"", admonition["rest"])
        return admonition["kind"] or "note", quoted[1] if quoted else ""
    return None


def _end_of(lines: list[str], start: int, marks: str) -> int:
    """Return the line that closes a fence, the one behind the last where none does."""
    closing = re.compile(rf"[ \t>]*+{re.escape(marks[0])}{{{len(marks)},}}[ \t]*$")
    return next((at for at in range(start + 1, len(lines)) if closing.match(lines[at])), len(lines))


def _moved(line: str, before: str, now: str) -> str:
    """Return a further line of a block whose first line stood after `before` and now stands after `now`."""
    quoted = ">" in before
    bare = line
    if quoted and ">" not in now:
        bare = re.sub(r"^[ \t]*(?:>[ \t]?)+", "", line)
        return f"{' ' * len(now)}{bare}"
    if quoted:
        return line
    shift = len(now) - len(before)
    if shift >= 0:
        return f"{' ' * shift}{line}" if line else line
    return line[min(-shift, len(line) - len(line.lstrip(" "))) :]
