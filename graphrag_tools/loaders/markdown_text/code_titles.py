"""Read what a piece of code is called: its file, what the command does, or the system it is for.

Docusaurus, Starlight and Material for MkDocs write `title="…"` behind the language, Nextra and Quarto `filename="…"`,
VitePress and Nuxt "[npm]", Mintlify's groups of code plain words, MyST ":caption: …" below.
"""

import re
from collections.abc import Iterable

_NAMED = re.compile(
    r"(?<![\w-])(?:title|file-?name|caption)\s*=\s*\{?(?:\"(?P<one>[^\"]*)\"|'(?P<two>[^']*)'|(?P<bare>[^\s\"'{}]+))",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\A[\w:+-]*[ \t]*(?:\{[^{}]*\}[ \t]*)?\[(?P<title>(?=[^\[\]=]*?[^\W\d])[^\[\]=]*+)\]")
_WORDS = re.compile(r"\A[\w+-]+[ \t]+(?P<title>[\w./][^={}]*)\Z")
_CAPTION = re.compile(r"[ \t>]*:caption:[ \t]+(\S.*)")
_MARKS = re.compile(r"[\\`*_{}\[\]<>]")
_LISTED = re.compile(r"[^\s>]")


def code_title(info: str, options: Iterable[str], *, in_group: bool) -> str:
    """Return the title of code, "" for none.

    `info` is what stands behind the marks that begin it, `options` are MyST's lines above it; `in_group` says that
    plain words behind the language are one.
    """
    if named := _NAMED.search(info):
        return (named["one"] or named["two"] or named["bare"] or "").strip()
    found = _BRACKETED.match(info) or (_WORDS.match(info) if in_group else None)
    caption = next((match[1] for line in options if (match := _CAPTION.fullmatch(line))), "")
    return (found["title"] if found else caption).strip()


def titled(title: str, before: str) -> tuple[list[str], str]:
    """Return the lines of a title above code, and what stands before the code now.

    `before` is what code in a list or a quotation had before it on its first line.
    """
    if not title:
        return [], before
    indent = _LISTED.sub(" ", before)
    return [
        indent.rstrip() if indent == before else "",
        before + _MARKS.sub(r"\\\g<0>", title),
        indent.rstrip(),
    ], indent
