"""The page of one tab: what it offers to choose, its conversations, the chat, and where answers are beside it."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from nicegui import app, ui
from nicegui.events import GenericEventArguments

from graphrag_tools.answer import Answer
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.web.address import PageAddress
from graphrag_tools.web.cards import CardOpening
from graphrag_tools.web.chat_pane import ChatPane
from graphrag_tools.web.choices import TabChoices
from graphrag_tools.web.contents import Contents
from graphrag_tools.web.conversations import (
    SECONDS_TO_UNDO,
    Conversation,
    Conversations,
    Deletions,
    Turn,
    list_conversations,
    read_turns,
)
from graphrag_tools.web.drawings import Drawings
from graphrag_tools.web.elements import Words, part
from graphrag_tools.web.header import Header
from graphrag_tools.web.past import PastConversations
from graphrag_tools.web.ratings import Ratings
from graphrag_tools.web.views import Views
from graphrag_tools.web.visitors import BrowserIds, is_browser_id
from graphrag_tools.web.welcome import draw_welcome
from graphrag_tools.web.workflows import ShowStage, Workflow, WorkflowRegistry

_CSS = Path(__file__).with_name("page.css")
_SCRIPT = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
_READ_BROWSER = 'return localStorage.getItem("graphrag-tools-browser")'
_KEEP_BROWSER = 'localStorage.setItem("graphrag-tools-browser", "{id}")'
_SECONDS_TO_ANSWER = 10
_NO_STORAGE = "This browser keeps no name for itself: what you ask here will not be listed when you come back."
_NOT_HERE = (
    "This conversation is not kept here: it was another tab's, or it is over. The link under an answer opens anywhere."
)
_TOO_LATE = "It is deleted for good: that can be taken back for {seconds} seconds."
_NO_MANUAL = "There is no manual {name!r} here."


@dataclass(frozen=True, slots=True)
class Shared:
    """What all visitors share."""

    workflows: WorkflowRegistry
    drawings: Drawings
    deletions: Deletions
    browsers: BrowserIds | None = None
    """With it, each browser is shown what it asked before."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The address of the file that a manual was read from, by the manual's id, where visitors may have it."""
    ratings: Ratings | None = None


class ChatPage:
    """What one tab of a browser shows."""

    def __init__(self, shared: Shared, choices: TabChoices) -> None:
        """Draw the page where the caller's slot is, with what the browser chose before."""
        self._shared = shared
        self._workflows = shared.workflows
        self._choices = choices
        self._conversations = Conversations("")
        self._titles = {info.id: info.title for info in self._workflows.manuals}
        self._client = ui.context.client
        ui.add_css(_CSS)
        ui.add_head_html(f"<script>{_SCRIPT}</script>")
        with part("div", classes="page") as self._page:
            self._header = Header(self._workflows, choices, self._chosen, self._look)
            with part("div", classes="panes") as self._panes:
                with part("div", classes="side"):
                    self._past = PastConversations(self._new_conversation, self._open_past, self._drop, self._undo)
                    self._contents = Contents(
                        shared.drawings, list(self._titles), self._open_item, self._past.show_named
                    )
                with part("div", classes="chat"):
                    self._draw_notices()
                    self._chat = ChatPane(
                        self._workflows.index,
                        self._open_workflow,
                        self._line,
                        CardOpening(self._reveal, self._open_item, shared.pages, shared.ratings),
                        self._show_new,
                        self._show_asked,
                        lambda: draw_welcome(shared.drawings, self._on_offer(), self._chat.ask, self._open_item),
                    )
                with part("aside", classes="menu", label="Menu of the manual"):
                    self._views = Views(shared.drawings, self._open_item, shared.pages)
        self._call_it("")
        self._look("chat")
        ui.skip_link("Skip to the question", target=self._chat.form)

    async def begin(self, address: PageAddress) -> None:
        """Show what is at an address, which needs the conversations of the tab; they are known once it is connected."""
        client = self._client
        await client.connected()
        if not client.has_socket_connection:  # it left before it was there
            return
        self._conversations = _conversations_of_tab(client.tab_id or "")
        if self._conversations.asking is not None:
            self._conversations.asking.cancel()
            self._conversations.asking = None
        client.on_delete(self._chat.stop)
        ui.on("address", self._went)
        ui.on("open", lambda event: self._open_item(str(event.args)))
        self._choices.take_up(app.storage.tab)
        trouble = self._take_up_manual(address.manual)
        self._header.show(self._choices)
        trouble = await self._take_up() or trouble
        if address.questions:
            self._conversations.begin()
        elif address.conversation and not self._conversations.choose(address.conversation):
            trouble = trouble or _NOT_HERE
        await self._open_conversation(trouble, address.turn)
        self._run("graphragTools.ready()")
        if address.item:
            self._open_item(address.item, is_new=False)
        for question in address.questions:
            await self._chat.ask(question)
        await self._try_model()

    def _take_up_manual(self, wanted: str) -> str:
        """Choose the manual that an address names, and return what is wrong with it, if anything."""
        if wanted in self._titles:
            self._choices.manual = wanted
            return ""
        return _NO_MANUAL.format(name=wanted) if wanted else ""

    def _draw_notices(self) -> None:
        """Draw the live regions, which a screen reader reads out only if they were there before their words."""
        self._readying = Words("p", "", classes="aside")
        self._readying.props["role"] = "status"
        self._trouble = Words("p", "", classes="trouble")
        self._trouble.props["role"] = "alert"

    def _on_offer(self) -> dict[str, str]:
        """The titles of the manuals that are asked, by their ids."""
        chosen = self._header.manual
        return {chosen: self._titles[chosen]} if chosen else self._titles

    async def _chosen(self) -> None:
        """Take what was chosen in the header: keep it, and try the model."""
        header, before = self._header, self._choices.manual
        self._choices = TabChoices(header.theme, header.model, header.manual)
        self._run(self._choices.keep(app.storage.tab))
        if header.manual != before:
            self._contents.show(list(self._on_offer()))
            if not self._chat.answers:
                await self._open_conversation()
        await self._try_model()

    async def _open_workflow(self, show: ShowStage) -> Workflow:
        return await self._workflows.open(self._header.model, self._header.manual or None, show)

    def _line(self, tell: Callable[[int], None]) -> AbstractContextManager[None]:
        return self._workflows.line(self._header.model, tell)

    async def _try_model(self) -> None:
        """Open the model that is chosen, so that what is wrong with it shows before a question is lost on it."""
        chosen = self._header.model
        trouble = ""
        try:
            await self._open_workflow(self._show_readying)
        except GraphRAGToolsError as error:
            trouble = f"{chosen} cannot be used: {error} Choose another model, or try again."
        if chosen == self._header.model:
            self._show_readying("")
            self._trouble.text = trouble

    def _show_readying(self, words: str) -> None:
        self._readying.text = words

    def _show_new(self, answer: Answer, number: int) -> None:
        """Show where an answer is from that was just given, at an address of its own."""
        self._show(answer)
        self._go_to(PageAddress(conversation=self._conversations.open.id, turn=number))

    def _show(self, answer: Answer) -> None:
        self._contents.show(list(self._on_offer()), self._views.show_answer(answer))

    def _reveal(self, answer: Answer, tap: int | None = None) -> None:
        """Show where an answer is from, and bring it forward where there is room for one pane alone."""
        self._views.choose("taps")
        self._show(answer)
        self._look("menu")
        if tap is not None:
            self._run(f"setTimeout(() => graphragTools.screen({tap}))")

    def _open_item(self, item_id: str, *, is_new: bool = True) -> None:
        """Show an item; one that was pressed (`is_new`) gets its address."""
        if self._views.show_item(item_id):
            self._contents.show(list(self._on_offer()), item_id)
            if is_new:
                self._go_to(PageAddress(item=item_id))
        self._look("menu")

    def _look(self, pane: str) -> None:
        self._panes.classes(remove="look-chat look-menu look-side", add=f"look-{pane}")
        self._header.mark(pane)

    def _go_to(self, address: PageAddress) -> None:
        """Put an address into the browser's line, so that Back leads to where the tab was."""
        self._run(f"history.pushState({{}}, '', {json.dumps(str(address))})")

    async def _went(self, event: GenericEventArguments) -> None:
        """Show what is at an address that Back or Forward led to."""
        address = PageAddress.read(str(event.args))
        if address.item:
            self._open_item(address.item, is_new=False)
            return
        opened = self._conversations.open
        if address.conversation != (opened.id if opened.title else ""):
            self._chat.stop()
            is_here = not address.conversation or self._conversations.choose(address.conversation)
            if not address.conversation:
                self._conversations.begin()
            await self._open_conversation("" if is_here else _NOT_HERE, address.turn)
        self._show_turn(address.turn)

    def _show_turn(self, number: int) -> None:
        answers = self._chat.answers
        if answers:
            self._show(answers[min(number, len(answers)) - 1])
        else:
            self._views.clear()
            self._contents.show(list(self._on_offer()))
        self._look("chat")
        self._chat.turn_to(number)

    async def _take_up(self) -> str:
        """List what is remembered of the tab's browser, once in a tab, and return what went wrong, if anything."""
        if self._shared.browsers is None or self._conversations.browser:
            return ""
        try:
            given: object = await ui.run_javascript(_READ_BROWSER, timeout=_SECONDS_TO_ANSWER)
            earlier = await list_conversations(self._workflows.memory, given) if is_browser_id(given) else []
            browser = self._shared.browsers.accept(given, remembered=bool(earlier))
            if browser != given:
                ui.run_javascript(_KEEP_BROWSER.format(id=browser))
            self._conversations.take_up(
                browser, [one for one in earlier if one.id not in self._shared.deletions.pending]
            )
        except TimeoutError:
            return _NO_STORAGE
        except GraphRAGToolsError as error:
            return str(error)
        return ""

    async def _open_conversation(self, trouble: str = "", turn: int = 0) -> None:
        self._list_conversations()
        opened = self._conversations.open
        past: list[Turn] = []
        try:
            if opened.title:
                past = await read_turns(await self._workflows.open(NO_MODEL, None), opened.id)
        except GraphRAGToolsError as error:
            trouble = str(error)
        self._chat.open(self._conversations, past, trouble)
        self._show_turn(turn)

    def _show_asked(self) -> None:
        """Show that a question was taken, which may have been typed beside another pane."""
        self._list_conversations()
        self._look("chat")

    def _list_conversations(self) -> None:
        self._past.show(self._conversations)
        self._call_it(self._conversations.open.title)

    def _call_it(self, title: str) -> None:
        about = next(iter(self._titles.values())) if len(self._titles) == 1 else f"{len(self._titles)} manuals"
        with self._client:
            ui.page_title(f"{title} – {about}" if title else f"{about}: ask the manual")

    async def _open_past(self, conversation_id: str) -> None:
        self._chat.stop()
        self._conversations.choose(conversation_id)
        await self._open_conversation()
        opened = self._conversations.open
        self._go_to(PageAddress(conversation=opened.id if opened.title else ""))

    async def _new_conversation(self) -> None:
        self._chat.stop()
        self._conversations.begin()
        await self._open_conversation()
        self._go_to(PageAddress())
        self._chat.field.run_method("focus")

    async def _drop(self) -> None:
        """Delete the conversation that is open, which can be taken back for a while."""
        self._chat.stop()
        await asyncio.sleep(0)
        dropped = self._conversations.drop()
        if dropped.title:
            self._shared.deletions.delete(dropped.id, self._show_trouble)
        self._past.offer_undo(dropped)
        await self._open_conversation()
        opened = self._conversations.open
        self._go_to(PageAddress(conversation=opened.id if opened.title else ""))

    async def _undo(self, dropped: Conversation) -> None:
        if self._shared.deletions.take_back(dropped.id):
            self._conversations.take_back(dropped)
            await self._open_conversation()
            self._go_to(PageAddress(conversation=dropped.id))
        else:
            self._show_trouble(_TOO_LATE.format(seconds=SECONDS_TO_UNDO))

    def _show_trouble(self, words: str) -> None:
        self._trouble.text = words

    def _run(self, script: str) -> None:
        self._client.run_javascript(script)


def _conversations_of_tab(tab_id: str) -> Conversations:
    """Return what the server keeps for a tab; a tab that was duplicated from another begins anew."""
    kept = app.storage.tab.get("conversations")
    if not isinstance(kept, Conversations) or kept.tab != tab_id:
        kept = Conversations(tab_id)
        app.storage.tab["conversations"] = kept
    return kept
