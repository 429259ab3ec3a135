"""Scripted writers of texts about a manual, and a manual for them to write about."""

from collections.abc import Callable

from langchain_core.messages import AIMessage, BaseMessage
from support.scripted_models import ScriptedChatModel, saying

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sections import Block, Link, Manual, Section

MANY = 1_000
TIMEOUT = "lamp/settings/screen-timeout"
QUIET = "lamp/settings/quiet-hours"


def writer(reply: Callable[[str], str]) -> ScriptedChatModel:
    """A model whose reply is a function of the prompt."""

    def said(messages: list[BaseMessage]) -> AIMessage:
        return saying(reply(messages[0].text))

    return ScriptedChatModel(*[said] * MANY)


def lamp_manual(quiet: str = "Quiet hours silence the bell from 10 PM to 7 AM.") -> Manual:
    """A manual with a section above two others, of which the second is referred to."""
    timeout = (
        Block("paragraph", "Screen timeout sets how long the screen stays on before it turns off."),
        Block("step", "From Settings, tap Screen timeout, and then choose 15 seconds or 10 minutes."),
        Block("paragraph", "See Quiet hours for the bell.", links=(Link("Quiet hours", "quiet"),)),
    )
    sections = (
        Section("settings", "Settings", (Block("paragraph", "Settings of the lamp are here."),)),
        Section("timeout", "Screen timeout", timeout, parent="settings"),
        Section("quiet", "Quiet hours", (Block("paragraph", quiet),), parent="settings", anchors=("quiet",)),
        Section("empty", "About"),
    )
    return Manual("lamp", "Lamp", sections, source="lamp.md")


def lamp_graph() -> MenuGraph:
    return build_graph(lamp_manual())
