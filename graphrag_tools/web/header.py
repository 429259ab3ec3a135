"""Draw the header: the manual's name, who answers, which manual is asked, the theme, and what a phone shows."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.text.listing import first_of
from graphrag_tools.web.choices import TabChoices
from graphrag_tools.web.elements import Choice, Words, part, press
from graphrag_tools.web.workflows import WorkflowRegistry

_ALL_MANUALS = ""
_THEMES: dict[str, bool | None] = {"automatic": None, "light": False, "dark": True}
_SIGNS = {"automatic": "◐", "light": "☀", "dark": "☾"}
_MOST_NAMED = 2
"""Manuals that are named below their number; the choice beside it has them all."""
_PANES = {"side": "Contents", "chat": "Chat", "menu": "Menu"}


class Header:
    """Offers the choices; `chosen` is called once one was made, `look` with the pane to bring forward."""

    def __init__(
        self,
        workflows: WorkflowRegistry,
        choices: TabChoices,
        chosen: Callable[[], Awaitable[None]],
        look: Callable[[str], None],
    ) -> None:
        """Draw the header where the caller's slot is."""
        self._chosen = chosen
        self._models = {
            name: "the manual's own words, no model" if name == NO_MODEL else name for name in workflows.models
        }
        manuals = workflows.manuals
        self._manuals = {_ALL_MANUALS: "All manuals", **{info.id: info.title for info in manuals}}
        title = manuals[0].title if len(manuals) == 1 else f"{len(manuals)} manuals"
        self._dark = ui.dark_mode()
        self.theme = next(iter(_THEMES))
        with part("header", classes="top"):
            # Folds the contents away where all panes stand beside each other, which needs no server.
            press("Contents", lambda: None, classes="quiet fold").props["aria-expanded"] = "true"
            Words("span", title[:1].upper(), classes="logo").props["aria-hidden"] = "true"
            with part("div", classes="about"):
                Words("h1", title)
                sections = sum(info.sections for info in manuals)
                titles = [info.title for info in manuals]
                named = "User manual" if len(titles) == 1 else first_of(titles, _MOST_NAMED)
                Words("p", f"{named}, {sections:,} sections", classes="aside")
            self._model = Choice("Model", self._models, workflows.models[0], chosen, before="Answers:")
            self._manual = Choice("Manual", self._manuals, _ALL_MANUALS, chosen)
            self._manual.visible = len(manuals) > 1
            self._button = press("", self._next_theme, classes="quiet theme")
            press("Share", lambda: None, classes="quiet share", label="Copy a link to what is shown")
            with part("div", classes="switch"):
                self._tabs = {name: press(words, partial(look, name)) for name, words in _PANES.items()}
        self.show(choices)

    @property
    def model(self) -> str:
        """The model that is chosen."""
        return self._model.value

    @property
    def manual(self) -> str:
        """The id of the manual that is chosen, empty for all."""
        return self._manual.value

    def show(self, choices: TabChoices) -> None:
        """Show choices made before, as far as they are still on offer."""
        if choices.model in self._models:
            self._model.value = choices.model
        if choices.manual in self._manuals:
            self._manual.value = choices.manual
        self._set_theme(choices.theme)

    def mark(self, pane: str) -> None:
        """Mark the pane that is brought forward."""
        for name, tab in self._tabs.items():
            tab.props["aria-pressed"] = "true" if name == pane else "false"

    async def _next_theme(self) -> None:
        names = list(_THEMES)
        self._set_theme(names[(names.index(self.theme) + 1) % len(names)])
        await self._chosen()

    def _set_theme(self, name: str) -> None:
        self.theme = name if name in _THEMES else next(iter(_THEMES))
        self._dark.value = _THEMES[self.theme]
        self._button.text = _SIGNS[self.theme]
        self._button.props["aria-label"] = self._button.props["title"] = f"Theme: {self.theme}"
