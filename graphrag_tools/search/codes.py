"""Which of the sections that have the codes of a question are meant."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.keys import manual_of
from graphrag_tools.search.manual_words import IDENTIFIER
from graphrag_tools.text.words import joined

_VERSION = re.compile(r"v\d+")
_FEW = 5
"""So many sections of a manual at most have an error code, a part or a model; what more have is a name, as MP3."""
_MENTIONED = 0.5


def meant_by_codes(
    codes: Collection[str], having: Collection[str], read: Callable[[Sequence[str]], Iterable[MenuItem]]
) -> dict[str, float]:
    """Return how far, 0 to 1, each section that has all codes of a question is what it asks about; `read` gives some.

    Wholly where the codes are in its title, or a paragraph, step or row begins with each ("E4: Close the tap"), and
    half where they are mentioned. A version ("v3") decides nothing, as any question may name it, nor does what many
    sections of a manual have.
    """
    if any(map(_VERSION.fullmatch, codes)):
        return {}
    of_manuals = Counter(map(manual_of, having))
    few = [section for section in having if of_manuals[manual_of(section)] <= _FEW]
    items = zip(few, read(few), strict=True)
    return {section: 1.0 if set(codes) <= _entries_of(item) else _MENTIONED for section, item in items}


def _entries_of(section: MenuItem) -> set[str]:
    """Return the codes that a section has an entry for."""
    at_start = filter(None, (IDENTIFIER.match(block.text) for block in section.blocks))
    return {joined(code) for code in (*IDENTIFIER.findall(section.name), *(found[0] for found in at_start))}
