"""Bring the text of a line of roff to HTML: its escapes, fonts and quoted arguments."""

import html
import re

_ARGUMENT = re.compile(r'"((?:[^"]|"")*)"?|((?:\\ |\S)+)')
_COMMENT = re.compile(r"(?<!\\)(?:\\\\)*\\[\"#].*")
_ESCAPE = re.compile(
    r"\\(?:f(?:\[(?P<long>[^\]]{0,200}+)\]|\((?P<two>..)|(?P<font>.))"
    r"|\((?P<short>..)|\[(?P<named>[^\]]{1,20})\]"
    r"|\*(?:\[(?P<string>[^\]]{0,200}+)\]|\((?P<pair>..)|(?P<one>.))"
    r"|s(?:[+-]?\d{1,2}|\[[^\]]{0,200}+\]|\([+-]?\d\d)|[mMknFVY](?:\[[^\]]{0,200}+\]|\(..|.)|[hvwlLDxoZ]'[^']{0,200}+'"
    r"|(?P<sign>.))"
)
_CHARACTERS = {
    "bu": "•", "em": "—", "en": "–", "hy": "-", "mi": "-", "aq": "'", "dq": '"', "lq": "“", "rq": "”", "oq": "‘",
    "cq": "’", "Lq": "“", "Rq": "”", "Aq": "'", "Ba": "|", "co": "©", "rg": "®", "tm": "™", "ha": "^", "ti": "~",
    "rs": "\\", "sl": "/", "ga": "`", "at": "@", "sh": "#", "Do": "$", "->": "→", "<-": "←", ">=": "≥", "<=": "≤",
    "!=": "≠", "+-": "±", "mu": "×", "de": "°", "sc": "§", "ss": "ß", "ua": "↑", "da": "↓", "lh": "☜", "rh": "☞",
    "bv": "|", "ba": "|", "la": "⟨", "ra": "⟩", "lB": "[", "rB": "]", "lC": "{", "rC": "}", "tmu": "×", "R": "®",
    "Tm": "™",
}  # fmt: skip
_SIGNS = {
    "-": "-",
    "e": "\\",
    "\\": "\\",
    "'": "'",
    "`": "`",
    " ": " ",
    "~": " ",
    "0": " ",
    "t": "\t",
    ".": ".",
    "E": "\\",
}
_BOLD = frozenset({"B", "BI", "CB", "3", "4"})


def arguments(written: str) -> list[str]:
    """Return the arguments of a macro, quotation marks around them gone."""
    bare = _COMMENT.sub("", written)
    return [quoted.replace('""', '"') if quoted or not word else word for quoted, word in _ARGUMENT.findall(bare)]


def text_as_html(line: str) -> str:
    """Return a line with the characters that its escapes mean, what is in a bold font as <b>."""
    pieces: list[str] = []
    is_bold = False
    at = 0
    bare = _COMMENT.sub("", line)
    for found in _ESCAPE.finditer(bare):
        pieces.append(html.escape(bare[at : found.start()], quote=False))
        at = found.end()
        font = found["long"] if found["long"] is not None else found["two"] or found["font"]
        if font is None:
            pieces.append(html.escape(_character(found), quote=False))
        elif (font in _BOLD) != is_bold:
            is_bold = font in _BOLD
            pieces.append("<b>" if is_bold else "</b>")
    pieces.append(html.escape(bare[at:], quote=False))
    return "".join((*pieces, "</b>" if is_bold else ""))


def plain_text(line: str) -> str:
    """Return the same without fonts, for code."""
    bare = _COMMENT.sub("", line)
    return _ESCAPE.sub(_character, bare)


def _character(found: re.Match[str]) -> str:
    name = found["short"] or found["named"] or found["string"] or found["pair"] or found["one"]
    if name is None:
        return _SIGNS.get(found["sign"] or "", "")
    if re.fullmatch(r"u[\dA-F]{4,5}", name):
        return chr(int(name[1:], 16))
    return _CHARACTERS.get(name, "")
