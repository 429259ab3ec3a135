"""PageAddress: what stands in the browser's line for a conversation's answer, an item of the manual, or a question."""

from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

CONVERSATION, ITEM = "/c/", "/item/"
MOST_QUESTIONS = 5
"""In one address: whoever follows it has them all asked."""


@dataclass(frozen=True, slots=True)
class PageAddress:
    """What a page shows: a turn of a conversation, an item beside it, or a question that is still to be asked.

    A conversation's opens for the browser that had it alone; a question's gives anybody the same answer.
    """

    conversation: str = ""
    turn: int = 0
    """Counted from 1; 0 stands for the last."""
    item: str = ""
    questions: tuple[str, ...] = ()
    """To be asked one after another: the last one, after those that it follows up."""
    manual: str = ""

    @classmethod
    def read(cls, text: str) -> "PageAddress":
        """Return what an address means, from its path on; what nobody wrote here means the beginning."""
        try:
            parts = urlsplit(text)
        except ValueError:
            return cls()
        asked = parse_qs(parts.query)
        manual = asked.get("manual", [""])[0]
        if parts.path.startswith(CONVERSATION):
            turn = int(parts.fragment) if parts.fragment.isdecimal() and len(parts.fragment) < 10 else 0
            return cls(conversation=unquote(parts.path.removeprefix(CONVERSATION)), turn=turn, manual=manual)
        if parts.path.startswith(ITEM):
            return cls(item=unquote(parts.path.removeprefix(ITEM)), manual=manual)
        questions = tuple(question.strip() for question in asked.get("q", ()) if question.strip())
        return cls(questions=questions[:MOST_QUESTIONS], manual=manual)

    def __str__(self) -> str:
        """Return it as the browser's line has it, from the path on."""
        if self.conversation:
            return f"{CONVERSATION}{quote(self.conversation)}{f'#{self.turn}' if self.turn else ''}"
        if self.item:
            return f"{ITEM}{quote(self.item)}"
        asked = [("manual", self.manual)] if self.manual else []
        asked += [("q", question) for question in self.questions[-MOST_QUESTIONS:]]
        return f"/?{urlencode(asked)}" if asked else "/"
