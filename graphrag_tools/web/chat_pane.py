"""Draw the chat: the turns of a conversation, the draft while an answer is made, and the form to ask with."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager

from langchain_core.runnables import RunnableConfig
from nicegui import ui
from nicegui.events import GenericEventArguments

from graphrag_tools.answer import Answer
from graphrag_tools.answers.layout import names_places
from graphrag_tools.conversation.turn import MAX_QUESTION_CHARACTERS
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.web.cards import CardOpening, draw_answer, draw_quote
from graphrag_tools.web.conversations import Conversations, Turn
from graphrag_tools.web.draft_card import DraftCard
from graphrag_tools.web.elements import Words, part, press
from graphrag_tools.web.workflows import ShowStage, Workflow
from graphrag_tools.workflow.streaming import ask_with_events

OpenWorkflow = Callable[[ShowStage], Awaitable[Workflow]]
StandInLine = Callable[[Callable[[int], None]], AbstractContextManager[None]]
_STOPPED = "Stopped."
_TOO_LONG = "Not sent: the question has {count:,} characters, and {most:,} are read. Shorten it."
_TOO_LONG_YET = "{count:,} characters; {most:,} are read. Shorten it before you ask."
_UNEXPECTED = "Something went wrong that should not have; the server's log says what. You can go on asking."
_UNSENT = "Not sent, or not answered: the server was away, or the page was left. Your words are kept."
_EARLY = "The page is not connected yet. Your question is sent as soon as it is."
_AWAY = "The server is away. What you type is kept; it can be sent once the server is back."
_WORDS_OF_FORM = "event => { event.preventDefault(); emit(event.target.querySelector('textarea').value); }"
_TOO_MUCH = "Not pasted: that is too much text for a question."


class ChatPane:
    """Asks for one tab, one question at a time.

    `answered` is told of each answer and its turn's number, `asked` when a question is taken; `welcome` draws what an
    empty conversation shows.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # the page's own part, given what the page does for it
        self,
        index: ManualIndex,
        workflow: OpenWorkflow,
        line: StandInLine,
        opening: CardOpening,
        answered: Callable[[Answer, int], None],
        asked: Callable[[], None],
        welcome: Callable[[], None],
    ) -> None:
        """Draw the pane where the caller's slot is."""
        self._index = index
        self._workflow = workflow
        self._line = line
        self._opening = opening
        self._answered = answered
        self._asked = asked
        self._draw_welcome = welcome
        self._conversations = Conversations("")
        self._opened = asyncio.Event()
        self._task: asyncio.Task[object] | None = None
        self.answers: list[Answer] = []
        """Those of the conversation that is open, oldest first."""
        self._line_of_questions: list[str] = []
        """The last question that stood by itself, and those that followed it up."""
        with part("div", classes="log", label="Conversation") as self._log:
            self._log.props["role"] = "log"
            self._log.props["tabindex"] = "0"
            self._welcome = part("div", classes="welcome")
        self._status = Words("p", "", classes="heard")
        self._status.props["role"] = "status"
        self._draw_form()
        self._busy(False)

    def _draw_form(self) -> None:
        Words("p", _AWAY, classes="lost away")
        Words("p", _EARLY, classes="lost early")
        Words("p", _TOO_MUCH, classes="lost too-much")
        with part("p", classes="lost unsent"):
            Words("span", _UNSENT)
            press("Retry", lambda: None, classes="quiet retry")
        # Above the form too: what comes and goes below it would move the button away from under a click.
        self._counted = Words("p", "", classes="counted")
        with part("form", classes="asking", label="Ask a question") as self.form:
            self.form.on("submit", self._submit, js_handler=_WORDS_OF_FORM)
            self.field = ui.textarea(placeholder="Ask in your own words …", on_change=self._count)
            self.field.props("outlined dense autogrow autocomplete=off rows=1 aria-label=Question")
            self._send = Words("button", "Ask", classes="go")
            self._send.props["type"] = "submit"
            self._halt = press("Stop", self.stop, classes="quiet stop")

    def open(self, conversations: Conversations, turns: Sequence[Turn], trouble: str = "") -> None:
        """Show the conversation that is open, with its turns, or why they could not be read."""
        self._conversations = conversations
        self._opened.set()
        self.answers = []
        self._line_of_questions = []
        self._log.clear()
        with self._log:
            self._welcome = part("div", classes="welcome")
            if not turns:
                with self._welcome:
                    self._draw_welcome()
            for turn in turns:
                Words("p", turn.question, classes="question")
                self._draw(turn)
            if trouble:
                Words("p", trouble, classes="trouble")

    def turn_to(self, number: int) -> None:
        """Bring an answer to the top with its question, or as near as there is room: by its number, 0 for the last."""
        self._run(f"setTimeout(() => graphragTools.turn({number}))")

    def stop(self) -> None:
        """Stop the answer that is being made, and with it the model."""
        if self._task is not None:
            self._task.cancel()

    async def _submit(self, event: GenericEventArguments) -> None:
        # The browser may hold other words than the server: it tells of those that it was given, and late.
        await self.ask(str(event.args))

    async def ask(self, question: str) -> None:
        """Ask a question as if it had been typed; not while another is being answered."""
        # A quick user may ask before the conversations of the tab are known; test_users.py does.
        await self._opened.wait()
        question = question.strip()
        if not question or self._conversations.asking is not None:
            return
        if len(question) > MAX_QUESTION_CHARACTERS:
            self._refuse(_TOO_LONG.format(count=len(question), most=MAX_QUESTION_CHARACTERS))
            return
        conversations, config = self._conversations, self._conversations.thread_config()
        conversations.asking = self._task = asyncio.current_task()
        conversations.open.asked(question)
        self._asked()
        self.field.value = question  # else what the server takes for empty is not emptied in the browser
        self.field.value = ""
        self._busy(True)
        self._welcome.clear()
        with self._log:
            Words("p", question, classes="question")
            draft = DraftCard(self._status, self._draw_quote, self._index.language_of())
        self.turn_to(0)
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
        with self._line(draft.show_line):
            return await ask_with_events(workflow, question, config, draft.take)

    def _finish(self, question: str, draft: DraftCard, outcome: Answer | str) -> None:
        draft.remove()
        keeps = not isinstance(outcome, Answer) or (outcome.status == "not_in_manual" and names_places(outcome))
        if keeps:  # to be said in other words; before it is said why, for those who are quick
            self.field.value = self.field.value or question
        with self._log:
            if isinstance(outcome, Answer):
                self._draw(Turn(question, outcome))
                self._answered(outcome, len(self.answers))
            else:
                Words("p", outcome, classes="trouble")
        self._done(question if keeps else "")
        self.turn_to(0)

    def _draw_quote(self, quote: Answer) -> None:
        draw_quote(quote, self._opening, self._index)

    def _draw(self, turn: Turn) -> None:
        earlier = self._line_of_questions if turn.answer.follow_up else []
        self._line_of_questions = [*earlier, turn.question]
        self.answers.append(turn.answer)
        draw_answer(turn.answer, self._line_of_questions, len(self.answers), self._opening, self._index)

    def _refuse(self, reason: str) -> None:
        """Say above the field why a question was not asked; its words stay in it."""
        self._counted.text = self._status.text = reason
        self._done()

    def _count(self) -> None:
        """Say that a question is too long while it is being typed."""
        count = len((self.field.value or "").strip())
        too_long = count > MAX_QUESTION_CHARACTERS
        self._counted.text = _TOO_LONG_YET.format(count=count, most=MAX_QUESTION_CHARACTERS) if too_long else ""

    def _busy(self, busy: bool) -> None:
        self._log.props["aria-busy"] = "true" if busy else "false"
        self._send.visible = not busy
        self._halt.visible = busy

    def _done(self, kept: str = "") -> None:
        """Tell the browser that the question was taken, and which words to keep in the field for another try."""
        self._run(f"setTimeout(() => graphragTools.done({json.dumps(kept)}))")

    def _run(self, script: str) -> None:
        # Of the log's own client: what was clicked may be gone, and with it the slot that the click came from.
        self._log.client.run_javascript(script)
