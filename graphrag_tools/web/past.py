"""Draw the conversations of a tab: a new one, the past ones to open again, and a deletion that can be taken back."""

from collections.abc import Awaitable, Callable
from functools import partial

from graphrag_tools.text.normalise import folded
from graphrag_tools.web.conversations import Conversation, Conversations
from graphrag_tools.web.elements import Words, part, press


class PastConversations:
    """Lists the conversations, newest first; what is pressed is told to its caller."""

    def __init__(
        self,
        begin: Callable[[], Awaitable[None]],
        choose: Callable[[str], Awaitable[None]],
        drop: Callable[[], Awaitable[None]],
        undo: Callable[[Conversation], Awaitable[None]],
    ) -> None:
        """Draw the list where the caller's slot is."""
        self._choose = choose
        self._all: list[tuple[Conversation, bool]] = []
        self._wanted = ""
        self._undo = undo
        with part("nav", classes="conversations", label="Conversations"):
            with part("div", classes="row"):
                self._new = press("+ New question", begin, classes="new")
                self._delete = press("Delete", drop, classes="quiet", label="Delete this conversation")
            with part("p", classes="undo") as self._offer:
                self._offer.props["role"] = "status"
            self._name = Words("p", "Your questions", classes="lab")
            self._list = part("ul", classes="past")

    def show(self, conversations: Conversations) -> None:
        """Show a tab's conversations in which something was asked, the open one marked."""
        self._mark(self._new, not conversations.open.title)
        self._delete.visible = bool(conversations.open.title)
        self._all = [(one, one is conversations.open) for one in conversations.all if one.title]
        self._draw()

    def show_named(self, wanted: str) -> None:
        """Show those alone that have a text in their first question, as it is compared: all for none."""
        self._wanted = folded(wanted)
        self._draw()

    def _draw(self) -> None:
        self._list.clear()
        named = [(one, is_open) for one, is_open in self._all if self._wanted in folded(one.title)]
        self._name.visible = bool(named)
        with self._list:
            for one, is_open in named:
                with part("li"):
                    self._mark(press(one.title, partial(self._choose, one.id), classes="past-one"), is_open)

    def _mark(self, button: Words, is_open: bool) -> None:
        button.props("aria-current=true" if is_open else "", remove="" if is_open else "aria-current")

    def offer_undo(self, dropped: Conversation) -> None:
        """Say that a conversation was deleted, and offer to take that back, until the next is deleted."""
        self._offer.clear()
        if not dropped.title:
            return
        with self._offer:
            Words("span", f"Deleted “{dropped.title}”.")
            press("Undo", partial(self._take_back, dropped), classes="quiet")

    async def _take_back(self, dropped: Conversation) -> None:
        self._offer.clear()
        await self._undo(dropped)
