"""Bring what stands within a line of AsciiDoc to HTML: names of the screen, links, bold, code, what is passed on."""

import re
from collections.abc import Callable, Mapping

from graphrag_tools.loaders.asciidoc.source import with_attributes

_CODE = re.compile(r"(?<![\w\"'`])`(?=\S)([^`\n]+?)(?<=\S)`(?![\w\"'`])")
_LEFT_CODE = re.compile(r"`[^`\n]*`")
_QUOTED = re.compile(r"(?<!\w)(?P<sign>[\"'])`(?=\S)(?P<words>[^`\n]{1,2000}?)(?<=\S)`(?P=sign)")
_PASSED_ON = re.compile(r"^\+(.+)\+$")
_CODE_APART = "\ue010"
_XREF = re.compile(
    r"\bxref:(?P<page>[^\s\[]{1,2000}+)\[(?P<words>[^\]]{0,2000}+)\]"
    r"|<<(?P<place>[^,<>]++)(?:,\s*+(?P<said>(?:[^<>]|<[^<>]*>)*+))?>>"
)
_ANGLE = re.compile(
    r"(?P<passed>\+{3}[^+\n]{1,2000}+\+{3}|pass:[a-z,]{0,20}+\[(?:\\\]|[^\]\n]){1,2000}+\])"
    r"|<(?=/?[A-Za-z_*])(?!(?:https?|ftp|mailto):|[\w.+-]+@)"
)
"""What is no tag, but where it is passed on: "<title>" is a name that one puts something in place of."""
_INLINE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(
            r"(?<!\+)(?P<mono>\+)?(?:\+{3}(?P<plain>[^+\n]{1,2000}+)\+{3}|pass:[a-z,]{0,20}+\[(?P<raw>(?:\\\]|[^\]\n]){1,2000}+)\])(?(mono)\+)"
        ),
        lambda match: _passed(match["plain"] or match["raw"], is_code=bool(match["mono"])),
    ),
    (re.compile(r"\\(?=[<=-]=?>|<[=-])"), ""),
    (re.compile(r"[ \t]\+[ \t]*$"), "<br>"),
    (re.compile(r"\bmenu:([^\[\]]{1,2000}+)\[([^\]]{0,2000}+)\]"), lambda match: _way(match[1], match[2])),
    (re.compile(r"\bbtn:\[([^\]]{1,2000}+)\]"), r"<strong>\1</strong>"),
    (re.compile(r"\bkbd:\[([^\]]{1,2000}+)\]"), r"<kbd>\1</kbd>"),
    (
        re.compile(r"\b(?:image|icon|indexterm2?|anchor):[^\s\[]{0,2000}+\[[^\]]{0,2000}+\]|\(\(\([^()]*+\)\)\)"),
        "",
    ),
    (re.compile(r"\[\[([\w:.-]++)(?:,[^\]]{0,2000}+)?\]\]"), r'<a id="\1"></a>'),
    (
        re.compile(r"\blink:([^\s\[]{1,2000}+)\[([^\],]{0,2000}+)[^\]]{0,2000}+\]"),
        lambda match: f"[{match[2] or match[1]}]({match[1]})",
    ),
    (
        re.compile(r"(https?://[^\s\[\]<>]{1,2000}+)\[([^\],]{0,2000}+)[^\]]{0,2000}+\]"),
        lambda match: f"[{match[2] or match[1]}]({match[1]})",
    ),
    (re.compile(r"``(?=\S)([^`\n]+?)(?<=\S)''"), r"“\1”"),
    (re.compile(r"\*\*(?=\S)([^*\n]*[^*\s])(\s*+)\*\*"), r"<strong>\1</strong>\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"<strong>\1</strong>"),
    (
        re.compile(
            r"(?<=\S)__(?=\S)((?:[^_\n`]|_(?!_))+?)(?<=\S)__|(?<!\w)__(?=\S)((?:[^_\n`]|_(?!_))+?)(?<=\S)__(?!\w)"
        ),
        r"\1\2",
    ),
    (re.compile(r"(?<=[\w)])\^([^\s^\[\]]{1,20})\^|(?<=[\w)])~([^\s~]{1,20})~"), r"\1\2"),
    (re.compile(r"(?<![\w+])\+(?=\S)([^+\n]+?)(?<=\S)\+(?![\w+])"), r"`\1`"),
    (re.compile(r"\[\.?[\w.-]+\]#([^#\n]+)#|(?<![\w#&/.])#(?=\S)([^#\n]{1,200}+)(?<=\S)#(?![\w#])"), r"\1\2"),
)


def inline_html(text: str, attributes: Mapping[str, str], linked: Callable[[re.Match[str]], str]) -> str:
    """Return a line with its markup as HTML; `linked` writes a link to a place of the manual."""
    code: list[str] = []

    def apart(span: re.Match[str]) -> str:
        code.append(_PASSED_ON.sub(r"\1", span[1]).replace("\\*", "*"))
        return f"`{_CODE_APART}{len(code) - 1}`"

    quoted = _QUOTED.sub(_with_quotes, with_attributes(text, attributes))
    whole = _CODE.sub(apart, quoted)
    whole = _ANGLE.sub(lambda sign: sign["passed"] or "&lt;", _XREF.sub(linked, whole))
    for pattern, written in _INLINE:
        whole = pattern.sub(written, whole)
    whole = _LEFT_CODE.sub(lambda span: span[0].replace("&lt;", "<"), whole)
    return re.sub(rf"{_CODE_APART}(\d+)", lambda place: code[int(place[1])], whole) if code else whole


def _with_quotes(match: re.Match[str]) -> str:
    return f"“{match['words']}”" if match["sign"] == '"' else f"‘{match['words']}’"


def _passed(text: str, *, is_code: bool) -> str:
    """Return what is passed on as it is: HTML."""
    whole = text.replace("\\]", "]")
    return f"<code>{whole}</code>" if is_code else whole


def _way(menu: str, items: str) -> str:
    names = [menu, *(name.strip() for name in re.split("&gt;|[>,]", items) if name.strip())]
    return " > ".join(f"<strong>{name}</strong>" for name in names)
