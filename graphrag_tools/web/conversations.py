"""The conversations of one browser tab, which no other tab knows of, and their turns as the memory holds them."""

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

from graphrag_tools.answer import Answer
from graphrag_tools.turn import question_of
from graphrag_tools.web.desk import Workflow

_MAX_TITLE = 60


@dataclass
class Conversation:
    """A thread; it is called what was first asked in it."""

    id: str = field(default_factory=lambda: str(uuid4()))
    """Not to be guessed: whoever knows it can go on with the thread."""
    title: str = ""

    def asked(self, question: str) -> None:
        """Take the first question as the title."""
        if not self.title:
            cut = len(question) > _MAX_TITLE
            self.title = f"{question[: _MAX_TITLE - 1]}…" if cut else question


@dataclass
class Conversations:
    """All conversations of the tab with an id, newest first, one of them open."""

    tab: str
    all: list[Conversation] = field(default_factory=lambda: [Conversation()])
    open: Conversation = field(init=False)
    asking: "asyncio.Task[object] | None" = None
    """What makes an answer now; it outlives a reload of the page, and has to be stopped then."""

    def __post_init__(self) -> None:
        """Open the newest."""
        self.open = self.all[0]

    def begin(self) -> None:
        """Open a new conversation, unless the newest is still empty."""
        if self.all[0].title:
            self.all.insert(0, Conversation())
        self.open = self.all[0]

    def choose(self, conversation_id: str) -> None:
        """Open the one with an id, if it is one of these."""
        self.open = next((one for one in self.all if one.id == conversation_id), self.open)

    def drop(self) -> Conversation:
        """Take out the one that is open, open the newest that is left, and return the one taken out."""
        dropped = self.open
        self.all = [one for one in self.all if one is not dropped] or [Conversation()]
        self.open = self.all[0]
        return dropped


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was asked, and its answer."""

    question: str
    answer: Answer


async def turns(workflow: Workflow, thread_id: str) -> list[Turn]:
    """Return the turns of a thread that came to an answer, oldest first; any workflow over its memory may be given."""
    found: list[Turn] = []
    async for state in workflow.aget_state_history({"configurable": {"thread_id": thread_id}}):
        answer = state.values.get("answer")
        if not state.next and isinstance(answer, Answer):
            found.append(Turn(question_of(state.values["messages"]), answer))
    return found[::-1]
