"""Bound what substitutions of reStructuredText write out, because each may name others several times."""

import re
from collections import Counter

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.markdown_text.roles import normal_label

_MOST_WRITTEN = 20_000
_DEFINED = re.compile(r"^\.\. \|([^|\n]{1,200})\|[ \t]+replace::((?:.*)(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_NAMED = re.compile(r"\|([^|\n]{1,200})\|")


def check_substitutions(name: str, text: str) -> None:
    """Refuse a page whose substitutions would be written out very many times.

    Raises:
        ManualError: They would.
    """
    within = {normal_label(found[1]): _named(found[2]) for found in _DEFINED.finditer(text)}
    if not any(within.values()):
        return
    level = _named(_DEFINED.sub("", text))
    written = 0
    for _ in within:  # as deep as they can be; what names itself is deeper, and refused by docutils
        level = Counter({one: count for one, count in level.items() if one in within})
        written += level.total()
        if written > _MOST_WRITTEN:
            raise ManualError(f"{name}: substitutions that write out more than {_MOST_WRITTEN:,} others.")
        below: Counter[str] = Counter()
        for one, count in level.items():
            for inner, times in within[one].items():
                below[inner] += count * times
        level = below


def _named(text: str) -> Counter[str]:
    return Counter(map(normal_label, _NAMED.findall(text)))
