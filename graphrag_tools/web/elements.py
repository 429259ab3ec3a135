"""HTML elements that the page is made of; their words are text to the browser, whatever stands in them."""

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

from graphrag_tools.text.web_address import is_web_address


class Words(TextElement):
    """An element of any tag with a text in it, which the browser never reads as HTML."""

    def __init__(self, tag: str, text: str = "", *, classes: str = "") -> None:
        super().__init__(tag=tag, text=text)
        self.classes(classes)


class Choice(ui.element):
    """A list of which one is chosen, as the browser itself draws it: on a phone with its own wheel, and at any zoom."""

    def __init__(
        self, label: str, options: Mapping[str, str], value: str, changed: Callable[[], Any], *, before: str = ""
    ) -> None:
        """Draw it where the caller's slot is: options by value and words; `before` is shown, `label` is said."""
        super().__init__("div")
        self.classes("choice")
        self._changed = changed
        with self:
            if before:
                Words("span", before, classes="aside").props["aria-hidden"] = "true"
            self._list = part("select", label=label)
            with self._list:
                for one, words in options.items():
                    Words("option", words).props["value"] = one
        self.value = value
        self._list.on("change", self._choose, js_handler="(event) => emit(event.target.value)")

    @property
    def value(self) -> str:
        """What is chosen."""
        return str(self._list.props["value"])

    @value.setter
    def value(self, value: str) -> None:
        self._list.props["value"] = value

    def _choose(self, event: GenericEventArguments) -> Any:
        self.value = str(event.args)
        return self._changed()


def press(text: str, action: Callable[[], Any], *, classes: str = "", label: str = "") -> Words:
    """Return a plain button that does something; `label` is what a screen reader says in place of its text."""
    button = Words("button", text, classes=classes)
    button.props["type"] = "button"
    if label:
        button.props["aria-label"] = label
    button.on("click", action, args=[])
    return button


def part(tag: str, *, classes: str = "", label: str = "") -> ui.element:
    """Return an element for others to stand in."""
    element = ui.element(tag).classes(classes)
    if label:
        element.props["aria-label"] = label
    return element


def outside(text: str, address: str, *, classes: str = "") -> Words:
    """Return a link to a web address, or words where the address is of another kind ("javascript:", a file)."""
    if not is_web_address(address):
        return Words("span", text, classes=classes)
    return own_file(text, address, classes=classes)


def own_file(text: str, address: str, *, classes: str = "") -> Words:
    """Return a link that opens beside the page, to an address that was made here or checked."""
    link = Words("a", text, classes=classes)
    link.props["href"] = address
    link.props["target"] = "_blank"
    link.props["rel"] = "noopener noreferrer"
    return link


def focus(element: ui.element) -> None:
    """Move the keyboard's focus to an element once it is there."""
    # Of the element's own client: what was clicked may be gone, and with it the slot that the click came from.
    element.client.run_javascript(f"setTimeout(() => getHtmlElement({element.id})?.focus())")
