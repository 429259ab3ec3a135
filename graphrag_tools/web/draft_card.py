"""Draw what comes before an answer: the manual's own words at once, the stage, and a draft that is not checked yet."""

from collections.abc import Callable

from graphrag_tools.answer import Answer
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.web.elements import Words, part
from graphrag_tools.workflow.streaming import (
    DraftRejected,
    Event,
    Quoted,
    StageEnded,
    Token,
    stage_words,
)


class DraftCard:
    """Takes the events of streaming.py; `status` is the live region that says the stage, `draw` draws a quote."""

    def __init__(self, status: Words, draw: Callable[[Answer], None], language: str = ENGLISH) -> None:
        """Draw an empty draft where the caller's slot is."""
        self._status = status
        self._draw = draw
        self._quote = part("div", classes="quote")
        self._quote.visible = False
        self.stages = stage_words(language)
        self._draft = ""
        # A screen reader that read each token out would never come to an end.
        with part("div", classes="draft") as self._box:
            self._box.props["aria-live"] = "off"
            self._stage = Words("p", "", classes="aside")
            self._line = Words("p", "", classes="aside")
            self._mark = Words("p", "Draft, not checked yet", classes="status unverified")
            self._words = Words("div", "", classes="words")
        self._mark.visible = False
        self.show_stage(self.stages.first)

    def show_stage(self, stage: str) -> None:
        """Show what is going on."""
        self._stage.text = f"{stage} …"
        self._status.text = f"{stage} …"

    def show_line(self, before: int) -> None:
        """Show how many questions to the same model were asked before this one and are not answered yet."""
        said = f"{before} question{'s' if before > 1 else ''} before yours; it may have to wait for its turn."
        self._line.text = said if before else ""
        if before:
            self._status.text = said

    def take(self, event: Event) -> None:
        """Show one more event."""
        match event:
            case StageEnded(stage) if stage in self.stages.next:
                self.show_stage(self.stages.next[stage])
            case Quoted(answer):
                with self._quote:
                    self._draw(answer)
                self._quote.visible = True
            case Token(text):
                self._write(self._draft + text)
            case DraftRejected(failed):
                self._write("")
                if failed:
                    self.show_stage(self.stages.again)

    @property
    def is_gone(self) -> bool:
        """Whether the page shows something else by now."""
        return self._box.is_deleted

    def remove(self) -> None:
        """Take the draft off the page."""
        self._quote.delete()
        self._box.delete()
        self._status.text = ""

    def _write(self, draft: str) -> None:
        self._draft = draft
        self._words.text = draft
        self._mark.visible = bool(draft)
