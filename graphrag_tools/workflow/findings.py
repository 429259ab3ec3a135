"""What a turn has found, read from its state: how sure search is, and the quote that it comes to without a model."""

from typing import TYPE_CHECKING, Any

from graphrag_tools.answer import Answer
from graphrag_tools.answers.answer import quote_item, quoted_as, shown_before
from graphrag_tools.answers.quote import Quote
from graphrag_tools.conversation import turn
from graphrag_tools.conversation.earlier_turns import earlier_in
from graphrag_tools.conversation.follow_ups import Earlier
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.confidence import Standing
from graphrag_tools.search.hit import Hit
from graphrag_tools.workflow.options import HITS, WorkflowOptions
from graphrag_tools.workflow.search_step import answering_sections, standing_of

if TYPE_CHECKING:
    from graphrag_tools.workflow.state import ManualState


class Findings:
    """Reads the state of turns about one index; `ManualState` says what each part of it is."""

    def __init__(self, index: ManualIndex, options: WorkflowOptions) -> None:
        self._index = index
        self._options = options

    def earlier(self, state: "ManualState") -> Earlier | None:
        """Return what a checkpointer has kept of the turn before, else what the messages tell of it."""
        if "earlier" in state:
            return state["earlier"]
        return earlier_in(state["messages"], self._index, self._options.manual)

    def began(self, state: "ManualState") -> int:
        """Return how many messages of the turn there were before the workflow's own."""
        return state.get("began", 1)

    def own(self, state: "ManualState") -> list[Any]:
        """Return the messages of the turn that are the workflow's: others in it may be of any agent or graph."""
        return turn.this_turn(state["messages"])[self.began(state) :]

    def standing(self, state: "ManualState") -> Standing:
        """Return whether search is sure enough to answer."""
        return standing_of(state["meant"], self.confidence(state), self._options.thresholds)

    def confidence(self, state: "ManualState") -> float:
        """Return the confidence of the turn's search; searched for again in a turn that an older version began."""
        if "confidence" in state:
            return state["confidence"]
        return self._index.confidence(self._index.search(state["question"], HITS, self._options.manual))

    def candidates(self, state: "ManualState") -> list[str]:
        """Return the ids of the sections that may answer, likeliest first."""
        return answering_sections(state["meant"], state["hits"], self._index)

    def quote(self, state: "ManualState", chosen: str | None = None) -> Quote:
        """Return the quote of the item chosen, else of the likeliest."""
        return quote_item(state["question"], chosen or self.candidates(state)[0], self._index, state["hits"])

    def quoted(self, state: "ManualState", quote: Quote) -> Answer:
        """Return the quote as far as search is sure of it; only verified words of a model overrule its doubt."""
        standing = self.standing(state)
        if standing == "answered" and state["meant"].follow_up and self._was_shown(state, quote):
            return shown_before(state["question"], quote, state["hits"], self._index)
        return quoted_as(standing, quote, self._places(state, quote), self._index)

    def _was_shown(self, state: "ManualState", quote: Quote) -> bool:
        """Whether the turn before was answered with the same quote."""
        earlier = self.earlier(state)
        if earlier is None or earlier.item_id is None:
            return False
        return quote_item(earlier.question, earlier.item_id, self._index, state["hits"]).blocks == quote.blocks

    def _places(self, state: "ManualState", quote: Quote) -> list[Hit]:
        """Return the closest places; what a model chose stands first."""
        chosen = turn.calls_by_model(self.own(state)) > 0
        return sorted(state["hits"], key=lambda hit: chosen and hit.section_id != quote.section.id)
