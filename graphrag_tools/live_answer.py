"""What a chat shows while an answer is made, from the events of streaming.py."""

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.text import Text

from graphrag_tools.streaming import DraftRejected, Event, StageEnded, Token, ToolCalled

NEXT_STAGES = {
    "resolve": "Searching the manual",
    "search": "Choosing a menu item",
    "choose": "Reading the manual",
    "tools": "Answering",
    "answer": "Checking the answer",
    "FinalAnswerCheck.before_agent": "Asking the model",
    "model": "Going on with what the model said",
}
"""What goes on once a stage is over."""
FIRST_STAGE = "Reading the question"
ANSWERING_AGAIN = "The draft did not hold; answering again"
_SHOWN_CHARACTERS = 60


def first_argument(arguments: Mapping[str, object]) -> str:
    """Return the start of what a tool was first of all given, "" for nothing."""
    return next((str(value) for value in arguments.values()), "")[:_SHOWN_CHARACTERS]


class LiveAnswer:
    """Takes events and says what to show: the calls so far, the stage, and the draft, marked as not checked yet."""

    def __init__(self) -> None:
        self._calls: list[str] = []
        self._stage = FIRST_STAGE
        self._draft = ""

    def take(self, event: Event) -> RenderableType:
        """Return what to show after one more event."""
        match event:
            case StageEnded(stage):
                self._stage = NEXT_STAGES.get(stage, self._stage)
            case ToolCalled(tool, arguments, by):
                self._calls.append(f"{tool}({first_argument(arguments)!r}) by the {by}")
            case Token(text):
                self._draft += text
            case DraftRejected(failed):
                self._draft = ""
                self._stage = ANSWERING_AGAIN if failed else self._stage
        return self._shown()

    def _shown(self) -> RenderableType:
        lines = [Text(call, style="dim") for call in self._calls]
        lines.append(Text(f"{self._stage} …", style="dim italic"))
        if self._draft:
            lines.append(Text(f"Draft, not checked yet: {self._draft}", style="dim"))
        return Group(*lines)
