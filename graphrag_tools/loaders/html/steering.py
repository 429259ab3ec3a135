"""Find lines that lead to the pages before, after and above: "[ Up | Next ]", "Next: Title", "Prev Home Next"."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from graphrag_tools.loaders.folders.paths import path_beside
from graphrag_tools.manual.sections import Block, is_external

_FEWEST = 3
_MANY = 10
"""Pages that do not end with the same link by chance: "Back to the library"."""
_SHARE = 0.25
"""Of all pages, at least, that have a link of the same words."""
_LABELS = re.compile(r"\b(?:(?:next|prev|previous|up)\b(?=\s*:)|back to\b)", re.IGNORECASE)


def steering_lines(edges: Mapping[str, Sequence[Block]]) -> set[str]:
    """Return the texts that are such lines among what stands at the two ends of pages, by the names of these.

    What steers leads elsewhere from each page under the same words ("Next"), as no link does that names what it leads
    to, or stands on very many; others of many pages may stand beside it. Where it names that, a label says what it is,
    or that it stands at both ends of its page, with two links or more.
    """
    lines = [(name, block) for name, blocks in edges.items() for block in blocks if _leads_within_site(block)]
    labelled = {
        block.text for _, block in lines if _LABELS.search(block.text) and _is_bare(_LABELS.sub("", _rest(block)))
    }
    counts = Counter((name, block.text) for name, block in lines if len(block.links) > 1)
    framing = {text for (_, text), count in counts.items() if count > 1}
    pages: dict[str, set[str]] = defaultdict(set)
    targets: dict[str, set[str]] = defaultdict(set)
    bare = [(name, block) for name, block in lines if _is_bare(_rest(block))]
    for name, block in bare:
        for link in block.links:
            pages[link.text].add(name)
            targets[link.text].add(_target(link.target, name))
    common = {words for words, found in pages.items() if len(found) >= max(_FEWEST, _SHARE * len(edges))}
    steering = {words for words in common if len(targets[words]) >= _FEWEST or len(pages[words]) >= _MANY}
    words_of = {block.text: {link.text for link in block.links} for _, block in bare}
    found = {text for text, words in words_of.items() if words <= common and not steering.isdisjoint(words)}
    return found.union(*(told for told in (labelled, framing) if len(told) >= _FEWEST))


def _leads_within_site(block: Block) -> bool:
    return bool(block.links) and not any(is_external(link.target) for link in block.links)


def _rest(block: Block) -> str:
    """Return the text of a block without that of its links."""
    rest = block.text
    for link in block.links:
        rest = rest.replace(link.text, " ", 1)
    return rest


def _is_bare(rest: str) -> bool:
    return not any(map(str.isalnum, rest))


def _target(written: str, page: str) -> str:
    path = written.partition("#")[0]
    return path_beside(page, path) if path else page
