"""Take the part of a file that an include names: between two texts, between marks with a name, or some lines."""

import re

_LINES = re.compile(r":(\d{0,6}):(\d{0,6})$")
_RANGE = re.compile(r"(?P<first>\d{0,6})\s*(?:(?:\.\.|-)\s*(?P<last>-?\d{0,6}))?")
_BRACED_LINES = re.compile(r"\{(?:(\d{0,6}),)?(\d{0,6})\}\s*-->")
"""Lines of VitePress: "{3,9}", "{3,}", "{,9}"."""
_REGION = re.compile(r"@include:[^#]*?#([\w-]+)")
_OPTION = re.compile(r"^[ \t]*:(start|end)-(line|after|before):[ \t]*(\S(?:.*\S)?)[ \t]*$", re.MULTILINE)
_NAME = re.compile(r":([A-Za-z][\w-]*)$")
_BETWEEN = re.compile(r"\b(start|end)\s*=\s*(?:\"([^\"]+)\"|'([^']+)')")
_OFFSET = re.compile(r"\bheading[-_]offset\s*=\s*[\"']?([1-5])\b")
_ARGUMENT = re.compile(
    r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|(-?\d++(?:\.\d++)?+)|([A-Za-z_][\w-]*+))"
)
_PLACE = re.compile(
    r"\{\{-?\s*+include\.(?P<name>[\w-]++)\s*+(?:\|\s*+default:\s*+[\"'](?P<default>[^\"'{}\n]*+)[\"'])?[^{}\n]*+\}\}|"
    r"\{\s*+props\.(?P<property>\w++)\s*+\}"
)
_HEADING = re.compile(r"^(#{1,6})(?=[ \t])", re.MULTILINE)


def named_part(text: str, target: str, include: str) -> str:
    """Return what an include takes of a file's text; all, where the text has not what it names.

    `target` is the file as the include writes it ("a.md:cells", "a.md:3:9"), `include` the whole of it, which may say
    between which texts the part stands (`start="…" end="…"`).
    """
    part = text
    for name, one, two in _BETWEEN.findall(include):
        before, found, after = part.partition(one or two)
        part = part if not found else after if name == "start" else before
    part = part_by_options(part, include)
    if region := _REGION.search(include):
        part = _between_marks(part, region[1])
    if lines := _LINES.search(target) or _BRACED_LINES.search(include):
        last = int(lines[2]) if lines[2] else None
        first = lines[1] or ("1" if lines[1] == "" or lines.re is _LINES else lines[2])
        return "\n".join(part.split("\n")[max(int(first or 1) - 1, 0) : last])
    if name := _NAME.search(target):
        return _between_marks(part, name[1])
    return part


def numbered_lines(text: str, ranges: str) -> str:
    """Return the lines of a text that ranges name, counted from 1: "3-9,12" of Sphinx, "3..9;12..-1" of AsciiDoc."""
    lines = text.split("\n")
    taken: list[str] = []
    for piece in re.split("[;,]", ranges):
        if found := _RANGE.fullmatch(piece.strip()):
            first, last = int(found["first"] or 0), found["last"]
            end = first if last is None else None if last == "" or last[0] == "-" else int(last)
            taken += lines[max(first - 1, 0) : end]
    return "\n".join(taken)


def part_by_options(text: str, options: str) -> str:
    """Return what the options of an include of Sphinx take of a text (":start-after: …"), each on a line of its own."""
    part = text
    for edge, unit, value in _OPTION.findall(options):
        part = _cut(part, edge, unit, value)
    return part


def _cut(text: str, edge: str, unit: str, value: str) -> str:
    """Return text from or up to a line, counted from 0, or what stands behind or before some words."""
    if unit == "line":
        lines = text.split("\n")
        number = int(value) if re.fullmatch(r"-?\d{1,6}", value) else None
        return "\n".join(lines[number:] if edge == "start" else lines[:number])
    before, found, after = text.partition(value if value in text else value.strip("\"'"))
    return text if not found else after if edge == "start" else before


def with_arguments(part: str, include: str) -> str:
    """Return a partial of Jekyll or MDX with what its include gives it (`text="Keep it dry."`, `most=4`) in its places.

    A variable is put in by its name, for the page to fill. What says where a page stands (breadcrumbs) stays empty.
    """
    if ("include." not in part and "props." not in part) or "breadcrumb" in include:
        return part
    given = {
        name: one or two or number or (f"{{{{ {variable} }}}}" if variable else "")
        for name, one, two, number, variable in _ARGUMENT.findall(include)
    }
    return _PLACE.sub(lambda place: given.get(place["name"] or place["property"]) or place["default"] or "", part)


def with_headings_lowered(text: str, include: str) -> str:
    """Return text whose code is apart, with its headings as much deeper as an include says ("heading-offset=1")."""
    offset = _OFFSET.search(include)
    return _HEADING.sub(lambda mark: (mark[1] + "#" * int(offset[1]))[:6], text) if offset else text


def _between_marks(text: str, name: str) -> str:
    """Return the lines between marks of snippets ("[start:name]"), mdBook ("ANCHOR: name") or VitePress ("#region")."""
    plain = re.escape(name)
    begin = re.compile(rf"\[start:{plain}\]|\bANCHOR:\s*{plain}\b|#region\s+{plain}\b")
    end = re.compile(rf"\[end:{plain}\]|\bANCHOR_END:\s*{plain}\b|#endregion(?:\s+{plain}\b|(?=\s*-->|\s*$))")
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if begin.search(line)), None)
    if first is None:
        return text
    last = next((at for at in range(first, len(lines)) if end.search(lines[at])), len(lines))
    return "\n".join(lines[first + 1 : last])
