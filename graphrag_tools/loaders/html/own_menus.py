"""Find the menus of a page's own places that stand at each of them: "(top)", "[Screen] [Dates] [Notes]"."""

from collections import Counter
from collections.abc import Iterable

from graphrag_tools.manual.sections import Block
from graphrag_tools.text.characters import ENDS_OF_QUESTIONS, ENDS_OF_STATEMENTS

_FEWEST = 3
_SENTENCE_ENDS = (*ENDS_OF_STATEMENTS, *ENDS_OF_QUESTIONS)
_LINKED = 0.5
"""Of a menu's letters, at least: the place where it stands is often no link in it."""


def own_menus(blocks: Iterable[Block], page: str) -> frozenset[str]:
    """Return paragraphs that stand three times and more on the page of this name and mostly lead to places of it."""
    leading = Counter(block.text for block in blocks if leads_within(block, page))
    return frozenset(text for text, count in leading.items() if count >= _FEWEST)


def leads_within(block: Block, page: str) -> bool:
    """Whether a paragraph mostly leads to places of the page of this name, and is no sentence."""
    own = ("", page.rpartition("/")[2])
    within = all("#" in link.target and link.target.partition("#")[0] in own for link in block.links)
    linked = sum(_letters(link.text) for link in block.links)
    is_menu = block.kind == "paragraph" and bool(block.links) and not block.text.endswith(_SENTENCE_ENDS)
    return is_menu and within and linked >= _LINKED * _letters(block.text)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
