"""Ways through the menu in an answer, which must exist, and lines that only the program may write."""

import re
from collections.abc import Iterator

from graphrag_tools.text.characters import ARROW
from graphrag_tools.text.normalise import folded
from graphrag_tools.verification.draft import Draft
from graphrag_tools.verification.evidence import Evidence, arrowed

_PATH_LABEL = re.compile(r"(?i)\b(?:menu path|on the device|path|way)\s*:\s*(?P<way>[^\n.]+)")
_OUR_LABEL = re.compile(
    r"(?im)^[^\w\n]*(?:status|source|sources|model|tool calls|used|question|manual|answer|nearest|verified)\s*:"
)


def invented_ways(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Return each "A > B > C" of a draft that neither the graph nor the sources give."""
    return (sentence[:120] for sentence in draft.sentences if not _is_known(sentence, evidence))


def false_labels(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield the lines that look as if the program had written them: a menu path that is not so, a status."""
    for match in _PATH_LABEL.finditer(draft.text):
        way = arrowed(match["way"].replace("*", "").strip())
        if way and way not in evidence.menu_paths and f" {way} " not in "".join(evidence.ways):
            yield match.group(0)[:120]
    for match in _OUR_LABEL.finditer(draft.text):
        label = folded(match.group(0))
        if not any(line.startswith(f" {label} ") for line in evidence.lines):
            yield match.group(0).strip()


def _is_known(sentence: str, evidence: Evidence) -> bool:
    """Whether the sources give the way that a sentence goes, or it goes none."""
    pieces = ARROW.split(sentence)
    if len(pieces) < 2:
        return True
    middle = [folded(piece) for piece in pieces[1:-1]]
    first, last = folded(pieces[0]).split(), folded(pieces[-1]).split()
    # Where the first name starts and the last one ends is not marked: one word of each is certain.
    certain = " > ".join([*first[-1:], *middle, *last[:1]])
    return any(f" {certain} " in way for way in evidence.ways)
