"""Bring what Markdown's dialects set apart (admonitions, alerts, containers, tabs) to HTML around plain Markdown.

MkDocs: "!!! note", "??? tip", '=== "Tab"'. Docusaurus, VitePress, Starlight: ":::note". MyST: ":::{note}". GitHub and
Obsidian: "> [!NOTE]". kramdown: "{: .note }". Docsify: "!> Never open the lamp.", "?> A tip."
"""

import html
import re

_INDENTED = re.compile(
    r"^(?P<indent> *)(?:!!!|\?\?\?\+?) ?(?=\S) *(?:(?P<kind>[\w-]+)(?P<more>(?: +[\w-]+)*))?"
    r"(?: *\"(?P<title>.*)\")?[ :]*$"
)
_TAB = re.compile(r"^(?P<indent> *)===[!+]? +[\"'](?P<title>.+)[\"'] *$")
_TAB_IN_BOX = re.compile(r"^ *(?:==(?![^\n]*==) *|@tab(?::active)? +)(?P<title>[^=\s].*)$")
"""A tab of VitePress' or VuePress' plugins, within their box of tabs."""
_OPEN = re.compile(
    r"^(?P<indent> *+)(?P<colons>:{3,}+) *+"
    r"(?:\{(?:#[\w:.-]++ *+)?[.]?(?P<braced>[\w:-]*+)(?P<given>[^}]*+)\}|(?P<kind>[\w-]++))"
    r"(?:\[(?P<label>[^\]]*+)\])?(?P<bound>(?: +[:@]?[\w-]++=\"[^\"\n]*+\")*+)"
    r" *+(?P<title>[^{}\n]*+)(?:\{[^}]*+\} *+)?$"
)
_NAMED = re.compile(r" (?:name|label|title)=\"([^\"\n]+)\"")
"""What VitePress' plugins call a tab, and Quarto a note, among the attributes of its box."""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_HEADING = re.compile(r"^ {0,3}#{1,6} ")
_CLOSE = re.compile(r"^ *:{3,} *$")
_ALERT = re.compile(r"^(?P<indent> *)> ?\[!(?P<kind>[\w-]+)(?:\|[^\]]*)?\][+-]? *(?P<title>.*)$")
_MARKED = re.compile(r"^(?P<indent> *)(?P<mark>[!?])>(?P<text>.*)$")
"""A paragraph of Docsify that is important, or a tip."""
_BLOCK = re.compile(r" *+(?:[-*+] |\d{1,9}[.)] |\||>|`{3}|:{3})")
"""What ends a paragraph, because it begins a list, a table, a quote, code or a container."""
_QUOTED = re.compile(r"^ *> ?")
_CLASS = re.compile(r"^ *+\{: *+(?P<attributes>[^}]*)\} *$")
_OPTION = re.compile(r"^ *:[\w-]+:(?: .*)?$")
WARNINGS = frozenset("warning caution danger attention error failure fail critical bug alert negative".split())
NOTES = frozenset(
    "note notes info tip hint important seealso success check abstract summary tldr callout admonition remark notice "
    "highlight primary secondary positive todo".split()
)
_WITHOUT_TEXT = frozenset("toctree contents image figure raw eval-rst math index meta video youtube".split())


def opening(kind: str, title: str = "") -> list[str]:
    """Return the lines that begin a box of a kind: a note, a warning, or a group under its title."""
    label = html.escape(_TAG.sub("", title).strip(), quote=False)
    lowered = kind.lower()
    if lowered in WARNINGS or lowered in NOTES:
        box = "warning" if lowered in WARNINGS else "note"
        heading = [f'<p class="admonition-title">{label}</p>'] if label else []
        return [f'<div class="admonition {box}">', *heading, ""]
    return ["<div>", *([f"<p><strong>{label}</strong></p>"] if label else []), ""]


CLOSING = ["", "</div>", ""]


def without_boxes(text: str) -> str:
    """Return the text with each box as an HTML element around what stands in it."""
    return "\n".join(_changed(text.split("\n")))


def _changed(lines: list[str]) -> list[str]:
    result: list[str] = []
    unclosed = _unclosed(lines)
    depth = 0
    ends_by_itself = False
    at = 0
    while at < len(lines):
        line = lines[at]
        if depth and ends_by_itself and (_HEADING.match(line) or _OPEN.match(line)):
            result.extend(CLOSING)
            depth -= 1
            ends_by_itself = False
        if match := _INDENTED.match(line) or _TAB.match(line):
            at = _indented(lines, at, match, result)
        elif match := _ALERT.match(line) or _MARKED.match(line):
            at = (_alert if match.re is _ALERT else _marked)(lines, at, match, result)
        elif _CLOSE.match(line):
            if depth:
                result.extend(f"{indent_of(line)}{one}" if one else "" for one in CLOSING)
                depth -= 1
            at += 1
        elif match := _OPEN.match(line):
            after, is_open = _container(lines, at, match, result)
            ends_by_itself = is_open and at in unclosed
            depth += is_open
            at = after
        elif (match := _CLASS.match(line)) and (kind := _kind_of(match["attributes"])):
            at = _classed(lines, at, kind, result)
        else:
            result.extend(_shown(line) if depth else [line])
            at += 1
    return [*result, *CLOSING * depth]


def _shown(line: str) -> list[str]:
    """Return a line within a container: the begin of a tab is its label."""
    tab = _TAB_IN_BOX.match(line)
    return ["", f"{indent_of(line)}**{tab['title'].rstrip()}**", ""] if tab else [line]


def _unclosed(lines: list[str]) -> set[int]:
    """Return the lines that open a container which nothing closes: it ends before the next heading or container."""
    open_lines: list[int] = []
    for at, line in enumerate(lines):
        if _CLOSE.match(line):
            if open_lines:
                open_lines.pop()
        elif _OPEN.match(line):
            open_lines.append(at)
    return set(open_lines)


def _indented(lines: list[str], at: int, match: re.Match[str], result: list[str]) -> int:
    """Take a box whose text is indented below its first line; return the line after it."""
    depth = len(match["indent"])
    end = at + 1
    while end < len(lines) and (not lines[end].strip() or len(indent_of(lines[end])) >= depth + 2):
        end += 1
    body = lines[at + 1 : end]
    step = min((len(indent_of(line)) for line in body if line.strip()), default=depth + 4)
    kind = match.groupdict().get("kind") or "tab"
    title = match["title"] or ("" if kind.lower() in WARNINGS | NOTES or kind == "tab" else kind.capitalize())
    inner = _changed([line[step:] for line in body])
    _put(result, match["indent"], [*opening(kind, title), *inner, *CLOSING])
    return end


def _alert(lines: list[str], at: int, match: re.Match[str], result: list[str]) -> int:
    end = at + 1
    while end < len(lines) and lines[end].lstrip().startswith(">"):
        end += 1
    body = [_QUOTED.sub("", line) for line in lines[at + 1 : end]]
    _put(result, match["indent"], [*opening(match["kind"], match["title"]), *_changed(body), *CLOSING])
    return end


def _marked(lines: list[str], at: int, match: re.Match[str], result: list[str]) -> int:
    depth = len(match["indent"])
    end = at + 1
    while end < len(lines) and lines[end].strip() and len(indent_of(lines[end])) >= depth:
        if any(begin.match(lines[end]) for begin in (_MARKED, _HEADING, _BLOCK)):
            break
        end += 1
    body = [match["text"].lstrip(), *(line.removeprefix(match["indent"]) for line in lines[at + 1 : end])]
    kind = "warning" if match["mark"] == "!" else "note"
    _put(result, match["indent"], [*opening(kind), *body, *CLOSING])
    return end


def _container(lines: list[str], at: int, match: re.Match[str], result: list[str]) -> tuple[int, bool]:
    """Take the line that opens a box, or all of one without text; return the next line, and whether it is open."""
    kind = (match["braced"] or match["kind"] or "").lower().removeprefix("callout-")  # Quarto
    if kind.rpartition(":")[2] in _WITHOUT_TEXT:
        end = next((one for one in range(at + 1, len(lines)) if _CLOSE.match(lines[one])), len(lines) - 1)
        return end + 1, False
    named = _NAMED.search(f"{match['given'] or ''}{match['bound']}")
    title = (
        match["label"]
        or (named[1] if named else "")
        or (match["title"] if kind not in ("tabs", "tab-set", "grid") else "")
        or ""
    )
    _put(result, match["indent"], opening(kind, title))
    end = at + 1
    while match["braced"] and end < len(lines) and _OPTION.match(lines[end]):
        end += 1
    return end, True


def _classed(lines: list[str], at: int, kind: str, result: list[str]) -> int:
    """Take kramdown's "{: .note }": it stands before the block that it means, or right after it."""
    if result and result[-1].strip():
        start = next((one for one in range(len(result) - 1, -1, -1) if not result[one].strip()), -1) + 1
        block = [_QUOTED.sub("", line) for line in result[start:]]
        del result[start:]
        result.extend(["", *opening(kind), *block, *CLOSING])
        return at + 1
    end = at + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    body = [_QUOTED.sub("", line) for line in lines[at + 1 : end]]
    result.extend(["", *opening(kind), *body, *CLOSING])
    return end


def _kind_of(attributes: str) -> str:
    """Return the kind of note that kramdown's attributes name, "" where they name none."""
    words = re.findall(r"\.([\w-]+)", attributes)
    return next((word.removesuffix("-title") for word in words if word.removesuffix("-title") in WARNINGS | NOTES), "")


def _put(result: list[str], indent: str, lines: list[str]) -> None:
    result.append("")
    result.extend(f"{indent}{line}" if line else "" for line in lines)


def indent_of(line: str) -> str:
    """Return the blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip(" "))]
