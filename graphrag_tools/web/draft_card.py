"""What is shown while an answer is made: the stage in words, and the draft, marked as not checked yet."""

from graphrag_tools.live_answer import ANSWERING_AGAIN, FIRST_STAGE, NEXT_STAGES, first_argument
from graphrag_tools.streaming import DraftRejected, Event, StageEnded, Token, ToolCalled
from graphrag_tools.web.elements import Words, part


class DraftCard:
    """Takes the events of streaming.py; `status` is the live region that says the stage."""

    def __init__(self, status: Words) -> None:
        """Draw an empty draft where the caller's slot is."""
        self._status = status
        self._draft = ""
        # A screen reader that read each token out would never come to an end.
        with part("div", classes="draft") as self._box:
            self._box.props["aria-live"] = "off"
            self._stage = Words("p", "", classes="aside")
            self._mark = Words("p", "Draft, not checked yet", classes="status unverified")
            self._words = Words("div", "", classes="words")
        self._mark.visible = False
        self.tell(FIRST_STAGE)

    def tell(self, stage: str) -> None:
        """Say what is going on."""
        self._stage.text = f"{stage} …"
        self._status.text = f"{stage} …"

    def take(self, event: Event) -> None:
        """Show one more event."""
        match event:
            case StageEnded(stage) if stage in NEXT_STAGES:
                self.tell(NEXT_STAGES[stage])
            case ToolCalled(tool, arguments, by):
                self._stage.text = f"{tool} ({first_argument(arguments)}), called by the {by}"
            case Token(text):
                self._write(self._draft + text)
            case DraftRejected(failed):
                self._write("")
                if failed:
                    self.tell(ANSWERING_AGAIN)

    @property
    def is_gone(self) -> bool:
        """Whether the page shows something else by now."""
        return self._box.is_deleted

    def remove(self) -> None:
        """Take the draft off the page."""
        self._box.delete()
        self._status.text = ""

    def _write(self, draft: str) -> None:
        self._draft = draft
        self._words.text = draft
        self._mark.visible = bool(draft)
