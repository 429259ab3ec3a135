"""The conversations of one browser tab, those of its browser that a file remembers, and their turns."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from langchain_core.messages import convert_to_messages
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.turn import question_of
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.web.workflows import Workflow

SECONDS_TO_UNDO = 15
_MAX_TITLE = 60
_FIRST_STEP = -1
"""Of a thread, as LangGraph counts: what it was begun with."""


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
    browser: str = ""
    """Not to be guessed either: whoever knows it is shown its conversations. Empty where no file remembers them."""
    all: list[Conversation] = field(default_factory=lambda: [Conversation()])
    open: Conversation = field(init=False)
    asking: "asyncio.Task[object] | None" = None
    """What makes an answer now; it outlives a reload of the page, and has to be stopped then."""
    _dropped_from: int = 0

    def __post_init__(self) -> None:
        """Open the newest."""
        self.open = self.all[0]

    def thread_config(self) -> RunnableConfig:
        """Return what to ask with in the one that is open. The memory keeps the browser beside each checkpoint."""
        return {"configurable": {"thread_id": self.open.id, "browser": self.browser}}

    def take_up(self, browser: str, earlier: Sequence[Conversation]) -> None:
        """List what was remembered of the tab's browser, after those of the tab."""
        self.browser = browser
        self.all += earlier

    def begin(self) -> None:
        """Open a new conversation, unless the newest is still empty."""
        if self.all[0].title:
            self.all.insert(0, Conversation())
        self.open = self.all[0]

    def choose(self, conversation_id: str) -> bool:
        """Open the one with an id, and return whether it is one of these."""
        self.open = next((one for one in self.all if one.id == conversation_id), self.open)
        return self.open.id == conversation_id

    def drop(self) -> Conversation:
        """Take out the one that is open, open the newest that is left, and return the one taken out."""
        dropped = self.open
        self._dropped_from = self.all.index(dropped)
        self.all = [one for one in self.all if one is not dropped] or [Conversation()]
        self.open = self.all[0]
        return dropped

    def take_back(self, dropped: Conversation) -> None:
        """Put the one that was dropped last where it was, and open it."""
        self.all.insert(self._dropped_from, dropped)
        self.open = dropped


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was asked, and its answer."""

    question: str
    answer: Answer


async def list_conversations(memory: BaseCheckpointSaver[str], browser: str) -> list[Conversation]:
    """Return the conversations that a browser has begun, newest first. Raises StoreError."""
    begun = memory.alist(None, filter={"browser": browser, "step": _FIRST_STEP})
    return [_begun(first) async for first in begun]


class Deletions:
    """Forgets threads for good some seconds after they were deleted, so that a deletion can be taken back."""

    def __init__(self, forget: Callable[[str], Awaitable[None]]) -> None:
        """`forget` deletes what the memory holds of a thread."""
        self._forget = forget
        self.pending: dict[str, asyncio.Task[None]] = {}
        """What is deleted for its owner and not forgotten yet, by the thread's id."""

    def delete(self, thread_id: str, failed: Callable[[str], None]) -> None:
        """Begin the deletion of a thread; `failed` is told why it could not be forgotten."""
        self.pending[thread_id] = asyncio.create_task(self._forget_later(thread_id, failed))

    def take_back(self, thread_id: str) -> bool:
        """Keep a thread after all, and return whether it was in time."""
        waiting = self.pending.pop(thread_id, None)
        return waiting is not None and waiting.cancel()

    async def finish(self) -> None:
        """Forget at once what still waits, because the server ends."""
        for thread_id, waiting in tuple(self.pending.items()):
            waiting.cancel()
            await self._forget(thread_id)
        self.pending.clear()

    async def _forget_later(self, thread_id: str, failed: Callable[[str], None]) -> None:
        await asyncio.sleep(SECONDS_TO_UNDO)
        try:
            await self._forget(thread_id)
        except GraphRAGToolsError as error:
            failed(str(error))
        finally:
            self.pending.pop(thread_id, None)


async def read_turns(workflow: Workflow, thread_id: str) -> list[Turn]:
    """Return the turns of a thread that came to an answer, oldest first; any workflow over its memory may be given."""
    found: list[Turn] = []
    async for state in workflow.aget_state_history({"configurable": {"thread_id": thread_id}}):
        answer = state.values.get("answer")
        if not state.next and isinstance(answer, Answer):
            found.append(Turn(question_of(state.values["messages"]), answer))
    return found[::-1]


def _begun(first: CheckpointTuple) -> Conversation:
    """Return the conversation that a thread's first checkpoint begins, which holds nothing but what was asked."""
    found = Conversation(first.config["configurable"]["thread_id"])
    found.asked(question_of(convert_to_messages(first.checkpoint["channel_values"]["__start__"]["messages"])))
    return found
