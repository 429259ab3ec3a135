"""Draw the page of one tab: the choice of model and manual, its conversations, the chat and the menu beside it."""

import asyncio
from functools import partial
from pathlib import Path

from nicegui import app, ui

from graphrag_tools.answer import Answer
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.web.chat_pane import ChatPane
from graphrag_tools.web.conversations import Conversations, Turn, list_conversations, read_turns
from graphrag_tools.web.elements import Words, part, press
from graphrag_tools.web.menu_pane import MenuPane
from graphrag_tools.web.visitors import BrowserIds, is_browser_id
from graphrag_tools.web.workflows import NO_MODEL, ShowStage, Workflow, WorkflowRegistry

_CSS = Path(__file__).with_name("page.css")
_ALL_MANUALS = ""
_READ_BROWSER = 'return localStorage.getItem("graphrag-tools-browser")'
_KEEP_BROWSER = 'localStorage.setItem("graphrag-tools-browser", "{id}")'
_SECONDS_TO_ANSWER = 10
_NO_STORAGE = "This browser keeps no name for itself: what you ask here will not be listed when you come back."
_THEMES: dict[bool | None, tuple[str, bool | None]] = {
    None: ("Theme: automatic", False),
    False: ("Theme: light", True),
    True: ("Theme: dark", None),
}


class ChatPage:
    """What one tab of a browser shows."""

    def __init__(self, workflows: WorkflowRegistry, browsers: BrowserIds | None) -> None:
        """Draw the page where the caller's slot is; with `browsers`, list what the tab's browser has asked before."""
        self._workflows = workflows
        self._browsers = browsers
        self._conversations = Conversations("")
        titles = {info.id: info.title for info in workflows.manuals}
        self._about = next(iter(titles.values())) if len(titles) == 1 else f"{len(titles)} manuals"
        ui.page_title(f"{self._about}: ask the manual")
        ui.add_css(_CSS)
        self._dark = ui.dark_mode(None)
        with part("div", classes="page"):
            self._draw_header(titles)
            with part("div", classes="panes") as self._panes:
                with part("div", classes="chat"):
                    self._draw_notices()
                    self._draw_conversations()
                    self._chat = ChatPane(
                        self._open_workflow, self._show, self._reveal, self._list_conversations, workflows.index
                    )
                with part("aside", classes="menu", label="Menu of the manual"):
                    self._menu = MenuPane(workflows.index, list(titles))
        self._look("chat")
        ui.skip_link("Skip to the question", target=self._chat.form)

    async def begin(self) -> None:
        """Take up the conversations of the tab, which are known once it is connected, and try the model."""
        client = ui.context.client
        await client.connected()
        if not client.has_socket_connection:  # it left before it was there
            return
        self._conversations = _conversations_of_tab(client.tab_id or "")
        if self._conversations.asking is not None:
            self._conversations.asking.cancel()
            self._conversations.asking = None
        client.on_delete(self._chat.stop)
        self._take_up_choices()
        await self._open_conversation(await self._take_up())
        await self._try_model()

    def _take_up_choices(self) -> None:
        """Choose the theme and the model that the tab had before it was loaded anew."""
        kept = app.storage.tab
        self._set_theme(kept.get("theme"))
        if kept.get("model") in self._workflows.models:
            self._model.value = kept["model"]

    def _draw_header(self, titles: dict[str, str]) -> None:
        with part("header", classes="top"):
            Words("h1", self._about)
            names = {
                name: "No model: the manual's words" if name == NO_MODEL else name for name in self._workflows.models
            }
            self._model = ui.select(names, value=self._workflows.models[0], label="Model", on_change=self._try_model)
            self._manual = ui.select({_ALL_MANUALS: "All manuals", **titles}, value=_ALL_MANUALS, label="Manual")
            self._manual.on_value_change(self._manual_chosen)
            self._manual.visible = len(titles) > 1
            for select in (self._model, self._manual):
                select.props("outlined dense options-dense").classes("choice")
            self._theme = press(_THEMES[None][0], self._next_theme, classes="quiet")
            with part("div", classes="switch"):
                self._tabs = {
                    name: press(words, partial(self._look, name))
                    for name, words in {"chat": "Chat", "menu": "Menu"}.items()
                }

    def _draw_notices(self) -> None:
        """Draw the live regions, which a screen reader reads out only if they were there before their words."""
        self._readying = Words("p", "", classes="aside")
        self._readying.props["role"] = "status"
        self._trouble = Words("p", "", classes="trouble")
        self._trouble.props["role"] = "alert"

    def _draw_conversations(self) -> None:
        with part("div", classes="conversations"):
            self._list = ui.select({}, label="Conversation", on_change=self._conversation_chosen)
            self._list.props("outlined dense options-dense").classes("choice")
            press("New", self._new_conversation, classes="quiet", label="New conversation")
            press("Delete", self._drop_conversation, classes="quiet", label="Delete this conversation")

    async def _open_workflow(self, show: ShowStage) -> Workflow:
        return await self._workflows.open(self._model.value, self._manual.value or None, show)

    async def _try_model(self) -> None:
        """Open the model that is chosen, so that what is wrong with it shows before a question is lost on it."""
        chosen = self._model.value
        app.storage.tab["model"] = chosen
        trouble = ""
        try:
            await self._open_workflow(self._show_readying)
        except GraphRAGToolsError as error:
            trouble = f"{chosen} cannot be used: {error} Choose another model, or try again."
        if chosen == self._model.value:
            self._show_readying("")
            self._trouble.text = trouble

    def _show_readying(self, words: str) -> None:
        self._readying.text = words

    def _manual_chosen(self) -> None:
        chosen = self._manual.value
        self._menu.show_roots([chosen] if chosen else [info.id for info in self._workflows.manuals])

    def _show(self, answer: Answer) -> None:
        self._menu.show_answer(answer)

    def _reveal(self, answer: Answer) -> None:
        """Show where an answer is from, and bring the menu forward where there is room for one pane alone."""
        self._menu.show_answer(answer)
        self._look("menu")

    def _look(self, pane: str) -> None:
        self._panes.classes(remove="look-chat look-menu", add=f"look-{pane}")
        for name, tab in self._tabs.items():
            tab.props["aria-pressed"] = "true" if name == pane else "false"

    def _next_theme(self) -> None:
        self._set_theme(_THEMES[self._dark.value][1])
        app.storage.tab["theme"] = self._dark.value

    def _set_theme(self, dark: bool | None) -> None:
        self._dark.value = dark
        self._theme.text = _THEMES[dark][0]

    async def _take_up(self) -> str:
        """List what is remembered of the tab's browser, once in a tab, and return what went wrong, if anything."""
        if self._browsers is None or self._conversations.browser:
            return ""
        try:
            given: object = await ui.run_javascript(_READ_BROWSER, timeout=_SECONDS_TO_ANSWER)
            earlier = await list_conversations(self._workflows.memory, given) if is_browser_id(given) else []
            browser = self._browsers.accept(given, remembered=bool(earlier))
            if browser != given:
                ui.run_javascript(_KEEP_BROWSER.format(id=browser))
            self._conversations.take_up(browser, earlier)
        except TimeoutError:
            return _NO_STORAGE
        except GraphRAGToolsError as error:
            return str(error)
        return ""

    async def _open_conversation(self, trouble: str = "") -> None:
        self._list_conversations()
        opened = self._conversations.open
        past: list[Turn] = []
        try:
            if opened.title:
                past = await read_turns(await self._workflows.open(NO_MODEL, None), opened.id)
        except GraphRAGToolsError as error:
            trouble = str(error)
        self._chat.open(self._conversations, past, trouble)

    def _list_conversations(self) -> None:
        titles = {one.id: one.title or "New conversation" for one in self._conversations.all}
        self._list.set_options(titles, value=self._conversations.open.id)

    async def _conversation_chosen(self) -> None:
        if self._list.value != self._conversations.open.id:
            self._chat.stop()
            self._conversations.choose(self._list.value)
            await self._open_conversation()

    async def _new_conversation(self) -> None:
        self._chat.stop()
        self._conversations.begin()
        await self._open_conversation()
        self._chat.field.run_method("focus")

    async def _drop_conversation(self) -> None:
        self._chat.stop()
        await asyncio.sleep(0)
        trouble = ""
        try:
            await self._workflows.forget(self._conversations.drop().id)
        except GraphRAGToolsError as error:
            trouble = str(error)
        await self._open_conversation(trouble)


def _conversations_of_tab(tab_id: str) -> Conversations:
    """Return what the server keeps for a tab; a tab that was duplicated from another begins anew."""
    kept = app.storage.tab.get("conversations")
    if not isinstance(kept, Conversations) or kept.tab != tab_id:
        kept = Conversations(tab_id)
        app.storage.tab["conversations"] = kept
    return kept
