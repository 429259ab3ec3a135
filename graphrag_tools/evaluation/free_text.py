"""Turn free text that a model wrote into an answer that nothing has verified, and count what it cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from langchain_core.messages import AIMessage, AnyMessage

from graphrag_tools.answer import Answer, Status, ToolCallRecord, Usage
from graphrag_tools.answers.answer import whole_source
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.steps import Meter
from graphrag_tools.text.characters import ARROW
from graphrag_tools.text.normalise import folded
from graphrag_tools.verification.refusals import is_refusal


@dataclass(frozen=True, slots=True)
class FreeText:
    """What a model wrote, the items behind it (nearest first), its tool calls and what it cost."""

    text: str
    items: Sequence[str] = ()
    trace: tuple[ToolCallRecord, ...] = ()
    usage: Usage = field(default_factory=Usage)
    warnings: tuple[str, ...] = ()


class WaysToItems:
    """The items of an index by the ways to them: a menu path from any point on, or the taps."""

    def __init__(self, index: ManualIndex) -> None:
        self._items: dict[str, MenuItem] = {}
        items = [item for info in index.manuals for item in index.graph_of(info.id).items]
        for ways in ([(item.path, item) for item in items], [(item.taps, item) for item in items]):
            for way, item in ways:
                self._add(way, item)
        for item in items:
            for start in range(1, len(item.path) - 1):
                self._add(item.path[start:], item)

    def named_in(self, text: str) -> MenuItem | None:
        """Return the item of the longest way of two names or more that a text names, None where it names none."""
        lines = [f" {_key(ARROW.split(line))} " for line in text.splitlines() if ARROW.search(line)]
        named = [way for way in self._items if any(f" {way} " in line for line in lines)] if lines else []
        return self._items[max(named, key=len)] if named else None

    def _add(self, way: Sequence[str], item: MenuItem) -> None:
        if len(way) > 1:
            self._items.setdefault(_key(way), item)


def free_answer(written: FreeText, index: ManualIndex, ways: WaysToItems, model: str) -> Answer:
    """Return free text as an answer that nothing has verified.

    Its first source is the item whose menu path the text names, else the nearest of the items behind it;
    it has a menu path only where the text names one. A short text that says the manual does not tell, and
    no text at all, are no answer: `not_in_manual` and `unverified`.
    """
    named = ways.named_in(written.text)
    refused = is_refusal(written.text)
    ids = () if refused else dict.fromkeys((*([named.id] if named else []), *written.items))
    status: Status = "not_in_manual" if refused else "answered" if written.text.strip() else "unverified"
    return Answer(
        text=written.text.strip(),
        status=status,
        menu_path=named.path if named and not refused else (),
        sources=tuple(whole_source(index.item(item_id)) for item_id in ids),
        mode="written",
        model=model,
        warnings=written.warnings,
        trace=written.trace,
        usage=written.usage,
    )


def usage_of(replies: Iterable[AnyMessage], seconds: float) -> Usage:
    """Return what a model's replies cost; a call in one that could not be read counts as unread."""
    asked = [message for message in replies if isinstance(message, AIMessage)]
    meter = Meter()
    for reply in asked:
        meter.count_tokens(reply)
    return Usage(
        model_calls=len(asked),
        unread_calls=sum(len(message.invalid_tool_calls) for message in asked),
        prompt_tokens=meter.prompt_tokens,
        completion_tokens=meter.completion_tokens,
        seconds=seconds,
    )


def _key(way: Iterable[str]) -> str:
    return " > ".join(folded(name) for name in way)
