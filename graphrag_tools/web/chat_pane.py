"""Draw the chat: the turns of a conversation, the draft while an answer is made, and the form to ask with."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from langchain_core.runnables import RunnableConfig
from nicegui import ui

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.turn import MAX_QUESTION_CHARACTERS
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.web.cards import DraftCard, ShowAnswer, draw_answer
from graphrag_tools.web.conversations import Conversations, Turn
from graphrag_tools.web.elements import Words, part, press
from graphrag_tools.web.workflows import ShowStage, Workflow
from graphrag_tools.workflow.streaming import ask_with_events

OpenWorkflow = Callable[[ShowStage], Awaitable[Workflow]]
_HINT = "Ask a question, such as where a setting is or how to change it."
_STOPPED = "Stopped."
_TOO_LONG = "Not sent: the question has {count:,} characters, and {most:,} are read. Shorten it."
_UNEXPECTED = "Something went wrong that should not have; the server's log says what. You can go on asking."


class ChatPane:
    """Asks for one tab, one question at a time. `show` is told of each answer, `asked` when a question is taken."""

    def __init__(
        self,
        workflow: OpenWorkflow,
        show: ShowAnswer,
        reveal: ShowAnswer,
        asked: Callable[[], None],
        index: ManualIndex,
    ) -> None:
        """Draw the pane where the caller's slot is; `reveal` is told of an answer whose path was clicked."""
        self._index = index
        self._workflow = workflow
        self._show = show
        self._reveal = reveal
        self._asked = asked
        self._conversations = Conversations("")
        self._opened = asyncio.Event()
        self._task: asyncio.Task[object] | None = None
        with part("div", classes="log", label="Conversation") as self._log:
            self._log.props["role"] = "log"
            self._log.props["tabindex"] = "0"
            self._hint = Words("p", _HINT, classes="aside")
        self._status = Words("p", "", classes="heard")
        self._status.props["role"] = "status"
        with part("form", classes="asking", label="Ask a question") as self.form:
            self.form.on("submit.prevent", self._ask, args=[])
            self.field = ui.input("Question").props("outlined dense autocomplete=off")
            self._send = Words("button", "Ask", classes="go")
            self._send.props["type"] = "submit"
            self._halt = press("Stop", self.stop, classes="quiet")
        self._busy(False)

    def open(self, conversations: Conversations, turns: Sequence[Turn], trouble: str = "") -> None:
        """Show the conversation that is open, with its turns, or why they could not be read."""
        self._conversations = conversations
        self._opened.set()
        self._log.clear()
        with self._log:
            self._hint = Words("p", "" if turns else _HINT, classes="aside")
            for turn in turns:
                Words("p", turn.question, classes="question")
                draw_answer(turn.answer, self._reveal, self._index)
            if trouble:
                Words("p", trouble, classes="trouble")
        if turns:
            self._show(turns[-1].answer)
        self._scroll()

    def stop(self) -> None:
        """Stop the answer that is being made, and with it the model."""
        if self._task is not None:
            self._task.cancel()

    async def _ask(self) -> None:
        # A quick user may ask before the conversations of the tab are known; test_web_users.py does.
        await self._opened.wait()
        question = (self.field.value or "").strip()
        if not question or self._conversations.asking is not None:
            return
        if len(question) > MAX_QUESTION_CHARACTERS:
            self._refuse(_TOO_LONG.format(count=len(question), most=MAX_QUESTION_CHARACTERS))
            return
        conversations, config = self._conversations, self._conversations.thread_config()
        conversations.asking = self._task = asyncio.current_task()
        conversations.open.asked(question)
        self._asked()
        self.field.value = ""
        self._busy(True)
        with self._log:
            self._hint.text = ""
            Words("p", question, classes="question")
            draft = DraftCard(self._status, self._index.language_of())
        self._scroll()
        outcome: Answer | str = _UNEXPECTED
        try:
            outcome = await self._answer(question, config, draft)
        except asyncio.CancelledError:
            outcome = _STOPPED
        except GraphRAGToolsError as error:
            outcome = str(error)
        finally:
            if conversations.asking is self._task:  # else the page was loaded anew meanwhile
                conversations.asking = None
            self._task = None
            self._busy(False)
            if not draft.is_gone:
                self._finish(question, draft, outcome)

    async def _answer(self, question: str, config: RunnableConfig, draft: DraftCard) -> Answer:
        workflow = await self._workflow(draft.show_stage)
        draft.show_stage(draft.stages.first)
        return await ask_with_events(workflow, question, config, draft.take)

    def _finish(self, question: str, draft: DraftCard, outcome: Answer | str) -> None:
        draft.remove()
        with self._log:
            if isinstance(outcome, Answer):
                draw_answer(outcome, self._reveal, self._index)
                self._show(outcome)
            else:
                Words("p", outcome, classes="trouble")
                self.field.value = self.field.value or question
        self._scroll()

    def _refuse(self, reason: str) -> None:
        """Say why a question was not asked; its words stay in the field."""
        with self._log:
            Words("p", reason, classes="trouble")
        self._status.text = reason

    def _busy(self, busy: bool) -> None:
        self._log.props["aria-busy"] = "true" if busy else "false"
        self._send.visible = not busy
        self._halt.visible = busy

    def _scroll(self) -> None:
        """Bring the last question to the top, or as near as there is room."""
        last = f"[...getHtmlElement({self._log.id}).querySelectorAll('.question')].at(-1)"
        self._log.client.run_javascript(f"setTimeout(() => {last}?.scrollIntoView())")
