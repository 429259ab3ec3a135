"""Take definitions without a term (Python-Markdown's ": text" below a heading) as the text that they are."""

import re

_DEFINITION = re.compile(r"^ {0,3}: {1,3}(?=\S)")
_TERMLESS = re.compile(r"^ {0,3}#{1,6}[ \t][^\n]*\n\s*?^ {0,3}: {1,3}(?=\S)", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]")
_DEPTH = 4


def without_termless_definitions(text: str) -> str:
    """Return Markdown in which definitions below a heading are its paragraphs, what is indented after them too."""
    if not _TERMLESS.search(text):
        return text
    result: list[str] = []
    after_heading = below_definition = False
    for line in text.split("\n"):
        if not line.strip():
            result.append(line)
            continue
        if _DEFINITION.match(line) and (after_heading or below_definition):
            # A blank line keeps two definitions apart.
            result += ["", _DEFINITION.sub("", line)]
            after_heading, below_definition = False, True
            continue
        is_indented = line.startswith(" " * _DEPTH)
        after_blank = bool(result) and not result[-1].strip()
        below_definition = below_definition and (is_indented or not after_blank)
        after_heading = _HEADING.match(line) is not None
        result.append(line[_DEPTH:] if below_definition and is_indented else line)
        below_definition = below_definition and not after_heading
    return "\n".join(result)
