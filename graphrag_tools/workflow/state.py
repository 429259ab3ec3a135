"""The state of a thread of the workflow, and what of it a caller gets."""

from typing import Annotated, NotRequired

from langgraph.graph import MessagesState

from graphrag_tools.answer import Answer, Usage
from graphrag_tools.conversation.follow_ups import Earlier, Understood
from graphrag_tools.conversation.plain_data import PlainChannel
from graphrag_tools.search.hit import Hit


class ManualState(MessagesState):
    """The state of a thread; of the keys beside `messages`, only `earlier` outlives a turn.

    Checkpoints hold all of it as plain data: a node's update goes through `plain_update`.
    """

    earlier: NotRequired[Annotated[Earlier | None, PlainChannel]]
    """What the last answered turn was about; missing where no checkpointer has kept it."""
    question: str
    meant: Annotated[Understood, PlainChannel]
    hits: Annotated[list[Hit], PlainChannel]
    confidence: NotRequired[float]
    """Missing in a turn that an older version began."""
    answer: Annotated[Answer | None, PlainChannel]
    """The checked answer; None while there is none."""
    draft: NotRequired[Annotated[Answer | None, PlainChannel]]
    """What is to be checked."""
    answer_id: NotRequired[str]
    """Id of the message to come, where its drafts are streamed under it."""
    began: NotRequired[int]
    """How many messages of the turn there were before the workflow's own: more than the question where it is one
    of several nodes or agents."""
    failed: Annotated[list[tuple[str, list[str]]], PlainChannel]
    usage: Annotated[Usage, PlainChannel]
    warnings: list[str]
    escalated_at: int | None
    """How many messages of the turn there were when the larger model took over; None while it has not."""
    stand_in: Annotated[Answer | None, PlainChannel]
    """What the first model came to: the answer if the larger one finds none."""
    larger_failed: bool


class ManualOutput(MessagesState):
    """What the workflow hands out, to a caller or to the graph that it is a node of."""

    answer: Annotated[Answer | None, PlainChannel]
