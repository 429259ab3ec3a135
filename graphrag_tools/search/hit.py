"""graphrag_tools/search/hit.py."""

from dataclasses import dataclass

from graphrag_tools.manual.graph import MenuItem


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that fits a question.

    `score` is the fused one, 0 to 3, comparable within one search only. `blocks` are positions in the
    section's blocks, best first. `item_id` is the option that the best block names, else the section.
    What compares across searches: `cosine`, of the best block; `word_share`, 0 to 1, the idf-weighted share of
    the question's words that the section holds; `match`, the highest sum that one of the blocks listed reaches of
    its cosine, its cosine after `Whitening` (0 in an index without it) and its BM25 for each unit that the
    question's words weigh.
    """

    section_id: str
    item_id: str
    score: float
    blocks: tuple[int, ...]
    cosine: float
    word_share: float
    match: float = 0.0


def best_passage(item: MenuItem, hit: Hit) -> str:
    """Return the text of a section that fits best, else its first; "" where it has none.

    A rebuild between search and look-up may have left the section fewer blocks.
    """
    return next((item.blocks[at].text for at in (*hit.blocks, 0) if at < len(item.blocks)), "")
