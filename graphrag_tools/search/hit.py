"""Hit: a section that fits a question, as search returns it and as a checkpoint remembers it."""

from pydantic import BaseModel, ConfigDict, Field

from graphrag_tools.manual.graph import MenuItem


class Hit(BaseModel):
    """A section that fits a question.

    `score` is the fused one, comparable within one search only. `blocks` are positions in the section's blocks, best
    first. `item_id` is the option that the best block names, else the section. `cosine` is that of the section's
    best passage. `confidence`, 0 to 1, compares across searches: how probably the search's first hit answers; 0 in
    the hits after it.
    """

    model_config = ConfigDict(frozen=True)

    section_id: str
    item_id: str
    score: float
    blocks: tuple[int, ...]
    cosine: float
    confidence: float = 0.0
    # Not dumped, because a checkpoint would hold the text of every section found, in its state and in its messages.
    item: MenuItem | None = Field(default=None, exclude=True, repr=False)
    """The section as search read it; None in a hit from a checkpoint, for which `ManualIndex.item_of` looks it up."""

    def __eq__(self, other: object) -> bool:
        """Compare what is dumped, so that a hit from a checkpoint is equal to the one that search returned."""
        return isinstance(other, Hit) and self.model_dump() == other.model_dump()

    def __hash__(self) -> int:
        """Hash the ids, which equal hits share."""
        return hash((self.section_id, self.item_id))


def best_passage(item: MenuItem, hit: Hit) -> str:
    """Return the text of a section that fits best, else its first; "" where it has none.

    A hit from a checkpoint may be of an earlier build, in which the section had more blocks.
    """
    return next((item.blocks[at].text for at in (*hit.blocks, 0) if at < len(item.blocks)), "")
