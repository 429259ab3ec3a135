"""Ways through the menus that an answer names: each must be one that the graph or the manual's text gives."""

import re
from collections.abc import Iterator

from graphrag_tools.characters import lines_of
from graphrag_tools.evidence import ARROW, Evidence, arrowed
from graphrag_tools.manual import sentences
from graphrag_tools.names import folded

_PATH_LABEL = re.compile(r"(?i)\b(?:menu path|on the device|path|way)\s*:\s*(?P<way>[^\n.]+)")
_OUR_LABEL = re.compile(
    r"(?im)^\W*(?:status|source|sources|model|tool calls|used|question|manual|answer|nearest|verified)\s*:"
)


def invented_ways(text: str, evidence: Evidence) -> Iterator[str]:
    """Yield each "A > B > C" of a plain text that neither the graph nor the sources give."""
    for line in lines_of(text):
        for sentence in sentences(line):
            if not _is_known(sentence, evidence):
                yield sentence[:120]


def false_labels(text: str, evidence: Evidence) -> Iterator[str]:
    """Yield the lines that look as if the program had written them: a menu path that is not so, a status."""
    for match in _PATH_LABEL.finditer(text):
        way = arrowed(match["way"].replace("*", "").strip())
        if way and way not in evidence.menu_paths and f" {way} " not in "".join(evidence.ways):
            yield match.group(0)[:120]
    for match in _OUR_LABEL.finditer(text):
        label = folded(match.group(0))
        if not any(line.startswith(f" {label} ") for line in evidence.lines):
            yield match.group(0).strip()


def _is_known(sentence: str, evidence: Evidence) -> bool:
    pieces = ARROW.split(sentence)
    if len(pieces) < 2:
        return True
    middle = [folded(piece) for piece in pieces[1:-1]]
    first, last = folded(pieces[0]).split(), folded(pieces[-1]).split()
    # Where the first name starts and the last one ends is not marked: one word of each is certain.
    certain = " > ".join([*first[-1:], *middle, *last[:1]])
    return any(f" {certain} " in way for way in evidence.ways)
